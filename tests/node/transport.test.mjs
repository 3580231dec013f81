/** The client's way to the service and back: what is tried again, when it is given up, and what never gets out. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { afterEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { GeminiClient } from "gemini-vision-wasm/client";
import { answerOf, http, startRawServer } from "./raw-server.mjs";

const key = "AIza-secret-key-of-the-test";
const model = "gemini-3.5-flash";
const ask = { model, contents: "Hello" };
const good = http(200, answerOf("Hi."));
const refusal = (code, details = []) => http(code, { error: { code, message: `Fault ${code}`, status: "X", details } });
const retryInfo = (retryDelay) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
const soon = retryInfo("0.001s");

const servers = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

async function serve(answer) {
  const server = await startRawServer(answer);
  servers.push(server);
  return server;
}

/** A server that answers in turn, and a client of it that remembers its retries. */
async function script(answers, options = {}) {
  const server = await serve(({ number }, socket) => {
    const answer = answers[Math.min(number, answers.length) - 1];
    return typeof answer === "function" ? answer(socket) : answer;
  });
  const retries = [];
  const onRetry = (event) => retries.push(event);
  const client = new GeminiClient({ apiKey: key, baseUrl: server.url, onRetry, ...options });
  return { server, client, retries, generate: (callOptions) => client.models.generateContent(ask, callOptions) };
}

