/** The client against servers that fail, or take their time: what is tried again, and what is given up. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GeminiClient } from "gemini-vision-wasm";
import { answer, ask, clientOf, failure, json, key, model, quota, refusal, retryInfo } from "./client-calls.mjs";
import { closedPort, serveFor } from "./local-server.mjs";
import { encodePng, scene } from "./pictures.mjs";

const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));

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

  test("a time that is none is told before anything is sent", async (t) => {
    const { url, requests } = await silent(t);
    for (const timeout of [0, Number.NaN, "abc"]) {
      const asked = { ...ask, config: { httpOptions: { timeout } } };
      const message = /config\.httpOptions\.timeout is a number/;
      await assert.rejects(clientOf(url).models.generateContent(asked), { code: "bad-argument", message });
    }
    assert.equal(requests.length, 0);
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
