/**
 * A table: every fault × every call. Each row has an emulator of its own, one fault, and one right outcome: the same answer
 * as without the fault, or the error that says what happened. No row may hang, store a file twice, start a batch twice,
 * send anything to another host, or show the key.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { GeminiClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg } from "./emulator-client.mjs";
import { http, startRawServer } from "./raw-server.mjs";
import "./short-waits.mjs";

const key = "AIza-secret-key-of-the-test";
const model = "gemini-3.5-flash";
const ask = { model, contents: "Hello" };
const messages = [{ role: "user", content: "Hello" }];
const src = [{ key: "a", contents: "Hello" }];

async function all(iterable) {
  const list = [];
  for await (const entry of iterable) list.push(entry);
  return list;
}

/** `on`: the call of the emulator that is struck. `result`: something to compare, the same whatever happened on the way. */
const calls = {
  generateContent: { on: "generateContent", result: async (client) => (await client.models.generateContent(ask)).text },
  generateContentStream: {
    on: "streamGenerateContent",
    isStream: true,
    result: async (client) => (await (await client.models.generateContentStream(ask)).response).text,
  },
  countTokens: { on: "countTokens", result: async (client) => (await client.models.countTokens(ask)).totalTokens },
  "models.list": {
    on: "models.list",
    result: async (client) => (await all(client.models.list({ pageSize: 20 }))).length,
  },
  "chats.sendMessage": {
    on: "generateContent",
    result: async (client) => {
      const chat = client.chats.create({ model });
      await chat.sendMessage({ message: "Hello" });
      return chat.getHistory().length;
    },
  },
  "chat.completions": {
    on: "chat.completions",
    result: async (client) => (await client.chat.completions.create({ model, messages })).choices[0].message.content,
  },
  "chat.completions, streamed": {
    on: "chat.completions",
    isStream: true,
    result: async (client) => {
      const chunks = await all(await client.chat.completions.create({ model, messages, stream: true }));
      return chunks.map(({ choices }) => choices[0].delta.content).join("");
    },
  },
  "files.upload, its start": {
    on: "files.start",
    result: async (client) => (await client.files.upload({ file: jpeg })).sizeBytes,
  },
  "files.upload, its last piece": {
    on: "files.finalize",
    resumes: true,
    result: async (client) => (await client.files.upload({ file: jpeg })).sizeBytes,
  },
  "files.get": {
    on: "files.get",
    result: async (client, { file }) => (await client.files.get({ name: file })).sizeBytes,
  },
  "files.list": { on: "files.list", result: async (client) => (await all(client.files.list())).length },
  "files.delete": { on: "files.delete", result: (client, { file }) => client.files.delete({ name: file }) },
  "batches.create": {
    on: "batches.create",
    isOnce: true,
    result: async (client) => (await client.batches.create({ model, src })).done,
  },
  "batches.get": {
    on: "batches.get",
    result: async (client, { batch }) => (await client.batches.get({ name: batch })).name !== "",
  },
  "batches.list": { on: "batches.list", result: async (client) => (await all(client.batches.list())).length },
  "batches.results": {
    on: "batches.get",
    result: async (client, { batch }) => (await all(client.batches.results({ name: batch })))[0].response.text,
  },
};

const recovers = "recovers";
const status = (code, more = {}) => ({ fault: { type: "status", status: code, ...more } });
const soon = { retryDelay: "0.001s" };
const answer = (body, more = {}) => ({ type: "answer", body, ...more });
const refused = (code) => ({ code: "api-error", status: code });
const notRepeated = (code) => ({ isOnce: { code } });

