/** The door between JavaScript and wasm: nothing leaks through it, and nothing that goes wrong behind it stays wrong. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, describe, test } from "node:test";
import sharp from "sharp";
import { longHeaderJpeg, orientedJpeg, orientedPng, resizedPng, scene } from "./pictures.mjs";

/** Instances as they come to life; seen before the package is loaded, which instantiates all of them. */
const instances = [];
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...args) => {
  const instance = await instantiate(...args);
  instances.push(instance.exports);
  return instance;
};

const { buildRequest, estimate, init, InputError, prepare, probe } = await import("gemini-vision-wasm");
const dist = new URL(".", import.meta.resolve("gemini-vision-wasm"));
// Internal, but shipped: how every call reaches an instance.
const { withCore } = await import(new URL("wasm/core.js", dist));

const model = "gemini-3.5-flash";
const jpeg = orientedJpeg(6, scene(60, 90));
const png = orientedPng(6, scene(60, 90));

const bytesOf = (name) => readFileSync(new URL(`${name}.wasm`, dist));

/** A fresh instance of a module; its heap as the calls of the test find it. */
async function fresh(name, bytes = bytesOf(name)) {
  init({ wasm: { [name]: bytes } });
  instances.length = 0;
  if (name === "core") await probe(jpeg);
  else await prepare(png);
  // The glue's exports have single letters; only the core's say what they are.
  const own = instances.filter((exports) => "probe_begin" in exports === (name === "core"));
  assert.equal(own.length, 1, `one instance of ${name}`);
  instances.splice(0, instances.length, own[0]);
  return Object.values(own[0]).find((value) => value instanceof WebAssembly.Memory);
}

/** A module that may have less memory: its maximum is the second number of the memory section (id 5). */
function withMaximum(bytes, pages) {
  const copy = Buffer.from(bytes);
  const number = (at) => {
    let [value, length] = [0, 0];
    for (let more = true; more; length++) {
      value |= (copy[at + length] & 0x7f) << (7 * length);
      more = copy[at + length] >= 0x80;
    }
    return { value, length };
  };
  for (let at = 8; at < copy.length; ) {
    const size = number(at + 1);
    const body = at + 1 + size.length;
    if (copy[at] === 5) {
      const place = body + 2 + number(body + 2).length;
      const { length } = number(place);
      for (let i = 0; i < length; i++) copy[place + i] = ((pages >> (7 * i)) & 0x7f) | (i < length - 1 ? 0x80 : 0);
      return copy;
    }
    at = body + size.value;
  }
  return assert.fail("there is no memory section");
}

const heapOf = (memory) => memory.buffer.byteLength;

describe("the core's heap is as large after thousands of calls as before", () => {
  let memory;
  beforeEach(async () => {
    memory = await fresh("core");
  });

  test("10,000 probes, damaged ones and long ones among them", async () => {
    const long = new Blob([longHeaderJpeg(70_000)]);
    const before = heapOf(memory);
    for (let i = 0; i < 10_000; i++) {
      if (i % 50 === 0) await probe(long);
      else if (i % 5 === 0) await assert.rejects(probe(jpeg.subarray(0, 10 + (i % 90))), InputError);
      else await probe(i % 2 === 0 ? jpeg : png);
    }
    assert.equal(heapOf(memory), before);
    assert.equal(instances.length, 1, "and it is still the same instance");
  });

  test("2,000 estimates", async () => {
    const before = heapOf(memory);
    const media = { kind: "video", durationSeconds: 60 };
    for (let i = 0; i < 2000; i++) await estimate({ model, contents: [jpeg, "What?", { media }] });
    assert.equal(heapOf(memory), before);
  });

  test("a request of 15 MB goes through a window, not through the heap", async () => {
    const contents = [new Blob([jpeg, new Uint8Array(11_250_000)])];
    const before = heapOf(memory);
    const { body } = await buildRequest({ model, contents }, { prepare: false });
    assert.ok(body.length > 15_000_000);
    assert.equal(heapOf(memory), before);
  });

  test("500 requests", async () => {
    const ask = { model, contents: [png, "What? ".repeat(2000)] };
    await buildRequest(ask, { prepare: false });
    const before = heapOf(memory);
    for (let i = 0; i < 500; i++) await buildRequest(ask, { prepare: false });
    assert.equal(heapOf(memory), before);
  });

  test("requests that are refused in the middle", async () => {
    const deep = JSON.parse(`${"[".repeat(150)}${"]".repeat(150)}`);
    const ask = { model, contents: "x", config: { deep, text: "y".repeat(10_000) } };
    const refused = () => assert.rejects(buildRequest(ask), { code: "bad-argument" });
    await refused();
    const before = heapOf(memory);
    for (let i = 0; i < 500; i++) await refused();
    assert.equal(heapOf(memory), before);
  });
});

