/** Pictures made right to send. */
import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { decode, PreparedMedia, prepare, probe } from "gemini-vision-wasm";
import { fileAnswer, serveFor } from "./local-server.mjs";
import {
  buildExif,
  encodeJpeg,
  encodePng,
  exifSegment,
  largestDifference,
  meanDifference,
  orientedJpeg,
  orientedPng,
  resizedPng,
  scene,
  storedAs,
} from "./pictures.mjs";
import { refused } from "./refused.mjs";

const upright = scene(96, 64);
const jpeg = Buffer.from(encodeJpeg(upright, { quality: 92 }));
const png = Buffer.from(encodePng(upright, { colorType: 2 }));

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prepare-"));
  await writeFile(path.join(folder, "upright.jpg"), jpeg);
  await writeFile(path.join(folder, "sideways.jpg"), orientedJpeg(6, upright));
});
after(() => rm(folder, { recursive: true }));

/** Encoded once or twice as JPEG, it is still this picture; no other turn of the scene comes below a mean of 20. */
function assertLooksLike(pixels, picture) {
  assert.deepEqual([pixels.width, pixels.height], [picture.width, picture.height]);
  const mean = meanDifference(pixels, picture);
  assert.ok(mean < 7, `a mean difference of ${mean}`);
}

/** ITU-T T.81, B.1.1.4: marker, length, parameters. */
const jpegSegment = ({ marker, data }) =>
  Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff, ...data]);

const codesOf = (list) => list.map(({ code }) => code);

