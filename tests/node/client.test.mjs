/** The client against the emulator, and what it sends. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { buildRequest, GeminiClient, InputError } from "gemini-vision-wasm";
import { GeminiClient as PlainClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { answer, ask, clientOf, failure, json, key, model, refusal, retryInfo } from "./client-calls.mjs";
import { serveFor } from "./local-server.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";

/** For a fetch of one's own to end in, where the runtime's must not be asked directly. */
const runtimeFetch = globalThis.fetch;
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));

describe("against the emulator", () => {
  let emulator;
  let client;
  before(async () => {
    emulator = await startEmulator();
    client = clientOf(emulator.url);
  });
  after(() => emulator.close());

  test("an answer, with its cost", async () => {
    const { text, candidates, usageMetadata, modelVersion, cost, warnings } = await client.models.generateContent({
      model,
      contents: [orientedJpeg(6, scene(60, 90)), "Caption this image."],
      config: { systemInstruction: "Be short.", temperature: 0.5 },
    });
    assert.match(text, /image\/jpeg 60×90 of/, "it arrived upright");
    assert.doesNotMatch(text, /sideways/);
    assert.equal(candidates[0].finishReason, "STOP");
    assert.equal(modelVersion, model);
    assert.ok(usageMetadata.promptTokenCount > 1000);
    assert.ok(cost.usd > 0 && cost.usd === cost.inputUsd + cost.outputUsd);
    assert.deepEqual(warnings, []);
  });

  test("a count", async () => {
    const { totalTokens, promptTokensDetails } = await client.models.countTokens({ model, contents: [png, "x"] });
    assert.ok(totalTokens > 1000);
    assert.equal(promptTokensDetails[0].modality, "IMAGE");
    await client.models.countTokens({ model, contents: "x", config: { systemInstruction: "y" } });
  });

  test("warnings of the request come with the answer", async () => {
    const { warnings, text } = await client.models.generateContent({ model, contents: ["What?", png] });
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ["text-moved-after-image"],
    );
    assert.match(text, /2 parts: image\/png.*text of 5/);
    const kept = await client.models.generateContent({ model, contents: ["What?", png] }, { order: "as-given" });
    assert.match(kept.text, /2 parts: text of 5.*image\/png/);
  });

  test("prepare: false sends the bytes as they are", async () => {
    const contents = [orientedJpeg(6, scene(60, 90))];
    const { text } = await client.models.generateContent({ model, contents }, { prepare: false });
    assert.match(text, /sideways/);
  });

  test("refusals are typed", async () => {
    const badKey = await failure(
      clientOf(emulator.url, { apiKey: "bad-key" }).models.generateContent(ask),
      "api-error",
    );
    assert.deepEqual([badKey.status, badKey.reason, badKey.retryable], [400, "API_KEY_INVALID", false]);
    const noKey = await failure(clientOf(emulator.url, { apiKey: "" }).models.generateContent(ask), "api-error");
    assert.deepEqual([noKey.status, noKey.reason], [403, "PERMISSION_DENIED"]);
    const noModel = await failure(client.models.generateContent({ ...ask, model: "gemini-9" }), "api-error");
    assert.deepEqual([noModel.status, noModel.reason], [404, "NOT_FOUND"]);
    const wrong = client.models.generateContent({ ...ask, config: { temperature: "warm" } });
    const field = await failure(wrong, "api-error");
    assert.deepEqual([field.status, field.reason], [400, "INVALID_ARGUMENT"]);
    assert.ok(field.details.length > 0);
  });

  test("many calls at once", async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `number ${i} of many`);
    const answers = await Promise.all(texts.map((contents) => client.models.generateContent({ model, contents })));
    for (const [i, { text }] of answers.entries()) assert.ok(text.includes(`"number ${i} of many"`), text);
  });
});

