/** The prices: compared with another table, on the day they count, and what is said of models that are gone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, mock, test } from "node:test";
import { compare, costOf, estimate, models } from "gemini-vision-wasm";
import { comparePrices } from "../../tools/prices.mjs";

const data = JSON.parse(readFileSync(new URL("../../src/tokens/models.json", import.meta.url), "utf8"));

describe("the comparison with @pydantic/genai-prices", () => {
  const today = "2026-11-25";
  const changed = (id, change) => {
    const copy = structuredClone(data);
    change(copy.models.find((model) => model.id === id).prices);
    return comparePrices(copy, today).differences;
  };

  test("holds most models against theirs, and names those that only one of the two has", () => {
    const { onlyOurs, onlyTheirs } = comparePrices(data, today);
    assert.ok(onlyOurs.includes("gemini-4-neon") && !onlyOurs.includes("gemini-3.8-flash"));
    assert.ok(onlyTheirs.includes("gemini-2.5-flash-tts") && !onlyTheirs.includes("gemini-3.8-flash"));
    assert.ok(onlyOurs.length < data.models.length / 2, onlyOurs.join());
  });

  test("tells a wrong price, once, with the day from which it is wrong", () => {
    const before = comparePrices(data, today).differences.filter(({ model }) => model === "gemini-3.5-flash-lite");
    assert.deepEqual(before, []);
    assert.deepEqual(
      changed("gemini-3.5-flash-lite", (rows) => (rows[0].usd.output = 3)),
      [{ model: "gemini-3.5-flash-lite", day: today, price: "output", ours: 3, theirs: 2.5 }],
    );
  });

  test("looks ahead, at tiers, and at prices that are missing", () => {
    const day = "2027-01-01";
    const [ahead] = changed("gemini-3.8-flash", (rows) => (rows.at(-1).usd.input = 9));
    assert.deepEqual(ahead, { model: "gemini-3.8-flash", day, price: "input", ours: 9, theirs: 1.5 });
    const [later] = changed("gemini-3.8-flash", (rows) => (rows.at(-1).effectiveFrom = "2027-02-01"));
    assert.deepEqual([later.day, later.ours, later.theirs], [day, 0.75, 1.5]);
    const [tier] = changed("gemini-3.1-pro-preview", (rows) => (rows[0].tiers[0].usd.input = 5));
    assert.deepEqual([tier.price, tier.ours, tier.theirs], ["input above 200000", 5, 4]);
    const [missing] = changed("gemini-2.5-flash-lite", (rows) => delete rows[0].usd.audioInput);
    assert.deepEqual([missing.price, missing.ours, missing.theirs], ["audioInput", null, 0.3]);
  });
});

describe("days", () => {
  const usage = { promptTokenCount: 1e6 };
  const media = { kind: "image", uprightWidth: 1000, uprightHeight: 1000 };
  const model = "gemini-4-carbon";
  before(() => mock.timers.enable({ apis: ["Date"], now: Date.UTC(2026, 10, 30, 23, 59, 59) }));
  after(() => mock.timers.reset());

  test("a price changes by itself when its day begins, in UTC", async () => {
    const both = async () => {
      const { cost } = await estimate({ model, contents: { media } });
      return [costOf(usage, { model }).usd, cost.inputPerMillion, cost.effectiveFrom];
    };
    assert.deepEqual(await both(), [2, 2, "2026-11-10"]);
    mock.timers.tick(1000);
    assert.deepEqual(await both(), [4, 4, "2026-12-01"]);
    assert.equal(costOf(usage, { model, at: "2026-11-30" }).usd, 2, "a day can still be asked for");
  });

  test("a model is gone when its day begins: a warning names what to use, and compare leaves it out", async () => {
    const told = async (at) => {
      const { warnings } = await estimate({ model: "gemini-2.5-flash", contents: { media } }, { at });
      return warnings.map(({ code, message }) => [code, /gemini-3\.5-flash-lite/.test(message)]);
    };
    assert.deepEqual(await told("2026-09-17"), []);
    assert.deepEqual(await told("2026-11-30"), [["model-deprecated", true]]);
    assert.deepEqual(await told(), [["model-retired", true]], "today is the first of December");
    const compared = async (at) => (await compare({ contents: { media } }, { at })).map((row) => row.model);
    assert.ok((await compared("2026-11-30")).includes("gemini-2.5-flash"));
    assert.ok(!(await compared()).includes("gemini-2.5-flash"));
  });

  test("every model that has an end or is gone names its successor, which is not gone itself", () => {
    for (const { id, retired, successor } of models.list()) {
      if (retired === undefined) continue;
      assert.ok(successor, id);
      const next = models.get(successor).retired;
      assert.ok(next === undefined || next > retired, `${id} → ${successor}`);
    }
  });
});