describe("a picture comes out upright", () => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`JPEG, orientation ${orientation}`, async () => {
      const source = orientedJpeg(orientation, upright, { quality: 92, subsampling: "4:4:4" });
      const media = await prepare(source);
      assert.ok(media instanceof PreparedMedia);
      assert.equal(media.mimeType, "image/jpeg");
      assert.equal(media.source.orientation, orientation);
      assert.deepEqual([media.info.width, media.info.height, media.info.orientation], [96, 64, 1]);
      assert.deepEqual(await probe(media.bytes), media.info);
      const pixels = await media.toImageData();
      assert.deepEqual([pixels.width, pixels.height], [96, 64]);
      assertLooksLike(pixels, upright);
    });

    test(`PNG, orientation ${orientation}, to the bit`, async () => {
      const media = await prepare(orientedPng(orientation, upright));
      assert.equal(media.mimeType, "image/png");
      assert.deepEqual([media.info.width, media.info.height, media.info.orientation], [96, 64, 1]);
      assert.equal(largestDifference(await media.toImageData(), upright), 0);
    });
  }

  test("the scene tells its turns apart", () => {
    const square = scene(64, 64);
    for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
      const mean = meanDifference(storedAs(orientation, square), square);
      assert.ok(mean > 20, `orientation ${orientation}: ${mean}`);
    }
  });

  test("alpha stays", async () => {
    const glass = scene(20, 10);
    for (let i = 3; i < glass.data.length; i += 4) glass.data[i] = i % 256;
    const media = await prepare(orientedPng(8, glass, { colorType: 6 }));
    assert.ok(media.info.hasAlpha);
    assert.equal(largestDifference(await media.toImageData(), glass), 0);
  });

  test("gray, palette and 16 bits turn too", async () => {
    const gray = scene(20, 10);
    for (let i = 0; i < gray.data.length; i += 4) gray.data.fill(gray.data[i] & 0xf0, i, i + 3);
    for (const options of [{ colorType: 0, bitDepth: 8 }, { colorType: 3 }, { colorType: 2, bitDepth: 16 }]) {
      const media = await prepare(orientedPng(6, gray, options));
      assert.deepEqual([media.info.width, media.info.height], [20, 10]);
      assert.equal(largestDifference(await media.toImageData(), gray), 0, JSON.stringify(options));
    }
    const media = await prepare(orientedJpeg(5, gray, { gray: true, quality: 95 }));
    assertLooksLike(await media.toImageData(), gray);
  });

  test("a single row, a single column, a single pixel", async () => {
    for (const [width, height] of [
      [1, 1],
      [37, 1],
      [1, 41],
    ]) {
      const line = scene(width, height);
      for (const orientation of [3, 6, 7]) {
        const media = await prepare(orientedPng(orientation, line));
        assert.equal(largestDifference(await media.toImageData(), line), 0);
      }
    }
  });

  test("what was done is told, in order", async () => {
    const gps = { latitude: 1, longitude: 2 };
    const segments = [exifSegment(buildExif({ orientation: 6, gps }))];
    const { changes, source, info } = await prepare(encodeJpeg(upright, { segments }));
    assert.deepEqual(codesOf(changes), ["turned-upright", "metadata-removed"]);
    assert.match(changes[0].message, /turned right by 90°, as EXIF orientation 6 says; not a bit of the picture lost/);
    assert.match(changes[1].message, /EXIF, GPS/);
    assert.ok(source.metadata.gps && !info.metadata.gps && !info.metadata.exif);
    const lossless = (await prepare(orientedPng(3, upright))).changes;
    assert.match(lossless[1].message, /PNG, without loss/);
  });

  test("a JPEG whose blocks cannot be turned is encoded again as it was", async () => {
    // 90 is no multiple of 16, and becomes the mirrored side.
    const segments = [exifSegment(buildExif({ orientation: 8 }))];
    const { changes, info } = await prepare(encodeJpeg(scene(90, 64), { quality: 75, segments }));
    assert.deepEqual(codesOf(changes), ["turned-upright", "re-encoded", "metadata-removed"]);
    assert.match(changes[1].message, /the source's own tables/);
    assert.deepEqual([info.width, info.height, info.orientation], [64, 90, 1]);
  });

  test("a lossless turn and back is the same picture, bit for bit", async () => {
    const there = await prepare(orientedJpeg(6, scene(160, 96)));
    const pixels = await there.toImageData();
    const exif = exifSegment(buildExif({ orientation: 8 }));
    const marked = Buffer.concat([there.bytes.subarray(0, 2), jpegSegment(exif), there.bytes.subarray(2)]);
    const again = await prepare(marked);
    const back = await prepare(
      Buffer.concat([
        again.bytes.subarray(0, 2),
        jpegSegment(exifSegment(buildExif({ orientation: 6 }))),
        again.bytes.subarray(2),
      ]),
    );
    assert.equal(largestDifference(await back.toImageData(), pixels), 0);
  });

  test("crop, edge, pixels, format and background", async () => {
    const source = encodePng(scene(200, 120), { colorType: 2 });
    const cropped = await prepare(source, { crop: { x: 10, y: 20, width: 50, height: 40 } });
    assert.deepEqual([cropped.info.width, cropped.info.height, cropped.mimeType], [50, 40, "image/png"]);
    const whole = await (await prepare(source)).toImageData();
    const part = await cropped.toImageData();
    for (let y = 0; y < 40; y++) {
      const from = 4 * ((y + 20) * 200 + 10);
      assert.deepEqual(part.data.subarray(200 * y, 200 * (y + 1)), whole.data.subarray(from, from + 200));
    }
    const edge = await prepare(source, { maxEdge: 100 });
    assert.deepEqual([edge.info.width, edge.info.height], [100, 60]);
    const few = await prepare(source, { maxPixels: 1000 });
    assert.ok(few.info.width * few.info.height <= 1000 && few.info.width * few.info.height > 900);
    for (const [format, mimeType] of [
      ["jpeg", "image/jpeg"],
      ["webp", "image/webp"],
    ]) {
      const media = await prepare(source, { format });
      assert.equal(media.mimeType, mimeType);
      assert.deepEqual(codesOf(media.changes), ["re-encoded"]);
    }
    const glass = scene(16, 16);
    for (let i = 3; i < glass.data.length; i += 4) glass.data[i] = 0;
    const flat = await prepare(encodePng(glass, { colorType: 6 }), { format: "jpeg", background: "#ff0000" });
    const { data } = await flat.toImageData();
    assert.ok(data[0] > 250 && data[1] < 5 && data[2] < 5);
    await refused(
      prepare(source, { crop: { x: 190, y: 0, width: 20, height: 10 } }),
      "bad-argument",
      /beyond .* 200 × 120/,
    );
    await refused(prepare(source, { maxEdge: 10, background: "red" }), "bad-argument", /background/);
  });

  test("options that make no sense are refused before anything is read", async () => {
    const wrong = [
      ...["maxEdge", "maxPixels", "maxBytes"].flatMap((name) => [0, -1, 1.5, "10"].map((value) => ({ [name]: value }))),
      { crop: { x: -1, y: 0, width: 1, height: 1 } },
      { crop: { x: 0, y: 0, width: 0, height: 1 } },
      { crop: { x: 0, y: 0, width: 1 } },
      { format: "gif" },
      ...["maxBytes", "maxPixels"].flatMap((name) =>
        [0, Number.NaN, "10"].map((value) => ({ limits: { [name]: value } })),
      ),
    ];
    for (const options of wrong) {
      await refused(prepare("no such file", options), "bad-argument", new RegExp(Object.keys(options)[0]));
    }
  });

  test("maxBytes takes quality first, then size", async () => {
    const source = encodeJpeg(scene(400, 300), { quality: 95 });
    const less = await prepare(source, { maxBytes: Math.floor(source.length * 0.6) });
    assert.ok(less.bytes.length <= source.length * 0.6);
    assert.equal(less.info.width, 400);
    const little = await prepare(source, { maxBytes: 2000 });
    assert.ok(little.bytes.length <= 2000 && little.info.width < 400);
    assert.ok(codesOf(little.changes).includes("resized"));
    assert.deepEqual((await prepare(source, { maxBytes: source.length })).changes, []);
  });

  describe("maxBytes never raises the quality", () => {
    const picture = scene(400, 300);
    /** ITU-T T.81, B.2.4.1: the first table, which the quality decides. */
    const quantization = (file) => {
      const bytes = Buffer.from(file);
      const at = bytes.indexOf(Buffer.from([0xff, 0xdb]));
      return bytes.subarray(at, at + 2 + 67);
    };

    for (const format of ["jpeg", "webp"]) {
      test(`that was asked for: ${format}`, async () => {
        const options = { format, quality: 20, maxEdge: 399 };
        const large = encodeJpeg(picture, { quality: 95 });
        const whole = await prepare(large, options);
        const maxBytes = Math.floor(whole.bytes.length / 2);
        const { bytes, info, changes } = await prepare(large, { ...options, maxBytes });
        assert.ok(bytes.length <= maxBytes && info.width < 399);
        assert.match(changes.at(-1).message, / of quality 20$/);
        if (format === "jpeg") assert.deepEqual(quantization(bytes), quantization(whole.bytes));
      });
    }

    test("that the source has", async () => {
      const poor = encodeJpeg(picture, { quality: 15 });
      const { bytes, info, changes } = await prepare(poor, { maxBytes: Math.floor(poor.length / 2) });
      assert.ok(bytes.length <= poor.length / 2 && info.width < 400);
      assert.match(changes.at(-1).message, /the source's own tables/);
      assert.deepEqual(quantization(bytes), quantization(poor));
    });
  });

  test("quality is heeded", async () => {
    const source = orientedJpeg(6, scene(160, 120), { quality: 95 });
    const sizes = [];
    for (const quality of [1, 40, 90, 100]) sizes.push((await prepare(source, { quality })).bytes.length);
    assert.deepEqual(
      [...sizes].sort((a, b) => a - b),
      sizes,
    );
    assert.equal(new Set(sizes).size, 4);
    for (const quality of [0, 101, 50.5, Number.NaN, "90"])
      await refused(prepare(source, { quality }), "bad-argument", /1 to 100/);
  });

  test("upright: false leaves it lying", async () => {
    const source = orientedJpeg(6, upright);
    const media = await prepare(source, { upright: false, stripMetadata: false });
    assert.deepEqual(media.changes, []);
    assert.ok(source.equals(media.bytes));
    assert.equal(media.info.orientation, 6);
    const pixels = await media.toImageData();
    assert.deepEqual([pixels.width, pixels.height], [96, 64], "pixels are upright all the same");
    assertLooksLike(pixels, upright);
  });

  for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
    test(`upright: false, and more to do: it lies as it lay and says so, orientation ${orientation}`, async () => {
      const source = orientedPng(orientation, upright);
      const small = await (await prepare(source, { maxEdge: 48 })).toImageData();
      for (const format of ["png", "webp", "jpeg"]) {
        const media = await prepare(source, { upright: false, maxEdge: 48, format });
        const { info } = media;
        assert.equal(info.orientation, orientation, format);
        assert.deepEqual([info.uprightWidth, info.uprightHeight], [48, 32]);
        assert.deepEqual([info.width, info.height], orientation > 4 ? [32, 48] : [48, 32]);
        assert.deepEqual(await probe(media.bytes), info);
        assert.deepEqual(media.warnings, []);
        assertLooksLike(await media.toImageData(), small);
        assert.deepEqual((await prepare(media.bytes, { upright: false })).changes, [], "nothing but the orientation");
      }
      const jpeg = await prepare(orientedJpeg(orientation, upright), { upright: false, maxEdge: 48 });
      assert.equal(jpeg.info.orientation, orientation);
      assertLooksLike(await jpeg.toImageData(), small);
      // The right part of the upright picture, which is no part of every stored one.
      const crop = { x: 60, y: 10, width: 36, height: 20 };
      const part = await prepare(source, { upright: false, crop });
      assert.equal(part.info.orientation, orientation);
      const wanted = await (await prepare(source, { crop })).toImageData();
      assert.equal(largestDifference(await part.toImageData(), wanted), 0);
    });
  }

  test("upright: false within maxBytes: the orientation has its room, alpha stays", async () => {
    const source = orientedJpeg(6, scene(400, 300), { quality: 95 });
    for (const format of ["keep", "png", "webp"]) {
      const { bytes, info } = await prepare(source, { upright: false, maxBytes: 4000, format });
      assert.ok(bytes.length <= 4000);
      assert.equal(info.orientation, 6);
    }
    const glass = scene(16, 8);
    for (let i = 3; i < glass.data.length; i += 8) glass.data[i] = 100;
    const clear = await prepare(orientedPng(6, glass, { colorType: 6 }), { upright: false, format: "webp" });
    assert.deepEqual([clear.info.orientation, clear.info.hasAlpha], [6, true]);
    assert.deepEqual((await clear.toImageData()).data, glass.data);
    await refused(prepare(source, { upright: false, maxBytes: 50 }), "too-large", /maxBytes \(50\)/);
  });
});

