/** Where the modules may come from, and what happens when they do not come. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, test } from "node:test";
import { estimate, InputError, init, prepare, probe } from "gemini-vision-wasm";
import { closedPort, fileAnswer, serveFor } from "./local-server.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";

const at = (name) => new URL(import.meta.resolve(`gemini-vision-wasm/${name}.wasm`));
const core = readFileSync(at("core"));
const codec = readFileSync(at("codec"));
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));

afterEach(() => init({ wasm: { core, codec } }));

async function assertWorks() {
  assert.equal((await probe(png)).width, 30);
}

async function failure(message) {
  const error = await probe(png).then(
    () => assert.fail("it was loaded"),
    (reason) => reason,
  );
  assert.ok(error instanceof InputError, String(error));
  assert.equal(error.code, "wasm-load", error.message);
  assert.match(error.message, message);
  return error;
}

test("without a word, from beside the JavaScript", assertWorks);

describe("taken", () => {
  const exact = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const sources = {
    "a Buffer": () => core,
    "an ArrayBuffer": () => exact(core),
    "a view with an offset": () => new DataView(core.buffer, core.byteOffset, core.byteLength),
    "a compiled module": () => new WebAssembly.Module(core),
    "a promise of one": () => WebAssembly.compile(core),
    "a file: URL": () => at("core"),
    "a file: address": () => at("core").href,
    "a Response": () => new Response(core, { headers: { "content-type": "application/wasm" } }),
    "a Response of no type": () => new Response(core),
    "a promise of a Response": async () => new Response(core),
  };
  for (const [what, make] of Object.entries(sources)) {
    test(what, async () => {
      init({ wasm: { core: make() } });
      await assertWorks();
      await assertWorks();
    });
  }

  for (const type of ["application/wasm", "application/octet-stream"]) {
    test(`an http: address that answers with ${type}`, async (t) => {
      const { url, requests } = await serveFor(t, fileAnswer(core, { type }).answer);
      init({ wasm: { core: `${url}/core.wasm` } });
      await Promise.all([assertWorks(), assertWorks(), assertWorks()]);
      init({ wasm: { core: new URL(`${url}/core.wasm`) } });
      await assertWorks();
      assert.equal(requests.length, 2, "once for each init, however many wait for it");
    });
  }

  test("nothing at all leaves everything as it is", async () => {
    init();
    init({});
    init({ wasm: {} });
    init({ wasm: { core: undefined } });
    await assertWorks();
  });
});

describe("refused as wasm-load", () => {
  test("false turns a module off", async () => {
    init({ wasm: { core: false } });
    const error = await failure(/turned the core module off/);
    assert.equal(error.retryable, false);
    init({ wasm: { core, codec: false } });
    assert.equal((await prepare(png)).info.width, 30, "what needs no codec asks for none");
    await assert.rejects(prepare(orientedJpeg(6, scene(20, 10))), { code: "wasm-load" });
  });

  test("a server that answers with its HTML page names the bundler's line", async (t) => {
    const page = Buffer.from("<!doctype html><title>App</title>");
    for (const type of ["text/html; charset=utf-8", "application/octet-stream", "application/wasm"]) {
      const { url } = await serveFor(t, fileAnswer(page, { type }).answer);
      init({ wasm: { core: `${url}/assets/core.wasm` } });
      const error = await failure(/could not be loaded from http.*core\.wasm/);
      if (type !== "application/wasm")
        assert.match(error.message, /optimizeDeps: \{ exclude: \["gemini-vision-wasm"\] \}/);
    }
  });

  test("a missing file, a missing server, a status", async (t) => {
    init({ wasm: { core: new URL("nowhere.wasm", at("core")) } });
    await failure(/ENOENT/);
    init({ wasm: { core: `${await closedPort()}/core.wasm` } });
    assert.ok((await failure(/could not be loaded/)).cause instanceof Error);
    const { url } = await serveFor(t, (_request, response) => response.writeHead(404).end("not here"));
    init({ wasm: { core: `${url}/core.wasm` } });
    await failure(/HTTP status 404.*optimizeDeps/);
  });

  test("bytes that are no module, or half of one", async () => {
    for (const bytes of [png, core.subarray(0, 1000), new Uint8Array(0)]) {
      init({ wasm: { core: bytes } });
      await failure(/core\.wasm could not be loaded/);
    }
    init({ wasm: { core: "no address" } });
    await failure(/could not be loaded from no address/);
  });

  test("a module of somebody else", async () => {
    init({ wasm: { core: new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) } });
    await failure(/core/);
    init({ wasm: { core: codec } });
    await failure(/core/);
  });

  test("a promise that fails", async () => {
    init({ wasm: { core: Promise.reject(new Error("bundler says no")) } });
    await failure(/bundler says no/);
  });
});

test("a load that failed is not remembered", async (t) => {
  let broken = true;
  const { answer } = fileAnswer(core, { type: "application/wasm" });
  const { url, requests } = await serveFor(t, (request, response, body, number) =>
    broken ? response.writeHead(503).end() : answer(request, response, body, number),
  );
  init({ wasm: { core: `${url}/core.wasm` } });
  const failures = await Promise.allSettled([probe(png), probe(png)]);
  assert.deepEqual(
    failures.map(({ reason }) => [reason.code, reason.retryable]),
    [
      ["wasm-load", true],
      ["wasm-load", true],
    ],
  );
  assert.equal(requests.length, 1);
  broken = false;
  await assertWorks();
  await assertWorks();
  assert.equal(requests.length, 2);
});

test("estimates of facts need the core, and say so when it is off", async () => {
  init({ wasm: { core: false } });
  const contents = { media: { kind: "image", uprightWidth: 1, uprightHeight: 1 } };
  await assert.rejects(estimate({ model: "gemini-3.5-flash", contents }), { code: "wasm-load" });
  init({ wasm: { core } });
  assert.ok((await estimate({ model: "gemini-3.5-flash", contents })).tokens > 0);
});
