/** The same behaviours in every runtime, and the README's table of them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { heic } from "../node/heic-files.mjs";
import { orientedJpeg, orientedPng, scene } from "../node/pictures.mjs";
import { wav } from "../support/media-files.mjs";
import { tableOf } from "../support/readme-table.mjs";
import { runtimes } from "./runtimes.mjs";

const dataUrl = (type, bytes) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
const given = {
  jpeg: dataUrl("image/jpeg", orientedJpeg(6, scene(96, 64))),
  png: dataUrl("image/png", orientedPng(8, scene(96, 64))),
  heic: dataUrl("image/heic", heic()),
  wav: dataUrl("audio/wav", wav({ seconds: 2 })),
  threads: true,
};

const table = tableOf("runtimes");
let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

for (const { name, missing, version, run } of runtimes) {
  if (missing) table.skip(name, missing);
  describe(name, { skip: missing }, () => {
    test("behaves", async (t) => {
      const found = await version();
      table.say(name, found, "fails");
      const outcomes = await run({ ...given, baseUrl: emulator.url });
      for (const outcome of outcomes) await t.test(outcome.name, () => assert.equal(outcome.error, undefined));
      if (outcomes.every(({ error }) => error === undefined)) table.say(name, found, "works");
    });
  });
}

test("the README says so", () => table.settle());
