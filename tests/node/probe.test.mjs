/** What the package says of a file, whatever it comes in. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { GeminiVisionError, InputError, probe } from "gemini-vision-wasm";
import { closedPort, fileAnswer, serveFor } from "./local-server.mjs";
import {
  buildExif,
  encodeJpeg,
  encodePng,
  exifSegment,
  longHeaderJpeg,
  orientedJpeg,
  orientedPng,
  scene,
} from "./pictures.mjs";

const place = { latitude: 10, longitude: 20 };
const exif = exifSegment(buildExif({ orientation: 6, gps: place }));
const photo = Buffer.from(encodeJpeg(scene(320, 200), { quality: 95, segments: [exif] }));
const png = Buffer.from(encodePng(scene(40, 30), { colorType: 2 }));

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "probe-"));
  await writeFile(path.join(folder, "photo.jpg"), photo);
  await writeFile(path.join(folder, "photo %23 ü.JPEG"), photo);
  await writeFile(path.join(folder, "wrong.png"), photo);
  await writeFile(path.join(folder, "no-extension"), photo);
  await writeFile(path.join(folder, "empty.jpg"), "");
  await writeFile(path.join(folder, "text.txt"), "Nothing to see here, only words.");
});
after(() => rm(folder, { recursive: true }));

const inFolder = (name) => path.join(folder, name);

/** The error of a probe that must fail, with everything that every error of the package has. */
async function failure(source, options) {
  const error = await probe(source, options).then(
    () => assert.fail("it was taken"),
    (reason) => reason,
  );
  assert.ok(error instanceof InputError && error instanceof GeminiVisionError && error instanceof Error, String(error));
  assert.equal(error.name, "InputError");
  return error;
}

function streamOf(bytes, chunkBytes = 1000) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + chunkBytes)));
      at += chunkBytes;
    },
  });
}

/** The same bytes in the middle of a larger buffer. */
function embedded(View, bytes) {
  const size = View.BYTES_PER_ELEMENT ?? 1;
  const length = Math.floor(bytes.length / size);
  const buffer = new ArrayBuffer(64 + length * size + 64);
  new Uint8Array(buffer).set(bytes.subarray(0, length * size), 64);
  return new View(buffer, 64, View === DataView ? length * size : length);
}

describe("facts", () => {
  test("of a sideways photo", async () => {
    assert.deepEqual(await probe(photo), {
      kind: "image",
      format: "jpeg",
      mimeType: "image/jpeg",
      supported: true,
      byteLength: photo.length,
      width: 320,
      height: 200,
      orientation: 6,
      uprightWidth: 200,
      uprightHeight: 320,
      frames: 1,
      hasAlpha: false,
      bitDepth: 8,
      colorModel: "ycbcr",
      progressive: false,
      metadata: { exif: true, xmp: false, icc: false, iptc: false, gps: true },
      warnings: [],
    });
  });

  test("of PNGs of every colour type", async () => {
    const facts = [
      [0, 1, "gray", false],
      [0, 16, "gray", false],
      [2, 8, "rgb", false],
      [2, 16, "rgb", false],
      [4, 8, "gray-alpha", true],
      [6, 16, "rgba", true],
    ];
    for (const [colorType, bitDepth, colorModel, hasAlpha] of facts) {
      const info = await probe(encodePng(scene(9, 7), { colorType, bitDepth }));
      const { format, width, height } = info;
      assert.deepEqual([format, width, height, info.colorModel, info.hasAlpha], ["png", 9, 7, colorModel, hasAlpha]);
      assert.equal(info.bitDepth, bitDepth);
    }
  });

  test("a palette with a transparent colour has alpha", async () => {
    const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 0, 255, 0]);
    const info = await probe(encodePng({ width: 2, height: 1, data }, { colorType: 3, bitDepth: 1 }));
    assert.deepEqual([info.colorModel, info.bitDepth, info.hasAlpha], ["palette", 1, true]);
  });

  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`orientation ${orientation} in JPEG and PNG`, async () => {
      const picture = scene(24, 16);
      for (const bytes of [orientedJpeg(orientation, picture), orientedPng(orientation, picture)]) {
        const info = await probe(bytes);
        assert.equal(info.orientation, orientation);
        assert.deepEqual([info.uprightWidth, info.uprightHeight], [24, 16]);
        assert.deepEqual([info.width, info.height], orientation > 4 ? [16, 24] : [24, 16]);
      }
    });
  }

  test("what a PNG says behind its pixels is not heeded, as in browsers", async () => {
    assert.equal((await probe(orientedPng(6, scene(24, 16), { late: true }))).orientation, 1);
  });

  test("raw pixels describe themselves", async () => {
    for (const data of [new Uint8ClampedArray(24), new Uint8Array(24)]) {
      const info = await probe({ width: 3, height: 2, data });
      assert.deepEqual([info.format, info.width, info.height, info.supported], ["rgba", 3, 2, false]);
    }
    const wrong = await failure({ width: 3, height: 2, data: new Uint8ClampedArray(23) });
    assert.equal(wrong.code, "bad-argument");
    assert.match(wrong.message, /3 × 2 with 23/);
    assert.equal((await failure({ width: 0, height: 2, data: new Uint8ClampedArray(0) })).code, "bad-argument");
    assert.equal((await failure({ width: 1.5, height: 2, data: new Uint8ClampedArray(12) })).code, "bad-argument");
  });
});

