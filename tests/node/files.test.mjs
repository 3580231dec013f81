/** The File API: uploads of every kind of source, resumed after every kind of failure, never twice, never elsewhere. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { GeminiClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { movie } from "../support/media-files.mjs";
import { jpeg, png } from "./emulator-client.mjs";
import { http, startRawServer } from "./raw-server.mjs";
import "./short-waits.mjs";

const key = "AIza-secret-key-of-the-test";
/** Larger than a piece of 8 MiB, and no multiple of anything. */
const large = Buffer.alloc(8 * 1024 * 1024 + 12345, "0123456789");
const largeType = { mimeType: "text/plain" };
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "files-"));
  await writeFile(path.join(folder, "large.txt"), large);
  await writeFile(path.join(folder, "picture.jpg"), jpeg);
});
after(() => rm(folder, { recursive: true }));

let emulator;
let retries;
let client;
beforeEach(async () => {
  await begin();
});
afterEach(() => emulator.close());

async function begin(options = {}, clientOptions = {}) {
  await emulator?.close();
  emulator = await startEmulator({ uploadGranularityBytes: 256 * 1024, ...options });
  retries = [];
  const onRetry = (event) => retries.push(event);
  client = new GeminiClient({ apiKey: key, baseUrl: emulator.url, onRetry, ...clientOptions });
}

const calls = () => emulator.requests.map(({ call }) => call);
const digestOf = ({ sha256Hash }) => Buffer.from(sha256Hash, "base64").toString();

function pieces(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
    },
  });
}

