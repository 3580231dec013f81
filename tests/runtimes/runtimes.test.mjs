/** The same behaviours in every runtime, and the README's table of them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { tableOf } from "../support/readme-table.mjs";
import { given } from "./given.mjs";
import { runtimes } from "./runtimes.mjs";

const table = tableOf("runtimes");
let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

for (const { name, missing, version, run } of runtimes) {
  const column = table.column(name, missing);
  describe(name, { skip: missing }, () => {
    test("behaves", async (t) => {
      column.title = `${name} ${await version()}`;
      const outcomes = await run(given(emulator.url));
      for (const outcome of outcomes) await t.test(outcome.name, () => assert.equal(outcome.error, undefined));
      if (outcomes.every(({ error }) => error === undefined)) column.outcome = "works";
    });
  });
}

test("the README says so", () => table.settle());