describe("every kind of source", () => {
  const bytes = () => new Uint8Array(photo);
  const base64 = photo.toString("base64");
  const percent = [...photo].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const sources = {
    Blob: () => new Blob([bytes()], { type: "image/jpeg" }),
    "Blob without a type": () => new Blob([bytes()]),
    File: () => new File([bytes()], "photo.jpg", { type: "image/jpeg" }),
    "File without a type": () => new File([bytes()], "photo.JPG"),
    ArrayBuffer: () => bytes().buffer,
    Uint8Array: bytes,
    "Uint8Array with an offset": () => embedded(Uint8Array, photo),
    "DataView with an offset": () => embedded(DataView, photo),
    "Int8Array with an offset": () => embedded(Int8Array, photo),
    Buffer: () => photo,
    "Buffer from the pool": () => Buffer.from(photo),
    "ReadableStream in small chunks": () => streamOf(photo, 7),
    "ReadableStream in one": () => streamOf(photo, photo.length),
    Response: () => new Response(bytes(), { headers: { "content-type": "image/jpeg" } }),
    "Response of a stream": () => new Response(streamOf(photo)),
    "data: base64": () => `data:image/jpeg;base64,${base64}`,
    "data: base64 with parameters": () => `data:image/jpeg;name=a.jpg;base64,${base64}`,
    "data: base64, URL-safe": () => `data:image/jpeg;base64,${base64.replaceAll("+", "-").replaceAll("/", "_")}`,
    "data: base64, escaped": () => `data:image/jpeg;base64,${encodeURIComponent(base64)}`,
    "data: percent": () => `data:image/jpeg,${percent}`,
    "DATA: in capitals": () => `DATA:image/jpeg;BASE64,${base64}`,
    "data: without a type": () => `data:;base64,${base64}`,
    "URL object, data:": () => new URL(`data:image/jpeg;base64,${base64}`),
    path: () => inFolder("photo.jpg"),
    "path with odd letters": () => inFolder("photo %23 ü.JPEG"),
    "path without extension": () => inFolder("no-extension"),
    "relative path": () => path.relative(process.cwd(), inFolder("photo.jpg")),
    "URL object, file:": () => pathToFileURL(inFolder("photo %23 ü.JPEG")),
    "file: address": () => pathToFileURL(inFolder("photo.jpg")).href,
  };
  for (const [kind, make] of Object.entries(sources)) {
    test(kind, async () => {
      const source = make();
      const expected = await probe(photo);
      const length = source instanceof Int8Array ? Math.floor(photo.length) : photo.length;
      assert.deepEqual(await probe(source), { ...expected, byteLength: length });
    });
  }

  test("a 16-bit view counts by its bytes", async () => {
    const view = embedded(Uint16Array, photo);
    assert.equal((await probe(view)).byteLength, 2 * Math.floor(photo.length / 2));
  });

  test("what a caller holds is left as it was", async () => {
    const before_ = Buffer.from(photo);
    await probe(photo);
    assert.ok(before_.equals(photo));
  });

  test("other things are refused by name", async () => {
    for (const [thing, what] of [
      [undefined, /undefined/],
      [null, /object/],
      [42, /a number/],
      [{}, /a Object object/],
      [[1, 2], /a Array object/],
      [Promise.resolve(photo), /Promise, which has to be awaited/],
      [new URL("ftp://example.test/a.jpg"), /not ftp:/],
    ]) {
      const error = await failure(thing);
      assert.equal(error.code, "bad-argument");
      assert.match(error.message, what);
    }
  });

  test("a stream that is locked, a body that was read", async () => {
    const locked = streamOf(photo);
    locked.getReader();
    assert.equal((await failure(locked)).code, "bad-argument");
    const read = new Response(photo);
    await read.arrayBuffer();
    assert.equal((await failure(read)).code, "bad-argument");
  });

  test("a stream of anything but bytes, and one that breaks off", async () => {
    const words = new ReadableStream({ start: (controller) => controller.enqueue("words") });
    assert.equal((await failure(words)).code, "bad-argument");
    const broken = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(100));
        controller.error(new Error("cable cut"));
      },
    });
    const error = await failure(broken);
    assert.equal(error.code, "source-unreachable");
    assert.equal(error.cause.message, "cable cut");
    assert.ok(error.retryable);
  });

  test("data: addresses that are none", async () => {
    assert.equal((await failure("data:image/jpeg;base64")).code, "bad-argument");
    assert.equal((await failure("data:image/jpeg;base64,a*b")).code, "malformed");
    assert.equal((await failure("data:,%zz%f")).code, "unsupported");
  });
});

