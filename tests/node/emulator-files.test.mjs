/** The emulator's File API, batches, quotas and chat completions: what is refused, in the service's words, and its clock. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { movie } from "../support/media-files.mjs";
import { assertRefusal, call, generatePath, jpeg, model, png, textOf, user } from "./emulator-client.mjs";

const granularity = 256;
let emulator;
beforeEach(async () => {
  emulator = await startEmulator({ uploadGranularityBytes: granularity });
});
afterEach(() => emulator.close());

const bytes = Buffer.alloc(3 * granularity + 17, "abc");

async function start({ length = bytes.length, type = "text/plain", file = {}, headers = {} } = {}) {
  const all = {
    "x-goog-upload-protocol": "resumable",
    "x-goog-upload-command": "start",
    "x-goog-upload-header-content-type": type,
    ...(length !== null && { "x-goog-upload-header-content-length": String(length) }),
    ...headers,
  };
  return call(emulator.url, "/upload/v1beta/files", { file }, { headers: all });
}

async function session(options) {
  const answer = await start(options);
  assert.equal(answer.status, 200, answer.text);
  return answer.headers.get("x-goog-upload-url");
}

/** Without a key, as the address of a session needs none. */
async function send(address, command, offset, body) {
  const headers = {
    "x-goog-upload-command": command,
    ...(offset !== undefined && { "x-goog-upload-offset": String(offset) }),
  };
  const response = await fetch(address, { method: "POST", headers, body });
  const text = await response.text();
  return {
    status: response.status,
    text,
    upload: response.headers.get("x-goog-upload-status"),
    received: response.headers.get("x-goog-upload-size-received"),
  };
}

async function stored(body = jpeg, type = "image/jpeg", file = {}) {
  const answer = await send(await session({ length: body.length, type, file }), "upload, finalize", 0, body);
  return JSON.parse(answer.text).file;
}