describe("what is right already", () => {
  test("comes out byte for byte, whatever it came in", async () => {
    for (const [bytes, source] of [
      [jpeg, jpeg],
      [png, png],
      [jpeg, new Blob([jpeg])],
      [jpeg, path.join(folder, "upright.jpg")],
      [jpeg, new Response(jpeg)],
      [png, `data:image/png;base64,${png.toString("base64")}`],
    ]) {
      const media = await prepare(source);
      assert.ok(bytes.equals(media.bytes));
      assert.deepEqual(media.changes, []);
      assert.deepEqual(media.source, media.info);
    }
  });

  test("its bytes are the caller's own: neither side sees what the other writes", async () => {
    const mine = new Uint8Array(jpeg);
    for (const source of [mine, mine.buffer, new DataView(mine.buffer)]) {
      const media = await prepare(source);
      media.bytes[0] = 0;
      assert.equal(mine[0], 0xff);
      mine[1] = 0;
      assert.equal(media.bytes[1], 0xd8);
      mine[1] = 0xd8;
    }
  });

  test("warnings of its name are kept", async () => {
    assert.deepEqual(codesOf((await prepare(new Blob([jpeg], { type: "image/png" }))).warnings), ["mime-mismatch"]);
  });
});

test("raw pixels become a PNG of just these pixels", async () => {
  const media = await prepare(upright);
  assert.equal(media.mimeType, "image/png");
  assert.equal(media.source.format, "rgba");
  assert.deepEqual(codesOf(media.changes), ["encoded"]);
  assert.equal(largestDifference(await media.toImageData(), upright), 0);
  const bytes = new Uint8Array(upright.data);
  assert.deepEqual((await prepare({ ...upright, data: bytes })).bytes, media.bytes);
  await refused(prepare({ width: 2, height: 2, data: new Uint8Array(15) }), "bad-argument", /2 × 2 with 15/);
});

