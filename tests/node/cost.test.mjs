import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { costOf, models } from "gemini-vision-wasm";

// Internal, but shipped: `estimate` charges through it.
const { estimateCost } = await import(new URL("./cost.js", import.meta.resolve("gemini-vision-wasm")));

/** USD are sums of products of decimals, which binary numbers only come close to. */
function near(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${what ?? "usd"}: ${actual} instead of ${expected}`);
}

const million = { promptTokenCount: 1_000_000, candidatesTokenCount: 1_000_000 };
const hundredThousand = { promptTokenCount: 100_000, candidatesTokenCount: 100_000 };

describe("prices, as Google published them", () => {
  // [model, day, USD for a million tokens of input, of output]
  const published = [
    ["gemini-4-carbon", "2026-11-30", 2, 10],
    ["gemini-4-carbon", "2026-12-01", 4, 20],
    ["gemini-4-argon", "2026-11-24", 2, 10],
    ["gemini-4-argon", "2027-03-01", 4, 20],
    ["gemini-4-hydrogen", "2026-12-24", 1.5, 7.5],
    ["gemini-4-neon", "2026-12-24", 3, 15],
    ["gemini-3.8-flash", "2026-12-31", 0.75, 3.75],
    ["gemini-3.8-flash", "2027-01-01", 1.5, 7.5],
    ["gemini-3.7-flash", "2026-11-24", 0.75, 3.75],
    ["gemini-3.7-flash", "2027-01-01", 1.5, 7.5],
    ["gemini-3.6-flash", "2026-07-22", 1.5, 7.5],
    ["gemini-3.6-flash", "2026-11-24", 0.75, 3.75],
    ["gemini-3.6-flash", "2027-01-01", 1.5, 7.5],
    ["gemini-3.5-flash", "2026-11-24", 1.5, 9],
    ["gemini-3.5-flash-lite", "2026-11-24", 0.3, 2.5],
    ["gemini-3.1-flash-lite", "2026-11-24", 0.25, 1.5],
    ["gemini-3.1-pro-preview", "2026-11-24", 4, 18],
    ["gemini-3-flash-preview", "2026-11-24", 0.5, 3],
    ["gemini-2.5-pro", "2026-11-24", 2.5, 15],
    ["gemini-2.5-flash", "2026-11-24", 0.3, 2.5],
    ["gemini-2.5-flash-lite", "2026-11-24", 0.1, 0.4],
    ["gemini-2.0-flash", "2026-05-01", 0.1, 0.4],
    ["gemini-2.0-flash-lite", "2026-05-01", 0.075, 0.3],
    ["gemini-1.5-pro", "2025-01-01", 2.5, 10],
    ["gemini-1.5-flash", "2025-01-01", 0.15, 0.6],
    ["gemini-1.5-flash-8b", "2025-01-01", 0.075, 0.3],
    ["gemini-3-pro-image", "2026-11-24", 2, 12],
    ["gemini-embedding-2", "2026-11-24", 0.2, 0],
  ];
  for (const [model, at, input, output] of published) {
    test(`${model} on ${at}`, () => {
      const cost = costOf(million, { model, at });
      near(cost.inputUsd, input);
      near(cost.outputUsd, output);
      near(cost.usd, input + output);
      assert.deepEqual([cost.inputPerMillion, cost.outputPerMillion], [input, output]);
      assert.ok(cost.effectiveFrom <= at);
    });
  }

  test("halves for batches, where they are published", () => {
    for (const [model, input, output] of [
      ["gemini-3.8-flash", 0.375, 1.875],
      ["gemini-2.5-flash", 0.15, 1.25],
      ["gemini-2.5-flash-lite", 0.05, 0.2],
    ]) {
      const { inputUsd, outputUsd } = costOf(million, { model, at: "2026-11-24", batch: true });
      near(inputUsd, input, model);
      near(outputUsd, output, model);
    }
  });
});

describe("costOf", () => {
  const flash = { model: "gemini-3.5-flash", at: "2026-11-24" };

  test("thoughts are output, tool use is input", () => {
    const usage = {
      promptTokenCount: 100,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 300,
      toolUsePromptTokenCount: 50,
    };
    const cost = costOf(usage, flash);
    near(cost.inputUsd, (150 * 1.5) / 1e6);
    near(cost.outputUsd, (320 * 9) / 1e6);
    near(cost.usd, cost.inputUsd + cost.outputUsd);
  });

  test("cached tokens are part of the prompt, at their own price", () => {
    const usage = { promptTokenCount: 10_000, cachedContentTokenCount: 8_000, candidatesTokenCount: 10 };
    near(costOf(usage, flash).inputUsd, (2_000 * 1.5 + 8_000 * 0.15) / 1e6);
  });

  test("cached tokens of unknown modality are text first, then the others", () => {
    const promptTokensDetails = [
      { modality: "TEXT", tokenCount: 100 },
      { modality: "AUDIO", tokenCount: 900 },
    ];
    const usage = { promptTokenCount: 1_000, promptTokensDetails, cachedContentTokenCount: 400 };
    const expected = (100 * 0.03 + 300 * 0.1 + 600 * 1) / 1e6;
    near(costOf(usage, { model: "gemini-2.5-flash", at: "2026-11-24" }).inputUsd, expected);
  });

  test("more cached than there are costs no more than all of them cached", () => {
    near(costOf({ promptTokenCount: 10, cachedContentTokenCount: 50 }, flash).inputUsd, (10 * 0.15) / 1e6);
  });

  test("a model without a cached price charges the usual one", () => {
    const usage = { promptTokenCount: 1_000, cachedContentTokenCount: 900 };
    near(costOf(usage, { model: "gemini-2.0-flash-lite" }).inputUsd, (1_000 * 0.075) / 1e6);
  });

  test("missing, null and foolish counts are zero", () => {
    for (const usage of [{}, { totalTokenCount: 5 }, { promptTokenCount: null, candidatesTokenCount: Number.NaN }]) {
      assert.equal(costOf(usage, flash).usd, 0);
    }
    near(costOf({ promptTokenCount: 7, promptTokensDetails: [{ modality: "AUDIO" }, {}] }, flash).usd, (7 * 1.5) / 1e6);
  });

  test("counts may be written as text", () => {
    const usage = { promptTokenCount: "7", promptTokensDetails: [{ modality: "AUDIO", tokenCount: "7" }] };
    near(
      costOf({ ...usage, candidatesTokenCount: "2" }, flash).usd,
      costOf({ promptTokenCount: 7, candidatesTokenCount: 2 }, flash).usd,
    );
    for (const foolish of ["-7", "7.5e3", "", "x"]) assert.equal(costOf({ promptTokenCount: foolish }, flash).usd, 0);
  });

  test("details stand in for a missing count", () => {
    const usage = {
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 4 },
        { modality: "IMAGE", tokenCount: 1088 },
      ],
    };
    near(costOf(usage, flash).inputUsd, (1092 * 1.5) / 1e6);
  });

  test("above 200,000 tokens the tier holds for the whole prompt and its answer", () => {
    const pro = { model: "gemini-2.5-pro", at: "2026-11-24" };
    near(costOf({ promptTokenCount: 200_000, candidatesTokenCount: 10 }, pro).usd, (200_000 * 1.25 + 10 * 10) / 1e6);
    const above = costOf({ promptTokenCount: 200_001, candidatesTokenCount: 10, cachedContentTokenCount: 1 }, pro);
    near(above.usd, (200_000 * 2.5 + 0.25 + 10 * 15) / 1e6);
    assert.deepEqual([above.inputPerMillion, above.outputPerMillion], [2.5, 15]);
    near(costOf({ promptTokenCount: 200_001 }, { ...pro, batch: true }).usd, (200_001 * 1.25) / 1e6);
  });

  test("sound costs what sound costs, cached or not", () => {
    const usage = {
      promptTokenCount: 1_000,
      cachedContentTokenCount: 300,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 400 },
        { modality: "AUDIO", tokenCount: 500 },
      ],
      cacheTokensDetails: [{ modality: "AUDIO", tokenCount: 300 }],
    };
    // 100 tokens without a modality are text.
    const expected = (500 * 0.3 + 200 * 1 + 300 * 0.1) / 1e6;
    near(costOf(usage, { model: "gemini-2.5-flash", at: "2026-11-24" }).inputUsd, expected);
  });

  test("pictures, pages and video have prices of their own where the model has them", () => {
    const promptTokensDetails = [
      { modality: "TEXT", tokenCount: 10 },
      { modality: "IMAGE", tokenCount: 258 },
      { modality: "DOCUMENT", tokenCount: 258 },
      { modality: "VIDEO", tokenCount: 66 },
    ];
    const { inputUsd } = costOf({ promptTokenCount: 592, promptTokensDetails }, { model: "gemini-embedding-2" });
    near(inputUsd, (10 * 0.2 + 516 * 0.45 + 66 * 12) / 1e6);
  });

  test("a drawn picture costs what pictures cost", () => {
    const usage = {
      promptTokenCount: 270,
      candidatesTokenCount: 1300,
      thoughtsTokenCount: 5,
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1290 }],
    };
    const cost = costOf(usage, { model: "gemini-2.5-flash-image" });
    near(cost.outputUsd, (1290 * 30 + 15 * 2.5) / 1e6);
  });

  test("the day may be a Date, a time, or text; the default is now", () => {
    const day = "2027-01-01";
    for (const at of [day, new Date(day), Date.parse(day), "2027-01-01T00:00:00Z"]) {
      assert.equal(costOf(million, { model: "gemini-3.8-flash", at }).effectiveFrom, day);
    }
    assert.equal(
      costOf(million, { model: "gemini-3.8-flash", at: "2026-12-31T23:59:59Z" }).effectiveFrom,
      "2026-09-02",
    );
    const now = costOf(million, { model: "gemini-3.8-flash" });
    assert.deepEqual(now, costOf(million, { model: "gemini-3.8-flash", at: Date.now() }));
    assert.throws(() => costOf(million, { model: "gemini-3.8-flash", at: "someday" }), { code: "bad-argument" });
  });

  test("before its first row a model costs what the first row says", () => {
    assert.equal(costOf(million, { model: "gemini-3.6-flash", at: "2020-01-01" }).effectiveFrom, "2026-07-21");
  });

  test("says what it cannot know", () => {
    assert.throws(() => costOf(million, { model: "gemini-1.0-pro" }), {
      code: "bad-argument",
      message: /gemini-1\.0-pro/,
    });
    assert.throws(() => costOf(million, { model: "gemini-3.8-live", batch: true }), {
      code: "bad-argument",
      message: /batch/,
    });
    assert.throws(() => costOf(million, { model: "gpt-5" }), { code: "unknown-model" });
    for (const nobody of [undefined, null, {}]) assert.throws(() => costOf(million, nobody), { code: "bad-argument" });
    for (const usage of [undefined, null, 5]) assert.throws(() => costOf(usage, flash), { code: "bad-argument" });
  });

  test("a registered model is charged by its own price", () => {
    models.register({ id: "dear", like: "gemini-3.8-flash", prices: { input: 100, output: 200, cachedInput: 1 } });
    near(costOf(hundredThousand, { model: "dear" }).usd, 30);
  });
});

describe("estimateCost", () => {
  const at = "2026-11-24";

  test("covers the input, and the answer when one is expected", () => {
    const inputTokens = { text: 5, image: 1088 };
    const input = estimateCost({ model: "gemini-3.5-flash", inputTokens, at });
    assert.deepEqual(input, {
      usd: (1093 * 1.5) / 1e6,
      inputUsd: (1093 * 1.5) / 1e6,
      covers: "input",
      inputPerMillion: 1.5,
      outputPerMillion: 9,
      effectiveFrom: "2026-05-19",
      pricesAsOf: "2026-09-23",
      batch: false,
    });
    const both = estimateCost({ model: models.get("gemini-3.5-flash"), inputTokens, outputTokens: 100, at });
    assert.equal(both.covers, "input+output");
    near(both.outputUsd, (100 * 9) / 1e6);
    near(both.usd, both.inputUsd + both.outputUsd);
    assert.equal(estimateCost({ model: "gemini-3.5-flash", inputTokens, outputTokens: 0, at }).outputUsd, 0);
  });

  test("agrees with costOf on the same tokens, at every modality, tier and day", () => {
    const inputTokens = { text: 150_000, image: 20_000, document: 20_000, video: 20_000, audio: 20_000 };
    const details = Object.entries(inputTokens).map(([name, tokenCount]) => ({
      modality: name.toUpperCase(),
      tokenCount,
    }));
    const usage = { promptTokenCount: 230_000, promptTokensDetails: details, candidatesTokenCount: 1_000 };
    for (const { id, prices } of models.list()) {
      for (const day of ["2024-01-01", at, "2027-06-01"]) {
        for (const batch of [false, true]) {
          const estimate = estimateCost({ model: id, inputTokens, outputTokens: 1_000, at: day, batch });
          if (prices === null || (batch && prices[0].batch === undefined)) {
            assert.equal(estimate, null, id);
            continue;
          }
          const cost = costOf(usage, { model: id, at: day, batch });
          near(estimate.usd, cost.usd, id);
          assert.equal(estimate.batch, batch);
          assert.equal(estimate.effectiveFrom, cost.effectiveFrom);
        }
      }
    }
  });

  test("left-out modalities count nothing", () => {
    assert.equal(estimateCost({ model: "gemini-3.8-flash", inputTokens: {}, at }).usd, 0);
    near(
      estimateCost({ model: "gemini-3.8-flash", inputTokens: { text: 4, audio: undefined }, at }).usd,
      (4 * 0.75) / 1e6,
    );
  });
});
