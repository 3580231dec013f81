/** `gemini-vision-wasm/worker`: the same results as the main entry's, from other threads. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { openAsBlob } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as main from "gemini-vision-wasm";
import * as answers from "gemini-vision-wasm/detections";
import * as worker from "gemini-vision-wasm/worker";
import { serveFor } from "./local-server.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";

const run = promisify(execFile);
const sideways = new Uint8Array(orientedJpeg(6, scene(60, 90)));
const png = new Uint8Array(encodePng(scene(30, 20), { colorType: 2 }));
const model = "gemini-3.5-flash";

let folder;
let file;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "worker-"));
  file = path.join(folder, "sideways.jpg");
  await writeFile(file, sideways);
});
after(() => rm(folder, { recursive: true }));

/** By name. */
const onMain = { ...main };
const inPool = { ...worker };

const members = (media) => ({ ...media });
const outcome = (promise) =>
  promise.then(
    (value) => ({ value }),
    ({ name, code, message, at, retryable }) => ({ error: { name, code, message, at, retryable } }),
  );

describe("every source gives the same as on the main thread", () => {
  /** A fresh one for each reader: streams and responses can be read once. */
  const sources = {
    "a path": () => file,
    "a path that is none": () => path.join(folder, "nowhere.jpg"),
    "a directory": () => folder,
    "a file: URL": () => pathToFileURL(file),
    "a data: address": () => `data:image/png;base64,${Buffer.from(sideways).toString("base64")}`,
    "a Uint8Array": () => sideways,
    "a Buffer within a larger one": () => Buffer.concat([Buffer.from("before"), sideways]).subarray(6),
    "an ArrayBuffer": () => sideways.slice().buffer,
    "a DataView": () => new DataView(sideways.buffer),
    "shared memory": () => {
      const shared = new Uint8Array(new SharedArrayBuffer(sideways.length));
      shared.set(sideways);
      return shared;
    },
    "a Blob": () => new Blob([sideways], { type: "image/png" }),
    "a File": () => new File([sideways], "photo.png"),
    "a Blob of a file on disk": () => openAsBlob(file, { type: "image/jpeg" }),
    "a stream": () => new Blob([sideways]).stream(),
    "a Response": () => new Response(sideways, { headers: { "content-type": "image/png" } }),
    "a Response without type": () => new Response(sideways),
    "a refused Response": () => new Response("", { status: 404 }),
    pixels: () => scene(12, 8),
    "pixels of a wrong count": () => ({ width: 3, height: 3, data: new Uint8ClampedArray(5) }),
    "nothing at all": () => new Uint8Array(0),
    "half a picture": () => sideways.subarray(0, 200),
    "no picture": () => new TextEncoder().encode("These are words, and no picture at all."),
    "a number": () => 5,
    undefined: () => undefined,
  };
  for (const [name, make] of Object.entries(sources)) {
    test(name, async () => {
      for (const call of ["probe", "prepare"]) {
        const expected = await outcome(onMain[call](await make()));
        const actual = await outcome(inPool[call](await make()));
        const plain = ({ value, error }) => error ?? (call === "prepare" ? members(value) : value);
        assert.deepEqual(plain(actual), plain(expected), call);
      }
    });
  }

  test("an address of the web", async (t) => {
    const { url } = await serveFor(t, (_request, response) => {
      response.writeHead(200, { "Content-Type": "image/png" });
      response.end(sideways);
    });
    for (const source of [`${url}/a.jpg?secret`, new URL(`${url}/a.jpg`)]) {
      assert.deepEqual(members(await worker.prepare(source)), members(await main.prepare(source)));
    }
    const gone = new URL("http://127.0.0.1:1/x");
    assert.deepEqual(await outcome(worker.probe(gone)), await outcome(main.probe(gone)));
  });
});