test("the ways out agree", async () => {
  const media = await prepare(png);
  const base64 = png.toString("base64");
  assert.equal(media.toBase64(), base64);
  assert.equal(media.toDataUrl(), `data:image/png;base64,${base64}`);
  assert.deepEqual(media.toPart(), { inlineData: { mimeType: "image/png", data: base64 } });
  const blob = media.toBlob();
  assert.equal(blob.type, "image/png");
  assert.ok(png.equals(Buffer.from(await blob.arrayBuffer())));
  assert.deepEqual(JSON.parse(JSON.stringify(media.toPart())), media.toPart());
});

describe("limits", () => {
  const sideways = orientedPng(6, scene(40, 30));

  test("maxPixels, to the pixel", async () => {
    assert.equal((await prepare(sideways, { limits: { maxPixels: 1200 } })).info.width, 40);
    await refused(prepare(sideways, { limits: { maxPixels: 1199 } }), "too-large", /limits\.maxPixels/);
  });

  test("a picture that promises too many pixels is refused by default", async () => {
    await refused(prepare(resizedPng(sideways, 15_000, 15_000)), "too-large", /limits\.maxPixels/);
  });

  test("what is not decoded has no limit of pixels", async () => {
    const media = await prepare(png, { limits: { maxPixels: 1 } });
    assert.deepEqual(media.changes, []);
  });

  test("maxBytes, for every kind of source", async (t) => {
    const { url } = await serveFor(t, fileAnswer(jpeg, { ranges: true }).answer);
    const whole = await serveFor(t, fileAnswer(jpeg).answer);
    const stream = () => new Blob([jpeg]).stream();
    const kinds = {
      buffer: () => jpeg,
      ArrayBuffer: () => Uint8Array.from(jpeg).buffer,
      "data: address": () => `data:image/jpeg;base64,${jpeg.toString("base64")}`,
      Blob: () => new Blob([jpeg]),
      stream,
      Response: () => new Response(stream()),
      path: () => path.join(folder, "upright.jpg"),
      "address with ranges": () => `${url}/a`,
      address: () => `${whole.url}/a`,
    };
    for (const [kind, source] of Object.entries(kinds)) {
      await t.test(kind, async () => {
        const limits = { maxBytes: jpeg.length - 1 };
        for (const call of [prepare, decode]) {
          await refused(call(source(), { limits }), "too-large", /limits\.maxBytes/);
        }
        const exact = { maxBytes: jpeg.length };
        assert.ok(jpeg.equals((await prepare(source(), { limits: exact })).bytes));
      });
    }
  });

  test("a body that never ends is not waited for", async (t) => {
    const { url } = await serveFor(t, (_request, response) => {
      response.on("error", () => {});
      response.writeHead(200);
      response.write(jpeg);
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", write);
      write();
    });
    await refused(prepare(`${url}/a`, { limits: { maxBytes: 1_000_000 } }), "too-large");
  });

  test("an address is asked once, for everything", async (t) => {
    const { url, requests } = await serveFor(t, fileAnswer(jpeg, { ranges: true }).answer);
    assert.ok(jpeg.equals((await prepare(`${url}/a.jpg`)).bytes));
    assert.equal(requests.length, 1);
    assert.equal(requests[0].headers.range, undefined);
  });
});

