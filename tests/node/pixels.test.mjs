/** Files to pixels and back: decode, encode, and what prepare says of pixels. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as main from "gemini-vision-wasm";
import * as worker from "gemini-vision-wasm/worker";
import sharp from "sharp";
import { heic } from "./heic-files.mjs";
import { serveFor } from "./local-server.mjs";
import { encodeJpeg, encodePng, largestDifference, meanDifference, orientedPng, scene, storedAs } from "./pictures.mjs";

const { decode, encode, InputError, prepare, probe } = main;
const upright = scene(96, 64);
const png = new Uint8Array(encodePng(upright, { colorType: 2 }));
const jpeg = new Uint8Array(encodeJpeg(upright, { quality: 92 }));

const sharpRows = async (bytes) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
};

describe("decode", () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`orientation ${orientation}: upright, or as stored`, async () => {
      const source = orientedPng(orientation, upright);
      const pixels = await decode(source);
      assert.ok(pixels.data instanceof Uint8ClampedArray);
      assert.deepEqual([pixels.width, pixels.height], [96, 64]);
      assert.equal(largestDifference(pixels, upright), 0);
      const stored = await decode(source, { upright: false });
      assert.equal(largestDifference(stored, storedAs(orientation, upright)), 0);
    });
  }

  test("whatever another decoder reads", async () => {
    const picture = sharp(png);
    const files = {
      webp: await picture.clone().webp({ lossless: true }).toBuffer(),
      gif: await picture.clone().gif().toBuffer(),
      palette: await picture.clone().png({ palette: true }).toBuffer(),
      "16 bits": await picture.clone().toColourspace("rgb16").png().toBuffer(),
      jpeg: await picture.clone().jpeg().toBuffer(),
    };
    for (const [name, file] of Object.entries(files)) {
      const difference = largestDifference(await decode(file), await sharpRows(file));
      assert.ok(difference <= (name === "jpeg" ? 3 : 0), `${name}: ${difference}`);
    }
  });

  test("a HEIC, turned as it says", async () => {
    const info = await probe(heic());
    const { width, height, data } = await decode(heic());
    assert.deepEqual([width, height, data.length], [info.uprightWidth, info.uprightHeight, 4 * width * height]);
  });

  test("maxEdge makes a larger one smaller, and leaves a smaller one", async () => {
    for (const source of [png, jpeg]) {
      const small = await decode(source, { maxEdge: 24 });
      assert.deepEqual([small.width, small.height], [24, 16]);
      const expected = await sharpRows(await sharp(source).resize(24, 16).png().toBuffer());
      assert.ok(meanDifference(small, expected) < 8, String(meanDifference(small, expected)));
      assert.equal((await decode(source, { maxEdge: 96 })).width, 96);
    }
    const sideways = await decode(orientedPng(6, upright), { maxEdge: 48 });
    assert.deepEqual([sideways.width, sideways.height], [48, 32]);
  });

  test("raw pixels are handed through", async () => {
    const pixels = await decode(upright);
    assert.equal(largestDifference(pixels, upright), 0);
    assert.notEqual(pixels.data.buffer, upright.data.buffer);
    assert.equal((await decode(upright, { maxEdge: 48 })).width, 48);
  });

  test("a file that ends early is refused, or given as far as it goes", async () => {
    const webp = new Uint8Array(await sharp(png).resize(300).webp({ quality: 90 }).toBuffer());
    for (const whole of [png, jpeg, webp]) {
      const half = whole.subarray(0, Math.floor(whole.length * 0.6));
      await assert.rejects(decode(half), { name: "InputError", code: "truncated" });
      const there = await decode(half, { partial: true });
      const expected = await decode(whole);
      assert.deepEqual([there.width, there.height], [expected.width, expected.height]);
      const row = 4 * there.width;
      const first = (pixels) => ({ width: there.width, height: 4, data: pixels.data.subarray(0, 4 * row) });
      assert.ok(meanDifference(first(there), first(expected)) < 2, "its first rows are there");
      assert.notDeepEqual(there.data, expected.data);
    }
    await assert.rejects(decode(png.subarray(0, 20), { partial: true }), { code: "truncated" });
  });

  test("limits, kinds, and options that make no sense", async () => {
    await assert.rejects(decode(png, { limits: { maxPixels: 96 * 64 - 1 } }), {
      code: "too-large",
      message: /maxPixels/,
    });
    await assert.rejects(decode(new Blob([png]), { limits: { maxBytes: 100 } }), { code: "too-large" });
    await assert.rejects(decode(new TextEncoder().encode("%PDF-1.4\n")), InputError);
    await assert.rejects(decode(png, { maxEdge: 0.5 }), { code: "bad-argument", message: /maxEdge/ });
    for (const source of [png, upright]) {
      await assert.rejects(decode(source, { signal: AbortSignal.abort("enough") }), (reason) => reason === "enough");
    }
    assert.equal((await decode(png)).width, 96);
  });
});

describe("encode", () => {
  for (const format of ["png", "jpeg", "webp"]) {
    test(`${format}, as another reader sees it`, async () => {
      const bytes = await encode(upright, { format, quality: 95 });
      assert.equal((await probe(bytes)).format, format);
      const difference = meanDifference(await sharpRows(bytes), upright);
      assert.ok(format === "png" ? difference === 0 : difference < 6, String(difference));
    });
  }

  test("quality decides about bytes", async () => {
    for (const format of ["jpeg", "webp"]) {
      const [poor, usual, good] = [
        await encode(upright, { format, quality: 20 }),
        await encode(upright, { format }),
        await encode(upright, { format, quality: 99 }),
      ];
      assert.ok(poor.length < usual.length && usual.length < good.length, format);
    }
  });

  test("clear parts become white in a JPEG and stay clear elsewhere", async () => {
    const clear = { width: 16, height: 16, data: new Uint8ClampedArray(16 * 16 * 4) };
    assert.deepEqual(
      [...(await decode(await encode(clear, { format: "jpeg" }))).data.slice(0, 4)],
      [255, 255, 255, 255],
    );
    assert.equal((await decode(await encode(clear, { format: "png" }))).data[3], 0);
    assert.equal(clear.data[0], 0, "the caller's own are left alone");
  });

  test("what cannot be encoded", async () => {
    await assert.rejects(encode(upright, {}), { code: "bad-argument", message: /format/ });
    await assert.rejects(encode(upright, { format: "keep" }), { code: "bad-argument", message: /png/ });
    await assert.rejects(encode(upright, { format: "gif" }), { code: "bad-argument", message: /gif/ });
    await assert.rejects(encode(upright, { format: "jpeg", quality: 0 }), { code: "bad-argument", message: /quality/ });
    for (const options of [undefined, null]) await assert.rejects(encode(upright, options), { code: "bad-argument" });
    await assert.rejects(encode({ ...upright, width: 95 }, { format: "png" }), { code: "bad-argument" });
    for (const data of ["x".repeat(upright.data.length), new Float32Array(upright.data), [...upright.data]]) {
      await assert.rejects(encode({ ...upright, data }, { format: "png" }), { code: "bad-argument" });
    }
    const wide = { width: 70_000, height: 1, data: new Uint8ClampedArray(280_000) };
    for (const format of ["jpeg", "webp"]) await assert.rejects(encode(wide, { format }), InputError, format);
    assert.equal((await probe(await encode(wide, { format: "png" }))).width, 70_000);
  });
});

test("a worker gives the same", async () => {
  assert.deepEqual(await worker.decode(jpeg, { maxEdge: 50 }), await decode(jpeg, { maxEdge: 50 }));
  assert.deepEqual(await worker.encode(upright, { format: "webp" }), await encode(upright, { format: "webp" }));
  await assert.rejects(worker.decode(png.subarray(0, 2000)), { code: "truncated" });
  const steps = [];
  const media = await worker.prepare(orientedPng(6, upright), { onProgress: ({ step }) => steps.push(step) });
  assert.equal(media.info.width, 96);
  assert.deepEqual(steps, ["pixels", "done"]);
  const enough = new Error("enough");
  const stop = () => {
    throw enough;
  };
  await assert.rejects(worker.prepare(png, { onProgress: stop }), enough);
});

describe("sharpness", () => {
  /** Edges in all directions. */
  const rings = (blur) => {
    const drawing =
      '<svg xmlns="http://www.w3.org/2000/svg" width="416" height="304"><rect width="416" height="304" fill="#ccc"/>' +
      '<g fill="none" stroke="#333" stroke-width="12"><circle cx="120" cy="150" r="80"/><circle cx="280" cy="150" r="90"/></g></svg>';
    const picture = sharp(Buffer.from(drawing)).removeAlpha();
    return (blur ? picture.blur(blur) : picture).png().toBuffer();
  };

  test("is judged when asked for, whatever else is done", async () => {
    const [clear, dim] = [await rings(), await rings(5)];
    assert.equal("sharpness" in (await prepare(clear)), false);
    for (const options of [
      {},
      { maxEdge: 100 },
      { format: "jpeg" },
      { crop: { x: 20, y: 20, width: 300, height: 250 } },
    ]) {
      const good = await prepare(clear, { ...options, sharpness: true });
      assert.ok(good.sharpness.score > 0.5 && good.sharpness.blurry === false, JSON.stringify(good.sharpness));
      assert.deepEqual(good.warnings, []);
      const poor = await prepare(dim, { ...options, sharpness: true });
      assert.ok(poor.sharpness.score < 0.3 && poor.sharpness.blurry === true, JSON.stringify(poor.sharpness));
      assert.deepEqual(
        poor.warnings.map(({ code }) => code),
        ["blurry"],
      );
    }
    const untouched = await prepare(dim, { sharpness: true });
    assert.deepEqual(Buffer.from(untouched.bytes), dim, "a warning, never a change");
  });

  test("of a JPEG that is turned without loss, of a HEIC, and of raw pixels", async () => {
    const sideways = await sharp(await rings(5))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 92 })
      .toBuffer();
    const turned = await prepare(sideways, { sharpness: true });
    assert.match(turned.changes[0].message, /not a bit/);
    assert.equal(turned.sharpness.blurry, true);
    const raw = await prepare(await decode(await rings()), { sharpness: true });
    assert.equal(raw.sharpness.blurry, false);
    const { sharpness } = await prepare(heic(), { sharpness: true });
    assert.ok(sharpness.score >= 0 && sharpness.score <= 1);
  });

  test("of a kind that cannot be decoded here is left out, and the picture goes through all the same", async () => {
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>');
    const media = await prepare(svg, { sharpness: true });
    assert.deepEqual(media.bytes, svg);
    assert.equal("sharpness" in media, false);
  });

  test("means nothing for other media", async () => {
    const pdf = new TextEncoder().encode("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n");
    const media = await prepare(pdf, { sharpness: true }).catch((error) => error);
    assert.equal("sharpness" in media, false);
  });
});

