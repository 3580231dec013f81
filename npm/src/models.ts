/** The models this package knows: those of its table, and those that were registered. */

import { checkTexts, shown } from "./check.js";
import { InputError } from "./errors.js";
import { modelTable, ruleSetNames } from "./generated/models.js";
import type { ModelInfo, ModelRegistration, PriceRegistration, PriceRow, Warning } from "./types.js";

/** Models of `register`, by id. They live here and not in wasm, so a fresh wasm instance forgets nothing. */
const registered = new Map<string, ModelInfo>();

/** Ids from paths: "models/x", "publishers/google/models/x". A tuned model ("tunedModels/x") is not its base model. */
function withoutPath(id: string): string {
  return id.replace(/^(?:.*\/)?models\//, "");
}

/**
 * What Google appends to a model's name for a version of the same model. Anything else after a hyphen ("-image", "-lite",
 * "-preview-tts", "-live-001") is a product with prices and rules of its own, which must not be taken for its neighbour.
 */
const versionSuffix =
  /-(?:latest|\d{3}|tuning|(?:thinking-)?exp(?:-\d{2}-\d{2}|-\d{4})?|preview(?:-\d{2}-\d{2}|-\d{2}-\d{4}|-\d{4})?)$/;

/** "gemini-2.5-flash-preview-04-17" → "gemini-2.5-flash". */
function family(id: string): string {
  let name = id;
  while (versionSuffix.test(name)) name = name.replace(versionSuffix, "");
  return name;
}

/** Registered models hide those of the table that have the same id. */
function allModels(): ModelInfo[] {
  return [...registered.values(), ...modelTable.filter((model) => !registered.has(model.id))];
}

/** Letters to insert, delete or change to turn one string into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(change, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[to.length] ?? 0;
}

/** Ties go to the first, which is the newest. No id is longer than this, and the effort grows with the square. */
function nearestId(id: string): string {
  const name = family(id).slice(0, 64);
  let best = { id: "", distance: Number.POSITIVE_INFINITY };
  for (const model of allModels()) {
    const distance = editDistance(name, family(model.id));
    if (distance < best.distance) best = { id: model.id, distance };
  }
  return best.id;
}

/** As {@link models.get}, but undefined where nothing is known. */
function findModel(id: string): ModelInfo | undefined {
  const name = withoutPath(id);
  const known = allModels();
  const stem = family(name);
  return (
    known.find((model) => model.id === name) ??
    known.find((model) => model.aliases?.includes(name)) ??
    known.find((model) => family(model.id) === stem || model.aliases?.includes(stem))
  );
}

/**
 * Every known model, your own first, then newest first. Retired ones are there too: see `retired`.
 *
 * @returns A fresh array; the entries are shared and read-only.
 */
function list(): ModelInfo[] {
  return allModels();
}

/**
 * What is known of a model. An id is taken as it is first; then versions of a model stand for the model: a "models/"
 * prefix and endings such as "-latest", "-001", "-exp-0827", "-thinking-exp-01-21", "-preview" and "-preview-05-06" are
 * dropped. Products are never mixed up: "gemini-2.5-flash-image" is not "gemini-2.5-flash".
 *
 * @throws InputError `unknown-model`, naming the nearest known id; `bad-argument` when `id` is no string.
 */
function get(id: string): ModelInfo {
  if (typeof id !== "string" || id === "") {
    throw new InputError("bad-argument", 'A model id is a string such as "gemini-3.8-flash".');
  }
  const model = findModel(id);
  if (model === undefined) {
    const near = nearestId(withoutPath(id));
    const shown = id.slice(0, 80);
    throw new InputError(
      "unknown-model",
      `Unknown model "${shown}". The nearest known id is "${near}"; models.register({ id: "${shown}", like: "${near}" }) adds one.`,
    );
  }
  return model;
}

function priceRow(id: string, given: PriceRegistration): PriceRow {
  const today = new Date().toISOString().slice(0, 10);
  const row = { effectiveFrom: "1970-01-01", source: "registered", checked: today, ...given };
  const priced = [row.input, row.output].every((price) => Number.isFinite(price) && price >= 0);
  if (!priced || !/^\d{4}-\d{2}-\d{2}$/.test(row.effectiveFrom)) {
    throw new InputError(
      "bad-argument",
      `Model "${id}": a price row needs input and output in USD for a million tokens, and a day such as "2026-12-01".`,
    );
  }
  return row;
}

function priceRows(id: string, given: NonNullable<ModelRegistration["prices"]>): PriceRow[] | null {
  const rows = ([given].flat() as PriceRegistration[]).map((row) => priceRow(id, row));
  return rows.length === 0 ? null : rows.sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1));
}

