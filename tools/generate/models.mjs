// The models of src/tokens/models.json → the TypeScript table of windows, retirements and prices.

import { bases, levels, methods } from "./rules.mjs";
import { check, tsHeader, tsNames } from "./text.mjs";

const inputPrices = ["input", "cachedInput", "imageInput", "videoInput", "audioInput", "cachedAudioInput"];
const priceNames = [...inputPrices, "output", "imageOutput", "audioOutput"];

function checkPrices(usd, where) {
  for (const [key, value] of Object.entries(usd)) {
    check(priceNames.includes(key), `${where}: unknown price "${key}"`);
    check(typeof value === "number" && value >= 0, `${where}: ${key} is not a price`);
  }
  check(usd.input !== undefined && usd.output !== undefined, `${where}: input and output are needed`);
}

function checkDate(date, where) {
  check(/^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date)), `${where}: "${date}" is not a day`);
}

/** Batch prices are written as factors, the module gets numbers. Only halves, so that nothing is rounded. */
function batchPrices(usd, { factor, cachedFactor }, where) {
  check(
    [factor, cachedFactor].every((value) => value === 0.5 || value === 1),
    `${where}: batch factor`,
  );
  const scaled = Object.entries(usd).map(([key, value]) => [
    key,
    value * (key.startsWith("cached") ? cachedFactor : factor),
  ]);
  return Object.fromEntries(scaled);
}

function priceRow(row, sources, where) {
  const source = sources[row.source];
  check(source !== undefined, `${where}: unknown source "${row.source}"`);
  checkDate(row.effectiveFrom, where);
  checkDate(source.checked, where);
  const priced = (usd) => {
    checkPrices(usd, where);
    return { ...usd, ...(row.batch && { batch: batchPrices(usd, row.batch, where) }) };
  };
  const tiers = row.tiers?.map(({ above, usd }) => ({ above, ...priced(usd) }));
  check(tiers === undefined || tiers.every(({ above }) => Number.isInteger(above) && above > 0), `${where}: tier`);
  // A placeholder: in the module the source's words stand once, however many prices rest on them.
  const head = { effectiveFrom: row.effectiveFrom, source: `source:${row.source}`, checked: source.checked };
  return { ...head, ...priced(row.usd), ...(tiers && { tiers }) };
}

function modelRow(model, sources, ruleSetNames) {
  const { id, ruleSet, limits, dates = {}, successor, aliases, prices } = model;
  check(ruleSetNames.includes(ruleSet), `${id}: unknown rule set "${ruleSet}"`);
  check(limits.contextWindow > 0 && limits.outputTokenLimit >= 0, `${id}: limits`);
  for (const date of Object.values(dates)) checkDate(date, id);
  const rows = prices === null ? null : prices.map((row) => priceRow(row, sources, `${id} ${row.effectiveFrom}`));
  const days = rows?.map((row) => row.effectiveFrom) ?? [];
  check(days.join() === [...new Set(days)].sort().join(), `${id}: prices must be in order of their days`);
  const checked = rows?.map((row) => row.checked).sort() ?? [];
  const after = successor && { successor: successor.id, ...(successor.routed && { routed: true }) };
  const facts = { id, ruleSet, ...limits, ...dates, ...after, ...(aliases && { aliases }) };
  return { ...facts, prices: rows, pricesAsOf: checked.at(-1) ?? null };
}

export function modelsTs({ ruleSets, sources, models }) {
  const ruleSetNames = ruleSets.map((set) => set.name);
  const rows = models.map((model) => modelRow(model, sources, ruleSetNames));
  const ids = rows.flatMap((row) => [row.id, ...(row.aliases ?? [])]);
  check(new Set(ids).size === ids.length, "a model id or alias is there twice");
  for (const { id, successor } of rows) {
    check(successor === undefined || ids.includes(successor), `${id}: successor "${successor}" is not in the table`);
  }
  const cited = Object.keys(sources);
  const text = (row) => JSON.stringify(row).replace(/"source:([^"]+)"/g, (_, name) => `cited[${cited.indexOf(name)}]`);
  return `${tsHeader("src/tokens/models.json")}
import type { ModelInfo } from "../types.js";

/** In the order of the C++ enums RuleSetId, MediaLevel, Basis and Method. */
${tsNames("ruleSetNames", ruleSetNames)}
${tsNames("mediaLevels", levels)}
${tsNames("bases", bases)}
${tsNames("methods", methods)}

const cited = ${JSON.stringify(cited.map((name) => sources[name].cite))} as const;

export const modelTable: readonly ModelInfo[] = [
${rows.map((row) => `  ${text(row)},`).join("\n")}
];
`;
}
