/** The drop-in beside the client it stands for: the same calls, the same answers, requests and errors. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg } from "./emulator-client.mjs";
import { answerOf, http, startRawServer, streamHead } from "./raw-server.mjs";
import "./short-waits.mjs";

const official = { ...(await import("@google/generative-ai")) };
const officialServer = { ...(await import("@google/generative-ai/server")) };
const ours = { ...(await import("gemini-vision-wasm/generative-ai")) };
const oursServer = { ...(await import("gemini-vision-wasm/generative-ai/server")) };

const inline = { inlineData: { mimeType: "image/jpeg", data: jpeg.toString("base64") } };

let emulator;
let folder;
let picture;
before(async () => {
  emulator = await startEmulator();
  folder = await mkdtemp(path.join(tmpdir(), "drop-in-"));
  picture = path.join(folder, "picture.jpg");
  await writeFile(picture, jpeg);
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

/** What both do with the same answer: request and outcome, or the error. */
async function both(bytes, work, params = {}) {
  const outcomes = [];
  for (const library of [official, ours]) {
    const server = await startRawServer((_, socket) => (typeof bytes === "function" ? bytes(socket) : bytes));
    const options = { baseUrl: server.url };
    const model = new library.GoogleGenerativeAI("key").getGenerativeModel(
      { model: "gemini-1.5-pro", ...params },
      options,
    );
    let outcome;
    try {
      outcome = { value: await work(model, library) };
    } catch (error) {
      const { status, statusText, errorDetails, message, name } = error;
      const kind = Object.keys(library).find((key) => library[key] === error.constructor);
      outcome = { kind, name, status, statusText, errorDetails, message: message.replaceAll(server.url, "BASE") };
    }
    const requests = server.requests.map(({ method, path: at, text }) => [method, at, text && JSON.parse(text)]);
    outcomes.push({ outcome, requests });
    await server.close();
  }
  assert.deepEqual(outcomes[1], outcomes[0]);
  return outcomes[1].outcome;
}

const good = http(200, answerOf("Hi."));
const plain = (value) => JSON.parse(JSON.stringify(value));

describe("names", () => {
  test("everything the old client gives", () => {
    const lacking = (theirs, own) => Object.keys(theirs).filter((name) => !(name in own));
    assert.deepEqual(lacking(official, ours), []);
    assert.deepEqual(lacking(officialServer, oursServer), []);
    const classes = ["GenerativeModel", "ChatSession", "GoogleGenerativeAI"].map((name) => [
      official[name],
      ours[name],
    ]);
    classes.push(
      ...["GoogleAIFileManager", "GoogleAICacheManager"].map((name) => [officialServer[name], oursServer[name]]),
    );
    for (const [theirs, own] of classes) {
      const methods = Object.getOwnPropertyNames(theirs.prototype).filter((name) => !name.startsWith("_"));
      assert.deepEqual(lacking(Object.fromEntries(methods.map((name) => [name])), own.prototype), []);
    }
    for (const name of Object.keys(official)) {
      if (typeof official[name] === "object") assert.deepEqual(plain(ours[name]), plain(official[name]), name);
    }
    assert.deepEqual(plain(oursServer.FileState), plain(officialServer.FileState));
  });
});