describe("retries", () => {
  for (const status of [408, 429, 500, 502, 503, 504]) {
    test(`${status} is tried again`, async () => {
      const { server, generate } = await script([refusal(status, [soon]), good]);
      assert.equal((await generate()).text, "Hi.");
      assert.equal(server.requests.length, 2);
    });
  }

  for (const status of [400, 401, 403, 404, 409, 413, 499, 501]) {
    test(`${status} is not`, async () => {
      const { server, generate } = await script([refusal(status, [soon])]);
      await assert.rejects(generate(), { name: "ApiError", code: "api-error", status, retryable: false });
      assert.equal(server.requests.length, 1);
    });
  }

  test("a broken connection is tried again, and told with its code when it stays broken", async () => {
    const broken = (socket) => void socket.destroy();
    const { generate, retries } = await script([broken, good], { maxRetries: 1 });
    assert.equal((await generate()).text, "Hi.");
    assert.equal(retries.length, 1);
    assert.equal(retries[0].error.code, "network");
    const never = await script([broken], { maxRetries: 0 });
    await assert.rejects(never.generate(), { code: "network", status: 0, retryable: true });
  });

  test("maxRetries is obeyed, by default 2", async () => {
    const byDefault = await script([refusal(503, [soon])]);
    await assert.rejects(byDefault.generate(), { status: 503, message: "Fault 503" });
    assert.equal(byDefault.server.requests.length, 3);
    const none = await script([refusal(503, [soon])], { maxRetries: 0 });
    await assert.rejects(none.generate(), { status: 503 });
    assert.equal(none.server.requests.length, 1);
  });

  test("waits grow, with a random part, unless the service says how long", async () => {
    const { generate, retries } = await script([refusal(500), refusal(429, [retryInfo("0.02s")]), good]);
    await generate();
    assert.ok(retries[0].delayMs > 375 && retries[0].delayMs <= 500, String(retries[0].delayMs));
    assert.equal(retries[1].delayMs, 20);
    assert.deepEqual(
      retries.map(({ attempt }) => attempt),
      [1, 2],
    );
  });

  test("Retry-After is obeyed, in seconds and as a date", async () => {
    const seconds = http(503, {}, { "Retry-After": "0" });
    const date = http(503, {}, { "Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT" });
    const { generate, retries } = await script([seconds, date, good]);
    await generate();
    assert.deepEqual(
      retries.map(({ delayMs }) => delayMs),
      [0, 0],
    );
  });

  test("a longer wait than a minute is the caller's to decide", async () => {
    const { server, generate } = await script([refusal(429, [retryInfo("90s")])]);
    await assert.rejects(generate(), { status: 429, retryAfterMs: 90_000 });
    assert.equal(server.requests.length, 1);
  });

  test("a quota by the day is not waited for", async () => {
    const quota = (quotaId) => ({ "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] });
    const daily = await script([refusal(429, [quota("GenerateRequestsPerDayPerProject-FreeTier"), soon])]);
    await assert.rejects(daily.generate(), { status: 429, retryable: false });
    assert.equal(daily.server.requests.length, 1);
    const minutely = await script([refusal(429, [quota("GenerateRequestsPerMinutePerProject-FreeTier"), soon]), good]);
    assert.equal((await minutely.generate()).text, "Hi.");
  });

  test("onRetry hears nothing that is secret", async () => {
    const echo = http(503, { error: { code: 503, message: `Key ${key} is fine`, details: [soon, { echoed: key }] } });
    const { generate, retries } = await script([echo, good]);
    await generate();
    const [{ error, ...event }] = retries;
    assert.deepEqual(event, {
      attempt: 1,
      delayMs: 1,
      method: "POST",
      path: `/v1beta/models/${model}:generateContent`,
    });
    assert.equal(error.message, "Key [redacted] is fine");
    assert.ok(!JSON.stringify([error.details, error.stack, String(error.cause)]).includes(key));
  });
});

describe("answers that are none", () => {
  const cases = {
    nothing: http(200, ""),
    "a page": http(200, "<html>Welcome to the hotel</html>", { "Content-Type": "text/html" }),
    "half of the JSON": http(200, JSON.stringify(answerOf("Hi.")).slice(0, -20)),
    "a list": http(200, [answerOf("Hi.")]),
    null: http(200, "null"),
    "an empty object": http(200, {}),
    "candidates that are no list": http(200, { candidates: {} }),
    "a candidate that is none": http(200, { candidates: [null] }),
    "content that is text": http(200, { candidates: [{ content: "Hi." }] }),
    "parts that are no list": http(200, { candidates: [{ content: { parts: "Hi." } }] }),
    "text that is a number": http(200, { candidates: [{ content: { parts: [{ text: 1 }] } }] }),
  };
  for (const [what, bytes] of Object.entries(cases)) {
    test(what, async () => {
      const { generate } = await script([bytes], { maxRetries: 0 });
      await assert.rejects(generate(), { name: "ApiError", code: "bad-response", status: 200 });
    });
  }

  test("a refusal under a good status", async () => {
    const { generate } = await script([http(200, { error: { code: 404, message: "Gone", status: "NOT_FOUND" } })]);
    await assert.rejects(generate(), { code: "api-error", status: 404, reason: "NOT_FOUND", message: "Gone" });
  });

  test("a body that is shorter than declared, whoever fetched it", async () => {
    const short = (socket) => void socket.end(http(200, answerOf("Hi."), { "Content-Length": 100_000 }));
    const { generate } = await script([short], { maxRetries: 0 });
    await assert.rejects(generate(), { code: "network" });
    const headers = { "content-length": "100000" };
    const given = async () => new Response(JSON.stringify(answerOf("Hi.")), { headers });
    const own = await script([], { maxRetries: 0, fetch: given });
    await assert.rejects(own.generate(), { code: "bad-response", message: /broke off after \d+ of 100000 bytes/ });
  });

  test("an error page is told in short, without markup", async () => {
    const { generate } = await script([http(403, `<html><b>No</b> ${"x".repeat(1000)}</html>`)]);
    await assert.rejects(
      generate(),
      ({ message, status }) => status === 403 && message.length < 300 && !/[<>]/.test(message),
    );
  });

  test("an error body without end is cut", async () => {
    const head = "HTTP/1.1 500 X\r\nContent-Type: text/plain\r\n\r\n";
    const flood = (socket) => {
      socket.write(head);
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65536, 0x78)));
      };
      socket.on("drain", more);
      more();
    };
    const { server, generate } = await script([flood], { maxRetries: 0 });
    await assert.rejects(generate(), { code: "bad-response", message: /more than \d+ bytes/ });
    await server.clientLeft();
  });

  test("three refusals without JSON keep their status", async () => {
    for (const body of ["", "Bad Gateway", "{"]) {
      const { generate } = await script([http(502, body, { "Retry-After": "0" })], { maxRetries: 0 });
      await assert.rejects(generate(), { code: "api-error", status: 502, retryable: true });
    }
  });
});

