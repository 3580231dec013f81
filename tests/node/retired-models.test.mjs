/** Whoever asks a model that is gone hears of it with the answer, and of what to use instead, by every way of asking. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { estimate, GeminiClient } from "gemini-vision-wasm";
import { GeminiClient as PlainClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";

const model = "gemini-1.5-pro";
const contents = "Hello";
const current = "gemini-3.5-flash";
const told = [{ code: "model-retired", message: "gemini-1.5-pro is gone since 2025-09-29; use gemini-3.8-flash." }];

let emulator;
before(async () => {
  emulator = await startEmulator({ batchMs: 10 });
});
after(() => emulator.close());

test("an estimate says the same", async () => {
  assert.deepEqual((await estimate({ model, contents })).warnings, told);
});

for (const [entry, Client] of Object.entries({ ".": GeminiClient, "/client": PlainClient })) {
  describe(`the client of ${entry}`, () => {
    let client;
    before(() => {
      client = new Client({ apiKey: "k", baseUrl: emulator.url, maxRetries: 0 });
    });

    const ways = {
      generateContent: (id) => client.models.generateContent({ model: id, contents }),
      "a stream, before it is read": (id) => client.models.generateContentStream({ model: id, contents }),
      "the whole of a stream": async (id) => {
        const stream = await client.models.generateContentStream({ model: id, contents });
        return stream.response;
      },
      countTokens: (id) => client.models.countTokens({ model: id, contents }),
      "a chat": (id) => client.chats.create({ model: id }).sendMessage({ message: contents }),
      "a chat's stream": (id) => client.chats.create({ model: id }).sendMessageStream({ message: contents }),
      "a batch's result": async (id) => {
        const config = { displayName: "test" };
        const { name } = await client.batches.create({ model: id, src: [{ contents }], config });
        await client.batches.wait({ name });
        for await (const { response } of client.batches.results({ name })) return response;
      },
    };

    for (const [way, ask] of Object.entries(ways)) {
      test(way, async () => {
        assert.deepEqual((await ask(model)).warnings, told);
        assert.deepEqual((await ask(current)).warnings, []);
      });
    }

    test("a model nobody knows is answered without a word", async () => {
      const fetch = async () => Response.json({ totalTokens: 1 });
      const { models } = new Client({ baseUrl: emulator.url, fetch });
      assert.deepEqual((await models.countTokens({ model: `tunedModels/${model}`, contents })).warnings, []);
    });
  });
}
