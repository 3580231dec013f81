import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { InputError, models } from "gemini-vision-wasm";

const root = fileURLToPath(new URL("../../", import.meta.url));
const data = JSON.parse(readFileSync(join(root, "src/tokens/models.json"), "utf8"));

const unknown = (id, near) => (error) => {
  assert.ok(error instanceof InputError);
  assert.equal(error.code, "unknown-model");
  if (near !== undefined) assert.match(error.message, new RegExp(`"${near.replaceAll(".", "\\.")}"`), id);
  return true;
};

describe("models.get", () => {
  const sameModel = {
    "gemini-3.5-flash": ["models/gemini-3.5-flash", "gemini-3.5-flash-001", "gemini-3.5-flash-latest"],
    "gemini-3.1-pro-preview": ["gemini-3.1-pro", "gemini-3.1-pro-preview-05-06", "gemini-3.1-pro-preview-customtools"],
    "gemini-3-flash-preview": ["gemini-3-flash", "models/gemini-3-flash-preview"],
    "gemini-3-pro-image": ["gemini-3-pro-image-preview"],
    "gemini-2.5-pro": ["gemini-2.5-pro-exp-03-25", "gemini-2.5-pro-preview-03-25", "gemini-2.5-pro-preview-05-06"],
    "gemini-2.5-flash": ["gemini-2.5-flash-preview-04-17", "gemini-2.5-flash-preview-09-2025"],
    "gemini-2.5-flash-lite": ["gemini-2.5-flash-lite-preview-06-17", "publishers/google/models/gemini-2.5-flash-lite"],
    "gemini-2.5-flash-image": ["gemini-2.5-flash-image-preview"],
    "gemini-2.0-flash": [
      "gemini-2.0-flash-exp",
      "gemini-2.0-flash-thinking-exp-01-21",
      "gemini-2.0-flash-thinking-exp-1219",
      "gemini-2.0-flash-001",
    ],
    "gemini-2.0-flash-lite": ["gemini-2.0-flash-lite-preview-02-05", "gemini-2.0-flash-lite-001"],
    "gemini-1.5-flash": ["gemini-1.5-flash-latest", "gemini-1.5-flash-002", "gemini-1.5-flash-001-tuning"],
    "gemini-1.5-flash-8b": ["gemini-1.5-flash-8b-exp-0827", "gemini-1.5-flash-8b-001"],
    "gemini-1.5-pro": ["gemini-1.5-pro-exp-0801", "models/gemini-1.5-pro-latest"],
    "gemini-1.0-pro": ["gemini-1.0-pro-latest", "gemini-pro", "gemini-1.0-pro-001"],
    "gemini-1.0-pro-vision": ["gemini-pro-vision", "gemini-1.0-pro-vision-latest"],
    "gemini-embedding-2": ["gemini-embedding-2-preview"],
  };
  for (const [id, others] of Object.entries(sameModel)) {
    test(`${id} under its other names`, () => {
      for (const other of [id, ...others]) assert.equal(models.get(other).id, id, other);
    });
  }

  test("another product is never taken for its neighbour", () => {
    for (const id of [
      "gemini-2.5-flash-preview-tts",
      "gemini-2.5-flash-native-audio-latest",
      "gemini-2.0-flash-live-001",
      "gemini-2.0-flash-preview-image-generation",
      "gemini-3.8-flash-tts",
      "gemini-3.5",
      "tunedModels/gemini-2.5-flash",
    ]) {
      assert.throws(() => models.get(id), unknown(id));
    }
    const [flash, image, lite] = ["", "-image", "-lite"].map((end) => models.get(`gemini-2.5-flash${end}`));
    assert.deepEqual([flash.ruleSet, image.ruleSet], ["gemini-2.5", "gemini-2.5-flash-image"]);
    assert.notEqual(flash.prices[0].input, lite.prices[0].input);
  });

  test("an unknown id names the nearest", () => {
    assert.throws(() => models.get("gemini-3.9-flash"), unknown("gemini-3.9-flash", "gemini-3.8-flash"));
    assert.throws(() => models.get("gemini-2.5-porn"), unknown("gemini-2.5-porn", "gemini-2.5-pro"));
    assert.throws(() => models.get("gemini-4-carbn-preview"), unknown("gemini-4-carbn-preview", "gemini-4-carbon"));
    assert.throws(() => models.get("x".repeat(100_000)), unknown("x…"));
  });

  test("no string is a bad argument", () => {
    for (const id of [undefined, null, "", 3, {}]) {
      assert.throws(() => models.get(id), { code: "bad-argument" });
    }
  });

  test("retirements and what comes after", () => {
    const flash = models.get("gemini-2.5-flash");
    assert.deepEqual([flash.retired, flash.successor, flash.routed], ["2026-12-01", "gemini-3.5-flash-lite", true]);
    assert.equal(models.get("gemini-2.5-pro").successor, "gemini-3.8-flash");
    assert.equal(models.get("gemini-1.5-pro").retired, "2025-09-29");
    assert.equal(models.get("gemini-2.0-flash").retired, "2026-06-01");
    assert.equal(models.get("gemini-3.8-flash").retired, undefined);
    for (const { id, successor } of models.list()) {
      if (successor === undefined) continue;
      const { retired, deprecated } = models.get(successor);
      assert.deepEqual([retired, deprecated], [undefined, undefined], `${id} leads to ${successor}, which ends too`);
    }
  });
});

