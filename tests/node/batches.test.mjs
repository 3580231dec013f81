/** Batches: asked inline and by file, waited for, their answers read however many they are. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { costOf, GeminiClient } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg, sidewaysJpeg } from "./emulator-client.mjs";
import { answerOf } from "./raw-server.mjs";
import "./short-waits.mjs";

const model = "gemini-3.5-flash";
let emulator;
let client;
beforeEach(async () => {
  emulator = await startEmulator({ batchMs: 60_000 });
  client = new GeminiClient({ apiKey: "key", baseUrl: emulator.url });
});
afterEach(() => emulator.close());

const finish = () => emulator.clock.advance(60_000);
const questions = (count) => Array.from({ length: count }, (_, i) => ({ key: `q${i}`, contents: `Question ${i}` }));

async function resultsOf(batch, from = client) {
  const results = [];
  for await (const result of from.batches.results(batch)) results.push(result);
  return results;
}

describe("inline", () => {
  test("questions with pictures, answered in order, at the price of batches", async () => {
    const src = [
      { key: "a", contents: [sidewaysJpeg, "What is this?"], config: { temperature: 0 } },
      { key: "b", contents: "Hello", metadata: { team: "x" } },
      { contents: [{ fileData: { fileUri: "files/none", mimeType: "image/png" } }] },
    ];
    const batch = await client.batches.create({ model, src, config: { displayName: "Überblick" } });
    assert.deepEqual([batch.state, batch.done, batch.displayName], ["BATCH_STATE_PENDING", false, "Überblick"]);
    await assert.rejects(resultsOf(batch), { code: "api-error", reason: "BATCH_STATE_PENDING" });
    emulator.clock.advance(40_000);
    assert.equal((await client.batches.get(batch)).state, "BATCH_STATE_RUNNING");
    finish();
    const ended = await client.batches.wait(batch);
    assert.equal(ended.state, "BATCH_STATE_SUCCEEDED");
    const [first, second, third] = await resultsOf(batch);
    assert.match(first.response.text, /image\/jpeg 48×32/);
    assert.equal(first.key, "a");
    assert.deepEqual(first.response.cost, costOf(first.response.usageMetadata, { model, batch: true }));
    assert.deepEqual(second.metadata, { team: "x", key: "b" });
    assert.equal(third.error.code, 403);
    assert.equal(third.response, undefined);
  });

  test("nothing to ask, or nothing that can be asked, is refused before it is sent", async () => {
    await assert.rejects(client.batches.create({ model, src: [] }), { code: "bad-argument" });
    await assert.rejects(client.batches.create({ src: questions(1) }), { code: "bad-argument" });
    await assert.rejects(client.batches.create({ model, src: [{ contents: [] }] }), { code: "bad-argument" });
    await assert.rejects(client.batches.create({ model, src: 5 }), { code: "bad-argument" });
    assert.equal(emulator.requests.length, 0);
  });
});

describe("by file", () => {
  test("more than fits inline goes through the File API, line by line", async () => {
    const small = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, inlineLimitBytes: 5000 });
    async function* stream() {
      yield* questions(300);
    }
    const batch = await small.batches.create({ model, src: stream() });
    finish();
    const ended = await small.batches.wait(batch);
    assert.match(ended.output.responsesFile, /^files\//);
    const results = await resultsOf(batch, small);
    assert.deepEqual(
      results.map(({ key }) => key),
      questions(300).map(({ key }) => key),
    );
    assert.match(results[299].response.text, /Question 299/);
    assert.ok(emulator.requests.some(({ call }) => call === "files.finalize"));
  });

  test("what fits inline is counted in bytes, metadata and all, and never more than a batch takes", async () => {
    const bodies = [];
    const counting = (url, init) => {
      if (url.endsWith(":batchGenerateContent")) bodies.push(init.body.length);
      return fetch(url, init);
    };
    const create = async (inlineLimitBytes, src, displayName) => {
      const limited = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, inlineLimitBytes, fetch: counting });
      await limited.batches.create({ model, src, config: { displayName } });
      return bodies.at(-1);
    };
    const chinese = [1, 2].map((key) => ({ key: String(key), contents: "字".repeat(1000) }));
    assert.ok((await create(5000, chinese)) < 200, "by file");
    const exact = await create(20_000, chinese);
    assert.ok(exact > 6000, "inline");
    assert.equal(await create(exact, chinese), exact);
    assert.ok((await create(exact - 1, chinese)) < 200);
    assert.ok((await create(exact, chinese, "A name")) < 200);
    assert.ok((await create(90e6, [{ contents: "x".repeat(20e6) }])) < 200);
  });

  test("metadata would not come back from a file: it is refused, not lost", async () => {
    const small = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, inlineLimitBytes: 5000 });
    const batchOf = (src) => small.batches.create({ model, src });
    const large = questions(300);
    const isTold = {
      code: "bad-argument",
      message: /^metadata comes back from inline batches only.* 5000 bytes: .*key/,
    };
    await assert.rejects(batchOf([{ contents: "Hi", metadata: { note: "x".repeat(5000) } }]), isTold);
    let ended = false;
    async function* late() {
      try {
        yield* large.slice(1);
        yield { ...large[0], metadata: { a: 1 } };
        yield* large;
      } finally {
        ended = true;
      }
    }
    await assert.rejects(batchOf(late()), isTold);
    assert.ok(ended);
    assert.ok(!emulator.requests.some(({ call }) => call === "batches.create"));
    assert.equal((await batchOf(large.map((one) => ({ ...one, metadata: {} })))).state, "BATCH_STATE_PENDING");
  });

  test("a file of one's own", async () => {
    const line = (key, text) => JSON.stringify({ key, request: { contents: [{ parts: [{ text }] }] } });
    const file = new Blob([`${line("a", "One")}\n${JSON.stringify({ key: "bad", request: { nonsense: 1 } })}\n`]);
    const { name } = await client.files.upload({ file, config: { mimeType: "jsonl" } });
    await client.files.waitUntilActive({ name }, { intervalMs: 5, timeoutMs: 10_000 });
    for (const src of [name, { fileName: name }]) {
      const batch = await client.batches.create({ model, src });
      finish();
      const [good, bad] = await resultsOf(await client.batches.wait(batch));
      assert.match(good.response.text, /One/);
      assert.equal(bad.error.code, 400);
    }
  });

  test("results that break off are asked for again, and no line comes twice", async () => {
    const small = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, inlineLimitBytes: 1000 });
    const batch = await small.batches.create({ model, src: questions(50) });
    finish();
    for (const fault of [{ type: "reset", when: "mid" }, { type: "truncate" }]) {
      emulator.inject({ on: "files.download", ...fault });
      const keys = (await resultsOf(batch, small)).map(({ key }) => key);
      assert.deepEqual(
        keys,
        questions(50).map(({ key }) => key),
      );
    }
    emulator.inject({ on: "files.download", type: "answer", body: "<html>\n", times: 9 });
    await assert.rejects(resultsOf(batch, small), { code: "bad-response" });
  });

  test("a file of results may be larger than any one answer", async () => {
    const line = (key) => Buffer.from(`${JSON.stringify({ key, response: answerOf("Hi.") })}\n`);
    const blank = Buffer.from(`${" ".repeat(1024 * 1024 - 1)}\n`);
    async function* pieces() {
      yield line("first");
      for (let i = 0; i < 260; i++) yield blank;
      yield line("last");
    }
    const metadata = { state: "BATCH_STATE_SUCCEEDED", output: { responsesFile: "files/x" } };
    const large = new GeminiClient({
      apiKey: "key",
      fetch: async (url) =>
        new URL(url).pathname.endsWith(":download")
          ? new Response(ReadableStream.from(pieces()))
          : Response.json({ name: "batches/x", metadata }),
    });
    const keys = (await resultsOf({ name: "batches/x" }, large)).map(({ key }) => key);
    assert.deepEqual(keys, ["first", "last"]);
  });
});

describe("the rest", () => {
  test("list, cancel and delete", async () => {
    const names = [];
    for (let i = 0; i < 3; i++) names.unshift((await client.batches.create({ model, src: questions(1) })).name);
    const listed = [];
    for await (const { name } of client.batches.list({ pageSize: 2 })) listed.push(name);
    assert.deepEqual(listed, names);
    await client.batches.cancel({ name: names[0] });
    const cancelled = await client.batches.wait({ name: names[0] });
    assert.equal(cancelled.state, "BATCH_STATE_CANCELLED");
    await assert.rejects(resultsOf(cancelled), { reason: "BATCH_STATE_CANCELLED" });
    await client.batches.delete({ name: names[1] });
    await assert.rejects(client.batches.get({ name: names[1] }), { status: 404 });
    await assert.rejects(client.batches.get({ name: "files/x" }), { code: "bad-argument" });
    for (const nothing of [{}, { name: 5 }]) {
      await assert.rejects(client.batches.cancel(nothing), { code: "bad-argument" });
      await assert.rejects(client.batches.delete(nothing), { code: "bad-argument" });
    }
  });

  test("waiting can be given up", async () => {
    const batch = await client.batches.create({ model, src: questions(1) });
    await assert.rejects(client.batches.wait(batch, { timeoutMs: 20, intervalMs: 5 }), { code: "timeout" });
    await assert.rejects(client.batches.wait(batch, { signal: AbortSignal.timeout(10) }), { name: "TimeoutError" });
  });

  test("what may have begun is not begun again; what was refused is", async () => {
    for (const fault of [
      { type: "reset", when: "after" },
      { type: "status", status: 504, retryDelay: "0.001s" },
    ]) {
      emulator.inject({ on: "batches.create", ...fault });
      const from = emulator.requests.length;
      await assert.rejects(client.batches.create({ model, src: questions(1) }), { retryable: true });
      assert.equal(emulator.requests.length, from + 1);
    }
    emulator.inject({ on: "batches.create", type: "status", status: 503, retryDelay: "0.001s" });
    assert.equal((await client.batches.create({ model, src: questions(1) })).state, "BATCH_STATE_PENDING");
  });

  test("a batch of another shape is none", async () => {
    for (const body of [{}, { name: 5 }, { name: "batches/x", metadata: "x" }]) {
      emulator.inject({ on: "batches.get", type: "answer", body });
      await assert.rejects(client.batches.get({ name: "x" }), { code: "bad-response" });
    }
  });

  test("media beyond the limit of a line go ahead", async () => {
    const files = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, transport: "files" });
    const batch = await files.batches.create({ model, src: [{ key: "a", contents: [jpeg, "What?"] }] });
    finish();
    const [{ response }] = await resultsOf(batch, files);
    assert.match(response.text, /image\/jpeg 48×32/);
    assert.equal(emulator.fileNames.length, 1);
  });
});