describe("content decides, not names", () => {
  const mismatch = async (source, declared) => {
    const info = await probe(source);
    assert.equal(info.mimeType, "image/jpeg");
    assert.deepEqual(
      info.warnings.map(({ code }) => code),
      ["mime-mismatch"],
    );
    assert.match(info.warnings[0].message, new RegExp(`declared to be ${declared}, but its content is image/jpeg`));
  };

  test("a wrong type", () => mismatch(new Blob([photo], { type: "image/png" }), "image/png"));
  test("a wrong extension", () => mismatch(inFolder("wrong.png"), "image/png"));
  test("a wrong extension of a File", () => mismatch(new File([photo], "a.heic"), "image/heic"));
  test("a wrong type of a data: address", () =>
    mismatch(`data:text/plain;base64,${photo.toString("base64")}`, "text/plain"));
  test("a wrong type of a Response", () =>
    mismatch(new Response(photo, { headers: { "content-type": "image/webp; x=y" } }), "image/webp"));

  test("a word of JavaScript's own is no extension", async () => {
    assert.deepEqual((await probe(new File([photo], "a.constructor"))).warnings, []);
  });
  test("synonyms, and types that say nothing, are no mismatch", async () => {
    for (const type of [
      "image/jpg",
      "IMAGE/JPEG",
      "image/pjpeg",
      "application/octet-stream",
      "binary/octet-stream",
      "",
    ]) {
      assert.deepEqual((await probe(new Blob([photo], { type }))).warnings, [], type);
    }
    assert.deepEqual((await probe(new Blob([png], { type: "image/apng" }))).warnings, []);
  });
});

