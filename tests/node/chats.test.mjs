/** Models, chats and what answers hold: structure, thoughts, refusals as data, cost. Without a bundle of wasm and with it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { costOf, GeminiClient, prepare } from "gemini-vision-wasm";
import { GeminiClient as PlainClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg, sidewaysJpeg } from "./emulator-client.mjs";
import { answerOf, http, startRawServer } from "./raw-server.mjs";

const model = "gemini-3.5-flash";
let emulator;
let client;
before(async () => {
  emulator = await startEmulator();
  client = new GeminiClient({ apiKey: "key", baseUrl: emulator.url });
});
after(() => emulator.close());

const texts = (contents) =>
  contents.map(({ role, parts }) => [role, ...parts.map(({ text, inlineData }) => text ?? inlineData.mimeType)]);

describe("models", () => {
  test("the list is gone through page after page", async () => {
    const names = [];
    for await (const { name } of client.models.list({ pageSize: 9 })) names.push(name);
    assert.ok(names.length > 18 && names.includes(`models/${model}`));
    assert.equal(new Set(names).size, names.length);
  });

  test("leaving the loop asks for no more pages; an abort ends it", async () => {
    const from = emulator.requests.length;
    for await (const _ of client.models.list({ pageSize: 2 })) break;
    assert.equal(emulator.requests.length, from + 1);
    const aborted = client.models.list({ signal: AbortSignal.abort(new Error("no")) });
    await assert.rejects(async () => {
      for await (const _ of aborted);
    }, new Error("no"));
  });

  test("lists that are none are refused: no list, no end", async () => {
    const bodies = [{ models: 5 }, { models: [5] }, { models: [], nextPageToken: "same" }];
    for (const body of bodies) {
      const server = await startRawServer(() => http(200, body));
      const asked = new PlainClient({ apiKey: "key", baseUrl: server.url }).models.list();
      await assert.rejects(
        async () => {
          for await (const _ of asked);
        },
        { code: "bad-response" },
      );
      await server.close();
    }
  });
});

describe("answers", () => {
  const ask = (config, contents = "Hello") => client.models.generateContent({ model, contents, config });

  test("cost is that of the usage", async () => {
    const answer = await ask({});
    assert.deepEqual(answer.cost, costOf(answer.usageMetadata, { model }));
    assert.ok(answer.cost.usd > 0);
    const plain = await new PlainClient({ apiKey: "key", baseUrl: emulator.url }).models.generateContent({
      model,
      contents: "Hello",
    });
    assert.deepEqual(plain.cost, answer.cost);
  });

  test("a model without a known price has no cost, but an answer", async () => {
    const server = await startRawServer(() => http(200, answerOf("Hi.")));
    const { text, cost } = await new PlainClient({ apiKey: "key", baseUrl: server.url }).models.generateContent({
      model: "some-new-model",
      contents: "Hello",
    });
    assert.deepEqual([text, cost], ["Hi.", null]);
    await server.close();
  });

  test("thoughts are in the candidates, not in the text", async () => {
    const { text, candidates, usageMetadata } = await ask({ thinkingConfig: { includeThoughts: true } });
    const [thought, said] = candidates[0].content.parts;
    assert.equal(thought.thought, true);
    assert.equal(text, said.text);
    assert.ok(usageMetadata.thoughtsTokenCount > 0);
    const stream = await client.models.generateContentStream({
      model,
      contents: "Hello",
      config: { thinkingConfig: { includeThoughts: true } },
    });
    const whole = await stream.response;
    assert.equal(whole.text, text);
    assert.deepEqual(whole.candidates[0].content.parts, candidates[0].content.parts);
  });

  test("structure by either kind of schema", async () => {
    const openApi = {
      type: "OBJECT",
      properties: {
        label: { type: "STRING", enum: ["cat", "dog"] },
        boxes: { type: "ARRAY", items: { type: "INTEGER" } },
      },
    };
    const jsonSchema = {
      type: "object",
      properties: {
        label: { const: "cat" },
        count: { type: "integer", minimum: 2 },
        ok: { type: ["boolean", "null"] },
      },
    };
    const responseMimeType = "application/json";
    const first = await ask({ responseMimeType, responseSchema: openApi });
    assert.deepEqual(JSON.parse(first.text), { label: "cat", boxes: [0] });
    const second = await ask({ responseMimeType, responseJsonSchema: jsonSchema });
    assert.deepEqual(JSON.parse(second.text), { label: "cat", count: 2, ok: true });
  });

  test("an early end is data", async () => {
    const { text, candidates } = await ask({ maxOutputTokens: 3 });
    assert.equal(candidates[0].finishReason, "MAX_TOKENS");
    assert.ok(text.length > 0 && text.length <= 12);
  });

  const silent = {
    "a blocked prompt": { promptFeedback: { blockReason: "SAFETY" } },
    "a blocked candidate": { candidates: [{ finishReason: "SAFETY", safetyRatings: [] }] },
    "a candidate without parts": { candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS" }] },
    "no candidates": { usageMetadata: { promptTokenCount: 3 } },
  };
  for (const [what, body] of Object.entries(silent)) {
    test(`${what} is data, with an empty text`, async () => {
      emulator.inject({ on: "generateContent", type: "answer", body });
      const { text, candidates, promptFeedback } = await ask({});
      assert.equal(text, "");
      assert.deepEqual(candidates, body.candidates ?? []);
      assert.deepEqual(promptFeedback, body.promptFeedback);
    });
  }
});

describe("chats", () => {
  test("each message goes with what was said before, and answers are remembered", async () => {
    const chat = client.chats.create({ model, config: { systemInstruction: "Be short." } });
    const first = await chat.sendMessage({ message: "One" });
    const second = await chat.sendMessage({ message: ["Two", { media: `data:image/png;base64,${pngText}` }] });
    assert.deepEqual(texts(chat.getHistory()), [
      ["user", "One"],
      ["model", first.text],
      ["user", "Two", "image/png"],
      ["model", second.text],
    ]);
    assert.match(second.text, /It received a system instruction of 9 characters and 4 parts: /);
  });

  test("pictures are made upright once, and a lone text goes behind a lone picture", async () => {
    const chat = client.chats.create({ model });
    const { warnings } = await chat.sendMessage({ message: ["What is this?", sidewaysJpeg] });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["text-moved-after-image"],
    );
    const [picture, text] = chat.getHistory()[0].parts;
    assert.equal(picture.inlineData.data, (await prepare(sidewaysJpeg)).toBase64());
    assert.equal(text.text, "What is this?");
  });

  test("a stream is remembered at its end, and then only", async () => {
    const chat = client.chats.create({ model, history: [{ role: "user", parts: [{ text: "Hi" }] }] });
    const left = await chat.sendMessageStream({ message: "One" });
    for await (const _ of left) break;
    assert.equal(chat.getHistory().length, 1);
    const stream = await chat.sendMessageStream({ message: "Two" });
    let said = "";
    for await (const { text } of stream) said += text;
    assert.deepEqual(texts(chat.getHistory()).slice(1), [
      ["user", "Two"],
      ["model", said],
    ]);
    assert.equal((await stream.response).text, said);
  });

  test("a message after a stream goes with the whole of it, whoever reads it and when", async () => {
    const chat = client.chats.create({ model });
    const [stream, second] = await Promise.all([
      chat.sendMessageStream({ message: "One" }),
      chat.sendMessage({ message: "Two" }),
    ]);
    let said = "";
    for await (const { text } of stream) said += text;
    const unread = await chat.sendMessageStream({ message: "Three" });
    const fourth = await chat.sendMessage({ message: "Four" });
    assert.deepEqual(texts(chat.getHistory()), [
      ["user", "One"],
      ["model", said],
      ["user", "Two"],
      ["model", second.text],
      ["user", "Three"],
      ["model", (await unread.response).text],
      ["user", "Four"],
      ["model", fourth.text],
    ]);
    assert.match(fourth.text, /It received 7 parts: /);
  });

  test("a stream that is left, aborted or breaks off keeps no message waiting, and is no part of it", async () => {
    const chat = client.chats.create({ model });
    const left = await chat.sendMessageStream({ message: "One" });
    const loop = left[Symbol.asyncIterator]();
    await loop.next();
    const waiting = chat.sendMessage({ message: "Two" });
    await loop.return();
    await waiting;
    const controller = new AbortController();
    emulator.inject({ on: "streamGenerateContent", type: "stall", when: "mid" });
    await chat.sendMessageStream({ message: "Three", signal: controller.signal });
    controller.abort();
    await chat.sendMessage({ message: "Four" });
    emulator.inject({ on: "streamGenerateContent", type: "reset", when: "mid" });
    await chat.sendMessageStream({ message: "Five" });
    await chat.sendMessage({ message: "Six" });
    assert.deepEqual(
      texts(chat.getHistory()).flatMap(([role, text]) => (role === "user" ? [text] : [])),
      ["Two", "Four", "Six"],
    );
  });

  test("messages sent at once are answered one after the other", async () => {
    const chat = client.chats.create({ model });
    const answers = await Promise.all(["a", "b", "c"].map((message) => chat.sendMessage({ message })));
    assert.deepEqual(texts(chat.getHistory()), [
      ...["a", "b", "c"].flatMap((text, i) => [
        ["user", text],
        ["model", answers[i].text],
      ]),
    ]);
  });

  test("what was refused or blocked is not remembered, and the chat goes on", async () => {
    const chat = client.chats.create({ model });
    emulator.inject({ on: "generateContent", type: "status", status: 400 });
    await assert.rejects(chat.sendMessage({ message: "One" }), { status: 400 });
    emulator.inject({ on: "generateContent", type: "answer", body: { promptFeedback: { blockReason: "SAFETY" } } });
    assert.equal((await chat.sendMessage({ message: "Two" })).text, "");
    await chat.sendMessage({ message: "Three" });
    assert.deepEqual(
      texts(chat.getHistory()).map(([role]) => role),
      ["user", "model"],
    );
  });

  test("the history is a copy, given and taken", async () => {
    const history = [{ role: "user", parts: [{ text: "Hi" }] }];
    const chat = client.chats.create({ model, history });
    history[0].parts[0].text = "changed";
    chat.getHistory()[0].parts[0].text = "changed";
    assert.deepEqual(texts(chat.getHistory()), [["user", "Hi"]]);
  });

  test("a chat needs a model; without wasm it takes media too", async () => {
    assert.throws(() => client.chats.create({}), { code: "bad-argument" });
    const plain = new PlainClient({ apiKey: "key", baseUrl: emulator.url }).chats.create({ model });
    const { text } = await plain.sendMessage({ message: [jpeg, "What is this?"] });
    assert.match(text, /image\/jpeg 48×32/);
  });
});

const pngText =
  "iVBORw0KGgoAAAANSUhEUgAAADAAAAAgAQMAAABuGmlfAAAABlBMVEUdNVfmOUYZYG1qAAAAE0lEQVQI12NgIBf8B4IG+lMkAgA87kw9r6j8kwAAAABJRU5ErkJggg==";
