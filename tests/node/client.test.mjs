/** The client against the emulator, and against servers that mean no good. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { ApiError, buildRequest, GeminiClient, GeminiVisionError, InputError } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { closedPort, serveFor } from "./local-server.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";

const model = "gemini-3.5-flash";
const key = "AIza-very-secret-key-0123456789";
const ask = { model, contents: "Hello" };
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));
const answer = { candidates: [{ content: { role: "model", parts: [{ text: "Hi." }] }, finishReason: "STOP" }] };

const clientOf = (baseUrl, options = {}) => new GeminiClient({ apiKey: key, baseUrl, maxRetries: 0, ...options });
const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const refusal = (code, status, details = [], message = "No.") => ({ error: { code, message, status, details } });
const retryInfo = (retryDelay) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
const quota = (quotaId) => ({ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] });

/** The error of a call that must fail. The key is in no corner of it. */
async function failure(promise, code) {
  const error = await promise.then(
    () => assert.fail("it succeeded"),
    (reason) => reason,
  );
  assert.ok(error instanceof ApiError && error instanceof GeminiVisionError, inspect(error));
  assert.equal(error.name, "ApiError");
  assert.equal(error.code, code, error.message);
  assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(key), "the key is in the error");
  return error;
}

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

describe("tries again where that may help", () => {
  const flaky = (t, failures, fail) =>
    serveFor(t, (_request, response, _body, number) =>
      number <= failures ? fail(response, number) : json(response, 200, answer),
    );
  const soon = [retryInfo("0.002s")];

  test("503, then an answer; onRetry hears of each", async (t) => {
    const { url, requests } = await flaky(t, 2, (response) => json(response, 503, refusal(503, "UNAVAILABLE", soon)));
    const events = [];
    const client = clientOf(url, { maxRetries: 2, onRetry: (event) => events.push(event) });
    assert.equal((await client.models.generateContent({ model, contents: [png] })).text, "Hi.");
    assert.deepEqual(
      events.map(({ attempt, delayMs, error }) => [attempt, delayMs, error.status]),
      [
        [1, 2, 503],
        [2, 2, 503],
      ],
    );
    assert.ok(requests[0].body.equals(requests[1].body) && requests[1].body.equals(requests[2].body));
  });

  test("twice unless told otherwise, then the last error", async (t) => {
    const { url, requests } = await flaky(t, 99, (response) => json(response, 500, refusal(500, "INTERNAL", soon)));
    const error = await failure(
      new GeminiClient({ apiKey: key, baseUrl: url }).models.generateContent(ask),
      "api-error",
    );
    assert.deepEqual([error.status, error.retryable, requests.length], [500, true, 3]);
  });

  test("waits as RetryInfo asks, or Retry-After", async (t) => {
    const { url } = await flaky(t, 2, (response, number) =>
      number === 1
        ? json(response, 429, refusal(429, "RESOURCE_EXHAUSTED", [quota("RequestsPerMinute"), retryInfo("0.037s")]))
        : json(response, 429, refusal(429, "RESOURCE_EXHAUSTED"), { "retry-after": "0" }),
    );
    const delays = [];
    const onRetry = ({ delayMs, error }) => delays.push([delayMs, error.retryAfterMs]);
    await clientOf(url, { maxRetries: 2, onRetry }).models.generateContent(ask);
    assert.deepEqual(delays, [
      [37, 37],
      [0, 0],
    ]);
  });

  test("a wait of more than a minute is the caller's to decide", async (t) => {
    const details = [retryInfo("61s")];
    const { url, requests } = await flaky(t, 9, (response) =>
      json(response, 429, refusal(429, "RESOURCE_EXHAUSTED", details)),
    );
    const error = await failure(clientOf(url, { maxRetries: 5 }).models.generateContent(ask), "api-error");
    assert.deepEqual([error.retryAfterMs, error.retryable, requests.length], [61_000, true, 1]);
  });

  test("a quota by the day is not waited for", async (t) => {
    const details = [quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), retryInfo("0.001s")];
    const { url, requests } = await flaky(t, 9, (response) =>
      json(response, 429, refusal(429, "RESOURCE_EXHAUSTED", details)),
    );
    const error = await failure(clientOf(url, { maxRetries: 5 }).models.generateContent(ask), "api-error");
    assert.deepEqual([error.retryable, requests.length], [false, 1]);
    assert.equal(error.details.length, 2);
  });

  test("what is the caller's fault is not tried again", async (t) => {
    for (const [status, word] of [
      [400, "INVALID_ARGUMENT"],
      [401, "UNAUTHENTICATED"],
      [403, "PERMISSION_DENIED"],
      [404, "NOT_FOUND"],
      [413, "OUT_OF_RANGE"],
    ]) {
      const { url, requests } = await flaky(t, 9, (response) => json(response, status, refusal(status, word, soon)));
      const error = await failure(clientOf(url, { maxRetries: 3 }).models.generateContent(ask), "api-error");
      assert.deepEqual([error.status, error.reason, error.retryable, requests.length], [status, word, false, 1]);
    }
  });

  test("a connection that breaks, and one that nobody takes", async (t) => {
    const { url, requests } = await flaky(t, 1, (response) => response.destroy());
    const delays = [];
    const client = clientOf(url, { maxRetries: 1, onRetry: ({ delayMs }) => delays.push(delayMs) });
    assert.equal((await client.models.generateContent(ask)).text, "Hi.");
    assert.equal(requests.length, 2);
    assert.ok(delays[0] > 375 && delays[0] <= 500, `${delays[0]} ms: half a second less a random part`);
    const error = await failure(clientOf(await closedPort()).models.generateContent(ask), "network");
    assert.deepEqual([error.status, error.retryable], [0, true]);
    assert.match(error.message, /ECONNREFUSED/);
  });
});