describe("every call gives the same", () => {
  const ask = () => ({
    model,
    contents: [
      new File([sideways], "a.jpg"),
      { media: png, mediaResolution: "high" },
      { media: file },
      { text: "half \ud800 é\u2028", thoughtSignature: "eA==" },
      "What?",
    ],
    config: { systemInstruction: "Be short.", temperature: 1e-7, signal: new AbortController().signal },
  });

  test("buildRequest, byte for byte", async () => {
    const expected = await main.buildRequest(ask());
    assert.deepEqual(await worker.buildRequest(ask()), expected);
    assert.ok(expected.body.length > 1000);
    const options = { api: "openai", prepare: false };
    const short = { model, contents: [png, "What?"] };
    assert.deepEqual(await worker.buildRequest(short, options), await main.buildRequest(short, options));
    const turns = { model, contents: [{ role: "user", parts: [await worker.prepare(sideways), { text: "x" }] }] };
    assert.deepEqual(await worker.buildRequest(turns), await main.buildRequest(turns));
  });

  test("estimate and compare, with models of one's own", async () => {
    assert.deepEqual(await worker.estimate(ask()), await main.estimate(ask()));
    worker.models.register({ id: "gemini-97-test", like: "gemini-2.0-flash", prices: { input: 3, output: 4 } });
    const own = { ...ask(), model: "gemini-97-test" };
    assert.deepEqual(await worker.estimate(own, { batch: true }), await main.estimate(own, { batch: true }));
    const { contents } = ask();
    assert.deepEqual(await worker.compare({ contents }), await main.compare({ contents }));
    const facts = { model, contents: { media: { kind: "audio", durationSeconds: 10 } } };
    assert.deepEqual(await worker.estimate(facts), await main.estimate(facts));
  });

  test("parseDetections", async () => {
    const text = '[{"label": "cat", "box_2d": [100, 200, 300, 400]}]';
    const size = { width: 500, height: 400 };
    assert.deepEqual(await worker.parseDetections(text, size), await answers.parseDetections(text, size));
  });

  test("what prepare gives is the main entry's, and its pixels come from a thread", async () => {
    const media = await worker.prepare(sideways);
    const expected = await main.prepare(sideways);
    assert.ok(media instanceof main.PreparedMedia);
    assert.deepEqual(media.toPart(), expected.toPart());
    assert.deepEqual(await media.toImageData(), await expected.toImageData());
    assert.ok(media.bytes.length > 0, "its bytes are still there");
  });

  test("the same errors", async () => {
    const circle = { model, contents: "x", config: {} };
    circle.config.responseSchema = circle;
    const calls = [
      ["estimate", { model: "no-such-model", contents: "x" }],
      ["estimate", { model, contents: [] }],
      ["estimate", { model, contents: [new Date()] }],
      ["estimate", { model, contents: [Promise.resolve(1)] }],
      ["compare", { contents: [["nested"]] }],
      ["buildRequest", { model, contents: [{ media: { kind: "audio", durationSeconds: 1 } }] }],
      ["buildRequest", { model, contents: [new TextEncoder().encode("GIF89a\x01\0\x01\0\0\0\0;")] }],
      ["prepare", sideways, { quality: 0 }],
      ["prepare", sideways, { limits: { maxPixels: 10 } }],
      ["prepare", new Blob([sideways]).stream(), { limits: { maxBytes: 10 } }],
    ];
    for (const [call, ...args] of calls) {
      const again = args.map((arg) => (arg instanceof ReadableStream ? new Blob([sideways]).stream() : arg));
      const expected = await outcome(onMain[call](...args));
      assert.ok(expected.error?.code, JSON.stringify(expected));
      assert.deepEqual(await outcome(inPool[call](...again)), expected);
    }
    await assert.rejects(worker.buildRequest(circle), { name: "InputError", code: "bad-argument" });
    await assert.rejects(worker.probe(png, { fetch() {} }), { code: "bad-argument", message: /function/ });
    await assert.rejects(worker.buildRequest({ model, contents: [{ text: "x", odd: new WeakMap() }] }), {
      code: "bad-argument",
    });
    assert.equal((await worker.probe(png)).format, "png", "nothing is broken by any of them");
  });
});