describe("resumable uploads", () => {
  test("start, pieces, queries, the end, and a query after it", async () => {
    const opened = await start({ file: { displayName: "写真" } });
    assert.equal(opened.text, "");
    assert.equal(opened.headers.get("x-goog-upload-chunk-granularity"), String(granularity));
    assert.equal(opened.headers.get("x-goog-upload-control-url"), opened.headers.get("x-goog-upload-url"));
    const address = opened.headers.get("x-goog-upload-url");
    const query = () => send(address, "query");
    assert.deepEqual(await query(), { status: 200, text: "", upload: "active", received: "0" });
    const first = await send(address, "upload", 0, bytes.subarray(0, 2 * granularity));
    assert.deepEqual(first, { status: 200, text: "", upload: "active", received: null });
    assert.equal((await query()).received, String(2 * granularity));
    const last = await send(address, "upload, finalize", 2 * granularity, bytes.subarray(2 * granularity));
    assert.equal(last.upload, "final");
    const { file } = JSON.parse(last.text);
    const hex = createHash("sha256").update(bytes).digest("hex");
    assert.equal(file.sha256Hash, Buffer.from(hex).toString("base64"));
    assert.deepEqual([file.displayName, file.sizeBytes, file.source], ["写真", String(bytes.length), "UPLOADED"]);
    assert.match(file.createTime, /\.\d{6}Z$/);
    assert.match(file.expirationTime, /\.\d{9}Z$/);
    const after = await query();
    assert.deepEqual(
      [after.upload, after.received, JSON.parse(after.text).file.name],
      ["final", String(bytes.length), file.name],
    );
  });

  test("all bytes, then the end alone; a length that nobody told", async () => {
    const address = await session({ length: null });
    await send(address, "upload", 0, bytes.subarray(0, granularity));
    const { upload, text } = await send(address, "finalize");
    assert.equal(upload, "final");
    assert.equal(JSON.parse(text).file.sizeBytes, String(granularity));
  });

  const piece = (from, to) => bytes.subarray(from, to);
  const refused = {
    "a wrong offset": [["upload", 5, piece(0, granularity)], 400, "Invalid offset: expected 0, got 5."],
    "no offset": [["upload", undefined, piece(0, granularity)], 400, "Invalid offset: expected 0, got NaN."],
    "a piece that is not aligned": [
      ["upload", 0, piece(0, 100)],
      400,
      "Chunk of 100 bytes is not a multiple of the granularity (256).",
    ],
    "too many bytes": [["upload, finalize", 0, Buffer.alloc(2000)], 400, `More bytes than declared (${bytes.length}).`],
    "too few bytes": [["upload, finalize", 0, piece(0, 3)], 400, `Fewer bytes than declared: 3 of ${bytes.length}.`],
    "an end too early": [["finalize"], 400, `Fewer bytes than declared: 0 of ${bytes.length}.`],
    "a start": [["start"], 404, "Not Found"],
    "an unknown command": [["dance"], 400, "Unknown command: dance."],
  };
  for (const [what, [args, status, text]] of Object.entries(refused)) {
    test(`refused by a session, which goes on: ${what}`, async () => {
      const address = await session();
      const answer = await send(address, ...args);
      assert.deepEqual([answer.status, answer.text], [status, text]);
      assert.equal((await send(address, "query")).received, "0");
      assert.equal((await send(address, "upload, finalize", 0, bytes)).upload, "final");
    });
  }

  test("a session that was cancelled, has ended or never was", async () => {
    const cancelled = await session();
    assert.equal((await send(cancelled, "cancel")).upload, "cancelled");
    assert.equal((await send(cancelled, "query")).status, 410);
    const ended = await session();
    await send(ended, "upload, finalize", 0, bytes);
    assert.equal((await send(ended, "cancel")).status, 400);
    assert.equal((await send(ended, "upload, finalize", 0, bytes)).status, 400);
    assert.equal((await send(`${emulator.url}/upload/v1beta/files?upload_id=none`, "query")).status, 404);
    assert.equal(emulator.fileNames.length, 1);
  });

  const starts = {
    "an empty file": [{ length: 0 }, 400, /^File is empty\.$/],
    "more than 2 GB": [{ length: 2 * 1024 ** 3 + 1 }, 400, /larger than the maximum/],
    "a length that is none": [{ length: "abc" }, 400, /Invalid Content-Length/],
    "no type": [{ type: "" }, 400, /Unsupported MIME type/],
    "an id in capitals": [{ file: { name: "files/ABC" } }, 400, /is no file id/],
    "an id with a hyphen at its end": [{ file: { name: "files/abc-" } }, 400, /is no file id/],
    "an unknown member": [{ file: { title: "x" } }, 400, /Unknown name "title"/],
    "a name that is a number": [{ file: { displayName: 5 } }, 400, /TYPE_STRING/],
    "a long name": [{ file: { displayName: "x".repeat(513) } }, 400, /512 characters/],
    "an unknown protocol": [{ headers: { "x-goog-upload-protocol": "pigeon" } }, 400, /Unknown upload protocol/],
    "another command": [{ headers: { "x-goog-upload-command": "upload" } }, 400, /begins with the command start/],
    "no key": [{ headers: { "x-goog-api-key": "" } }, 403, /unregistered callers/],
    "a bad key": [{ headers: { "x-goog-api-key": "bad" } }, 400, /API key not valid/],
  };
  for (const [what, [options, status, message]] of Object.entries(starts)) {
    test(`no session for ${what}`, async () => {
      const answer = await start(options);
      assert.equal(answer.status, status);
      assert.match(answer.json.error.message, message);
    });
  }

  test("an id that is taken", async () => {
    await stored(jpeg, "image/jpeg", { name: "files/mine" });
    assert.equal((await start({ file: { name: "files/mine" } })).status, 409);
  });
});

describe("uploads in one request", () => {
  const multipart = (body, type = "multipart/related; boundary=edge") =>
    call(emulator.url, "/upload/v1beta/files", Buffer.from(body, "latin1"), {
      headers: { "x-goog-upload-protocol": "multipart", "content-type": type },
    });
  const json = 'Content-Type: application/json\r\n\r\n{"file":{"displayName":"one"}}';
  const whole = `--edge\r\n${json}\r\n--edge\r\nContent-Type: image/png\r\n\r\n${png.toString("latin1")}\r\n--edge--\r\n`;

  test("multipart and raw", async () => {
    const { file } = (await multipart(whole)).json;
    assert.deepEqual([file.displayName, file.mimeType, file.sizeBytes], ["one", "image/png", String(png.length)]);
    const headers = { "x-goog-upload-protocol": "raw", "content-type": "image/jpeg" };
    const raw = await call(emulator.url, "/upload/v1beta/files", jpeg, { headers });
    assert.equal(raw.json.file.mimeType, "image/jpeg");
  });

  const refused = {
    "no boundary": [whole, "multipart/related"],
    "another type": [whole, "multipart/form-data; boundary=edge"],
    "no end": [whole.slice(0, -10)],
    "one part": [`--edge\r\n${json}\r\n--edge--`],
    "no JSON": [whole.replace("{", "")],
    "no headers": [whole.replace(/Content-Type: image\/png\r\n\r\n/, "")],
  };
  for (const [what, args] of Object.entries(refused)) {
    test(`multipart with ${what} is refused`, async () => {
      assert.equal((await multipart(...args)).status, 400);
      assert.deepEqual(emulator.fileNames, []);
    });
  }
});