describe("any source", () => {
  const sources = {
    "a Buffer": () => large,
    "an ArrayBuffer": () => new Uint8Array(large).buffer,
    "a view": () => new DataView(new Uint8Array(large).buffer),
    "a Blob": () => new Blob([large]),
    "a File": () => new File([large], "large.txt"),
    "a path": () => path.join(folder, "large.txt"),
    "a file: URL": () => pathToFileURL(path.join(folder, "large.txt")),
    "a stream of large pieces": () => pieces(large, 5_000_001),
    "a stream of small pieces": () => pieces(large, 4097),
    "a Response": () => new Response(large),
  };
  for (const [what, source] of Object.entries(sources)) {
    test(what, async () => {
      const progress = [];
      const file = await client.files.upload({
        file: source(),
        config: largeType,
        onProgress: ({ sentBytes }) => progress.push(sentBytes),
      });
      assert.equal(file.checked, true);
      assert.equal(file.sizeBytes, String(large.length));
      assert.equal(digestOf(file), sha256(large));
      assert.deepEqual(progress, [0, 8388608, large.length]);
      assert.deepEqual(calls(), ["files.start", "files.chunk", "files.finalize"]);
    });
  }

  test("memory that is shared or can be resized", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(png.length));
    const resizable = new ArrayBuffer(png.length, { maxByteLength: 2 * png.length });
    for (const [file, bytes] of [
      [shared, shared],
      [resizable, new Uint8Array(resizable)],
    ]) {
      bytes.set(png);
      const { checked, ...sent } = await client.files.upload({ file });
      assert.deepEqual([checked, digestOf(sent)], [true, sha256(png)]);
    }
    assert.deepEqual(retries, []);
  });

  test("a web address and a data: address, without the key", async () => {
    const server = await startRawServer(() => http(200, jpeg, { "Content-Type": "image/jpeg" }));
    for (const file of [`${server.url}/picture`, new URL(`${server.url}/x.jpg`)]) {
      assert.equal(digestOf(await client.files.upload({ file })), sha256(jpeg));
    }
    assert.ok(
      server.requests.every(({ headers, method }) => method === "GET" && headers["x-goog-api-key"] === undefined),
    );
    await server.close();
    const data = `data:image/png;base64,${png.toString("base64")}`;
    assert.equal((await client.files.upload({ file: data })).mimeType, "image/png");
  });

  test("a stream that ends where a piece ends", async () => {
    const even = large.subarray(0, 8 * 1024 * 1024);
    const file = await client.files.upload({ file: pieces(even, 1024 * 1024), config: largeType });
    assert.equal(digestOf(file), sha256(even));
    assert.deepEqual(calls(), ["files.start", "files.finalize"]);
  });

  test("the type is the caller's, else by content, else by name", async () => {
    const typeOf = async (file, config) => (await client.files.upload({ file, config })).mimeType;
    assert.equal(await typeOf(png), "image/png");
    assert.equal(await typeOf(new File([png], "lie.jpg", { type: "image/jpeg" })), "image/png");
    assert.equal(await typeOf(png, { mimeType: "image/webp" }), "image/webp");
    assert.equal(await typeOf(path.join(folder, "large.txt")), "text/plain");
    assert.equal(await typeOf(new File(["# A title"], "notes.MD")), "text/markdown");
    assert.equal(await typeOf(new File(["of no signature"], "film.mpg")), "video/mpeg");
    assert.equal(await typeOf(new Blob(["a,b"], { type: "text/csv" })), "text/csv");
    const boxes = (brand, type) => new File([`\0\0\0\x10ftyp${brand}\0\0\0\0`], "a.bin", { type });
    assert.equal(await typeOf(boxes("avif", "image/avif")), "image/avif");
    assert.equal(await typeOf(boxes("M4A ", "audio/x-m4a")), "audio/mp4");
    const ebml = (docType, text) => `\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82${docType}${text}`;
    const latin1 = (text) => Buffer.from(text, "latin1");
    assert.equal(await typeOf(latin1(ebml("\x84", "webm"))), "video/webm");
    assert.equal(await typeOf(latin1(ebml("\x88", "matroska"))), "video/x-matroska");
    assert.equal(await typeOf(new File([latin1(ebml("\x83", "any"))], "a.bin", { type: "video/any" })), "video/any");
    assert.equal(await typeOf(boxes("crx ", "image/x-canon-cr3")), "image/x-canon-cr3");
    await assert.rejects(typeOf(Buffer.from("what is this")), { code: "unsupported", message: /config\.mimeType/ });
  });

  test("names in any script, and an id of one's own", async () => {
    const displayName = "Åse 写真 🏞 «é».jpg";
    const name = path.join(folder, "写真.jpg");
    await writeFile(name, jpeg);
    const file = await client.files.upload({ file: name, config: { displayName, name: "my-square" } });
    assert.deepEqual([file.name, file.displayName], ["files/my-square", displayName]);
    assert.equal((await client.files.get({ name: "my-square" })).displayName, displayName);
    await assert.rejects(client.files.upload({ file: jpeg, config: { name: "files/my-square" } }), { status: 409 });
    await assert.rejects(client.files.upload({ file: jpeg, config: { name: "no such/name" } }), {
      code: "bad-argument",
    });
  });

  test("what is empty, too large, no file or not there is refused before anything is sent", async () => {
    const sizeOnly = new Blob([]);
    Object.defineProperty(sizeOnly, "size", { value: 2 * 1024 ** 3 + 1 });
    const refused = [
      [Buffer.alloc(0), "truncated"],
      [new Blob([]), "truncated"],
      [pieces(Buffer.alloc(0), 1), "truncated"],
      [sizeOnly, "too-large"],
      [{ width: 1, height: 1, data: new Uint8ClampedArray(4) }, "unsupported"],
      [path.join(folder, "nothing.jpg"), "source-unreachable"],
      [folder, "bad-argument"],
      [42, "bad-argument"],
      [new Response("gone", { status: 404 }), "source-unreachable"],
    ];
    for (const [file, code] of refused) {
      await assert.rejects(client.files.upload({ file, config: largeType }), { name: "InputError", code });
    }
    assert.deepEqual(calls(), []);
  });

  test("a file that shrinks while it is sent is told", async () => {
    const name = path.join(folder, "shrinks.txt");
    await writeFile(name, large);
    const onProgress = ({ sentBytes }) => sentBytes > 0 && writeFile(name, "short");
    const shrinking = client.files.upload({ file: name, onProgress: async (event) => onProgress(event) });
    await assert.rejects(shrinking, { code: "source-unreachable", message: /shorter/ });
    assert.deepEqual(emulator.fileNames, []);
  });
});