describe("onProgress", () => {
  test("tells of an address while it is read, and of each step", async (t) => {
    const file = orientedPng(6, scene(300, 200));
    const { url } = await serveFor(t, (_request, response) => {
      response.writeHead(200, { "content-type": "image/png", "content-length": file.length });
      response.write(file.subarray(0, 5000));
      setTimeout(() => response.end(file.subarray(5000)), 50);
    });
    const told = [];
    await prepare(new URL(`${url}/photo.png`), { onProgress: (progress) => told.push(progress) });
    const reads = told.filter(({ step }) => step === "read");
    assert.ok(reads.length >= 2, JSON.stringify(told));
    assert.equal(reads[0].totalBytes, file.length);
    assert.ok(reads[0].readBytes < file.length && reads.at(-1).readBytes === file.length);
    assert.deepEqual(
      told.slice(reads.length).map(({ step }) => step),
      ["pixels", "done"],
    );
  });

  test("of a stream nobody knows how long it is", async () => {
    const told = [];
    await prepare(new Blob([png]).stream(), { onProgress: (progress) => told.push(progress) });
    assert.deepEqual(told[0], { step: "read", readBytes: png.length, totalBytes: undefined });
    assert.deepEqual(told.at(-1), { step: "done", readBytes: png.length, totalBytes: png.length });
  });

  test("what it throws ends the call", async () => {
    const enough = new Error("enough");
    const onProgress = () => {
      throw enough;
    };
    for (const source of [png, orientedPng(6, upright), new Blob([png]).stream(), upright]) {
      await assert.rejects(prepare(source, { onProgress }), enough);
    }
  });
});

test("as stored means in the sides as stored, whatever is asked of the upright picture besides", async () => {
  const sideways = orientedPng(6, upright);
  const media = await prepare(sideways, { upright: false, maxEdge: 48, stripMetadata: false });
  assert.deepEqual([media.info.width, media.info.height], [32, 48]);
  const small = await decode(sideways, { upright: false, maxEdge: 48 });
  assert.deepEqual([small.width, small.height], [32, 48]);
  const crop = { x: 90, y: 0, width: 6, height: 64 };
  const { info } = await prepare(sideways, { upright: false, crop });
  assert.deepEqual([info.width, info.height, info.uprightWidth, info.uprightHeight], [64, 6, 6, 64]);
});
