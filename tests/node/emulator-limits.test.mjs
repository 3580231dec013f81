/** What is too large for the emulator, as for the service. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { assertRefusal, call, generatePath, media, model, png, rawCall, user } from "./emulator-client.mjs";

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

describe("what is too large", () => {
  const limit = 100 * 1024 * 1024;
  const tooLarge = "Request payload size exceeds the limit: 104857600 bytes.";

  test("a body is refused by its declared length before it is sent", async () => {
    const headers = { "x-goog-api-key": "k", "content-length": limit + 1 };
    const send = (request) => request.write("{");
    const { status, text } = await rawCall(emulator.url, { path: generatePath, method: "POST", headers, send });
    assert.equal(status, 400);
    assert.equal(JSON.parse(text).error.message, tooLarge);
  });

  test("a body without a declared length is refused while it is read", async () => {
    let left = 110;
    const body = new ReadableStream({
      pull(controller) {
        if (left-- === 0) controller.close();
        else controller.enqueue(new Uint8Array(1024 * 1024).fill(0x20));
      },
    });
    const answer = await call(emulator.url, generatePath, body);
    assertRefusal(answer, 400, "INVALID_ARGUMENT", tooLarge);
  });

  test("a PDF has a limit of its own", async () => {
    const body = user(media("application/pdf", Buffer.alloc(50 * 1024 * 1024 + 1)));
    assertRefusal(
      await call(emulator.url, generatePath, body),
      400,
      "INVALID_ARGUMENT",
      /document size exceeds the limit: 52428800/,
    );
  });

  test("so has the number of images", async () => {
    const part = media("image/png", png);
    const generationConfig = { mediaResolution: "MEDIA_RESOLUTION_LOW" }; // more tokens fit into no context window
    const body = { ...user(...Array.from({ length: 3600 }, () => part)), generationConfig };
    const few = await call(emulator.url, generatePath, body);
    assert.equal(few.status, 200);
    const many = await call(emulator.url, generatePath, user(...Array.from({ length: 3601 }, () => part)));
    assertRefusal(
      many,
      400,
      "INVALID_ARGUMENT",
      `Please use fewer than 3600 images in your request to models/${model}`,
    );
  });

  test("a prompt that no context window holds is counted and refused", async () => {
    const { status, json } = await call(emulator.url, generatePath, user({ text: "word ".repeat(2_000_000) }));
    assert.equal(status, 400);
    assert.match(
      json.error.message,
      /^The input token count \(\d+\) exceeds the maximum number of tokens allowed \(1048576\)\.$/,
    );
  });
});