describe("time and aborts", () => {
  test("timeoutMs counts for each attempt, body included", async () => {
    const half = (socket) => void socket.write(good.subarray(0, good.length - 5));
    const silent = () => undefined;
    const { server, generate, retries } = await script([silent, half, good], { timeoutMs: 60 });
    assert.equal((await generate()).text, "Hi.");
    assert.equal(server.requests.length, 3);
    assert.deepEqual(
      retries.map(({ error }) => error.code),
      ["timeout", "timeout"],
    );
  });

  test("a timeout of the request's own config counts before the client's", async () => {
    const { client } = await script([() => undefined], { maxRetries: 0, timeoutMs: 1e9 });
    const config = { httpOptions: { timeout: 20 } };
    await assert.rejects(client.models.generateContent({ ...ask, config }), { code: "timeout", retryable: true });
  });

  test("not even a fetch that ignores its signal is waited for", async () => {
    const deaf = await script([], { fetch: () => new Promise(() => {}), timeoutMs: 20, maxRetries: 0 });
    await assert.rejects(deaf.generate(), { code: "timeout" });
    const controller = new AbortController();
    const asked = deaf.generate({ signal: controller.signal });
    controller.abort("enough");
    await assert.rejects(asked, (reason) => reason === "enough");
  });

  test("nor an apiKey() without end, which keeps nobody's place", async () => {
    let giveUp;
    const never = new Promise((_, reject) => {
      giveUp = reject;
    });
    let asked = 0;
    const apiKey = () => (++asked === 1 ? never : key);
    const { server, generate } = await script([good], { apiKey, maxConcurrency: 1 });
    const controller = new AbortController();
    const stuck = generate({ signal: controller.signal });
    const next = generate();
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort("enough");
    await assert.rejects(stuck, (reason) => reason === "enough");
    assert.equal((await next).text, "Hi.");
    giveUp(new Error("too late for anybody to hear"));
    const late = await script([good], { apiKey: () => new Promise(() => {}), timeoutMs: 20, maxRetries: 0 });
    await assert.rejects(late.generate(), { name: "ApiError", code: "timeout", retryable: true, message: /apiKey/ });
    assert.deepEqual([server.requests.length, late.server.requests.length], [1, 0]);
    const broken = new TypeError("no vault");
    const failing = await script([good], { apiKey: () => Promise.reject(broken) });
    await assert.rejects(failing.generate(), broken);
  });

  for (const name of ["signal", "abortSignal"]) {
    test(`${name} ends a call with its reason: before, during, and while it waits to try again`, async () => {
      const reason = new Error("the user has left");
      const early = await script([good]);
      await assert.rejects(early.generate({ [name]: AbortSignal.abort(reason) }), reason);
      assert.equal(early.server.requests.length, 0);

      const controller = new AbortController();
      const during = await script([() => void controller.abort(reason)]);
      await assert.rejects(during.generate({ [name]: controller.signal }), reason);
      await during.server.clientLeft();

      const waiting = new AbortController();
      const again = await script([refusal(503, [retryInfo("50s")])], { onRetry: () => waiting.abort(reason) });
      await assert.rejects(again.generate({ [name]: waiting.signal }), reason);
    });
  }

  test("a signal may stand in the request's config", async () => {
    const { client } = await script([() => undefined]);
    for (const name of ["signal", "abortSignal"]) {
      const config = { [name]: AbortSignal.abort(new Error(name)) };
      await assert.rejects(client.models.generateContent({ ...ask, config }), new Error(name));
    }
  });

  test("a signal that outlives many calls keeps no listener of theirs", async () => {
    const { client } = await script([refusal(503, [soon]), good]);
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = function (...args) {
      listeners++;
      return addEventListener.apply(this, args);
    };
    signal.removeEventListener = function (...args) {
      listeners--;
      return removeEventListener.apply(this, args);
    };
    for (let i = 0; i < 5; i++) await client.models.generateContent(ask, { signal });
    // The runtime's fetch gets a signal of its own, so every listener here is the client's.
    assert.equal(listeners, 0);
  });

  test("nothing keeps the process alive afterwards", async () => {
    const { server } = await script([good]);
    const program = `
      import { GeminiClient } from "gemini-vision-wasm/client";
      const client = new GeminiClient({ apiKey: "k", baseUrl: "${server.url}", timeoutMs: 1e8 });
      console.log((await client.models.generateContent({ model: "${model}", contents: "Hi" })).text);`;
    const args = ["--input-type=module", "--eval", program];
    const cwd = new URL(".", import.meta.url);
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 20_000 });
    assert.equal(stdout, "Hi.\n");
  });
});