describe("files that are none", () => {
  const cases = [
    ["an empty file", () => inFolder("empty.jpg"), "truncated", /empty/],
    ["an empty buffer", () => new Uint8Array(0), "truncated", /empty/],
    ["an empty blob", () => new Blob([]), "truncated", /empty/],
    ["an empty stream", () => streamOf(Buffer.alloc(0)), "truncated", /empty/],
    ["a directory", () => folder, "bad-argument", /is a directory/],
    ["a file: address of a directory", () => pathToFileURL(folder), "bad-argument", /is a directory/],
    ["a file: address of another host", () => new URL("file://host/x.jpg"), "bad-argument", /is no path/],
    ["a file: address with an escaped slash", () => "file:///a%2Fb.jpg", "bad-argument", /is no path/],
    ["a missing file", () => inFolder("nowhere.jpg"), "source-unreachable", /there is no such file/],
    [
      "a prompt taken for a path",
      () => "Describe ".repeat(2000),
      "source-unreachable",
      /prompt text goes into contents/,
    ],
    ["a text", () => inFolder("text.txt"), "unsupported", /of no known format/],
    ["zeros", () => Buffer.alloc(10_000), "unsupported", /of no known format/],
    ["half a header", () => photo.subarray(0, 60), "truncated", /ends before its header does/],
    ["two bytes", () => photo.subarray(0, 2), "truncated", /ends before/],
    [
      "a PNG of no width",
      () => Buffer.concat([png.subarray(0, 16), Buffer.alloc(4), png.subarray(20)]),
      "malformed",
      /damaged/,
    ],
  ];
  for (const [what, make, code, message] of cases) {
    test(what, async () => {
      const error = await failure(make());
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      assert.equal(error.retryable, false);
      assert.equal((await probe(photo)).width, 320, "the next call is not touched by it");
    });
  }

  test("messages name the file, and show no more than a bit of a long name", async () => {
    assert.match((await failure(inFolder("text.txt"))).message, /text\.txt/);
    assert.ok((await failure("Describe ".repeat(2000))).message.length < 400);
  });

  test("an offset tells where", async () => {
    const { at } = await failure(photo.subarray(0, 60));
    assert.ok(Number.isInteger(at) && at >= 0 && at <= 60, String(at));
  });

  test("a picture cut in its data is told by a warning", async () => {
    const { warnings, width } = await probe(png.subarray(0, png.length - 30));
    assert.equal(width, 40);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["truncated"],
    );
  });
});