describe("answers that are none", () => {
  const cases = [
    ["an HTML page", (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>Log in</h1>")],
    ["nothing", (response) => response.writeHead(200).end()],
    ["no content", (response) => response.writeHead(204).end()],
    ["JSON cut short", (response) => response.writeHead(200).end('{"candidates":[{"content":{"par')],
    ["a list", (response) => json(response, 200, [answer])],
    ["null", (response) => json(response, 200, null)],
    ["a number", (response) => json(response, 200, 42)],
    ["an empty object", (response) => json(response, 200, {})],
    ["candidates that are no list", (response) => json(response, 200, { candidates: "none" })],
  ];
  for (const [what, reply] of cases) {
    test(what, async (t) => {
      const { url } = await serveFor(t, (_request, response) => reply(response));
      const error = await failure(clientOf(url).models.generateContent(ask), "bad-response");
      assert.ok(error.status >= 200 && error.status < 300);
    });
  }

  test("a count without a number", async (t) => {
    const { url } = await serveFor(t, (_request, response) => json(response, 200, { totalTokens: "many" }));
    await failure(clientOf(url).models.countTokens(ask), "bad-response");
  });

  test("a body that breaks off is the network's fault", async (t) => {
    const { url } = await serveFor(t, (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 5000 });
      response.write('{"candidates":[', () => response.destroy());
    });
    assert.ok((await failure(clientOf(url).models.generateContent(ask), "network")).retryable);
  });

  test("something that is no HTTP", async (t) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    await failure(clientOf(`http://127.0.0.1:${server.address().port}`).models.generateContent(ask), "network");
  });

  const refusals = [
    [
      "an HTML error page",
      (response) => response.writeHead(502).end("<html><title>Bad gateway</title></html>"),
      502,
      /Bad gateway/,
    ],
    ["no words at all", (response) => response.writeHead(504).end(), 504, /HTTP status 504\.$/],
    [
      "an error in a list",
      (response) => json(response, 400, [refusal(400, "INVALID_ARGUMENT", [], "In a list.")]),
      400,
      /^In a list\.$/,
    ],
    ["an error that is a text", (response) => json(response, 400, { error: "no" }), 400, /HTTP status 400/],
    ["an error that is null", (response) => json(response, 400, { error: null }), 400, /HTTP status 400/],
    [
      "details of every wrong kind",
      (response) => json(response, 400, refusal(400, 5, [null, 1, "x", {}, retryInfo(5)])),
      400,
      /^No\.$/,
    ],
    ["details that are no list", (response) => json(response, 429, refusal(429, "X", { a: 1 })), 429, /^No\.$/],
  ];
  for (const [what, reply, status, message] of refusals) {
    test(what, async (t) => {
      const { url } = await serveFor(t, (_request, response) => reply(response));
      const error = await failure(clientOf(url).models.generateContent(ask), "api-error");
      assert.equal(error.status, status);
      assert.match(error.message, message);
      assert.ok(error.message.length < 400);
      assert.ok(Array.isArray(error.details));
    });
  }

  test("an error page without an end is not read to it", async (t) => {
    const { url } = await serveFor(t, (_request, response) => {
      response.on("error", () => {});
      response.writeHead(500);
      const write = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", write);
      write();
    });
    assert.equal((await failure(clientOf(url).models.generateContent(ask), "bad-response")).status, 500);
  });

  test("the request's id is kept for whoever asks Google", async (t) => {
    const { url } = await serveFor(t, (_request, response) =>
      json(response, 500, refusal(500, "INTERNAL"), { "x-goog-request-id": "abc-1" }),
    );
    assert.equal((await failure(clientOf(url).models.generateContent(ask), "api-error")).requestId, "abc-1");
  });
});

