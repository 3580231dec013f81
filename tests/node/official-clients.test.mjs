/** Google's and openai's own clients, unmodified, against the emulator: what they send is taken, what they read is there. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { GoogleGenAI } from "@google/genai";
import { GoogleGenerativeAI } from "@google/generative-ai";
import { GoogleAIFileManager } from "@google/generative-ai/server";
import { models } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import OpenAI from "openai";
import { jpeg, png } from "./emulator-client.mjs";

const model = "gemini-3.5-flash";
const inline = { inlineData: { mimeType: "image/jpeg", data: jpeg.toString("base64") } };

let emulator;
let folder;
let picture;
before(async () => {
  emulator = await startEmulator({ batchMs: 0 });
  folder = await mkdtemp(path.join(tmpdir(), "official-"));
  picture = path.join(folder, "picture.jpg");
  await writeFile(picture, jpeg);
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

describe("@google/genai", () => {
  let ai;
  before(() => {
    ai = new GoogleGenAI({ apiKey: "key", httpOptions: { baseUrl: emulator.url } });
  });

  test("generateContent, its stream and countTokens", async () => {
    const ask = {
      model,
      contents: [inline, "Caption this image."],
      config: { systemInstruction: "Be short.", topK: 5 },
    };
    const { text, usageMetadata } = await ai.models.generateContent(ask);
    assert.match(text, /image\/jpeg 48×32/);
    assert.ok(usageMetadata.totalTokenCount > 0);
    let streamed = "";
    for await (const chunk of await ai.models.generateContentStream(ask)) streamed += chunk.text;
    assert.equal(streamed, text);
    assert.ok((await ai.models.countTokens({ model, contents: ask.contents })).totalTokens > 0);
  });

  test("chats and structured output", async () => {
    const chat = ai.chats.create({ model });
    await chat.sendMessage({ message: ["What is this?", inline] });
    assert.match((await chat.sendMessage({ message: "And now?" })).text, /4 parts/);
    const config = {
      responseMimeType: "application/json",
      responseSchema: { type: "OBJECT", properties: { a: { type: "STRING" } } },
    };
    const { text } = await ai.models.generateContent({ model, contents: "Hi", config });
    assert.deepEqual(JSON.parse(text), { a: "text" });
  });

  test("files: upload of a path and of a Blob, get, list, use, delete", async () => {
    const byPath = await ai.files.upload({ file: picture, config: { mimeType: "image/jpeg", displayName: "Jetpack" } });
    const byBlob = await ai.files.upload({ file: new Blob([png], { type: "image/png" }) });
    assert.equal((await ai.files.get({ name: byPath.name })).displayName, "Jetpack");
    const names = [];
    for await (const { name } of await ai.files.list({ config: { pageSize: 1 } })) names.push(name);
    assert.deepEqual(names, [byBlob.name, byPath.name]);
    const contents = [{ fileData: { fileUri: byPath.uri, mimeType: byPath.mimeType } }, "What is this?"];
    assert.match((await ai.models.generateContent({ model, contents })).text, /image\/jpeg 48×32/);
    await ai.files.delete({ name: byPath.name });
    await assert.rejects(ai.files.get({ name: byPath.name }), { status: 403 });
  });

  test("batches, inline and by file", async () => {
    const src = [{ contents: [{ role: "user", parts: [{ text: "Hi" }, inline] }], config: { temperature: 0 } }];
    const { name } = await ai.batches.create({ model, src, config: { displayName: "two" } });
    const job = await ai.batches.get({ name });
    assert.equal(job.state, "JOB_STATE_SUCCEEDED");
    assert.match(job.dest.inlinedResponses[0].response.candidates[0].content.parts[0].text, /48×32/);
    const line = JSON.stringify({ key: "a", request: { contents: [{ parts: [{ text: "Hi" }] }] } });
    const file = await ai.files.upload({ file: new Blob([line]), config: { mimeType: "jsonl" } });
    const byFile = await ai.batches.create({ model, src: file.name });
    const ended = await ai.batches.get({ name: byFile.name });
    const downloadPath = path.join(folder, "answers.jsonl");
    await ai.files.download({ file: ended.dest.fileName, downloadPath });
    const listed = [];
    for await (const batch of await ai.batches.list()) listed.push(batch.name);
    assert.ok(listed.includes(name));
    await ai.batches.delete({ name });
  });

  test("models", async () => {
    assert.equal((await ai.models.get({ model })).name, `models/${model}`);
    const names = [];
    for await (const { name } of await ai.models.list()) names.push(name);
    assert.ok(names.includes(`models/${model}`));
  });

  test("refusals arrive as its own error", async () => {
    await assert.rejects(ai.models.generateContent({ model: "none", contents: "Hi" }), {
      name: "ApiError",
      status: 404,
    });
    const config = { temperature: "hot" };
    await assert.rejects(ai.models.generateContent({ model, contents: "Hi", config }), { status: 400 });
  });
});

describe("@google/generative-ai", () => {
  const options = () => ({ baseUrl: emulator.url });

  test("generateContent, its stream, countTokens and chats", async () => {
    const old = new GoogleGenerativeAI("key").getGenerativeModel({ model: "gemini-1.5-pro" }, options());
    const { response } = await old.generateContent(["Caption this.", inline]);
    assert.match(response.text(), /image\/jpeg 48×32/);
    const { stream, response: whole } = await old.generateContentStream("Hi");
    let text = "";
    for await (const chunk of stream) text += chunk.text();
    assert.equal((await whole).text(), text);
    assert.ok((await old.countTokens("Hi")).totalTokens > 0);
    const chat = old.startChat();
    await chat.sendMessage("One");
    assert.match((await chat.sendMessage(["Two", inline])).response.text(), /4 parts/);
  });

  test("files: multipart upload, get, list, delete", async () => {
    const manager = new GoogleAIFileManager("key", options());
    const { file } = await manager.uploadFile(picture, { mimeType: "image/jpeg", displayName: "Jetpack drawing" });
    assert.equal((await manager.getFile(file.name)).displayName, "Jetpack drawing");
    assert.ok((await manager.listFiles({ pageSize: 5 })).files.some(({ name }) => name === file.name));
    await manager.deleteFile(file.name);
    await assert.rejects(manager.getFile(file.name), { status: 403 });
  });
});

describe("openai", () => {
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const messages = [
    { role: "system", content: "Be short." },
    {
      role: "user",
      content: [
        { type: "text", text: "What is in this image?" },
        { type: "image_url", image_url: { url } },
      ],
    },
  ];

  test("chat completions and their stream", async () => {
    const openai = new OpenAI({ apiKey: "key", baseURL: `${emulator.url}/v1beta/openai/` });
    const { choices, usage } = await openai.chat.completions.create({ model, messages });
    assert.match(choices[0].message.content, /image\/png 48×32/);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    let text = "";
    for await (const chunk of await openai.chat.completions.create({ model, messages, stream: true })) {
      text += chunk.choices[0]?.delta.content ?? "";
    }
    assert.equal(text, choices[0].message.content);
  });

  test("models: list, retrieve", async () => {
    const openai = new OpenAI({ apiKey: "key", baseURL: `${emulator.url}/v1beta/openai/`, maxRetries: 0 });
    const ids = [];
    for await (const { id, object, owned_by } of openai.models.list()) {
      assert.deepEqual([object, owned_by], ["model", "google"]);
      ids.push(id);
    }
    assert.deepEqual(
      ids,
      models.list().map(({ id }) => `models/${id}`),
    );
    for (const id of [model, `models/${model}`]) {
      assert.equal((await openai.models.retrieve(id)).id, `models/${model}`);
    }
    await assert.rejects(openai.models.retrieve("none"), OpenAI.NotFoundError);
    const keyless = new OpenAI({ apiKey: "bad", baseURL: `${emulator.url}/v1beta/openai/`, maxRetries: 0 });
    await assert.rejects(keyless.models.list(), OpenAI.BadRequestError);
    const answer = await fetch(`${emulator.url}/v1beta/openai/models`);
    assert.equal(answer.status, 403);
    assert.ok(Array.isArray(await answer.json()), "refusals of this endpoint come as a list");
  });

  test("refusals arrive as its own errors", async () => {
    const openai = new OpenAI({ apiKey: "bad", baseURL: `${emulator.url}/v1beta/openai/`, maxRetries: 0 });
    await assert.rejects(openai.chat.completions.create({ model, messages }), OpenAI.BadRequestError);
    emulator.inject({ on: "chat.completions", type: "status", status: 429 });
    const good = new OpenAI({ apiKey: "key", baseURL: `${emulator.url}/v1beta/openai/`, maxRetries: 0 });
    await assert.rejects(good.chat.completions.create({ model, messages }), OpenAI.RateLimitError);
  });
});