describe("models.list", () => {
  test("holds every row of the data file, prices and all", () => {
    const listed = new Map(models.list().map((model) => [model.id, model]));
    assert.deepEqual([...listed.keys()].sort(), data.models.map(({ id }) => id).sort());
    for (const row of data.models) {
      const model = listed.get(row.id);
      assert.equal(model.ruleSet, row.ruleSet);
      assert.equal(model.contextWindow, row.limits.contextWindow);
      assert.equal(model.outputTokenLimit, row.limits.outputTokenLimit);
      assert.equal(model.prices?.length, row.prices?.length, row.id);
      for (const [i, price] of (row.prices ?? []).entries()) {
        const { source, checked, ...rest } = model.prices[i];
        assert.equal(source, data.sources[price.source].cite);
        assert.equal(checked, data.sources[price.source].checked);
        assert.ok(checked <= model.pricesAsOf);
        for (const [key, usd] of Object.entries(price.usd)) assert.equal(rest[key], usd, `${row.id} ${key}`);
      }
    }
  });

  test("is the caller's own array", () => {
    const list = models.list();
    list.length = 0;
    assert.ok(models.list().length > 0);
  });
});

describe("models.register", () => {
  test("a model like another, with a price of its own", () => {
    const model = models.register({
      id: "models/gemini-9-flash",
      like: "gemini-3.7-flash",
      prices: { input: 1, output: 5 },
    });
    assert.equal(models.get("gemini-9-flash-preview"), model);
    assert.equal(model.ruleSet, "gemini-3");
    assert.equal(model.contextWindow, 1_048_576);
    assert.equal(model.deprecated, undefined, "days are not lent");
    assert.deepEqual([model.prices[0].input, model.prices[0].output], [1, 5]);
    assert.match(model.pricesAsOf, /^\d{4}-\d\d-\d\d$/);
    assert.equal(models.list()[0], model);
  });

  test("takes the place of a known model", () => {
    const before = models.get("gemini-4-argon");
    models.register({ id: "gemini-4-argon", like: "gemini-4-argon", contextWindow: 10 });
    assert.equal(models.get("gemini-4-argon").contextWindow, 10);
    assert.equal(models.get("gemini-4-argon").prices, before.prices);
    assert.equal(models.list().filter(({ id }) => id === "gemini-4-argon").length, 1);
    models.register(before);
  });

  test("on its own it needs rules and a window; prices may be unknown", () => {
    const model = models.register({ id: "mine", ruleSet: "gemini-2.5", contextWindow: 1000 });
    assert.deepEqual([model.prices, model.pricesAsOf], [null, null]);
    assert.equal(models.register({ id: "mine-2", like: "gemini-3.8-flash", prices: null }).prices, null);
  });

  test("rows are put in order of their days", () => {
    const { prices } = models.register({
      id: "dated",
      like: "gemini-3.8-flash",
      prices: [
        { input: 2, output: 3, effectiveFrom: "2027-01-01" },
        { input: 1, output: 2, effectiveFrom: "2026-01-01" },
      ],
    });
    assert.deepEqual(
      prices.map((row) => row.input),
      [1, 2],
    );
  });

  test("refuses what it cannot use", () => {
    const bad = [
      { id: "" },
      { id: "a" },
      { id: "a", ruleSet: "gemini-3" },
      { id: "a", ruleSet: "gemini-3", contextWindow: 0.5 },
      { id: "a", ruleSet: "toString", contextWindow: 5 },
      undefined,
      { id: "a", like: "gemini-3.8-flash", aliases: 5 },
      { id: "a", like: "gemini-3.8-flash", aliases: [5] },
      { id: "a", like: "gemini-3.8-flash", prices: { input: 1 } },
      { id: "a", like: "gemini-3.8-flash", prices: { input: -1, output: 1 } },
      { id: "a", like: "gemini-3.8-flash", prices: [{ input: 1, output: 1, effectiveFrom: "tomorrow" }] },
    ];
    for (const registration of bad) {
      assert.throws(() => models.register(registration), { code: "bad-argument" }, JSON.stringify(registration));
    }
    assert.throws(() => models.register({ id: "a", like: "gemini-3.9-flash" }), unknown("like", "gemini-3.8-flash"));
    assert.throws(() => models.get("a"), unknown("a"));
  });
});