describe("maxConcurrency", () => {
  test("no more attempts at a time, in the order of their coming; who leaves the queue is forgotten", async () => {
    let inside = 0;
    let most = 0;
    const pending = [];
    const order = [];
    const hold = async (_, { body }) => {
      order.push(JSON.parse(new TextDecoder().decode(body)).contents[0].parts[0].text);
      most = Math.max(most, ++inside);
      await new Promise((resolve) => pending.push(resolve));
      inside--;
      return new Response(JSON.stringify(answerOf("Hi.")));
    };
    const { client } = await script([], { fetch: hold, maxConcurrency: 2 });
    const controller = new AbortController();
    const call = (contents, options) => client.models.generateContent({ model, contents }, options);
    const calls = [call("1"), call("2"), call("3", { signal: controller.signal }), call("4"), call("5")];
    const left = assert.rejects(calls[2], (reason) => reason === "left");
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort("left");
    await left;
    while (order.length < 4 || pending.length > 0) {
      pending.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(calls.filter((_, i) => i !== 2));
    assert.equal(most, 2);
    assert.deepEqual(order, ["1", "2", "4", "5"]);
  });
});

describe("key and headers", () => {
  test("the key travels in a header only, and ours win over the caller's", async () => {
    const { server, generate } = await script([good], {
      headers: { "X-Team": "a", "X-Goog-Api-Key": "other", "Content-Type": "text/plain" },
    });
    await generate();
    const [{ headers, path, text }] = server.requests;
    assert.equal(headers["x-goog-api-key"], key);
    assert.equal(headers["x-team"], "a");
    assert.equal(headers["content-type"], "application/json");
    assert.ok(!path.includes(key) && !text.includes(key));
  });

  test("a key may be asked for, before each attempt", async () => {
    let asked = 0;
    const { server, generate } = await script([refusal(503, [soon]), good], { apiKey: async () => `key-${++asked}` });
    await generate();
    assert.deepEqual(
      server.requests.map(({ headers }) => headers["x-goog-api-key"]),
      ["key-1", "key-2"],
    );
  });

  test("without a key only a proxy of one's own is asked", async () => {
    const { server, generate } = await script([good], { apiKey: undefined });
    await generate();
    assert.equal(server.requests[0].headers["x-goog-api-key"], undefined);
    const fetch = () => assert.fail("nothing may be sent");
    const client = new GeminiClient({ fetch });
    await assert.rejects(client.models.generateContent(ask), { code: "bad-argument" });
  });

  test("a key or header that no header can hold is refused without being repeated", async () => {
    const bad = `${key}\nX-Evil: 1`;
    const isQuiet = (error) =>
      error.code === "bad-argument" && !error.message.includes(key) && error.cause === undefined;
    for (const options of [{ apiKey: bad }, { apiKey: key, headers: { "x-token": bad } }]) {
      const fetch = () => assert.fail("it was sent");
      await assert.rejects(new GeminiClient({ ...options, fetch }).models.generateContent(ask), isQuiet);
    }
    const { generate } = await script([good], { apiKey: () => bad });
    await assert.rejects(generate(), isQuiet);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`a redirect (${status}) is refused: nobody else sees key or prompt`, async () => {
      const elsewhere = await serve(() => good);
      const { server, generate } = await script([http(status, "", { Location: `${elsewhere.url}/steal` })]);
      await assert.rejects(generate(), { code: "redirect-refused", status, retryable: false });
      assert.equal(elsewhere.requests.length, 0);
      assert.equal(server.requests.length, 1);
    });
  }

  test("so is the answer of a fetch that followed one", async () => {
    const followed = async () => {
      const response = new Response(JSON.stringify(answerOf("I am somebody else.")));
      Object.defineProperty(response, "redirected", { value: true });
      return response;
    };
    const { generate } = await script([], { fetch: followed });
    await assert.rejects(generate(), { code: "redirect-refused" });
  });

  test("a model's name leads nowhere else", async () => {
    const { server, client } = await script([good]);
    for (const name of ["../v1beta/files", "x/../../y", "x?key=1", "x#y", "a b", "%2e%2e/x", "a\\b"]) {
      await assert.rejects(
        client.models.generateContent({ model: name, contents: "Hi" }),
        { code: "bad-argument" },
        name,
      );
    }
    assert.equal(server.requests.length, 0);
  });

  test("options of the wrong kind are told at once", () => {
    for (const options of [
      { baseUrl: "ftp://x" },
      { baseUrl: "https://user:pw@x" },
      { baseUrl: "https://x/?key=1" },
      { baseUrl: "nonsense" },
      { timeoutMs: "5" },
      { timeoutMs: 0 },
      { maxRetries: -1 },
      { maxConcurrency: 0 },
      { inlineLimitBytes: Number.NaN },
      { transport: "nonsense" },
    ]) {
      assert.throws(
        () => new GeminiClient({ apiKey: key, ...options }),
        { code: "bad-argument" },
        JSON.stringify(options),
      );
    }
  });

  test("a proxy may serve the API below a path", async () => {
    const { server } = await script([good]);
    const client = new GeminiClient({ apiKey: key, baseUrl: `${server.url}/gemini/`, apiVersion: "v1" });
    await client.models.generateContent(ask);
    assert.equal(server.requests[0].path, `/gemini/v1/models/${model}:generateContent`);
  });
});