describe("requests", () => {
  const requests = {
    "a prompt": "Hi",
    "prompt and picture, in this order": ["What is this?", inline],
    "whole contents": { contents: [{ role: "user", parts: [{ text: "Hi" }] }], generationConfig: { topK: 3 } },
    "an instruction of its own": {
      contents: [{ role: "user", parts: [{ text: "Hi" }] }],
      systemInstruction: "Be short.",
    },
    "an answer of a function": [{ functionResponse: { name: "f", response: {} } }],
  };
  for (const [what, request] of Object.entries(requests)) {
    test(what, () =>
      both(good, async (model) => plain((await model.generateContent(structuredClone(request))).response)),
    );
  }

  test("a model's settings", () =>
    both(good, async (model) => (await model.generateContent("Hi")).response.text(), {
      generationConfig: { temperature: 0 },
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      systemInstruction: { role: "system", parts: [{ text: "Be short." }] },
      tools: [{ codeExecution: {} }],
      toolConfig: { functionCallingConfig: { mode: "AUTO" } },
      cachedContent: { name: "cachedContents/x", model: "m" },
    }));

  for (const [what, request] of Object.entries({
    "a prompt": "Hi",
    contents: { contents: [{ parts: [{ text: "Hi" }] }] },
  })) {
    test(`countTokens of ${what}`, () => both(http(200, { totalTokens: 3 }), (model) => model.countTokens(request)));
  }

  test("embedContent and batchEmbedContents", async () => {
    const content = { role: "user", parts: [{ text: "Hi" }] };
    const embedding = { values: [0.5, -1] };
    for (const request of ["Hi", ["Hi", inline], { content, taskType: "RETRIEVAL_QUERY" }]) {
      await both(http(200, { embedding }), (model) => model.embedContent(request));
    }
    const requests = [{ content }, { content, title: "Two" }];
    await both(http(200, { embeddings: [embedding] }), (model) => model.batchEmbedContents({ requests }));
  });

  test("the cache manager's", async () => {
    const contents = [{ role: "user", parts: [inline] }];
    const work = async (library, url) => {
      const manager = new library.GoogleAICacheManager("key", { baseUrl: url });
      const told = ({ name, message }) => ({ name, message });
      return [
        await manager.create({ model: "m", contents, ttlSeconds: 60, systemInstruction: "Be short." }),
        await manager.create({ model: "tunedModels/m", contents, expireTime: "2030-01-01T00:00:00Z" }),
        await manager.list({ pageSize: 2, pageToken: "next" }),
        await manager.list(),
        await manager.get("cachedContents/a"),
        await manager.update("a", { cachedContent: { ttlSeconds: 5 }, updateMask: ["ttl", "expireTime"] }),
        await manager.delete("a"),
        await manager.create({ contents }).catch(told),
        await manager.create({ model: "m", contents, ttlSeconds: 1, expireTime: "x" }).catch(told),
        await manager.get("").catch(told),
      ];
    };
    const outcomes = [];
    for (const library of [officialServer, oursServer]) {
      const server = await startRawServer(() => http(200, { name: "cachedContents/a" }));
      const results = await work(library, server.url);
      await server.close();
      const sent = server.requests.map(({ method, path: at, text }) => [method, at, text && JSON.parse(text)]);
      outcomes.push({ results, sent });
    }
    assert.equal(outcomes[0].sent.length, 7);
    assert.deepEqual(outcomes[1], outcomes[0]);
  });

  test("chats, with their history", () =>
    both(
      good,
      async (model) => {
        const chat = model.startChat({
          history: [
            { role: "user", parts: [{ text: "Hello" }] },
            { role: "model", parts: [{ text: "Yes?" }] },
          ],
        });
        await chat.sendMessage("One");
        await chat.sendMessage(["Two", inline]);
        return chat.getHistory();
      },
      { systemInstruction: "Be short." },
    ));
});

describe("answers", () => {
  const candidate = (parts, finishReason = "STOP") => ({
    candidates: [{ content: { role: "model", parts }, finishReason }],
  });
  const answers = {
    text: candidate([{ text: "A" }, { text: "B" }]),
    thoughts: candidate([{ text: "Hm", thought: true }, { text: "B" }]),
    code: candidate([{ executableCode: { language: "PYTHON", code: "1" } }, { codeExecutionResult: { output: "1" } }]),
    "function calls": candidate([{ functionCall: { name: "f", args: { a: 1 } } }]),
    "an early end": candidate([{ text: "A" }], "MAX_TOKENS"),
    "a blocked answer": { candidates: [{ finishReason: "SAFETY", finishMessage: "No." }] },
    "a recitation": candidate([{ text: "A" }], "RECITATION"),
    "a blocked prompt": { promptFeedback: { blockReason: "SAFETY", blockReasonMessage: "No." } },
    "no parts": { candidates: [{ content: { role: "model" }, finishReason: "STOP" }] },
    "no candidates": { usageMetadata: { promptTokenCount: 1 } },
  };
  for (const [what, body] of Object.entries(answers)) {
    test(`text of ${what}`, () =>
      both(http(200, body), async (model) => (await model.generateContent("Hi")).response.text()));
    test(`function calls of ${what}`, () =>
      both(http(200, body), async (model) => (await model.generateContent("Hi")).response.functionCalls()));
  }

  test("the response of a blocked answer is in its error", async () => {
    const server = await startRawServer(() => http(200, answers["a blocked prompt"]));
    const model = new ours.GoogleGenerativeAI("key").getGenerativeModel({ model: "m" }, { baseUrl: server.url });
    const { response } = await model.generateContent("Hi");
    assert.throws(
      () => response.text(),
      (error) => error.response === response && error instanceof ours.GoogleGenerativeAIResponseError,
    );
    await server.close();
  });

  const event = (value) => `data: ${JSON.stringify(value)}\r\n\r\n`;
  const events = event(answerOf("A", "")) + event(answerOf("B"));
  const streaming = (socket) => void socket.end(streamHead + events);

  test("streams: pieces and the whole", () =>
    both(streaming, async (model) => {
      const { stream, response } = await model.generateContentStream("Hi");
      const texts = [];
      for await (const chunk of stream) texts.push(chunk.text());
      return [texts, (await response).text(), plain((await response).usageMetadata)];
    }));

  test("the whole without the pieces, and after leaving the loop", () =>
    both(streaming, async (model) => {
      const { response } = await model.generateContentStream("Hi");
      const left = await model.generateContentStream("Hi");
      for await (const _ of left.stream) break;
      return [(await response).text(), (await left.response).text()];
    }));

  test("a streamed message enters the history by itself", () =>
    both(streaming, async (model) => {
      const chat = model.startChat();
      await chat.sendMessageStream("One");
      return plain((await chat.getHistory()).map(({ role, parts }) => [role, parts.map(({ text }) => text).join("")]));
    }));

  test("a message right behind a streamed one goes with the whole of it", async (t) => {
    const server = await startRawServer(({ path: at }, socket) => (at.includes("stream") ? streaming(socket) : good));
    t.after(() => server.close());
    const model = new ours.GoogleGenerativeAI("key").getGenerativeModel({ model: "m" }, { baseUrl: server.url });
    const chat = model.startChat();
    await Promise.all([chat.sendMessageStream("One"), chat.sendMessage("Two")]);
    const { contents } = JSON.parse(server.requests[1].text);
    const said = contents.map(({ parts }) => parts.map(({ text }) => text).join(""));
    assert.deepEqual(said, ["One", "AB", "Two"]);
  });
});

