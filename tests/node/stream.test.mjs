/** Streamed answers: every framing that is legal, errors in every place, and no half that passes for a whole. */
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { GeminiClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { answerOf, http, startRawServer, streamHead } from "./raw-server.mjs";

const model = "gemini-3.5-flash";
const ask = { model, contents: "Hello" };

const ends = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The body of a stream from our own fetch, in pieces of the test's choice. */
function clientOf(pieces, { headers = { "content-type": "text/event-stream" }, ...options } = {}) {
  const body = () =>
    new ReadableStream({
      start(controller) {
        for (const piece of pieces)
          controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
        controller.close();
      },
    });
  return new GeminiClient({
    apiKey: "key",
    maxRetries: 0,
    fetch: async () => new Response(body(), { headers }),
    ...options,
  });
}

/** A client of a server that sends the given pieces of one stream and then ends, unless `last` says otherwise. */
async function served(pieces, last = (socket) => socket.end(), options = {}) {
  const server = await startRawServer(async (_, socket) => {
    socket.write(streamHead);
    for (const piece of pieces) {
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(piece);
    }
    last(socket);
  });
  ends.push(() => server.close());
  return { server, client: new GeminiClient({ apiKey: "key", baseUrl: server.url, maxRetries: 0, ...options }) };
}

const event = (value, end = "\r\n") => `data: ${JSON.stringify(value)}${end}${end}`;
const parts = ["Ein ", "Häus", "chen 🏠", "."];
const values = parts.map((text, i) => answerOf(text, i === parts.length - 1 ? "STOP" : ""));
const whole = parts.join("");

async function read(stream) {
  const texts = [];
  for await (const { text } of stream) texts.push(text);
  return texts;
}

describe("framing", () => {
  const json = values.map((value) => JSON.stringify(value));
  const framings = {
    CRLF: values.map((value) => event(value)).join(""),
    LF: values.map((value) => event(value, "\n")).join(""),
    CR: values.map((value) => event(value, "\r")).join(""),
    "a byte order mark": `\uFEFF${values.map((value) => event(value)).join("")}`,
    "no space after the colon": json.map((text) => `data:${text}\n\n`).join(""),
    comments: `: hello\n\n${json.map((text) => `: ping\ndata: ${text}\n: pong\n\n`).join("")}`,
    "other fields": json
      .map((text, i) => `id: ${i}\nevent: message\nretry: 10\nx-unknown: {\ndata: ${text}\n\n`)
      .join(""),
    "data in several lines": values
      .map(
        (value) =>
          `${JSON.stringify(value, null, 1)
            .split("\n")
            .map((line) => `data: ${line}\r\n`)
            .join("")}\r\n`,
      )
      .join(""),
    "no blank line at the end": values
      .map((value) => event(value))
      .join("")
      .trimEnd(),
    "empty events between": values.map((value) => `data:\n\n${event(value)}\n\n\n`).join(""),
    "an end mark": `${values.map((value) => event(value)).join("")}data: [DONE]\n\n`,
    "raw line separators": event(answerOf("a\u2028b\u2029c")),
  };
  for (const [what, text] of Object.entries(framings)) {
    test(what, async () => {
      const stream = await clientOf([text]).models.generateContentStream(ask);
      const expected = what === "raw line separators" ? ["a\u2028b\u2029c"] : parts;
      assert.deepEqual(await read(stream), expected);
      assert.equal((await stream.response).text, expected.join(""));
    });
  }

  for (const what of ["CRLF", "LF", "CR"]) {
    test(`${what}, cut at every byte`, async () => {
      const bytes = Buffer.from(framings[what]);
      for (let at = 1; at < bytes.length; at++) {
        const stream = await clientOf([bytes.subarray(0, at), bytes.subarray(at)]).models.generateContentStream(ask);
        assert.equal((await stream.response).text, whole, `cut at ${at}`);
      }
      const single = Array.from(bytes, (_, i) => bytes.subarray(i, i + 1));
      assert.deepEqual(await read(await clientOf(single).models.generateContentStream(ask)), parts);
    });
  }

  test("a list of answers, which comes where a proxy drops alt=sse", async () => {
    const headers = { "content-type": "application/json" };
    const pretty = JSON.stringify(values, null, 2);
    for (const pieces of [[pretty], Array.from(pretty), [JSON.stringify(values)]]) {
      assert.deepEqual(await read(await clientOf(pieces, { headers }).models.generateContentStream(ask)), parts);
    }
  });
});

describe("the whole answer", () => {
  const event1 = (candidate, more) => event({ candidates: [{ index: 0, ...candidate }], ...more });

  test("parts are joined where they are of one kind; the last usage and reason count", async () => {
    const { text, candidates, usageMetadata, cost, responseId } = await (
      await clientOf([
        event1({ content: { role: "model", parts: [{ text: "Hm", thought: true }] } }, { responseId: "r" }),
        event1({ content: { parts: [{ text: "m.", thought: true }] } }, { usageMetadata: { promptTokenCount: 1 } }),
        event1({ content: { parts: [{ text: "A " }] } }),
        event1({ content: { parts: [{ text: "cat" }, { functionCall: { name: "f" } }] } }),
        event1({ content: { parts: [{ text: "", thoughtSignature: "AAAA" }] }, safetyRatings: [] }),
        event1({ finishReason: "STOP" }, { usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 2 } }),
      ]).models.generateContentStream(ask)
    ).response;
    assert.equal(text, "A cat");
    assert.deepEqual(candidates, [
      {
        index: 0,
        content: {
          role: "model",
          parts: [
            { text: "Hmm.", thought: true },
            { text: "A cat" },
            { functionCall: { name: "f" } },
            { text: "", thoughtSignature: "AAAA" },
          ],
        },
        safetyRatings: [],
        finishReason: "STOP",
      },
    ]);
    assert.deepEqual(usageMetadata, { promptTokenCount: 8, candidatesTokenCount: 2 });
    assert.ok(cost.usd > 0);
    assert.equal(responseId, "r");
  });

  test("several candidates are kept apart, and all must have ended", async () => {
    const two = (first, second) => ({
      candidates: [
        { index: 1, content: { parts: [{ text: second }] }, finishReason: second === "d" ? "STOP" : undefined },
        { index: 0, content: { parts: [{ text: first }] }, finishReason: "STOP" },
      ],
    });
    const ended = await clientOf([event(two("a", "b")), event(two("c", "d"))]).models.generateContentStream(ask);
    const texts = (await ended.response).candidates.map(({ content }) => content.parts[0].text);
    assert.deepEqual(texts, ["ac", "bd"]);
    const half = await clientOf([event(two("a", "b"))]).models.generateContentStream(ask);
    await assert.rejects(half.response, { code: "incomplete-stream" });
  });

  test("the text of a piece is the first candidate's, whichever the piece holds", async () => {
    const piece = (index, text) => ({ candidates: [{ index, content: { parts: [{ text }] }, finishReason: "STOP" }] });
    const both = { candidates: [...piece(1, "SECOND").candidates, ...piece(0, "d").candidates] };
    const events = [event(piece(0, "a")), event(piece(1, "SECOND")), event(piece(undefined, "c")), event(both)];
    const stream = await clientOf(events).models.generateContentStream(ask);
    assert.deepEqual(await read(stream), ["a", "", "c", "d"]);
    assert.equal((await stream.response).text, "acd");
  });

  test("a blocked prompt is an answer, not an error", async () => {
    const feedback = { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 3 } };
    const stream = await clientOf([event(feedback)]).models.generateContentStream(ask);
    const { text, candidates, promptFeedback } = await stream.response;
    assert.deepEqual([text, candidates, promptFeedback.blockReason], ["", [], "SAFETY"]);
  });

  test("it may be asked for before, during and after the loop; nothing is lost", async () => {
    const text = values.map((value) => event(value)).join("");
    const before = await clientOf([text]).models.generateContentStream(ask);
    const promised = before.response;
    assert.deepEqual(await read(before), parts);
    assert.equal((await promised).text, whole);
    assert.equal(before.response, promised);
    const during = await clientOf([text]).models.generateContentStream(ask);
    const seen = [];
    for await (const chunk of during) seen.push(chunk.text, (await during.response).text.length);
    assert.deepEqual(
      seen,
      parts.flatMap((part) => [part, whole.length]),
    );
  });

  test("nothing is read before anybody asks, but the first piece", async () => {
    let pulls = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          const value = values[pulls++];
          if (value === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(event(value)));
        },
      },
      { highWaterMark: 0 },
    );
    const client = new GeminiClient({ apiKey: "key", fetch: async () => new Response(body) });
    const stream = await client.models.generateContentStream(ask);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(pulls, 1);
    assert.equal((await stream.response).text, whole);
  });
});

