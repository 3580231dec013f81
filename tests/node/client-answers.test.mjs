/** The client against servers that answer nonsense, or answers of odd shapes. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { answer, ask, clientOf, failure, json, refusal, retryInfo } from "./client-calls.mjs";
import { serveFor } from "./local-server.mjs";

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
    for (const candidates of [
      [{ content: null }],
      [{ content: { parts: null } }],
      [{ content: { parts: [{ text: null }] } }],
    ]) {
      assert.equal((await of(t, { candidates })).text, "");
    }
    assert.equal((await of(t, { ...answer, promptFeedback: null, usageMetadata: null })).text, "Hi.");
    const blocked = await of(t, { candidates: null, promptFeedback: { blockReason: "SAFETY" } });
    assert.deepEqual(blocked.candidates, []);
    const nothing = { candidates: null, promptFeedback: null, usageMetadata: null };
    await assert.rejects(of(t, nothing), { code: "bad-response" });
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