describe("errors", () => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }];
  const refusal = (code, more = {}) => http(code, { error: { code, message: "No.", status: "X", ...more } });

  for (const code of [400, 403, 404, 409]) {
    test(`${code}`, async () => {
      const { kind } = await both(refusal(code, { details }), (model) => model.generateContent("Hi"));
      assert.equal(kind, "GoogleGenerativeAIFetchError");
    });
  }

  test("what cannot be sent", () => both(good, (model) => model.generateContent([])));

  test("a conversation that begins with the model", () =>
    both(good, (model) => model.startChat({ history: [{ role: "model", parts: [{ text: "Hi" }] }] })));

  test("no model", () => both(good, (_, library) => new library.GoogleGenerativeAI("key").getGenerativeModel({})));

  test("aborts and timeouts have an error of their own, with ours as its cause", async () => {
    const server = await startRawServer(() => undefined);
    const model = new ours.GoogleGenerativeAI("key").getGenerativeModel({ model: "m" }, { baseUrl: server.url });
    const signal = AbortSignal.abort(new Error("early"));
    await assert.rejects(model.generateContent("Hi", { signal }), (error) => {
      return error instanceof ours.GoogleGenerativeAIAbortError && error.cause.message === "early";
    });
    const asked = model.generateContent("Hi", { signal: AbortSignal.timeout(20) });
    await assert.rejects(asked, ours.GoogleGenerativeAIAbortError);
    await server.close();
  });

  test("half a stream is no answer, where the old client passes it off as one", async () => {
    const server = await startRawServer(
      (_, socket) => void socket.end(`${streamHead}data: ${JSON.stringify(answerOf("A", ""))}\r\n\r\n`),
    );
    const model = new ours.GoogleGenerativeAI("key").getGenerativeModel({ model: "m" }, { baseUrl: server.url });
    const { stream, response } = await model.generateContentStream("Hi");
    await assert.rejects(async () => {
      for await (const _ of stream);
    }, ours.GoogleGenerativeAIError);
    await assert.rejects(response, ({ cause }) => cause.code === "incomplete-stream" && cause.text === "A");
    await server.close();
  });
});

describe("files", () => {
  test("upload of a path and of bytes, get, list, delete", async () => {
    const shapes = [];
    for (const { GoogleAIFileManager } of [officialServer, oursServer]) {
      const manager = new GoogleAIFileManager("key", { baseUrl: emulator.url });
      const { file, ...rest } = await manager.uploadFile(picture, { mimeType: "image/jpeg", displayName: "Jetpack" });
      assert.deepEqual(rest, {});
      const got = await manager.getFile(file.name);
      assert.deepEqual(got, await manager.getFile(file.name.slice(6)));
      const { files } = await manager.listFiles({ pageSize: 1 });
      assert.equal(files[0].name, file.name);
      const { file: second } = await manager.uploadFile(jpeg, { mimeType: "image/jpeg" });
      assert.equal(await manager.deleteFile(second.name), undefined);
      await assert.rejects(manager.getFile(second.name), { status: 403, statusText: "Forbidden" });
      await manager.deleteFile(file.name);
      assert.deepEqual(plain(await manager.listFiles()), {});
      await assert.rejects(manager.getFile(""), /Invalid fileId/);
      await assert.rejects(manager.uploadFile(picture, {}), /Must provide a mimeType/);
      const { name, uri, createTime, updateTime, expirationTime, ...same } = file;
      shapes.push(same);
    }
    assert.deepEqual(shapes[1], shapes[0]);
  });
});