describe("a pool", () => {
  let pool;
  const make = (options) => {
    pool = new worker.WorkerPool(options);
    return pool;
  };
  after(() => pool.close());

  test("has so many threads and no more; results find their callers", async () => {
    make({ size: 3 });
    const sizes = Array.from({ length: 40 }, (_, i) => i + 1);
    const infos = await Promise.all(
      sizes.map((width) => pool.prepare({ width, height: 2, data: new Uint8ClampedArray(width * 8) })),
    );
    assert.deepEqual(
      infos.map(({ info }) => info.width),
      sizes,
    );
    pool.close();
    for (const size of [0, 1.5, 65, "2"]) assert.throws(() => make({ size }), { code: "bad-argument" });
  });

  test("leaves the caller its bytes, or takes them when it is told to", async () => {
    make({ size: 1 });
    const bytes = sideways.slice();
    await pool.prepare(bytes);
    assert.deepEqual(bytes, sideways);
    const { info } = await pool.prepare(bytes, { transfer: true });
    assert.deepEqual([info.uprightWidth, bytes.length], [60, 0]);
    const whole = Buffer.concat([Buffer.from("before"), sideways]);
    const part = whole.subarray(6);
    await pool.prepare(part, { transfer: true });
    assert.equal(part.length, sideways.length, "a part would take the rest along");
    pool.close();
  });

  test("an abort rejects with the caller's reason: before, while waiting, at work", async () => {
    make({ size: 1 });
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    await assert.rejects(pool.probe(png, { signal: aborted }), reason);
    await assert.rejects(pool.buildRequest({ model, contents: "x", config: { abortSignal: aborted } }), reason);
    const large = scene(1500, 1000);
    const first = new AbortController();
    const second = new AbortController();
    const atWork = pool.prepare(large, { signal: first.signal });
    const waiting = pool.prepare(large, { signal: second.signal });
    const last = pool.probe(png);
    setTimeout(() => {
      second.abort(reason);
      first.abort(reason);
    }, 20);
    const order = [];
    last.then(() => order.push("last"));
    await assert.rejects(waiting, reason);
    await assert.rejects(atWork, reason);
    assert.deepEqual(order, [], "neither waits for the thread");
    assert.equal((await last).format, "png", "the thread goes on");
    pool.close();
  });

  test("an abort reaches what the thread waits for", async (t) => {
    const controller = new AbortController();
    let left;
    const gone = new Promise((resolve) => (left = resolve));
    const { url } = await serveFor(t, (_request, response) => {
      response.on("close", left);
      controller.abort();
    });
    make({ size: 1 });
    const waiting = pool.probe(`${url}/slow.png`, { signal: controller.signal });
    await assert.rejects(waiting, { name: "AbortError" });
    await gone;
    assert.equal((await pool.probe(png)).format, "png");
    pool.close();
  });

  test("closing rejects what is under way and what comes later", async () => {
    make({ size: 1 });
    const calls = [pool.prepare(scene(1500, 1000)), pool.probe(png), pool.probe(png)];
    setTimeout(() => pool.close(), 20);
    for (const { status, reason } of await Promise.allSettled(calls)) {
      assert.deepEqual([status, reason?.code], ["rejected", "bad-argument"]);
    }
    await assert.rejects(pool.probe(png), { code: "bad-argument", message: /closed/ });
  });

  test("its threads take the modules they are given", async () => {
    const core = new URL(import.meta.resolve("gemini-vision-wasm/core.wasm"));
    make({ size: 2, wasm: { codec: false } });
    await assert.rejects(pool.prepare(sideways), { code: "wasm-load", message: /turned the codec module off/ });
    const codec = new URL(import.meta.resolve("gemini-vision-wasm/codec.wasm"));
    const response = new Response(await readFile(core));
    pool.init({ wasm: { core: response, codec: WebAssembly.compile(await readFile(codec)) } });
    const two = await Promise.all([pool.prepare(sideways), pool.prepare(sideways)]);
    assert.ok(two.every(({ info }) => info.orientation === 1));
    pool.init({ wasm: { core: Promise.reject(new Error("not today")) } });
    await assert.rejects(pool.probe(png), { code: "wasm-load", message: /not today/ });
    pool.init({ wasm: { core } });
    await assert.rejects(pool.probe(png), { code: "wasm-load" });
    pool.close();
  });

  test("a thread that ends is told of, and another takes its place", async () => {
    make({ size: 1 });
    const started = new Promise((resolve) => process.once("worker", resolve));
    const ended = assert.rejects(pool.prepare(scene(1500, 1000)), { name: "InputError", code: "out-of-memory" });
    const waiting = pool.probe(png);
    const thread = await started;
    await new Promise((resolve) => thread.once("message", resolve));
    await thread.terminate();
    await ended;
    assert.equal((await waiting).format, "png");
    pool.close();
  });
});

test("a pool that has nothing to do keeps no process alive", async () => {
  const script = `
    import { prepare } from "gemini-vision-wasm/worker";
    const { info } = await prepare({ width: 2, height: 2, data: new Uint8Array(16) });
    process.stdout.write(info.format);`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd, timeout: 20_000 });
  assert.equal(stdout, "png");
});