describe("files", () => {
  test("get, list in pages, delete; an empty list has no member", async () => {
    const list = async (query = "") => (await call(emulator.url, `/v1beta/files${query}`)).json;
    assert.deepEqual(await list(), {});
    const names = [];
    for (let i = 0; i < 12; i++) names.unshift((await stored()).name);
    const first = await list();
    assert.equal(first.files.length, 10);
    const second = await list(`?pageToken=${first.nextPageToken}`);
    assert.deepEqual(
      [...first.files, ...second.files].map(({ name }) => name),
      names,
    );
    assert.deepEqual((await call(emulator.url, `/v1beta/${names[0]}`, undefined, { method: "DELETE" })).json, {});
    const id = names[0].slice(6);
    const message = `You do not have permission to access the File ${id} or it may not exist.`;
    assertRefusal(await call(emulator.url, `/v1beta/${names[0]}`), 403, "PERMISSION_DENIED", message);
    assertRefusal(await call(emulator.url, "/v1beta/files?pageSize=x"), 400, "INVALID_ARGUMENT", /pageSize/);
    const download = await call(emulator.url, `/v1beta/${names[1]}:download?alt=media`);
    assertRefusal(download, 400, "INVALID_ARGUMENT", /only generated files can be downloaded/);
  });

  test("processing, failure and expiry, by the emulator's clock", async () => {
    const mp4 = movie({ seconds: 2, width: 64, height: 48 });
    const good = await stored(mp4, "video/mp4");
    const bad = await stored(Buffer.from("no video"), "video/mp4");
    const state = async ({ name }) => (await call(emulator.url, `/v1beta/${name}`)).json.state;
    emulator.clock.advance(-1e6);
    assert.deepEqual(
      [await state(good), await state(bad), (await stored()).state],
      ["PROCESSING", "PROCESSING", "ACTIVE"],
    );
    const part = { fileData: { fileUri: good.uri, mimeType: "video/mp4" } };
    const early = await call(emulator.url, generatePath, user(part));
    assertRefusal(
      early,
      400,
      "FAILED_PRECONDITION",
      `The File ${good.name.slice(6)} is not in an ACTIVE state and usage is not allowed.`,
    );
    emulator.clock.advance(1e6 + 500);
    assert.deepEqual([await state(good), await state(bad)], ["ACTIVE", "FAILED"]);
    assert.match(textOf((await call(emulator.url, generatePath, user(part))).json), /video\/mp4/);
    emulator.clock.advance(48 * 3600e3);
    assert.equal((await call(emulator.url, `/v1beta/${good.name}`)).status, 403);
    assert.deepEqual(emulator.fileNames, []);
  });

  test("a file that is no picture is noticed when it is used as one", async () => {
    const { uri } = await stored(Buffer.from("nonsense"), "image/png");
    const answer = await call(emulator.url, generatePath, user({ fileData: { fileUri: uri, mimeType: "image/png" } }));
    assertRefusal(answer, 400, "INVALID_ARGUMENT", /Unable to process input image/);
  });
});