describe("what is sent", () => {
  test("one POST of exactly the built request, the key in a header and nowhere else", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) => json(response, 200, answer));
    const whole = { model, contents: [png, "What?"], config: { temperature: 0 } };
    await clientOf(url).models.generateContent(whole);
    assert.equal(requests.length, 1);
    const [{ method, path, headers, body }] = requests;
    assert.deepEqual([method, path], ["POST", `/v1beta/models/${model}:generateContent`]);
    assert.equal(headers["x-goog-api-key"], key);
    assert.equal(headers["content-type"], "application/json");
    assert.equal(Number(headers["content-length"]), body.length);
    assert.ok(body.equals((await buildRequest(whole)).body));
    const elsewhere = Object.entries(headers).filter(
      ([name, value]) => name !== "x-goog-api-key" && value.includes(key),
    );
    assert.deepEqual(elsewhere, []);
    for (const name of ["cookie", "authorization", "referer"]) assert.equal(headers[name], undefined);
  });

  test("base addresses with paths and slashes, and other versions", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) => json(response, 200, answer));
    for (const [options, path] of [
      [{ baseUrl: `${url}/` }, "/v1beta"],
      [{ baseUrl: `${url}/proxy/gemini` }, "/proxy/gemini/v1beta"],
      [{ baseUrl: `${url}/proxy//` }, "/proxy/v1beta"],
      [{ baseUrl: url, apiVersion: "v1" }, "/v1"],
    ]) {
      await clientOf(url, options).models.generateContent(ask);
      assert.equal(requests.at(-1).path, `${path}/models/${model}:generateContent`);
    }
  });

  test("addresses that are none", () => {
    for (const baseUrl of [
      "",
      "example.test",
      "file:///tmp",
      "ftp://a.test",
      "https://a.test/?key=x",
      "https://u:p@a.test",
    ]) {
      assert.throws(
        () => clientOf(baseUrl),
        (error) => error instanceof InputError && error.code === "bad-argument",
      );
    }
    assert.throws(() => new GeminiClient(), { code: "bad-argument" });
    assert.throws(
      () => new GeminiClient(key),
      (error) => error.code === "bad-argument" && !error.message.includes(key),
    );
  });

  test("headers of one's own, but not in the place of the package's", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) => json(response, 200, answer));
    const headers = { "X-Team": "a", "X-Goog-Api-Key": "other", "Content-Type": "text/plain" };
    const httpOptions = { headers: { "x-call": "b", "X-TEAM": "c" } };
    await clientOf(url, { headers }).models.generateContent({ ...ask, config: { httpOptions } });
    const sent = requests[0].headers;
    assert.deepEqual(
      [sent["x-team"], sent["x-call"], sent["x-goog-api-key"], sent["content-type"]],
      ["c", "b", key, "application/json"],
    );
    assert.deepEqual(JSON.parse(requests[0].body), { contents: [{ role: "user", parts: [{ text: "Hello" }] }] });
  });

  test("a header that is none is named, its value is not", async () => {
    const never = () => assert.fail("it was sent");
    for (const headers of [{ "x-token": "secret\nvalue" }, { "no name": "secret" }]) {
      const call = clientOf("http://a.test", { headers, fetch: never }).models.generateContent(ask);
      const error = await call.catch((reason) => reason);
      assert.equal(error.code, "bad-argument");
      assert.match(error.message, /x-token|no name/);
      assert.doesNotMatch(inspect(error), /secret/);
    }
  });

  test("a key by function is asked for before each attempt", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response, _body, number) =>
      number < 3
        ? json(response, 503, refusal(503, "UNAVAILABLE", [retryInfo("0.001s")]))
        : json(response, 200, answer),
    );
    let asked = 0;
    const apiKey = async () => `key-${++asked}`;
    await clientOf(url, { apiKey, maxRetries: 2 }).models.generateContent(ask);
    assert.deepEqual(
      requests.map(({ headers }) => headers["x-goog-api-key"]),
      ["key-1", "key-2", "key-3"],
    );
    const broken = new Error("vault closed");
    const vault = clientOf(url, { apiKey: () => Promise.reject(broken) });
    await assert.rejects(vault.models.generateContent(ask), (error) => error === broken);
  });

  test("without a key only to an address of one's own, which adds it", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) => json(response, 200, answer));
    await clientOf(url, { apiKey: undefined }).models.generateContent(ask);
    assert.equal(requests[0].headers["x-goog-api-key"], undefined);
    const never = () => assert.fail("it was sent");
    const keyless = new GeminiClient({ fetch: never });
    await assert.rejects(keyless.models.generateContent(ask), { code: "bad-argument" });
  });

  test("a key that no header takes is refused unquoted", async () => {
    for (const bad of [`${key}\n`, `${key}é`, ` ${key}`, 42, {}]) {
      const never = () => assert.fail("it was sent");
      const error = await clientOf("http://a.test", { apiKey: bad, fetch: never })
        .models.generateContent(ask)
        .catch((e) => e);
      assert.equal(error.code, "bad-argument");
      assert.ok(!inspect(error).includes(key));
    }
  });

  test("a fetch of one's own is used, with everything that guards the key", async () => {
    let seen;
    const own = async (url, init) => {
      seen = { url, ...init };
      return Response.json(answer);
    };
    const { text } = await new GeminiClient({ apiKey: key, fetch: own }).models.generateContent(ask);
    assert.equal(text, "Hi.");
    assert.equal(seen.url, `https://generativelanguage.googleapis.com/v1beta/models/${model}:generateContent`);
    assert.deepEqual([seen.redirect, seen.credentials, seen.method], ["manual", "omit", "POST"]);
    assert.equal(new Headers(seen.headers).get("x-goog-api-key"), key);
  });

  for (const [entry, Client] of Object.entries({ main: GeminiClient, client: PlainClient })) {
    test(`it fetches every source behind an address too, without the key (entry: ${entry})`, async (t) => {
      const everywhere = t.mock.method(globalThis, "fetch", () => assert.fail("the runtime's own fetch was asked"));
      const address = "http://pictures.test/one.png";
      const fetched = [];
      const emulator = await startEmulator();
      t.after(emulator.close);
      const own = async (target, init) => {
        if (!String(target).startsWith("http://pictures.test/")) return runtimeFetch(target, init);
        fetched.push(init);
        return new Response(png, { headers: { "content-type": "image/png" } });
      };
      const client = new Client({ apiKey: key, baseUrl: emulator.url, fetch: own });
      const { models, chats, batches } = client;
      const asks = { model, contents: [new URL(address), "What?"] };
      const calls = {
        generateContent: () => models.generateContent(asks),
        "without preparing": () => models.generateContent(asks, { prepare: false }),
        "a text in media": () => models.generateContent({ model, contents: { media: address } }),
        generateContentStream: async () => (await models.generateContentStream(asks)).response,
        countTokens: () => models.countTokens(asks),
        chats: () => chats.create({ model }).sendMessage({ message: new URL(address) }),
        batches: () => batches.create({ model, src: [asks] }),
        "through the File API": () =>
          new Client({ apiKey: key, baseUrl: emulator.url, fetch: own, transport: "files" }).models.generateContent(
            asks,
          ),
        completions: () =>
          client.chat.completions.create({ model, messages: [{ role: "user", content: [new URL(address)] }] }),
      };
      for (const [name, call] of Object.entries(calls)) {
        const before = fetched.length;
        await call();
        assert.equal(fetched.length, before + 1, name);
      }
      assert.equal(everywhere.mock.callCount(), 0);
      assert.ok(!inspect(fetched, { depth: 10 }).includes(key));
    });
  }

  test("what cannot be sent is not sent", async () => {
    const never = () => assert.fail("it was sent");
    const client = clientOf("http://a.test", { fetch: never, inlineLimitBytes: 100, transport: "inline" });
    await assert.rejects(client.models.generateContent({ model, contents: [png] }), { code: "too-large" });
    await assert.rejects(client.models.generateContent({ model, contents: [png.subarray(0, 20)] }), {
      code: "truncated",
    });
    await assert.rejects(client.models.generateContent({ model: "../secrets", contents: "x" }), {
      code: "bad-argument",
    });
  });
});