describe("addresses", () => {
  const big = Buffer.concat([photo, Buffer.alloc(200_000)]);

  test("one range of 4 KB is all that is read where ranges are offered", async (t) => {
    const { answer, sent } = fileAnswer(big, { ranges: true, type: "image/jpeg" });
    const { url, requests } = await serveFor(t, answer);
    const info = await probe(`${url}/photo.jpg`);
    assert.deepEqual([info.byteLength, info.orientation, info.warnings], [big.length, 6, []]);
    assert.equal(requests.length, 1);
    assert.equal(sent.bytes, 4096);
    assert.equal(requests[0].headers.range, "bytes=0-4095");
  });

  test("a long header costs a few windows, never the file", async (t) => {
    const long = Buffer.concat([longHeaderJpeg(150_000), Buffer.alloc(500_000)]);
    const { answer, sent } = fileAnswer(long, { ranges: true });
    const { url, requests } = await serveFor(t, answer);
    const info = await probe(new URL(`${url}/long`));
    assert.deepEqual([info.width, info.height, info.byteLength], [32, 24, long.length]);
    assert.ok(requests.length <= 8, `${requests.length} requests`);
    assert.ok(sent.bytes <= 8 * 4096, `${sent.bytes} bytes`);
  });

  test("a server that changes its mind and sends everything", async (t) => {
    const long = longHeaderJpeg(60_000);
    const { url, requests } = await serveFor(t, fileAnswer(long, { ranges: "first-only" }).answer);
    assert.equal((await probe(`${url}/a`)).width, 32);
    assert.ok(requests.length >= 2);
  });

  describe("a server that sends more than was asked for is left", () => {
    const long = longHeaderJpeg(60_000);
    const surplus = Array.from({ length: 1024 }, () => Buffer.alloc(64 * 1024, 0xab));

    /** Answers with what is right and goes on with the surplus, more than lies in any buffers on the way. */
    async function generous(t, statusOf) {
      const answers = [];
      const { url } = await serveFor(t, (request, response, _body, number) => {
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range).map(Number);
        const status = statusOf(number);
        const range = { "content-range": `bytes ${from}-${to}/${long.length}` };
        response.writeHead(status, status === 206 ? range : {});
        const right = status === 206 ? long.subarray(from, to + 1) : long;
        const sent = pipeline(Readable.from([right, ...surplus]), response);
        answers.push(
          sent.then(
            () => "taken",
            () => "left",
          ),
        );
      });
      return { url, answers };
    }

    for (const [what, statusOf] of [
      ["every time", () => 206],
      ["after the first range, with all of it", (number) => (number === 1 ? 206 : 200)],
    ]) {
      test(what, async (t) => {
        const { url, answers } = await generous(t, statusOf);
        assert.deepEqual(await probe(url), await probe(long));
        assert.ok(answers.length >= 2);
        assert.deepEqual(new Set(await Promise.all(answers)), new Set(["left"]));
      });
    }
  });

  test("bytes of another place are never taken for those that were asked for", async (t) => {
    const long = longHeaderJpeg(60_000);
    const shifted = (isShifted) => (request, response, _body, number) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")?.map(Number) ?? [];
      if (from === undefined) return response.end(long);
      const start = isShifted(number) ? from + 1 : from;
      response.writeHead(206, { "content-range": `bytes ${start}-${to}/${long.length}` });
      return response.end(long.subarray(start, to + 1));
    };
    const first = await serveFor(
      t,
      shifted((number) => number === 1),
    );
    assert.equal((await probe(first.url)).width, 32);
    assert.deepEqual(
      first.requests.map(({ headers }) => headers.range),
      ["bytes=0-4095", undefined],
    );
    const later = await serveFor(
      t,
      shifted((number) => number > 1),
    );
    const error = await failure(later.url);
    assert.deepEqual([error.code, error.retryable], ["source-unreachable", false]);
    assert.match(error.message, /other bytes than were asked for/);
  });

  test("without ranges the file is read once", async (t) => {
    const { answer, sent } = fileAnswer(big);
    const { url, requests } = await serveFor(t, answer);
    assert.equal((await probe(new URL(`${url}/photo`))).byteLength, big.length);
    assert.equal(requests.length, 1);
    assert.equal(sent.bytes, big.length);
  });

  test("a part whose whole is not told is asked for again", async (t) => {
    const { url, requests } = await serveFor(t, fileAnswer(big, { ranges: "without-length" }).answer);
    assert.equal((await probe(`${url}/photo`)).byteLength, big.length);
    assert.equal(requests.length, 2);
    assert.equal(requests[1].headers.range, undefined);
  });

  test("an empty file, by its 416", async (t) => {
    const empty = Buffer.alloc(0);
    const { url } = await serveFor(t, fileAnswer(empty, { ranges: true }).answer);
    const error = await failure(`${url}/empty.jpg`);
    assert.equal(error.code, "truncated");
    assert.match(error.message, /empty/);
  });

  test("no key, no cookie, no credentials", async (t) => {
    const { url, requests } = await serveFor(t, fileAnswer(photo).answer);
    await probe(`${url}/a.jpg`);
    const names = Object.keys(requests[0].headers);
    for (const name of ["x-goog-api-key", "authorization", "cookie", "referer"]) assert.ok(!names.includes(name), name);
  });

  test("statuses", async (t) => {
    const { url } = await serveFor(t, (request, response) =>
      response.writeHead(Number(request.url.slice(1, 4))).end("no"),
    );
    for (const [status, retryable] of [
      [404, false],
      [403, false],
      [500, true],
      [503, true],
    ]) {
      const error = await failure(`${url}/${status}?X-Signature=secret`);
      assert.deepEqual([error.code, error.retryable], ["source-unreachable", retryable]);
      assert.match(error.message, new RegExp(`HTTP status ${status}`));
      assert.doesNotMatch(error.message, /secret/);
    }
  });

  test("nobody there", async () => {
    const url = await closedPort();
    const error = await failure(`${url.replace("//", "//user:pass@")}/a.jpg`.replace("user:pass@", ""));
    assert.deepEqual([error.code, error.retryable], ["source-unreachable", true]);
    assert.ok(error.cause instanceof Error);
  });

  test("an HTML page in the place of a picture", async (t) => {
    const page = Buffer.from("<!doctype html><title>Log in</title>");
    const { url } = await serveFor(t, fileAnswer(page, { type: "text/html" }).answer);
    assert.equal((await failure(`${url}/a.jpg`)).code, "unsupported");
  });

  test("a connection cut in the middle", async (t) => {
    const { url } = await serveFor(t, (_request, response) => {
      response.writeHead(200, { "content-length": big.length });
      response.write(big.subarray(0, 1000), () => response.destroy());
    });
    const error = await failure(`${url}/a.jpg`);
    assert.deepEqual([error.code, error.retryable], ["source-unreachable", true]);
  });
});

