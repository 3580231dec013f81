/** openai's shape at the compatible endpoint: pictures of any source, streams, and errors that come as a list. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { buildRequest, GeminiClient, prepare } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg, png, sidewaysJpeg } from "./emulator-client.mjs";
import { http, startRawServer, streamHead } from "./raw-server.mjs";
import "./short-waits.mjs";

const key = "AIza-secret-key-of-the-test";
const model = "gemini-3.5-flash";
const dataUrl = (bytes, type) => `data:${type};base64,${bytes.toString("base64")}`;
const ask = (...content) => ({ model, messages: [{ role: "user", content }] });

let emulator;
let client;
let folder;
before(async () => {
  emulator = await startEmulator();
  client = new GeminiClient({ apiKey: key, baseUrl: emulator.url });
  folder = await mkdtemp(path.join(tmpdir(), "completions-"));
  await writeFile(path.join(folder, "picture.jpg"), jpeg);
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

async function against(answer, work) {
  const server = await startRawServer(answer);
  try {
    return await work(new GeminiClient({ apiKey: key, baseUrl: server.url, maxRetries: 0 }), server);
  } finally {
    await server.close();
  }
}

const completion = {
  id: "1",
  object: "chat.completion",
  created: 1,
  model,
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi." } }],
};

describe("a completion", () => {
  test("openai's request goes out as it is, with a bearer", async () => {
    const request = {
      ...ask(
        { type: "text", text: "What?" },
        { type: "image_url", image_url: { url: dataUrl(png, "image/png"), detail: "low" } },
      ),
      temperature: 0.5,
      reasoning_effort: "low",
    };
    await against(
      () => http(200, completion),
      async (own, server) => {
        const answer = await own.chat.completions.create(request);
        assert.equal(answer.choices[0].message.content, "Hi.");
        const [{ path: at, headers, text }] = server.requests;
        assert.equal(at, "/v1beta/openai/chat/completions");
        assert.deepEqual(JSON.parse(text), request);
        assert.equal(headers.authorization, `Bearer ${key}`);
        assert.equal(headers["x-goog-api-key"], undefined);
      },
    );
  });

  const sources = {
    "an address in image_url": () => ({ type: "image_url", image_url: { url: dataUrl(jpeg, "image/jpeg") } }),
    "a Blob in image_url": () => ({ type: "image_url", image_url: { url: new Blob([jpeg]) } }),
    "a path in image_url": () => ({ type: "image_url", image_url: { url: path.join(folder, "picture.jpg") } }),
    "a Buffer": () => jpeg,
    "a stream": () => new Blob([jpeg]).stream(),
    "a path as media": () => ({ media: path.join(folder, "picture.jpg") }),
    "a prepared picture": () => prepare(jpeg),
  };
  for (const [what, source] of Object.entries(sources)) {
    test(what, async () => {
      const { choices, cost, usage } = await client.chat.completions.create(ask("What is this?", await source()));
      assert.match(choices[0].message.content, /2 parts: text of 13 characters: "What is this\?"; image\/jpeg 48×32/);
      assert.ok(usage.total_tokens > 0 && cost.usd > 0);
    });
  }

  test("an upright picture from a sideways one, by prepare", async () => {
    const { choices } = await client.chat.completions.create(ask(await prepare(sidewaysJpeg), "What?"));
    assert.doesNotMatch(choices[0].message.content, /sideways/);
  });

  test("an address of the web is fetched here, without the key", async () => {
    const server = await startRawServer(() => http(200, png, { "Content-Type": "image/png" }));
    const url = `${server.url}/picture.png`;
    const { choices } = await client.chat.completions.create(ask({ type: "image_url", image_url: { url } }, "What?"));
    assert.match(choices[0].message.content, /image\/png 48×32/);
    assert.ok(server.requests.every(({ headers }) => !JSON.stringify(headers).includes(key)));
    await server.close();
  });

  test("what the endpoint does not take is told before it is sent", async () => {
    const gif = new Blob(["GIF89a"], { type: "image/gif" });
    for (const file of [Buffer.from("%PDF-1.7\n"), gif, { type: "image_url", image_url: { url: gif } }]) {
      await assert.rejects(client.chat.completions.create(ask(file)), { code: "unsupported" });
    }
    await assert.rejects(client.chat.completions.create(ask(5)), { code: "bad-argument" });
    await assert.rejects(client.chat.completions.create({ model }), { code: "bad-argument" });
    await assert.rejects(client.chat.completions.create({ ...ask("Hi"), seed: 5n }), { code: "bad-argument" });
  });

  test("errors come as a list, and are read", async () => {
    const { create } = client.chat.completions;
    const asked = create.call(client.chat.completions, { ...ask("Hi"), model: "no-such-model" });
    await assert.rejects(asked, { name: "ApiError", status: 404, reason: "NOT_FOUND", message: /no-such-model/ });
    const badKey = new GeminiClient({ apiKey: "bad-key", baseUrl: emulator.url });
    await assert.rejects(badKey.chat.completions.create(ask("Hi")), { status: 400, reason: "API_KEY_INVALID" });
  });

  test("RetryInfo in a list is obeyed", async () => {
    emulator.inject({
      on: "chat.completions",
      type: "answer",
      status: 429,
      body: [
        {
          error: {
            code: 429,
            message: "Slow",
            details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "0.002s" }],
          },
        },
      ],
    });
    const retries = [];
    const own = new GeminiClient({
      apiKey: key,
      baseUrl: emulator.url,
      onRetry: (event) => retries.push(event.delayMs),
    });
    await own.chat.completions.create(ask("Hi"));
    assert.deepEqual(retries, [2]);
  });

  test("an answer of another shape is none", async () => {
    for (const body of [{}, { choices: 5 }, { choices: [{}] }, { choices: [{ message: "Hi" }] }]) {
      await against(
        () => http(200, body),
        (own) => assert.rejects(own.chat.completions.create(ask("Hi")), { code: "bad-response" }),
      );
    }
  });
});

describe("a stream", () => {
  const stream = (options) => client.chat.completions.create({ ...ask("Hi"), stream: true }, options);

  test("its pieces make the answer that comes in one", async () => {
    let text = "";
    for await (const { choices } of await stream()) text += choices[0].delta.content;
    const single = await client.chat.completions.create(ask("Hi"));
    assert.equal(text, single.choices[0].message.content);
  });

  test("usage comes last, when it is asked for", async () => {
    const chunks = [];
    const request = { ...ask("Hi"), stream: true, stream_options: { include_usage: true } };
    for await (const chunk of await client.chat.completions.create(request)) chunks.push(chunk);
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.ok(chunks.at(-1).usage.total_tokens > 0);
  });

  const piece = (content, reason) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: reason }] })}\n\n`;
  const overloaded = [{ error: { code: 503, message: "Overloaded.", status: "UNAVAILABLE" } }];
  const broken = {
    "an end without reason and mark": [piece("Half"), { code: "incomplete-stream", text: "Half" }],
    "a bare list of an error": [piece("Half") + JSON.stringify(overloaded, null, 2), { status: 503, text: "Half" }],
    "an error as event": [`${piece("Half")}data: ${JSON.stringify(overloaded[0])}\n\n`, { status: 503, text: "Half" }],
    "a piece without choices": [`${piece("Half")}data: {"id":"x"}\n\n`, { code: "bad-response", text: "Half" }],
  };
  for (const [what, [text, expected]] of Object.entries(broken)) {
    test(what, () =>
      against(
        (_, socket) => void socket.end(streamHead + text),
        async (own) => {
          const pieces = await own.chat.completions.create({ ...ask("Hi"), stream: true });
          await assert.rejects(async () => {
            for await (const _ of pieces);
          }, expected);
        },
      ),
    );
  }

  test("leaving the loop closes the connection; an abort too", async () => {
    await against(
      (_, socket) => void socket.write(streamHead + piece("Half")),
      async (own, server) => {
        for await (const _ of await own.chat.completions.create({ ...ask("Hi"), stream: true })) break;
        await server.clientLeft();
      },
    );
    await assert.rejects(stream({ signal: AbortSignal.abort(new Error("no")) }), new Error("no"));
  });
});

describe("buildRequest for the endpoint", () => {
  test("the same question in openai's shape, base64 written by the core", async () => {
    const {
      path: at,
      body,
      warnings,
    } = await buildRequest(
      {
        model,
        contents: ["What is this?", { media: jpeg }, { inlineData: { mimeType: "audio/mp3", data: "AAAA" } }],
        config: {
          systemInstruction: "Be short.",
          temperature: 0.5,
          maxOutputTokens: 9,
          topK: 3,
          responseMimeType: "application/json",
        },
      },
      { api: "openai" },
    );
    assert.equal(at, "openai/chat/completions");
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: dataUrl(jpeg, "image/jpeg") } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
    ];
    assert.deepEqual(JSON.parse(Buffer.from(body).toString()), {
      model,
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content },
      ],
      temperature: 0.5,
      max_tokens: 9,
      response_format: { type: "json_object" },
    });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["config-left-out"],
    );
    const lines = png.toString("base64").replace(/.{76}/g, "$&\r\n");
    const wrapped = { inlineData: { mimeType: "image/png", data: lines } };
    const { body: unwrapped } = await buildRequest({ model, contents: [wrapped] }, { api: "openai" });
    assert.equal(JSON.parse(Buffer.from(unwrapped)).messages[0].content[0].image_url.url, dataUrl(png, "image/png"));
    const plain = await buildRequest({ model, contents: ["What is this?", { media: jpeg }] }, { api: "openai" });
    const response = await fetch(`${emulator.url}/v1beta/${at}`, {
      method: "POST",
      headers: { authorization: "Bearer key" },
      body: Buffer.from(plain.body),
    });
    assert.equal(response.status, 200);
    const file = { fileData: { fileUri: "files/x", mimeType: "image/png" } };
    await assert.rejects(buildRequest({ model, contents: file }, { api: "openai" }), { code: "unsupported" });
  });
});