describe("tools/generate.mjs", () => {
  const folder = mkdtempSync(join(tmpdir(), "generate-"));
  after(() => rmSync(folder, { recursive: true }));
  const generate = (...options) =>
    spawnSync(process.execPath, [join(root, "tools/generate.mjs"), ...options], { encoding: "utf8" });

  test("writes only what has changed", () => {
    const files = ["models-header", "models-ts", "vocabulary-header", "vocabulary-ts"].map((name) =>
      join(folder, name),
    );
    const options = files.flatMap((file) => [`--${file.slice(folder.length + 1)}`, file]);
    assert.equal(generate(...options).stderr, "");
    const before = files.map((file) => statSync(file).mtimeMs);
    assert.equal(generate(...options).status, 0);
    assert.deepEqual(
      files.map((file) => statSync(file).mtimeMs),
      before,
    );
    assert.match(readFileSync(files[0], "utf8"), /kGemini2_5FlashImage/);
  });

  const wrong = {
    "an unknown rule set": (file) => Object.assign(file.models[0], { ruleSet: "gemini-7" }),
    "two rows for one id": (file) => file.models.push(file.models[0]),
    "prices out of order": (file) => file.models.find(({ prices }) => prices?.length > 1).prices.reverse(),
    "a misspelt price": (file) => Object.assign(file.models[0].prices[0].usd, { inputt: 1 }),
    "a missing source": (file) => Object.assign(file.models[0].prices[0], { source: "hearsay" }),
    "a day that is none": (file) => Object.assign(file.models[0], { dates: { retired: "2026-13-01" } }),
    "a successor nobody knows": (file) => Object.assign(file.models[0], { successor: { id: "gemini-0" } }),
    "an unknown basis": (file) => file.ruleSets[0].observed.image.other.splice(2, 1, "guessed"),
    "tiles without a rule": (file) => file.ruleSets[0].observed.image.other.splice(0, 1, "tiles"),
    "a misspelt level": (file) => Object.assign(file.ruleSets[0].observed.image, { hihg: ["flat", 1, "observed"] }),
  };
  for (const [what, damage] of Object.entries(wrong)) {
    test(`refuses ${what}`, () => {
      const file = structuredClone(data);
      damage(file);
      const input = join(folder, "wrong.json");
      const output = join(folder, "unwritten");
      writeFileSync(input, JSON.stringify(file));
      const done = [`--models-header`, `--models-ts`].map((option) => generate("--models", input, option, output));
      assert.ok(
        done.some(({ status, stderr }) => status === 1 && stderr.startsWith("generate: ")),
        done.map(({ stderr }) => stderr).join(),
      );
    });
  }
});
