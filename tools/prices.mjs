/**
 * `npm run prices`: compares the prices of src/tokens/models.json with those of @pydantic/genai-prices, from today on, and
 * prints where the two differ; which of them is right is for a person to find out. Models that are gone are left out.
 * `-- 2027-01-01` begins on another day.
 * Exit code 1 when there are differences.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { root } from "./steps.mjs";

// A development dependency of the package, which lies where modules of this folder do not look.
const { calcPrice, findProvider } = createRequire(path.join(root, "npm/package.json"))("@pydantic/genai-prices");

/** Our names of prices to theirs. */
const names = {
  input: "input_mtok",
  output: "output_mtok",
  cachedInput: "cache_read_mtok",
  imageInput: "input_image_mtok",
  videoInput: "input_video_mtok",
  audioInput: "input_audio_mtok",
  cachedAudioInput: "cache_audio_read_mtok",
  imageOutput: "output_image_mtok",
  audioOutput: "output_audio_mtok",
};

const google = findProvider({ providerId: "google" });
const theirModel = (id) => calcPrice({ input_tokens: 1 }, id, { provider: google });

/** Ours on a day: "input", and "input above 200000" of the tiers. */
function ownPrices({ prices }, day) {
  const row = prices.findLast(({ effectiveFrom }) => effectiveFrom <= day) ?? prices[0];
  const flat = { ...row.usd };
  for (const { above, usd } of row.tiers ?? [])
    for (const [name, price] of Object.entries(usd)) flat[`${name} above ${above}`] = price;
  return flat;
}

/** Theirs, under our names. */
function otherPrices(id, day) {
  const { model_price: prices } = calcPrice({ input_tokens: 1 }, id, { provider: google, timestamp: new Date(day) });
  const flat = {};
  for (const [own, other] of Object.entries(names)) {
    const price = prices[other];
    if (price === undefined) continue;
    flat[own] = price.base ?? price;
    for (const { start, price: above } of price.tiers ?? []) flat[`${own} above ${start}`] = above;
  }
  return flat;
}

/** From `today` on, the days on which one of the two changes. */
function daysOf({ id, prices }, today) {
  const conditional = [theirModel(id).model.prices].flat();
  const theirs = conditional.flatMap(({ constraint }) => constraint?.start_date ?? []);
  const changes = [...prices.map(({ effectiveFrom }) => effectiveFrom), ...theirs].filter((day) => day > today);
  return [today, ...new Set(changes.sort())];
}

function differencesOf(model, today) {
  const found = [];
  let known = "";
  for (const day of daysOf(model, today)) {
    const [ours, theirs] = [ownPrices(model, day), otherPrices(model.id, day)];
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    // An embedding gives no tokens out: no price and 0 are the same.
    const differing = keys.filter((key) => (ours[key] ?? 0) !== (theirs[key] ?? 0));
    const rows = differing.map((price) => ({ price, ours: ours[price] ?? null, theirs: theirs[price] ?? null }));
    // What has differed since an earlier day is told once.
    if (JSON.stringify(rows) !== known) found.push(...rows.map((row) => ({ model: model.id, day, ...row })));
    known = JSON.stringify(rows);
  }
  return found;
}

/**
 * @param {{ models: object[] }} data src/tokens/models.json
 * @param {string} today "2026-12-01": earlier prices are history, which the other table does not keep
 * @returns differences; models that only one of the two has prices for
 */
export function comparePrices({ models }, today) {
  const isHere = ({ dates }) => dates?.retired === undefined || dates.retired > today;
  const priced = models.filter((model) => model.prices !== null && isHere(model));
  const shared = priced.filter(({ id }) => theirModel(id) !== null);
  const matched = new Set(models.map(({ id }) => theirModel(id)?.model.id));
  return {
    differences: shared.flatMap((model) => differencesOf(model, today)),
    onlyOurs: priced.filter((model) => !shared.includes(model)).map(({ id }) => id),
    onlyTheirs: google.models.map(({ id }) => id).filter((id) => id.startsWith("gemini-") && !matched.has(id)),
  };
}

function print({ differences, onlyOurs, onlyTheirs }) {
  const rows = differences.map((row) => Object.values(row).map((cell) => String(cell ?? "none")));
  if (rows.length > 0) rows.unshift(["model", "from", "price", "ours", "theirs"]);
  const width = (column) => Math.max(...rows.map((row) => row[column].length));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join("  ")
        .trimEnd(),
    );
  console.log(`${differences.length} differences`);
  console.log(`Only ours: ${onlyOurs.join(", ") || "none"}`);
  console.log(`Only theirs: ${onlyTheirs.join(", ") || "none"}`);
}

if (process.argv[1] === import.meta.filename) {
  const data = JSON.parse(readFileSync(path.join(root, "src/tokens/models.json"), "utf8"));
  const result = comparePrices(data, process.argv[2] ?? new Date().toISOString().slice(0, 10));
  print(result);
  process.exitCode = result.differences.length > 0 ? 1 : 0;
}
