/**
 * What Google's client was recorded to send, and what ours sends for the same call: JSON-equal bodies, the same methods
 * and paths, the protocol's headers. Differences, each with its reason, stand in `differences`.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GeminiClient } from "gemini-vision-wasm/client";
import { http, startRawServer } from "./raw-server.mjs";

const folder = fileURLToPath(new URL("../../../shared/facts/wire/transcripts", import.meta.url));
const missing = existsSync(folder) ? false : "the recordings do not lie beside the project";
const transcript = (client, name) => JSON.parse(readFileSync(path.join(folder, client, `${name}.json`), "utf8"));

/** Headers of a protocol, as opposed to those that name a client or describe its body. */
const isProtocol = (name) =>
  !(name in differences) && /^(x-goog-(upload|api-key)|authorization$|content-type$)/.test(name);

const differences = {
  "generationConfig: {}": "an empty member says nothing; it is left out",
  "pieces of an upload as application/json": "they are bytes, and labelled application/octet-stream",
  "content-type of a GET": "there is no content",
  "x-goog-upload-file-name": "a header takes no name beyond Latin-1; names go into the JSON only",
};

/** Answers with the recorded responses, one after the other, and gives what was sent. */
async function replay({ exchanges }, work) {
  const base = { url: "" };
  const server = await startRawServer(({ number }) => {
    const { status, headers, body } = exchanges[Math.min(number, exchanges.length) - 1].response;
    const filled = (text) => text.replaceAll("{BASE}", base.url);
    const text = body === undefined ? "" : filled(body.text ?? JSON.stringify(body.json));
    const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)]));
    return http(status, text, { ...own, "Content-Type": own["content-type"] });
  });
  base.url = server.url;
  const version = exchanges[0].request.path.replace(/^\/upload/, "").split("/")[1];
  const client = new GeminiClient({
    apiKey: exchanges[0].request.headers["x-goog-api-key"] ?? "test-key",
    baseUrl: server.url,
    apiVersion: version,
    maxRetries: 0,
  });
  try {
    await work(client).catch((error) => {
      if (exchanges.at(-1).response.status < 400) throw error;
    });
  } finally {
    await server.close();
  }
  return server.requests;
}

function withoutEmpty(json) {
  const { generationConfig, ...rest } = json;
  return generationConfig !== undefined && Object.keys(generationConfig).length > 0 ? json : rest;
}

