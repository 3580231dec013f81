/**
 * A table: every fault × every call. Each row has an emulator of its own, one fault, and one right outcome: the same answer
 * as without the fault, or the error that says what happened. No row may hang, store a file twice, start a batch twice,
 * send anything to another host, or show the key.
 */
import assert from "node:assert/strict";
import { GeminiClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg } from "./emulator-client.mjs";
import { all, calls, model, src } from "./fault-calls.mjs";
import { http, startRawServer } from "./raw-server.mjs";

export const key = "AIza-secret-key-of-the-test";

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

/**
 * Chromium resends what a kept connection of HTTP/1.1 brought no answer for, and what was answered by 408, by itself and
 * without a word: no script can forbid it. Bytes that came before a break may be lost or not, and a stream of which nothing
 * has come is begun again. Of several outcomes each is right.
 */
export const inChromium = {
  "408 × batches.create": [recovers, { code: "api-error" }],
  "a reset before × batches.create": [recovers, { code: "network" }],
  "a lost answer × batches.create": [recovers, { code: "network" }],
  "a lost answer × files.delete": [recovers, refused(403)],
  "a reset in the middle × generateContentStream": [recovers, { code: "incomplete-stream" }],
  "a reset in the middle × chat.completions, streamed": [recovers, { code: "incomplete-stream" }],
  "an answer cut short × generateContentStream": [recovers, { code: "incomplete-stream" }],
  "an answer cut short × chat.completions, streamed": [recovers, { code: "incomplete-stream" }],
};

function expectedOf(fault, call, cell) {
  if (cell in exceptions) return exceptions[cell];
  const trait = ["isStream", "isOnce", "resumes"].find((name) => calls[call][name] && name in faults[fault]);
  return trait === undefined ? faults[fault].expect : faults[fault][trait];
}

/**
 * One cell: an emulator of its own, the fault, the call, and all that must hold afterwards. `attemptCall` does the call,
 * where it is to be done: see `attempt`. `own` has the cells that differ there.
 */
export async function runCell(fault, call, attemptCall, own = {}) {
  const cell = `${fault} × ${call}`;
  const { timeoutMs = 60_000, isRedirect } = faults[fault];
  const elsewhere = isRedirect ? await startRawServer(() => http(200, {})) : undefined;
  const emulator = await startEmulator({ batchMs: 0 });
  try {
    const client = new GeminiClient({ apiKey: key, baseUrl: emulator.url });
    const batch = (await client.batches.create({ model, src })).name;
    const [file, other] = [await client.files.upload({ file: jpeg }), await client.files.upload({ file: jpeg })];
    const expectedResult = await calls[call].result(client, { file: other.name, batch, jpeg });
    const before = { files: emulator.fileNames.length, batches: (await all(client.batches.list())).length };
    const injected = emulator.inject({
      on: calls[call].on,
      ...(isRedirect ? { type: "redirect", location: elsewhere.url } : faults[fault].fault),
    });
    const expected = own[cell] ?? [expectedOf(fault, call, cell)];
    const given = { file: file.name, batch, jpeg };
    const outcome = await attemptCall({ call, url: emulator.url, key, timeoutMs, given });
    injected.remove();
    checkOneOf(expected, outcome, cell, expectedResult);
    assert.ok(injected.hits > 0, "the fault did not strike");
    assert.ok(!outcome.shown.includes(key), "the key is shown");
    assert.equal(elsewhere?.requests.length ?? 0, 0, "somebody else was asked");
    const stored = emulator.fileNames.length - before.files;
    const uploads = call.startsWith("files.upload") && outcome.error === undefined ? 1 : 0;
    assert.ok(stored <= uploads, `${stored} files were stored`);
    // A connection that the fault left silent may be taken again: that must not take long.
    const checking = new GeminiClient({ apiKey: key, baseUrl: emulator.url, timeoutMs });
    const batches = (await all(checking.batches.list())).length - before.batches;
    const resent = cell in own && fault === "a lost answer" ? 1 : 0;
    assert.ok(batches <= (call === "batches.create" ? 1 + resent : 0), `${batches} batches were begun`);
  } finally {
    await emulator.close();
    await elsewhere?.close();
  }
}

function checkOneOf([expected, ...others], outcome, cell, expectedResult) {
  try {
    check(outcome, expected, cell, expectedResult);
  } catch (error) {
    if (others.length === 0) throw error;
    checkOneOf(others, outcome, cell, expectedResult);
  }
}

function check({ value, error, shown }, expected, cell, expectedResult) {
  if (expected === recovers) {
    assert.equal(error, undefined, shown);
    const right = cell in others ? others[cell] : expectedResult;
    if (cell.endsWith("s.list")) assert.ok(value >= right || cell in others);
    else assert.equal(value, right);
    return;
  }
  assert.ok(error !== undefined, `it gave ${shown}`);
  assert.equal(error.name, "ApiError", shown);
  for (const [name, member] of Object.entries(expected)) assert.equal(error[name], member, shown);
}

/** Every fault × every call. */
export const rows = Object.keys(faults).flatMap((fault) => Object.keys(calls).map((call) => [fault, call]));