describe("aborts reject with the signal's own reason", () => {
  const reason = new Error("changed my mind");
  const rejects = (promise) => assert.rejects(promise, (error) => error === reason);

  test("before anything begins, for every kind", async () => {
    const signal = AbortSignal.abort(reason);
    const pixels = { width: 1, height: 1, data: new Uint8Array(4) };
    const file = inFolder("photo.jpg");
    for (const source of [photo, new Blob([photo]), file, streamOf(photo), new Response(photo), pixels]) {
      await rejects(probe(source, { signal }));
    }
  });

  test("while a stream is waited for; the stream is let go", async () => {
    const controller = new AbortController();
    let cancelled;
    const endless = new ReadableStream({
      pull: () => new Promise(() => {}),
      cancel: (why) => {
        cancelled = why;
      },
    });
    const probing = probe(endless, { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await rejects(probing);
    assert.equal(cancelled, reason);
  });

  test("while an address is waited for", async (t) => {
    const controller = new AbortController();
    const { url } = await serveFor(t, () => controller.abort(reason));
    await rejects(probe(`${url}/a.jpg`, { signal: controller.signal }));
  });

  test("while a body comes in", async (t) => {
    const controller = new AbortController();
    const { url } = await serveFor(t, (_request, response) => {
      response.writeHead(200);
      response.write(photo.subarray(0, 500), () => setImmediate(() => controller.abort(reason)));
    });
    await rejects(probe(`${url}/a.jpg`, { signal: controller.signal }));
  });

  test("between two windows of a Blob", async () => {
    const controller = new AbortController();
    const blob = new Blob([longHeaderJpeg(60_000)]);
    const slice = blob.slice.bind(blob);
    let reads = 0;
    blob.slice = (...range) => {
      if (++reads === 2) controller.abort(reason);
      return slice(...range);
    };
    await rejects(probe(blob, { signal: controller.signal }));
  });

  test("no listener is left on a signal that lives on", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    for (const [method, step] of [
      ["addEventListener", 1],
      ["removeEventListener", -1],
    ]) {
      const own = signal[method].bind(signal);
      signal[method] = (type, ...rest) => {
        if (type === "abort") listeners += step;
        return own(type, ...rest);
      };
    }
    for (let i = 0; i < 5; i++) await probe(streamOf(photo), { signal });
    assert.equal(listeners, 0);
  });
});

test("probes that wait for their windows do not mix", async () => {
  const files = Array.from({ length: 60 }, (_, i) => {
    const picture = scene(8 + i, 70 - i);
    return i % 3 === 2 ? orientedPng(1 + (i % 8), picture) : longHeaderJpeg(1000 + 2500 * i, picture);
  });
  const alone = [];
  for (const file of files) alone.push(await probe(file));
  const together = await Promise.all(files.map((file) => probe(new Blob([file]))));
  assert.deepEqual(together, alone);
  assert.equal(new Set(together.map(({ width, height }) => `${width}×${height}`)).size > 50, true);
});

test("a file that shrinks while it is read is truncated", async () => {
  const file = inFolder("shrinking.jpg");
  const long = longHeaderJpeg(60_000);
  await writeFile(file, long);
  const blob = new Blob([long]);
  blob.slice = () => new Blob([long.subarray(0, 100)]);
  const error = await failure(blob);
  assert.equal(error.code, "truncated");
  assert.match(error.message, /shorter while it was read/);
  assert.equal((await readFile(file)).length, long.length);
});