describe("an upload survives", () => {
  const forms = {
    "a Blob": () => new Blob([large]),
    "a stream": () => pieces(large, 3_000_000),
  };
  const soon = { retryDelay: "0.001s" };
  const faults = {
    "a reset before a piece": [{ on: "files.chunk", type: "reset", when: "before", after: 1 }],
    "a lost answer to a piece": [{ on: "files.chunk", type: "reset", when: "after" }],
    "a lost answer to the last piece": [{ on: "files.finalize", type: "reset", when: "after" }],
    "half of the last answer": [{ on: "files.finalize", type: "reset", when: "mid" }],
    "a cut last answer": [{ on: "files.finalize", type: "truncate" }],
    "a last answer that is silent": [{ on: "files.finalize", type: "stall", when: "mid" }],
    "a page as last answer": [
      { on: "files.finalize", type: "answer", done: true, body: "<html>", headers: { "Content-Type": "text/html" } },
    ],
    "a connection that breaks within a piece": [{ on: "files.chunk", type: "cut-upload", bytes: 1_000_000, after: 1 }],
    "one that breaks within the first": [{ on: "files.chunk", type: "cut-upload", bytes: 777 }],
    "one that breaks within the last": [{ on: "files.finalize", type: "cut-upload", bytes: 100 }],
    "a piece refused by 503": [{ on: "files.chunk", type: "status", status: 503, ...soon }],
    "a piece refused by 429": [{ on: "files.chunk", type: "status", status: 429, ...soon, after: 1 }],
    "a start refused by 500": [{ on: "files.start", type: "status", status: 500, ...soon }],
    "a lost answer to the start": [{ on: "files.start", type: "reset", when: "after" }],
    "a query that fails too": [
      { on: "files.chunk", type: "reset", when: "after", after: 1 },
      { on: "files.query", type: "status", status: 503, ...soon },
    ],
    "a wrong offset": [{ on: "files.chunk", type: "answer", status: 400, body: "Invalid offset", done: true }],
    "a failure at each piece": [{ on: "files.chunk", type: "reset", when: "after", times: 3 }],
    "a proxy that takes the status from the answers": [
      { on: "files.chunk", type: "headers", headers: { "X-Goog-Upload-Status": undefined }, times: 9 },
    ],
  };
  for (const [form, source] of Object.entries(forms)) {
    for (const [what, injected] of Object.entries(faults)) {
      test(`${what}, sending ${form}`, async () => {
        await begin({}, { timeoutMs: 2000 });
        for (const fault of injected) emulator.inject(fault);
        const file = await client.files.upload({ file: source(), config: largeType });
        assert.equal(digestOf(file), sha256(large));
        assert.equal(file.checked, true);
        assert.deepEqual(emulator.fileNames, [file.name]);
        assert.ok(!JSON.stringify(retries).includes(key));
      });
    }
  }

  test("the loss of its session, where the source can be read again", async () => {
    const gone = { on: "files.chunk", type: "answer", status: 410, body: "", after: 1 };
    emulator.inject(gone);
    const file = await client.files.upload({ file: large, config: largeType });
    assert.equal(digestOf(file), sha256(large));
    assert.equal(calls().filter((call) => call === "files.start").length, 2);
    emulator.inject(gone);
    const lost = client.files.upload({ file: pieces(large.subarray(1), 1e6), config: largeType });
    await assert.rejects(lost, { code: "source-unreachable", message: /cannot be read again/ });
    assert.equal(emulator.fileNames.length, 1);
  });

  test("the loss of its session together with the last answer: the stored file is found, not sent again", async () => {
    emulator.inject({ on: "files.finalize", type: "answer", status: 404, body: "Not Found", done: true });
    const file = await client.files.upload({ file: large, config: largeType });
    assert.deepEqual(emulator.fileNames, [file.name]);
    assert.equal(file.checked, true);
  });

  test("a server that asks for larger pieces", async () => {
    await begin({ uploadGranularityBytes: 5 * 1024 * 1024 });
    await client.files.upload({ file: Buffer.concat([large, large]), config: largeType });
    assert.deepEqual(
      emulator.requests.map(({ receivedBytes }) => receivedBytes),
      [0, 10 * 1024 * 1024, 2 * large.length - 10 * 1024 * 1024],
    );
  });

  test("not everything: what is refused is told, after as many attempts as allowed", async () => {
    emulator.inject({ on: "files.chunk", type: "status", status: 403 });
    await assert.rejects(client.files.upload({ file: jpeg }), { code: "api-error", status: 403 });
    emulator.inject({ on: "files.chunk", type: "status", status: 503, times: 9, retryDelay: "0.001s" });
    await assert.rejects(client.files.upload({ file: jpeg }), { status: 503 });
    assert.equal(retries.filter(({ error }) => error.status === 503).length, 2);
    assert.deepEqual(emulator.fileNames, []);
  });

  test("nor a server that never comes to an end", async () => {
    const endless = { "X-Goog-Upload-Status": "active", "X-Goog-Upload-Size-Received": String(jpeg.length) };
    emulator.inject({ on: ["files.chunk", "files.query"], type: "answer", headers: endless, times: 99 });
    await assert.rejects(client.files.upload({ file: jpeg }), { code: "bad-response" });
    const refusing = { on: "files.chunk", type: "answer", status: 400, body: "No" };
    await begin();
    for (let i = 0; i < 20; i++) {
      const headers = { ...endless, "X-Goog-Upload-Size-Received": String(1 - (i % 2)) };
      emulator.inject({ on: "files.query", type: "answer", headers });
    }
    emulator.inject({ ...refusing, times: 99 });
    await assert.rejects(
      client.files.upload({ file: jpeg }),
      ({ code }) => code === "api-error" || code === "bad-response",
    );
    assert.ok(emulator.requests.length < 30);
  });

  test("what is stored differently is deleted and told", async () => {
    const wrong = {
      name: "files/wrong",
      uri: "x/files/wrong",
      sizeBytes: String(jpeg.length),
      sha256Hash: btoa("0".repeat(64)),
    };
    emulator.inject({ on: "files.finalize", type: "answer", body: { file: wrong } });
    await assert.rejects(client.files.upload({ file: jpeg }), { code: "digest-mismatch", retryable: true });
    const { call, path: deleted } = emulator.requests.at(-1);
    assert.deepEqual([call, deleted], ["files.delete", "/v1beta/files/wrong"]);
    emulator.inject({
      on: "files.finalize",
      type: "answer",
      body: { file: { ...wrong, sizeBytes: "1", sha256Hash: "" } },
    });
    await assert.rejects(client.files.upload({ file: jpeg }), { code: "digest-mismatch" });
  });

  test("a service that tells no digest leaves it unchecked", async () => {
    emulator.inject({ on: "files.finalize", type: "answer", body: { file: { name: "files/x", uri: "x/files/x" } } });
    assert.equal((await client.files.upload({ file: jpeg })).checked, false);
  });
});