test("a window goes into its slot, and what a source gives beyond it nowhere", async () => {
  const memory = await fresh("core");
  const surplus = Buffer.alloc(1024 * 1024, 0xab);
  const long = longHeaderJpeg(70_000);
  const blob = new Blob([long]);
  const slice = blob.slice.bind(blob);
  blob.slice = (...range) => new Blob([slice(...range), surplus]);
  assert.deepEqual(await probe(blob), await probe(long));
  const [core] = instances;
  const slotsEnd = core.window_bytes_address() + core.window_slots() * core.window_length();
  assert.ok(!Buffer.from(memory.buffer, slotsEnd).includes(surplus.subarray(0, 64)));
});

describe("the codec's heap too", () => {
  let memory;
  beforeEach(async () => {
    memory = await fresh("codec");
  });

  test("300 pictures turned, damaged ones among them", async () => {
    for (const source of [jpeg, png]) await prepare(source);
    await assert.rejects(prepare(png.subarray(0, 3000)), { code: "truncated" });
    const before = heapOf(memory);
    for (let i = 0; i < 300; i++) {
      if (i % 4 === 0) await assert.rejects(prepare(png.subarray(0, 2000 + i)), { code: "truncated" });
      else await prepare(i % 2 === 0 ? jpeg : png);
    }
    assert.equal(heapOf(memory), before);
    assert.equal(instances.length, 1);
  });

  test("a picture beyond limits.maxPixels is refused before memory is taken", async () => {
    const before = heapOf(memory);
    await assert.rejects(prepare(resizedPng(png, 15_000, 15_000)), { code: "too-large" });
    const limits = { maxPixels: 3_999_999 };
    await assert.rejects(prepare(resizedPng(png, 2000, 2000), { limits }), { code: "too-large" });
    assert.equal(heapOf(memory), before);
  });

  test("a JPEG of 100 megapixels is made small within 256 MiB", async () => {
    const plain = { width: 12_000, height: 8_333, channels: 3, background: "#c08040" };
    const large = await sharp({ create: plain }).jpeg().toBuffer();
    const { info } = await prepare(large, { maxEdge: 1200 });
    assert.deepEqual([info.width, info.height], [1200, 833]);
    assert.ok(heapOf(memory) < 256 * 1024 * 1024, String(heapOf(memory)));
  });

  test("after a large picture the instance is replaced, so that its memory returns", async () => {
    const large = await sharp({ create: { width: 8000, height: 7500, channels: 3, background: "#c08040" } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    await prepare(large, { maxEdge: 100 });
    assert.ok(heapOf(memory) > 240_000_000, String(heapOf(memory)));
    assert.equal((await prepare(png)).info.width, 60);
    assert.equal((await prepare(png)).info.width, 60);
    assert.equal(instances.length, 2, "one more, which stays");
  });

  test("a picture that no memory holds is out-of-memory, and the next is turned", async () => {
    // Within the limit that its owner raised, but its coefficients pass 2 GB.
    const huge = Buffer.from(jpeg);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(30_000, frame + 5);
    huge.writeUInt16BE(30_000, frame + 7);
    for (let i = 0; i < 3; i++) {
      const error = await prepare(huge, { limits: { maxPixels: 1e9 } }).catch((reason) => reason);
      assert.ok(error instanceof InputError);
      assert.equal(error.code, "out-of-memory");
      assert.equal((await prepare(png)).info.width, 60);
    }
  });
});

describe("what stops an instance does not stop the package", () => {
  const trap = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };

  test("a trap throws the instance away; the next call has a fresh one", async () => {
    await fresh("core");
    const before = await probe(jpeg);
    const error = await withCore(trap).catch((reason) => reason);
    assert.ok(error instanceof InputError);
    assert.equal(error.code, "malformed");
    assert.match(error.message, /please report it/);
    assert.ok(error.cause instanceof WebAssembly.RuntimeError);
    assert.deepEqual(await probe(jpeg), before);
    assert.equal(instances.length, 2);
  });

  test("of calls that began together, those behind a trap run on a fresh instance", async () => {
    await fresh("core");
    const seen = [];
    const look = (core) => void seen.push(core);
    const outcomes = await Promise.allSettled([withCore(look), withCore(trap), withCore(look), withCore(look)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "fulfilled"],
    );
    assert.notEqual(seen[0], seen[1]);
    assert.equal(seen[1], seen[2]);
    assert.equal(instances.length, 2, "one for all of them");
  });

  test("memory that is refused where no value can say so stops the instance, and is out-of-memory", async () => {
    await fresh("core", withMaximum(bytesOf("core"), 80));
    const outcomes = new Set();
    // Somewhere between what fits and what is refused at the door, the JSON parser itself gets no memory for a string.
    for (let length = 400_000; length < 6_000_000; length += 400_000) {
      const outcome = await buildRequest({ model, contents: "x".repeat(length) }).catch((error) => error);
      if (outcome instanceof Error) assert.equal(outcome.code, "out-of-memory", `${length}: ${outcome.stack}`);
      const stopped = outcome.cause instanceof WebAssembly.RuntimeError;
      outcomes.add(outcome instanceof Error ? (stopped ? "stopped" : "refused") : "built");
      assert.equal((await probe(jpeg)).width, 90, "the next call works");
    }
    assert.deepEqual([...outcomes].sort(), ["built", "refused", "stopped"]);
    assert.ok(instances.length > 1, "what was stopped was thrown away");
  });

  test("JavaScript's own want of memory is out-of-memory too", async () => {
    await fresh("core");
    const none = () => {
      throw new RangeError("Array buffer allocation failed");
    };
    assert.equal((await withCore(none).catch((reason) => reason)).code, "out-of-memory");
    assert.equal((await probe(jpeg)).width, 90);
    assert.equal(instances.length, 2);
  });

  test("an error of the caller's own leaves the instance where it is", async () => {
    await fresh("core");
    const own = new TypeError("mine");
    const thrown = () => {
      throw own;
    };
    await assert.rejects(withCore(thrown), (error) => error === own);
    await probe(jpeg);
    assert.equal(instances.length, 1);
  });

  test("probes that wait while the instance is thrown away go on with the next one", async () => {
    await fresh("core");
    const long = longHeaderJpeg(60_000);
    const blob = new Blob([long]);
    const slice = blob.slice.bind(blob);
    let reads = 0;
    blob.slice = (...range) => {
      if (++reads === 2) void withCore(trap).catch(() => {});
      return slice(...range);
    };
    assert.deepEqual(await probe(blob), await probe(long));
    assert.equal(instances.length, 2);
  });

  test("a prompt of 40 MB is too large without its media, and the next request is built", async () => {
    await fresh("core");
    await assert.rejects(buildRequest({ model, contents: "x".repeat(40_000_000) }), { code: "too-large" });
    assert.ok((await buildRequest({ model, contents: "x" })).body.length > 0);
    assert.equal(instances.length, 1);
  });
});

describe("damaged files between good ones change nothing", () => {
  test("a JPEG and a PNG cut at every 37th byte, probed and turned", async () => {
    const expected = await Promise.all([jpeg, png].map((bytes) => prepare(bytes)));
    for (const [i, bytes] of [jpeg, png].entries()) {
      for (let length = 0; length < bytes.length; length += 37) {
        const cut = new Uint8Array(bytes.subarray(0, length));
        const outcome = await prepare(cut).catch((error) => error);
        const codes = ["truncated", "malformed", "unsupported"];
        if (outcome instanceof Error) assert.ok(codes.includes(outcome.code), `${length}: ${outcome.stack}`);
        else assert.ok(outcome.bytes.length > 0);
      }
      assert.deepEqual((await prepare(bytes)).bytes, expected[i].bytes);
    }
  });

  test("bytes flipped all over", async () => {
    const expected = await prepare(jpeg);
    for (let at = 0; at < jpeg.length; at += 11) {
      const flipped = new Uint8Array(jpeg);
      flipped[at] ^= 0xff;
      const outcome = await prepare(flipped).catch((error) => error);
      if (outcome instanceof Error) assert.ok(outcome instanceof InputError, `${at}: ${outcome.stack}`);
    }
    assert.deepEqual((await prepare(jpeg)).bytes, expected.bytes);
  });
});

describe("what the modules ask of JavaScript", () => {
  const exportsOf = (name) => WebAssembly.Module.exports(new WebAssembly.Module(bytesOf(name)));
  const read = (file) => readFileSync(new URL(file, dist), "utf8");

  test("core.wasm: to hear that its memory has grown; no file, no exit, no clock, no longjmp", () => {
    assert.deepEqual(WebAssembly.Module.imports(new WebAssembly.Module(bytesOf("core"))), [
      { module: "env", name: "emscripten_notify_memory_growth", kind: "function" },
    ]);
  });

  test("core.wasm has every function that the package calls, and no more", () => {
    const given = exportsOf("core").flatMap((entry) => (entry.kind === "function" ? [entry.name] : []));
    const called = ["core", "probe-door", "open-door", "load"].map((file) => read(`wasm/${file}.js`)).join("\n");
    for (const [, function_] of called.matchAll(/\bmodule\.(\w+)\??\.?\(/g))
      assert.ok(given.includes(function_), function_);
    for (const function_ of given) assert.ok(called.includes(`.${function_}`), `${function_} is not called`);
  });

  for (const module of ["codec", "heif"]) {
    test(`${module}.wasm: embind, memory and a way to stop; no file, no exit, no clock, no longjmp`, () => {
      // The wasm's own names are single letters; the glue says what they are.
      const table = /var wasmImports\s*=\s*\{([^}]*)\}/.exec(read(`${module}.mjs`))?.[1] ?? "";
      const names = [...table.matchAll(/\w+:\s*(\w+)/g)].map(([, name]) => name);
      const count = WebAssembly.Module.imports(new WebAssembly.Module(bytesOf(module))).length;
      assert.equal(names.length, count, "every import was found in the glue");
      const allowed = /^_+(embind_|emval_|abort|emscripten_(memcpy_js|resize_heap)|cxa_throw$)/;
      assert.deepEqual(
        names.filter((name) => !allowed.test(name)),
        [],
      );
    });
  }
});