/** `expect`: of most calls; a member named like a call's trait (isStream, isOnce, resumes) counts before it. */
const faults = {
  400: { ...status(400), expect: refused(400) },
  401: { ...status(401), expect: refused(401) },
  403: { ...status(403), expect: refused(403) },
  404: { ...status(404), expect: refused(404), resumes: recovers },
  408: { ...status(408, soon), expect: recovers, ...notRepeated("api-error") },
  413: { ...status(413), expect: refused(413) },
  "429, a minute's quota": { ...status(429, { quota: "minute", ...soon, times: 1 }), expect: recovers, minute: true },
  "429, a day's quota": { ...status(429, { quota: "day" }), expect: refused(429) },
  "429 that asks for ten minutes": { ...status(429, { retryDelay: "600s" }), expect: refused(429) },
  500: { ...status(500, soon), expect: recovers, ...notRepeated("api-error") },
  501: { ...status(501), expect: refused(501) },
  502: { ...status(502, soon), expect: recovers, ...notRepeated("api-error") },
  "503 with Retry-After": { ...status(503, { retryAfter: "0" }), expect: recovers },
  504: { ...status(504, soon), expect: recovers, ...notRepeated("api-error") },
  "503 without end": { ...status(503, { ...soon, times: 99 }), expect: refused(503) },
  "a reset before": { fault: { type: "reset", when: "before" }, expect: recovers, ...notRepeated("network") },
  "a reset in the middle": {
    fault: { type: "reset", when: "mid" },
    expect: recovers,
    ...notRepeated("network"),
    isStream: { code: "incomplete-stream" },
  },
  "a lost answer": { fault: { type: "reset", when: "after" }, expect: recovers, ...notRepeated("network") },
  "resets without end": { fault: { type: "reset", when: "before", times: 99 }, expect: { code: "network" } },
  "no answer": {
    fault: { type: "stall", when: "before" },
    timeoutMs: 500,
    expect: recovers,
    ...notRepeated("timeout"),
  },
  "silence in the middle": {
    fault: { type: "stall", when: "mid" },
    timeoutMs: 500,
    expect: recovers,
    ...notRepeated("timeout"),
    isStream: { code: "timeout" },
  },
  "an answer cut short": {
    fault: { type: "truncate" },
    expect: recovers,
    ...notRepeated("network"),
    isStream: { code: "incomplete-stream" },
  },
  "an empty answer": { fault: answer(""), expect: recovers, ...notRepeated("bad-response") },
  "half of the JSON": {
    fault: answer('{\n  "name": "x", "candidates": [{"con'),
    expect: recovers,
    ...notRepeated("bad-response"),
  },
  "a page": {
    fault: answer("<html>Welcome</html>", { headers: { "Content-Type": "text/html" } }),
    expect: recovers,
    ...notRepeated("bad-response"),
  },
  "a page without end": {
    fault: { ...answer("<html>Welcome</html>"), times: 99, headers: { "Content-Type": "text/html" } },
    expect: { code: "bad-response" },
  },
  "a page as refusal": {
    fault: answer("<html>Bad gateway</html>", { status: 502 }),
    expect: recovers,
    ...notRepeated("api-error"),
  },
  "a refusal under a good status": {
    fault: answer({ error: { code: 404, message: "Gone.", status: "NOT_FOUND" } }),
    expect: refused(404),
  },
  "a foreign shape": { fault: answer({ hello: "world" }), expect: { code: "bad-response" } },
  "text for a list": {
    fault: answer({ candidates: "x", models: "x", files: "x", operations: "x", choices: "x" }),
    expect: { code: "bad-response" },
  },
  "the wrong kind of JSON": { fault: answer("[1, 2, 3]"), expect: recovers, ...notRepeated("bad-response") },
  "a redirect elsewhere": { isRedirect: true, expect: { code: "redirect-refused" } },
  "an answer byte by byte": { fault: { type: "pieces", bytes: 1 }, expect: recovers },
  "an answer in pieces of 7": { fault: { type: "pieces", bytes: 7 }, expect: recovers },
};