/**
 * Adds a model, or replaces what is known of one, for this page or process. `get`, `estimate`, `compare` and `costOf`
 * know it at once. `like` lends token rules, limits and prices; days and successors are not lent.
 *
 * @example models.register({ id: "gemini-5-flash", like: "gemini-3.8-flash", prices: { input: 1, output: 5 } });
 * @returns The model as it is known from now on.
 * @throws InputError `bad-argument` for a missing id, an unknown rule set, a window or a price that is no number;
 *   `unknown-model` when `like` is not known.
 */
function register(registration: ModelRegistration): ModelInfo {
  const { id: path, like, prices, ...given } = registration ?? {};
  if (typeof path !== "string" || path.trim() === "") throw new InputError("bad-argument", "A model needs an id.");
  const id = withoutPath(path);
  const base = like === undefined ? undefined : get(like);
  const ruleSet = given.ruleSet ?? base?.ruleSet;
  const contextWindow = given.contextWindow ?? base?.contextWindow;
  const outputTokenLimit = given.outputTokenLimit ?? base?.outputTokenLimit ?? 0;
  if (ruleSet === undefined || !(ruleSetNames as readonly string[]).includes(ruleSet)) {
    const names = ruleSetNames.join(", ");
    throw new InputError("bad-argument", `Model "${id}": ruleSet must be one of ${names}; or give \`like\`.`);
  }
  if (contextWindow === undefined || !Number.isInteger(contextWindow) || contextWindow <= 0) {
    throw new InputError("bad-argument", `Model "${id}": contextWindow must be a number of tokens; or give \`like\`.`);
  }
  checkTexts(`Model "${id}": aliases`, given.aliases);
  const lent = prices === undefined ? (base?.prices ?? null) : null;
  const rows = prices ? priceRows(id, prices) : lent;
  const checked = (rows ?? []).map((row) => row.checked).sort();
  const pricesAsOf = given.pricesAsOf ?? checked.at(-1) ?? null;
  const model: ModelInfo = { ...given, id, ruleSet, contextWindow, outputTokenLimit, prices: rows, pricesAsOf };
  registered.set(id, model);
  return model;
}

/** What {@link register} has added, for a thread whose table is another one. */
export function registeredModels(): ModelInfo[] {
  return [...registered.values()];
}

/** Whether a model takes generateContent: embedding models give no tokens out, live ones talk over a socket. */
export function generatesContent(model: ModelInfo): boolean {
  return model.outputTokenLimit > 0 && !model.ruleSet.endsWith("-live");
}

/** True from the day of retirement on. */
export function isRetired(model: ModelInfo, day: string): boolean {
  return model.retired !== undefined && model.retired <= day;
}

/** What is said of a model that is gone, or is advised against, on a day: with what to use instead. */
export function ageWarnings(model: ModelInfo, day: string): Warning[] {
  const instead = model.successor === undefined ? "" : `; use ${model.successor}`;
  if (isRetired(model, day)) {
    return [{ code: "model-retired", message: `${model.id} is gone since ${model.retired}${instead}.` }];
  }
  if (model.deprecated === undefined || model.deprecated > day) return [];
  const end = model.retired === undefined ? "" : ` and ends on ${model.retired}`;
  return [{ code: "model-deprecated", message: `${model.id} is deprecated${end}${instead}.` }];
}

/** For whoever asks a model: one that is gone answers no more, or another answers in its place, at its own price. */
export function retirementWarnings(id: string): Warning[] {
  const model = findModel(id);
  const today = dayOf();
  return model !== undefined && isRetired(model, today) ? ageWarnings(model, today) : [];
}

/** The models this package knows. Synchronous, needs no wasm. */
export const models = { list, get, register };

/** "2026-11-25", in UTC. @param at default now. @throws InputError `bad-argument` when it is no date */
export function dayOf(at: Date | string | number = new Date()): string {
  const isDate = ["string", "number"].includes(typeof at) || at instanceof Date;
  const time = new Date(isDate ? at : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new InputError("bad-argument", `"at" is not a date: ${shown(at)}`);
  return time.toISOString().slice(0, 10);
}

/**
 * The price row that counts on a day. A day before the first row is charged as by the first row.
 *
 * @param at Default now; a row begins at midnight UTC.
 * @returns null when the model has no known price.
 * @throws InputError `bad-argument` when `at` is no date.
 */
export function priceAt(model: ModelInfo, at?: Date | string | number): PriceRow | null {
  const day = dayOf(at);
  return model.prices?.findLast((row) => row.effectiveFrom <= day) ?? model.prices?.[0] ?? null;
}