test("a call without what it is about is refused, and sent nowhere", async () => {
  for (const Client of [GeminiClient, PlainClient]) {
    const client = new Client({ apiKey: key, fetch: () => assert.fail("it was sent") });
    const { models, files, batches } = client;
    const chat = client.chats.create({ model });
    const calls = {
      generateContent: () => models.generateContent(),
      generateContentStream: () => models.generateContentStream(),
      countTokens: () => models.countTokens(),
      sendMessage: () => chat.sendMessage(),
      sendMessageStream: () => chat.sendMessageStream(),
      upload: () => files.upload(),
      getFile: () => files.get(),
      deleteFile: () => files.delete(),
      waitUntilActive: () => files.waitUntilActive(),
      createBatch: () => batches.create(),
      getBatch: () => batches.get(),
      cancel: () => batches.cancel(),
      deleteBatch: () => batches.delete(),
      wait: () => batches.wait(),
      results: () => batches.results()[Symbol.asyncIterator]().next(),
      complete: () => client.chat.completions.create(),
    };
    for (const [name, call] of Object.entries(calls)) {
      await assert.rejects(call(), { name: "InputError", code: "bad-argument" }, name);
    }
  }
});

describe("redirects are refused, and never followed", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(String(status), async (t) => {
      const thief = await serveFor(t, (_request, response) => json(response, 200, answer));
      const { url, requests } = await serveFor(t, (_request, response) =>
        response.writeHead(status, { location: `${thief.url}/steal` }).end("moved"),
      );
      const error = await failure(clientOf(url, { maxRetries: 2 }).models.generateContent(ask), "redirect-refused");
      assert.deepEqual([error.status, error.retryable], [status, false]);
      assert.match(error.message, /check baseUrl/);
      assert.equal(requests.length, 1);
      assert.deepEqual(thief.requests, []);
    });
  }

  test("as a browser shows them: a response without status", async () => {
    const opaque = { type: "opaqueredirect", status: 0, ok: false, headers: new Headers(), body: null };
    await failure(
      clientOf("http://a.test", { fetch: async () => opaque }).models.generateContent(ask),
      "redirect-refused",
    );
  });
});