describe("damage and what cannot be done", () => {
  test("a picture cut in its data cannot be turned, and stands where it was", async () => {
    const cut = orientedPng(6, upright).subarray(0, 4000);
    const error = await refused(prepare(cut), "truncated", /ends early/);
    assert.equal(error.retryable, false);
    const { info } = await prepare(orientedPng(6, upright));
    assert.equal(info.width, 96);
  });

  test("what is no picture", async () => {
    await refused(prepare(Buffer.from("words, words, words and more words")), "unsupported");
    await refused(prepare(new Uint8Array(0)), "truncated");
    await refused(prepare(folder), "bad-argument");
    await refused(prepare(path.join(folder, "nowhere.jpg")), "source-unreachable");
  });

  test("aborts reject with the signal's own reason", async () => {
    const reason = new Error("never mind");
    const signal = AbortSignal.abort(reason);
    for (const source of [jpeg, new Blob([jpeg]), path.join(folder, "sideways.jpg")]) {
      await assert.rejects(prepare(source, { signal }), (error) => error === reason);
    }
    const controller = new AbortController();
    const blob = new Blob([orientedJpeg(6, upright)]);
    const slice = blob.slice.bind(blob);
    blob.slice = (...range) => {
      controller.abort(reason);
      return slice(...range);
    };
    await assert.rejects(prepare(blob, { signal: controller.signal }), (error) => error === reason);
  });

  test("many at once do not mix", async () => {
    const pictures = Array.from({ length: 24 }, (_, i) => scene(10 + i, 40 - i));
    const sources = pictures.map((picture, i) => new Blob([orientedPng(2 + (i % 7), picture)]));
    const prepared = await Promise.all(sources.map((source) => prepare(source)));
    for (const [i, media] of prepared.entries()) {
      assert.equal(largestDifference(await media.toImageData(), pictures[i]), 0);
    }
  });
});