describe("answers of odd shapes", () => {
  const of = async (t, body) => {
    const { url } = await serveFor(t, (_request, response) => json(response, 200, body));
    return clientOf(url).models.generateContent(ask);
  };

  test("text is the first candidate's, without thoughts", async (t) => {
    const parts = [{ text: "hm", thought: true }, { text: "a" }, { functionCall: { name: "f" } }, { text: "b" }];
    const candidates = [{ content: { parts } }, { content: { parts: [{ text: "other" }] } }];
    assert.equal((await of(t, { candidates })).text, "ab");
  });

  test("a blocked prompt and an early end are data", async (t) => {
    const blocked = await of(t, { promptFeedback: { blockReason: "SAFETY" } });
    assert.deepEqual([blocked.text, blocked.candidates, blocked.promptFeedback.blockReason], ["", [], "SAFETY"]);
    const ended = await of(t, { candidates: [{ finishReason: "MAX_TOKENS" }], usageMetadata: { promptTokenCount: 5 } });
    assert.deepEqual([ended.text, ended.candidates[0].finishReason], ["", "MAX_TOKENS"]);
    assert.ok(ended.cost.usd > 0);
  });

  test("null is not set; candidates of no shape are no answer; usage of no shape costs nothing that is known", async (t) => {
    for (const candidates of [[{ content: null }], [{ content: { parts: null } }]]) {
      assert.equal((await of(t, { candidates })).text, "");
    }
    for (const candidates of [
      [null],
      [{ content: { parts: { text: "x" } } }],
      [{ content: { parts: [null, 5, { text: 7 }] } }],
    ]) {
      await assert.rejects(of(t, { candidates }), { code: "bad-response" });
    }
    for (const usageMetadata of [
      5,
      "x",
      { promptTokenCount: "x" },
      { promptTokensDetails: 5 },
      { promptTokensDetails: [null, {}] },
    ]) {
      const { cost, text } = await of(t, { ...answer, usageMetadata });
      assert.ok(cost === null || cost.usd === 0, inspect(cost));
      assert.equal(text, "Hi.");
    }
  });

  test("a model without a known price has an answer without a cost", async (t) => {
    const { url } = await serveFor(t, (_request, response) =>
      json(response, 200, { ...answer, usageMetadata: { promptTokenCount: 1 } }),
    );
    const { cost, text } = await clientOf(url).models.generateContent({ model: "tunedModels/mine", contents: "x" });
    assert.deepEqual([cost, text], [null, "Hi."]);
  });

  test("letters cut between two pieces are whole again", async (t) => {
    const bytes = Buffer.from(JSON.stringify({ candidates: [{ content: { parts: [{ text: "Grüße 👋🏽 写真" }] } }] }));
    const { url } = await serveFor(t, async (_request, response) => {
      response.writeHead(200);
      for (const byte of bytes) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      response.end();
    });
    assert.equal((await clientOf(url).models.generateContent(ask)).text, "Grüße 👋🏽 写真");
  });
});