describe("quotas", () => {
  test("a minute's is over with the minute, a day's with the day", async () => {
    const own = await startEmulator({ requestsPerMinute: 2, requestsPerDay: 3 });
    own.clock.set("2026-11-22T10:00:10Z");
    const ask = () => call(own.url, generatePath, user({ text: "hi" }));
    const statuses = [(await ask()).status, (await ask()).status];
    assert.deepEqual(statuses, [200, 200]);
    const { status, json } = await ask();
    const detail = (type) => json.error.details.find((entry) => entry["@type"].endsWith(type));
    assert.deepEqual([status, json.error.status], [429, "RESOURCE_EXHAUSTED"]);
    assert.match(detail("QuotaFailure").violations[0].quotaId, /PerMinute/);
    assert.match(detail("RetryInfo").retryDelay, /^\d+s$/);
    own.clock.advance(60_000);
    assert.equal((await ask()).status, 200);
    assert.match(JSON.stringify((await ask()).json), /PerDay/);
    own.clock.advance(24 * 3600e3);
    assert.equal((await ask()).status, 200);
    await own.close();
  });
});

describe("chat completions", () => {
  const path = "/v1beta/openai/chat/completions";
  const hi = { model, messages: [{ role: "user", content: "Hi" }] };
  const refused = {
    "an unknown member": { ...hi, temprature: 1 },
    "no model": { messages: hi.messages },
    "no messages": { model },
    "an unknown role": { model, messages: [{ role: "wizard", content: "Hi" }] },
    "an unknown part": { model, messages: [{ role: "user", content: [{ type: "smell" }] }] },
    "an address of the web": {
      model,
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x/y.png" } }] }],
    },
    "a document": {
      model,
      messages: [
        { role: "user", content: [{ type: "image_url", image_url: { url: "data:application/pdf;base64,AA==" } }] },
      ],
    },
    "a hot temperature": { ...hi, temperature: "hot" },
    "a list": [],
  };
  for (const [what, body] of Object.entries(refused)) {
    test(`${what} is refused, in a list`, async () => {
      const { status, json } = await call(emulator.url, path, body);
      assert.equal(status, 400);
      assert.equal(json[0].error.status, "INVALID_ARGUMENT");
    });
  }

  test("an unknown model and a missing key", async () => {
    assert.equal((await call(emulator.url, path, { ...hi, model: "none" })).json[0].error.code, 404);
    assert.equal((await call(emulator.url, path, hi, { headers: { "x-goog-api-key": "" } })).json[0].error.code, 403);
  });
});

describe("batches", () => {
  const path = `/v1beta/models/${model}:batchGenerateContent`;
  const request = { contents: [{ parts: [{ text: "Hi" }] }] };
  const refused = {
    nothing: {},
    "no requests": { batch: { inputConfig: { requests: { requests: [] } } } },
    "both kinds": { batch: { inputConfig: { fileName: "files/x", requests: { requests: [{ request }] } } } },
    "an unknown member": { batch: { colour: "red" } },
    "a request that is none": { batch: { inputConfig: { requests: { requests: [{ request: { nonsense: 1 } }] } } } },
  };
  for (const [what, body] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      const answer = await call(emulator.url, path, body);
      assertRefusal(answer, 400, "INVALID_ARGUMENT", /./);
    });
  }

  test("unknown files, models and batches", async () => {
    const byFile = { batch: { inputConfig: { fileName: "files/none" } } };
    assert.equal((await call(emulator.url, path, byFile)).status, 403);
    assert.equal((await call(emulator.url, "/v1beta/models/none:batchGenerateContent", byFile)).status, 404);
    assert.equal((await call(emulator.url, "/v1beta/batches/none")).status, 404);
  });
});

describe("faults", () => {
  test("strike the calls they are for, so often, after so many", async () => {
    const fault = emulator.inject({ on: "generateContent", type: "status", status: 503, times: 2, after: 1 });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await call(emulator.url, generatePath, user({ text: "hi" }))).status);
    assert.deepEqual(statuses, [200, 503, 503, 200]);
    assert.equal(fault.hits, 2);
    const other = emulator.inject({ type: "status", status: 500, times: 9 });
    other.remove();
    assert.equal((await call(emulator.url, "/v1beta/models")).status, 200);
    assert.throws(() => emulator.inject({ type: "gremlin" }), { code: "bad-argument" });
  });

  test("requests are remembered, keys are not", async () => {
    await call(emulator.url, "/v1beta/models?key=secret-key", undefined, {
      headers: { "x-goog-api-key": "secret-key" },
    });
    assert.deepEqual(emulator.requests, [
      { call: "models.list", method: "GET", path: "/v1beta/models", receivedBytes: 0, status: 200 },
    ]);
  });
});