describe("metadata goes, the picture stays", () => {
  const secret = "Serial 4711";
  const gps = { latitude: 48.8583, longitude: 2.2945 };
  const exifOf = (orientation) => buildExif({ orientation, make: secret, model: "Phone", gps });
  const text = { type: "tEXt", data: Buffer.from(`Author\0${secret}`) };
  const sources = {
    JPEG: (orientation) =>
      encodeJpeg(storedAs(orientation, upright), {
        segments: [exifSegment(exifOf(orientation)), { marker: 0xfe, data: Buffer.from(secret) }],
      }),
    PNG: (orientation) =>
      encodePng(storedAs(orientation, upright), {
        colorType: 2,
        chunks: { beforeIdat: [{ type: "eXIf", data: exifOf(orientation) }], afterIdat: [text] },
      }),
  };

  for (const [format, make] of Object.entries(sources)) {
    test(`${format}: cut out of an upright picture, pixel for pixel the same`, async () => {
      const source = Buffer.from(make(1));
      const media = await prepare(source);
      assert.deepEqual(
        media.changes.map(({ code }) => code),
        ["metadata-removed"],
      );
      assert.match(media.changes[0].message, /EXIF/);
      assert.ok(source.includes(secret) && !Buffer.from(media.bytes).includes(secret));
      assert.deepEqual(media.source.metadata.gps, true);
      assert.deepEqual(Object.values(media.info.metadata), [false, false, false, false, false]);
      const kept = await prepare(source, { stripMetadata: false });
      assert.ok(source.equals(kept.bytes));
      assert.equal(largestDifference(await media.toImageData(), await kept.toImageData()), 0);
      const again = await prepare(media.bytes);
      assert.deepEqual([again.changes, again.bytes], [[], media.bytes]);
    });

    test(`${format}: a picture that is to stay as it lies keeps its orientation and nothing else`, async () => {
      const media = await prepare(make(6), { upright: false });
      assert.equal(media.info.orientation, 6);
      assert.deepEqual(media.info.metadata.gps, false);
      assert.ok(!Buffer.from(media.bytes).includes(secret));
    });
  }

  test("a picture whose end is missing is refused, and left as it is on demand", async () => {
    const cut = jpeg.subarray(0, jpeg.length - 2);
    await assert.rejects(prepare(cut), { code: "truncated", message: /stripMetadata: false/ });
    assert.ok((await prepare(cut, { stripMetadata: false })).bytes.length === cut.length);
  });
});

test("a file of three gigabytes is known by its header, refused by its length, and takes no memory", async () => {
  const file = path.join(folder, "huge.jpg");
  await writeFile(file, jpeg);
  // Nothing but its length is stored where the file system knows holes.
  await truncate(file, 3_000_000_000);
  const before = process.memoryUsage().rss;
  const info = await probe(file);
  assert.deepEqual([info.width, info.height, info.byteLength], [96, 64, 3_000_000_000]);
  const error = await refused(prepare(file), "too-large", /limits\.maxBytes/);
  assert.match(error.message, /huge\.jpg/);
  assert.ok(process.memoryUsage().rss - before < 100_000_000);
});