describe("an abort", () => {
  test("before it began ends an upload from a silent stream", { timeout: 30_000 }, async () => {
    const file = new ReadableStream();
    await assert.rejects(client.files.upload({ file, signal: AbortSignal.abort("early") }), (why) => why === "early");
    assert.equal(file.locked, false);
  });

  test("stops the wire at once, and leaves no file", async () => {
    const controller = new AbortController();
    let received = 0;
    const left = Promise.withResolvers?.() ?? {};
    left.promise ??= new Promise((resolve) => Object.assign(left, { resolve }));
    const server = createServer((socket) => {
      socket.on("data", (bytes) => {
        received += bytes.length;
        if (received < 1e5)
          return void socket.write(http(200, "", { "X-Goog-Upload-URL": "/upload/v1beta/files?upload_id=1" }));
        // The rest of the piece has to wait at the sender's, and must not follow.
        if (!controller.signal.aborted) {
          socket.pause();
          setTimeout(() => socket.resume(), 20);
          controller.abort("enough");
        }
      });
      socket.on("error", () => {});
      socket.on("close", left.resolve);
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const own = new GeminiClient({ apiKey: key, baseUrl: `http://127.0.0.1:${server.address().port}` });
    const { signal } = controller;
    const upload = own.files.upload({ file: large, config: largeType, signal });
    await assert.rejects(upload, (reason) => reason === "enough");
    await left.promise;
    assert.ok(received < 8 * 1024 * 1024, `${received} bytes`);
    await new Promise((resolve) => server.close(resolve));
  });

  test("is heard by either name, in either place, before anything and while a stream is read", async () => {
    const signal = AbortSignal.abort(new Error("early"));
    for (const options of [{ signal }, { abortSignal: signal }, { config: { abortSignal: signal } }]) {
      await assert.rejects(client.files.upload({ file: jpeg, ...options }), new Error("early"));
    }
    const controller = new AbortController();
    const cancelled = [];
    const silent = new ReadableStream({ cancel: (reason) => void cancelled.push(reason) });
    const upload = client.files.upload({ file: silent, config: largeType, signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 5);
    await assert.rejects(upload, (reason) => reason === "enough");
    assert.deepEqual(cancelled, ["enough"]);
    assert.deepEqual(calls(), []);
  });
});

describe("upload addresses", () => {
  const given = (address) => ({ on: "files.start", type: "headers", headers: { "X-Goog-Upload-URL": address } });

  test("are rebased to where the client talks to: neither key nor bytes go to anybody else", async () => {
    const foreign = await startRawServer(() => http(200, {}));
    let sessionQuery;
    const watching = async (url, init) => {
      const response = await fetch(url, init);
      const address = response.headers.get("x-goog-upload-control-url");
      if (address !== null) sessionQuery = new URL(address).search;
      if (address === null) return response;
      const headers = new Headers(response.headers);
      headers.set("x-goog-upload-url", `${foreign.url}/upload/v1beta/files${sessionQuery}`);
      return new Response(null, { status: 200, headers });
    };
    const own = new GeminiClient({ apiKey: key, baseUrl: emulator.url, fetch: watching });
    const file = await own.files.upload({ file: jpeg });
    assert.equal(digestOf(file), sha256(jpeg));
    assert.equal(foreign.requests.length, 0);
    await foreign.close();
  });

  test("of a proxy below a path keep that path", async () => {
    const seen = [];
    const proxy = (url, init) => {
      seen.push(new URL(url).pathname);
      return fetch(url.replace("/proxy/gemini", ""), init);
    };
    const own = new GeminiClient({ apiKey: key, baseUrl: `${emulator.url}/proxy/gemini`, fetch: proxy });
    await own.files.upload({ file: jpeg });
    assert.deepEqual(seen, ["/proxy/gemini/upload/v1beta/files", "/proxy/gemini/upload/v1beta/files"]);
  });

  for (const address of ["nonsense:", "https://elsewhere.example/steal?x=1", "/v1beta/files", ""]) {
    test(`that are none are refused: ${JSON.stringify(address)}`, async () => {
      emulator.inject(given(address));
      await assert.rejects(client.files.upload({ file: jpeg }), { code: "bad-response" });
      assert.deepEqual(calls(), ["files.start"]);
    });
  }

  test("that a proxy has swallowed are told so", async () => {
    emulator.inject(given(undefined));
    await assert.rejects(client.files.upload({ file: jpeg }), {
      code: "bad-response",
      message: /x-goog-upload-\* headers/,
    });
  });

  test("redirects are refused in a session as well", async () => {
    const foreign = await startRawServer(() => http(200, {}));
    emulator.inject({ on: "files.finalize", type: "redirect", location: foreign.url });
    await assert.rejects(client.files.upload({ file: jpeg }), { code: "redirect-refused" });
    assert.equal(foreign.requests.length, 0);
    await foreign.close();
  });
});

describe("the rest of the File API", () => {
  test("get takes a name, a bare id and an address", async () => {
    const { name, uri } = await client.files.upload({ file: jpeg });
    for (const form of [name, name.slice(6), uri]) assert.equal((await client.files.get({ name: form })).name, name);
    for (const bad of ["", "files/../models", "a/b", "files/x?key=1", undefined, 5]) {
      await assert.rejects(client.files.get({ name: bad }), { code: "bad-argument" }, String(bad));
      await assert.rejects(client.files.delete({ name: bad }), { code: "bad-argument" }, String(bad));
    }
  });

  test("list goes through all pages, newest first; none is an empty loop", async () => {
    const listed = async (options) => {
      const names = [];
      for await (const { name } of client.files.list(options)) names.push(name);
      return names;
    };
    assert.deepEqual(await listed(), []);
    const names = [];
    for (let i = 0; i < 5; i++) names.unshift((await client.files.upload({ file: jpeg })).name);
    assert.deepEqual(await listed({ pageSize: 2 }), names);
  });

  test("delete, also when its answer is lost; what is not there is an error", async () => {
    const { name } = await client.files.upload({ file: jpeg });
    emulator.inject({ on: "files.delete", type: "reset", when: "after" });
    await client.files.delete({ name });
    assert.deepEqual(emulator.fileNames, []);
    await assert.rejects(client.files.delete({ name }), { status: 403 });
  });

  test("waitUntilActive waits for what is processed, and no longer", async () => {
    const mp4 = movie({ seconds: 2, width: 64, height: 48 });
    await begin({ processingMs: 60_000 });
    const file = await client.files.upload({ file: mp4 });
    assert.equal(file.state, "PROCESSING");
    const active = client.files.waitUntilActive(file, { intervalMs: 5 });
    setTimeout(() => emulator.clock.advance(60_000), 20);
    assert.equal((await active).state, "ACTIVE");
    const { name } = await client.files.upload({ file: mp4 });
    await assert.rejects(client.files.waitUntilActive({ name }, { intervalMs: 5, timeoutMs: 20 }), { code: "timeout" });
    const signal = AbortSignal.timeout(10);
    await assert.rejects(client.files.waitUntilActive({ name }, { signal }), { name: "TimeoutError" });
    const broken = await client.files.upload({ file: Buffer.from("no video"), config: { mimeType: "video/mp4" } });
    emulator.clock.advance(60_000);
    const failing = client.files.waitUntilActive(broken, { intervalMs: 5 });
    await assert.rejects(failing, { code: "file-failed", message: /could not be processed/ });
  });

  test("waitUntilActive and wait are not held by a server that is silent", async () => {
    const { name } = await client.files.upload({ file: jpeg });
    emulator.inject({ on: ["files.get", "batches.get"], type: "stall", when: "before", times: 9 });
    const told = { name: "ApiError", code: "timeout", retryable: true };
    await assert.rejects(client.files.waitUntilActive({ name }, { timeoutMs: 30 }), {
      ...told,
      message: /within 30 ms/,
    });
    await assert.rejects(client.batches.wait({ name: "batches/one" }, { timeoutMs: 30 }), told);
  });

  test("a file expires after 48 hours", async () => {
    const { name, createTime, expirationTime } = await client.files.upload({ file: jpeg });
    assert.equal(Date.parse(expirationTime) - Date.parse(createTime), 48 * 3600e3);
    emulator.clock.advance(48 * 3600e3);
    await assert.rejects(client.files.get({ name }), { status: 403 });
  });

  test("a file is asked about by its address", async () => {
    const { uri, mimeType } = await client.files.upload({ file: jpeg });
    const contents = [{ fileData: { fileUri: uri, mimeType } }, "What is this?"];
    const { text } = await client.models.generateContent({ model: "gemini-3.5-flash", contents });
    assert.match(text, /image\/jpeg 48×32 of .* bytes/);
  });
});