function assertSame(sent, recorded, version) {
  assert.equal(sent.length, recorded.length);
  for (const [i, { request, op }] of recorded.entries()) {
    const [at, query = ""] = sent[i].path.split("?");
    assert.equal(sent[i].method, request.method);
    assert.equal(at, request.path.replace(/^\/v1\//, `/${version}/`));
    assert.deepEqual(Object.fromEntries(new URLSearchParams(query)), request.query);
    for (const [name, value] of Object.entries(request.headers).filter(([name]) => isProtocol(name))) {
      if (name === "content-type" && request.method === "GET") continue;
      const expected =
        name === "content-type" && op.startsWith("upload.") && op !== "upload.start"
          ? "application/octet-stream"
          : value;
      assert.equal(sent[i].headers[name], expected, name);
    }
    if (request.body?.json !== undefined)
      assert.deepEqual(withoutEmpty(JSON.parse(sent[i].text)), withoutEmpty(request.body.json));
    if (request.body?.base64 !== undefined) assert.equal(sent[i].body.toString("base64"), request.body.base64);
  }
}

/** The call that a recorded body stands for: its contents and config as `@google/genai` takes them. */
function askOf({ path: at, body }) {
  const { contents, generationConfig = {}, ...root } = body.json;
  const model = decodeURIComponent(/models\/([^:]+):/.exec(at)[1]);
  return { model, contents, config: { ...root, ...generationConfig } };
}

const generates = [
  ...[
    "seed-1-local-images",
    "seed-2-base64-url",
    "seed-3-multiple-images",
    "options",
    "json-schema",
    "thought",
    "v1beta",
  ],
  ...["media-resolution-part", "blocked-prompt", "blocked-candidate", "max-tokens", "no-candidates", "no-content"],
  ...["two-candidates", "image-out", "error-400-image", "error-400-mime", "error-400-key", "error-404-model"],
];

describe("recorded calls of @google/genai", { skip: missing }, () => {
  for (const name of generates) {
    test(name, async () => {
      const recorded = transcript("genai", name);
      const sent = await replay(recorded, async (client) => {
        for (const { request } of recorded.exchanges)
          await client.models.generateContent(askOf(request), { prepare: false });
      });
      assertSame(sent, recorded.exchanges, recorded.exchanges[0].request.path.split("/")[1]);
    });
  }

  for (const name of ["stream", "stream-unicode", "error-404-stream"]) {
    test(name, async () => {
      const recorded = transcript("genai", name);
      const texts = [];
      const sent = await replay(recorded, async (client) => {
        const stream = await client.models.generateContentStream(askOf(recorded.exchanges[0].request));
        for await (const { text } of stream) texts.push(text);
      });
      assertSame(sent, recorded.exchanges, "v1");
      const pieces = recorded.result?.pieces?.map(({ text }) => text ?? "");
      if (pieces !== undefined) assert.deepEqual(texts, pieces);
    });
  }

  test("count-tokens", async () => {
    const recorded = transcript("genai", "count-tokens");
    const sent = await replay(recorded, async (client) => {
      for (const { request } of recorded.exchanges) await client.models.countTokens(askOf(request));
    });
    assertSame(sent, recorded.exchanges, "v1");
  });

  test("error-403-file", async () => {
    const recorded = transcript("genai", "error-403-file");
    const { path: at } = recorded.exchanges[0].request;
    const sent = await replay(recorded, (client) => client.files.get({ name: at.split("/").at(-1) }));
    assertSame(sent, recorded.exchanges, "v1");
  });

  test("chat", async () => {
    const recorded = transcript("genai", "chat");
    const sent = await replay(recorded, async (client) => {
      const chat = client.chats.create({ model: "gemini-2.5-flash" });
      const turns = recorded.exchanges.at(-1).request.body.json.contents.filter(({ role }) => role === "user");
      for (const { parts } of turns) await chat.sendMessage({ message: parts });
    });
    assertSame(sent, recorded.exchanges, "v1");
  });

  for (const name of ["upload-blob", "upload-large", "seed-5-upload-metadata"]) {
    test(name, async () => {
      const recorded = transcript("genai", name);
      const { file } = recorded.exchanges[0].request.body.json;
      const pieces = recorded.exchanges.flatMap(({ request }) => request.body?.base64 ?? []);
      if (pieces.length === 0) return;
      const sent = await replay(recorded, async (client) => {
        const bytes = Buffer.concat(pieces.map((text) => Buffer.from(text, "base64")));
        const config = { mimeType: file.mimeType, displayName: file.displayName, name: file.name };
        const { name: stored } = await client.files.upload({ file: new Blob([bytes]), config });
        if (recorded.exchanges.at(-1).op === "files.get") await client.files.get({ name: stored });
      });
      assertSame(sent, recorded.exchanges, "v1");
    });
  }
});

describe("recorded calls of openai", { skip: missing }, () => {
  for (const name of [
    "seed-6-image",
    "two-images",
    "stream",
    "stream-usage",
    "error-400-mime",
    "error-404-model",
    "error-429",
  ]) {
    test(name, async () => {
      const recorded = transcript("openai", name);
      const { json } = recorded.exchanges[0].request.body;
      const sent = await replay({ exchanges: recorded.exchanges.slice(0, 1) }, async (client) => {
        const answer = await client.chat.completions.create(json);
        if (json.stream) for await (const _ of answer);
      });
      assertSame(sent, recorded.exchanges.slice(0, 1), "v1beta");
    });
  }
});