/** Cells that differ, each with its reason. */
const exceptions = {
  // What comes in place of an upload's answers is not trusted: the service is asked where it stands, and goes on from there.
  "a foreign shape × files.upload, its last piece": recovers,
  "text for a list × files.upload, its last piece": recovers,
  "a refusal under a good status × files.upload, its last piece": recovers,
  "a refusal under a good status × files.upload, its start": { code: "bad-response" },
  "400 × files.upload, its last piece": { code: "api-error", status: 400 },
  // The start answers by its headers; without them there is no session, whatever the body.
  "an empty answer × files.upload, its start": { code: "bad-response" },
  "half of the JSON × files.upload, its start": { code: "bad-response" },
  "a page × files.upload, its start": { code: "bad-response" },
  "the wrong kind of JSON × files.upload, its start": { code: "bad-response" },
  "a reset in the middle × files.upload, its start": recovers,
  // An empty list is `{}`: another object without the member says the same.
  "a foreign shape × models.list": recovers,
  "a foreign shape × files.list": recovers,
  "a foreign shape × batches.list": recovers,
  // Any object may be a piece of a stream, but none of these is its end.
  "a foreign shape × generateContentStream": { code: "incomplete-stream" },
  // Deleting answers with an object of no meaning.
  "a foreign shape × files.delete": recovers,
  "text for a list × files.delete": recovers,
};

/** An empty list is right, too, where the service says that there is none. */
const others = {
  "a foreign shape × models.list": 0,
  "a foreign shape × files.list": 0,
  "a foreign shape × batches.list": 0,
};

function expectedOf(fault, call, cell) {
  if (cell in exceptions) return exceptions[cell];
  const trait = ["isStream", "isOnce", "resumes"].find((name) => calls[call][name] && name in faults[fault]);
  return trait === undefined ? faults[fault].expect : faults[fault][trait];
}

async function runCell(fault, call) {
  const cell = `${fault} × ${call}`;
  const { timeoutMs = 60_000, isRedirect } = faults[fault];
  const elsewhere = isRedirect ? await startRawServer(() => http(200, {})) : undefined;
  const emulator = await startEmulator({ batchMs: 0 });
  try {
    const retries = [];
    const onRetry = (event) => retries.push(event);
    const client = new GeminiClient({ apiKey: key, baseUrl: emulator.url, timeoutMs, onRetry });
    const file = (await client.files.upload({ file: jpeg })).name;
    const batch = (await client.batches.create({ model, src })).name;
    const expectedResult = await calls[call].result(new GeminiClient({ apiKey: key, baseUrl: emulator.url }), {
      file: call === "files.delete" ? (await client.files.upload({ file: jpeg })).name : file,
      batch,
    });
    const before = { files: emulator.fileNames.length, batches: (await all(client.batches.list())).length };
    const injected = emulator.inject({
      on: calls[call].on,
      ...(isRedirect ? { type: "redirect", location: elsewhere.url } : faults[fault].fault),
    });
    const expected = expectedOf(fault, call, cell);
    const outcome = await calls[call].result(client, { file, batch }).then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    injected.remove();
    check(outcome, expected, cell, expectedResult);
    assert.ok(injected.hits > 0, "the fault did not strike");
    assert.ok(!inspect([outcome, retries], { depth: 9, showHidden: true }).includes(key), "the key is shown");
    assert.equal(elsewhere?.requests.length ?? 0, 0, "somebody else was asked");
    const stored = emulator.fileNames.length - before.files;
    const uploads = call.startsWith("files.upload") && outcome.error === undefined ? 1 : 0;
    assert.ok(stored <= uploads, `${stored} files were stored`);
    const batches = (await all(client.batches.list())).length - before.batches;
    assert.ok(batches <= (call === "batches.create" ? 1 : 0), `${batches} batches were begun`);
  } finally {
    await emulator.close();
    await elsewhere?.close();
  }
}

function check({ value, error }, expected, cell, expectedResult) {
  if (expected === recovers) {
    assert.equal(error, undefined, inspect(error));
    const right = cell in others ? others[cell] : expectedResult;
    if (cell.endsWith("s.list")) assert.ok(value >= right || cell in others);
    else assert.equal(value, right);
    return;
  }
  assert.ok(error instanceof Error, `it gave ${inspect(value)}`);
  assert.equal(error.name, "ApiError", inspect(error));
  for (const [name, member] of Object.entries(expected)) assert.equal(error[name], member, inspect(error));
}

const rows = Object.keys(faults).flatMap((fault) => Object.keys(calls).map((call) => [fault, call]));

test("the table has its size", () => assert.ok(rows.length >= 500, String(rows.length)));

describe("fault × call", { concurrency: 8 }, () => {
  for (const [fault, call] of rows) test(`${fault} × ${call}`, () => runCell(fault, call));
});