describe("what breaks off", () => {
  test("also where null stands for what has not come yet; and null takes nothing back", async () => {
    const unset = { finishReason: null, index: null };
    const candidates = [{ content: { parts: [{ text: "Half" }] }, ...unset }];
    const pieces = [{ candidates, promptFeedback: { blockReason: null }, usageMetadata: { promptTokenCount: 3 } }];
    const half = await clientOf(pieces.map((piece) => event(piece))).models.generateContentStream(ask);
    await assert.rejects(half.response, { code: "incomplete-stream", text: "Half" });
    pieces.push(answerOf(".", "STOP"), { candidates: [{ content: null, ...unset }], usageMetadata: null });
    const stream = await clientOf(pieces.map((piece) => event(piece))).models.generateContentStream(ask);
    const { text, candidates: ended, usageMetadata } = await stream.response;
    assert.deepEqual([text, ended[0].finishReason, usageMetadata.promptTokenCount], ["Half.", "STOP", 10]);
  });

  const [first, second] = values.map((value) => event(value));
  const soFar = parts[0] + parts[1];

  async function failure(client, expected) {
    const stream = await client.models.generateContentStream(ask);
    const texts = [];
    await assert.rejects(async () => {
      for await (const { text } of stream) texts.push(text);
    }, expected);
    await assert.rejects(stream.response, expected);
    return texts;
  }

  test("an end without a reason, with the text so far", async () => {
    const expected = { name: "ApiError", code: "incomplete-stream", text: soFar, retryable: true };
    assert.deepEqual(await failure(clientOf([first, second]), expected), parts.slice(0, 2));
  });

  test("the same with a part of an event at the end", async () => {
    await failure(clientOf([first, second, event(values[2]).slice(0, 30)]), { code: "bad-response", text: soFar });
  });

  test("a reset", async () => {
    const { client } = await served([first, second], (socket) => setTimeout(() => socket.resetAndDestroy(), 20));
    await failure(client, { code: "incomplete-stream", text: soFar });
  });

  test("silence", async () => {
    const { client, server } = await served([first, second], () => {}, { idleTimeoutMs: 50 });
    await failure(client, { code: "timeout", text: soFar });
    await server.clientLeft();
  });

  test("an event that is no JSON, or no object", async () => {
    for (const bad of ["data: {oops}\n\n", "data: 5\n\n", "data: [1]\n\n"]) {
      await failure(clientOf([first, second, bad]), { code: "bad-response", text: soFar });
    }
  });

  const refusal = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } };
  const errors = {
    "as an event": event(refusal),
    "as bare JSON": JSON.stringify(refusal),
    "as bare JSON in many lines": JSON.stringify(refusal, null, 2),
    "as bare JSON in a list": JSON.stringify([refusal], null, 2),
    "as bare JSON with more after it": `${JSON.stringify(refusal, null, 2)}\r\n\r\n${event(values[2])}`,
  };
  for (const [what, text] of Object.entries(errors)) {
    test(`the service's refusal ${what}, however it is cut`, async () => {
      const expected = { code: "api-error", status: 503, reason: "UNAVAILABLE", text: soFar, retryable: true };
      for (let at = 0; at <= text.length; at++) {
        await failure(clientOf([first + second, text.slice(0, at), text.slice(at)].filter(Boolean)), expected);
      }
    });
  }

  test("a failure that nobody asks for ends no process", async () => {
    const stream = await clientOf([first]).models.generateContentStream(ask);
    void stream.response;
    await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

describe("before the first piece all may be tried again", () => {
  const good = http(200, values.map((value) => event(value)).join(""), { "Content-Type": "text/event-stream" });
  const overloaded = { error: { code: 503, message: "Overloaded.", status: "UNAVAILABLE" } };
  const firsts = {
    "a refusal as plain JSON under the type of event streams": http(503, overloaded, {
      "Content-Type": "text/event-stream",
    }),
    "a refusal under a good status": http(200, JSON.stringify(overloaded, null, 2), {
      "Content-Type": "text/event-stream",
    }),
    "a refusal as first event": http(200, event(overloaded), { "Content-Type": "text/event-stream" }),
    "an empty stream": http(200, "", { "Content-Type": "text/event-stream" }),
    "a page": http(200, "<html></html>", { "Content-Type": "text/html" }),
    "a connection that breaks": undefined,
  };
  for (const [what, bytes] of Object.entries(firsts)) {
    test(what, async () => {
      const server = await startRawServer(({ number }, socket) => {
        if (number === 1 && bytes === undefined) socket.destroy();
        return number === 1 ? bytes : good;
      });
      ends.push(() => server.close());
      const retries = [];
      const client = new GeminiClient({ apiKey: "key", baseUrl: server.url, onRetry: (event) => retries.push(event) });
      assert.deepEqual(await read(await client.models.generateContentStream(ask)), parts);
      assert.equal(retries.length, 1);
      assert.equal(server.requests[0].path, `/v1beta/models/${model}:streamGenerateContent?alt=sse`);
    });
  }

  test("and what stays wrong is told", async () => {
    const empty = clientOf([""]);
    await assert.rejects(empty.models.generateContentStream(ask), { code: "incomplete-stream", text: "" });
    const page = clientOf(["<html></html>"], { headers: { "content-type": "text/html" } });
    await assert.rejects(page.models.generateContentStream(ask), { code: "bad-response" });
  });
});

describe("leaving", () => {
  test("the loop closes the connection; the whole answer is then none", async () => {
    const { client, server } = await served(
      values.slice(0, 2).map((value) => event(value)),
      () => {},
    );
    const stream = await client.models.generateContentStream(ask);
    for await (const { text } of stream) {
      assert.equal(text, parts[0]);
      break;
    }
    await server.clientLeft();
    await assert.rejects(stream.response, { code: "incomplete-stream" });
  });

  test("an abort does, with its reason", async () => {
    const controller = new AbortController();
    const { client, server } = await served([event(values[0])], () => {});
    const stream = await client.models.generateContentStream(ask, { signal: controller.signal });
    await assert.rejects(
      async () => {
        for await (const _ of stream) controller.abort("enough");
      },
      (reason) => reason === "enough",
    );
    await assert.rejects(stream.response, (reason) => reason === "enough");
    await server.clientLeft();
  });

  test("a call within the loop needs no second place", async () => {
    const emulator = await startEmulator();
    ends.push(() => emulator.close());
    const client = new GeminiClient({ apiKey: "key", baseUrl: emulator.url, maxConcurrency: 1 });
    for await (const _ of await client.models.generateContentStream(ask)) {
      assert.ok((await client.models.countTokens(ask)).totalTokens > 0);
    }
  });
});

describe("the emulator's streams", () => {
  test("the pieces make the answer that comes in one", async () => {
    const emulator = await startEmulator();
    ends.push(() => emulator.close());
    const client = new GeminiClient({ apiKey: "key", baseUrl: emulator.url });
    const stream = await client.models.generateContentStream(ask);
    const texts = await read(stream);
    const streamed = await stream.response;
    const single = await client.models.generateContent(ask);
    assert.ok(texts.length > 1);
    assert.equal(texts.join(""), single.text);
    assert.deepEqual({ ...streamed, responseId: "" }, { ...single, responseId: "" });
    emulator.inject({ on: "streamGenerateContent", type: "pieces", bytes: 1 });
    assert.equal((await (await client.models.generateContentStream(ask)).response).text, single.text);
  });
});