describe("timeouts and aborts", () => {
  const reason = new Error("enough");
  const rejects = (promise) => assert.rejects(promise, (error) => error === reason);
  const silent = (t) => serveFor(t, () => {});
  const halting = (t) =>
    serveFor(t, (_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"candidates":[');
    });

  test("of the client, of one call, and before the answer's end", async (t) => {
    for (const server of [await silent(t), await halting(t)]) {
      const ofClient = await failure(clientOf(server.url, { timeoutMs: 30 }).models.generateContent(ask), "timeout");
      assert.deepEqual([ofClient.retryable, ofClient.status], [true, 0]);
      assert.match(ofClient.message, /30 ms/);
      const config = { httpOptions: { timeout: 20 } };
      const ofCall = clientOf(server.url, { timeoutMs: 60_000 }).models.generateContent({ ...ask, config });
      assert.match((await failure(ofCall, "timeout")).message, /20 ms/);
    }
  });

  test("a timeout is for each attempt", async (t) => {
    const { url } = await serveFor(t, (_request, response, _body, number) => {
      if (number > 1) json(response, 200, answer);
    });
    const client = clientOf(url, { timeoutMs: 200, maxRetries: 1 });
    assert.equal((await client.models.generateContent(ask)).text, "Hi.");
  });

  test("before anything is sent", async () => {
    const never = () => assert.fail("it was sent");
    const signal = AbortSignal.abort(reason);
    const client = clientOf("http://a.test", { fetch: never });
    await rejects(client.models.generateContent(ask, { signal }));
    await rejects(client.models.generateContent({ ...ask, config: { abortSignal: signal } }));
    await rejects(client.models.countTokens({ ...ask, config: { signal } }));
  });

  test("while the answer is waited for, and while it comes in", async (t) => {
    for (const start of [silent, halting]) {
      const controller = new AbortController();
      const server = await start(t);
      const call = clientOf(server.url, { maxRetries: 5 }).models.generateContent(ask, { signal: controller.signal });
      while (server.requests.length === 0) await new Promise(setImmediate);
      setTimeout(() => controller.abort(reason), 20);
      await rejects(call);
      assert.equal(server.requests.length, 1);
    }
  });

  test("while the next attempt is waited for", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) =>
      json(response, 503, refusal(503, "UNAVAILABLE", [retryInfo("30s")])),
    );
    const controller = new AbortController();
    const onRetry = () => setImmediate(() => controller.abort(reason));
    const client = clientOf(url, { maxRetries: 1, onRetry });
    await rejects(client.models.generateContent(ask, { signal: controller.signal }));
    assert.equal(requests.length, 1);
  });

  test("in onRetry itself", async (t) => {
    const { url, requests } = await serveFor(t, (_request, response) =>
      json(response, 503, refusal(503, "UNAVAILABLE", [retryInfo("30s")])),
    );
    const controller = new AbortController();
    const client = clientOf(url, { maxRetries: 1, onRetry: () => controller.abort(reason) });
    await rejects(client.models.generateContent(ask, { signal: controller.signal }));
    assert.equal(requests.length, 1);
  });

  test("no listener is left on a signal that lives on", async (t) => {
    const { url } = await serveFor(t, (_request, response, _body, number) =>
      number % 2 === 1
        ? json(response, 503, refusal(503, "UNAVAILABLE", [retryInfo("0.001s")]))
        : json(response, 200, answer),
    );
    const { signal } = new AbortController();
    const listeners = new Set();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (type, listener, options) => {
      listeners.add(listener);
      add(type, listener, options);
    };
    signal.removeEventListener = (type, listener) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    const client = clientOf(url, { maxRetries: 1 });
    for (let i = 0; i < 12; i++) await client.models.generateContent(ask, { signal });
    assert.equal(listeners.size, 0);
  });
});
