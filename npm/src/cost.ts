/** Prices applied to tokens: those of an answer, and those of an estimate. */

import { InputError } from "./errors.js";
import { models, priceAt } from "./models.js";
import type {
  Cost,
  CostOptions,
  EstimateCost,
  ModalityTokenCount,
  ModelInfo,
  TokenPrices,
  UsageMetadata,
} from "./types.js";

/** Tokens by what they carry. */
export interface ModalityTokens {
  text?: number;
  image?: number;
  document?: number;
  video?: number;
  audio?: number;
}

interface EstimateCostOptions {
  model: string | ModelInfo;
  /** Prompt tokens. */
  inputTokens: ModalityTokens;
  /** Expected answer, thoughts included, priced as text. Without it the cost covers the input only. */
  outputTokens?: number;
  /** The day whose prices count; default now. */
  at?: Date | string | number;
  /** Prices of the Batch API. Default false. */
  batch?: boolean;
}

type Modality = keyof ModalityTokens;
type AllTokens = Required<ModalityTokens>;

const none: Readonly<AllTokens> = { text: 0, image: 0, document: 0, video: 0, audio: 0 };
const modalities = Object.keys(none) as Modality[];

/** Document pages are pictures to the service: Gemini 3 reports them under IMAGE. */
function inputPrice(prices: TokenPrices, modality: Modality): number {
  if (modality === "audio") return prices.audioInput ?? prices.input;
  if (modality === "video") return prices.videoInput ?? prices.input;
  if (modality === "text") return prices.input;
  return prices.imageInput ?? prices.input;
}

function cachedPrice(prices: TokenPrices, modality: Modality): number {
  const own = modality === "audio" ? prices.cachedAudioInput : undefined;
  return own ?? prices.cachedInput ?? inputPrice(prices, modality);
}

/** A count the service left out, or sent as null, is zero. The JSON of protocol buffers may write numbers as text. */
function count(value: unknown): number {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && number > 0 && Number.isFinite(number) ? number : 0;
}

function total(tokens: Readonly<AllTokens>): number {
  return modalities.reduce((sum, modality) => sum + tokens[modality], 0);
}

/** Sums the details by modality, if they are a list; what `whole` has beyond them, and every modality unknown to us, is text. */
function byModality(details: readonly ModalityTokenCount[] | undefined, whole: unknown): AllTokens {
  const tokens = { ...none };
  for (const detail of Array.isArray(details) ? (details as readonly ModalityTokenCount[]) : []) {
    const name = String(detail?.modality).toLowerCase() as Modality;
    tokens[modalities.includes(name) ? name : "text"] += count(detail?.tokenCount);
  }
  tokens.text += Math.max(0, count(whole) - total(tokens));
  return tokens;
}

/** The prices at the context tier of a prompt; null when there are none for batches. */
function pricesFor(model: ModelInfo, at: CostOptions["at"], promptTokens: number, batch: boolean) {
  const row = priceAt(model, at);
  if (row === null) return null;
  const tier = row.tiers?.findLast(({ above }) => promptTokens > above) ?? row;
  const prices = batch ? tier.batch : tier;
  return prices === undefined ? null : { row, prices };
}

/** USD of a prompt. Cached tokens are part of it and have their own price. */
function inputCost(prices: TokenPrices, prompt: Readonly<AllTokens>, cached: Readonly<AllTokens>): number {
  // Which tokens came from the cache is not always said by modality: what exceeds its modality is taken from the others.
  const left = { ...cached };
  let excess = 0;
  for (const modality of modalities) {
    excess += Math.max(0, left[modality] - prompt[modality]);
    left[modality] = Math.min(left[modality], prompt[modality]);
  }
  let microUsd = 0;
  for (const modality of modalities) {
    const more = Math.min(excess, prompt[modality] - left[modality]);
    excess -= more;
    const fromCache = left[modality] + more;
    microUsd += (prompt[modality] - fromCache) * inputPrice(prices, modality);
    microUsd += fromCache * cachedPrice(prices, modality);
  }
  return microUsd / 1e6;
}

/**
 * What an answer cost, from its `usageMetadata`. Synchronous, needs no wasm.
 *
 * Thoughts are charged as output. `promptTokenCount` includes cached tokens, which are charged at the cached price. Tool
 * use is input. A prompt above a context tier is charged at that tier altogether. Where `promptTokensDetails` or
 * `candidatesTokensDetails` say what the tokens carry, pictures, video and sound have their own prices; the rest is text.
 * Counts that are missing or null are zero. Not included: storage of explicit caches, grounding, flex and priority tiers.
 * (Google's pricing page; the notes on `usageMetadata` in its API reference.)
 *
 * @returns USD; the prices for a million text tokens at the tier that applied; the days of the price row.
 * @throws InputError `unknown-model`; `bad-argument` when `usage` is no object, `at` no date, or no price is known.
 */
export function costOf(usage: UsageMetadata, options: CostOptions): Cost {
  if (typeof usage !== "object" || usage === null) {
    throw new InputError("bad-argument", "costOf needs the usageMetadata of an answer.");
  }
  const { model: id, at, batch = false } = options ?? {};
  const model = models.get(id);
  const prompt = byModality(usage.promptTokensDetails, usage.promptTokenCount);
  const found = pricesFor(model, at, total(prompt), batch);
  if (found === null) {
    const what = batch && model.prices !== null ? "batch price" : "price";
    throw new InputError("bad-argument", `No ${what} of "${model.id}" is known; models.register can give one.`);
  }
  const { row, prices } = found;
  const cached = byModality(usage.cacheTokensDetails, usage.cachedContentTokenCount);
  const tools = byModality(usage.toolUsePromptTokensDetails, usage.toolUsePromptTokenCount);
  const inputUsd = inputCost(prices, prompt, cached) + inputCost(prices, tools, none);
  const answer = byModality(usage.candidatesTokensDetails, usage.candidatesTokenCount);
  const rest = total(answer) - answer.image - answer.audio + count(usage.thoughtsTokenCount);
  const outputUsd =
    (rest * prices.output +
      answer.image * (prices.imageOutput ?? prices.output) +
      answer.audio * (prices.audioOutput ?? prices.output)) /
    1e6;
  return {
    usd: inputUsd + outputUsd,
    inputUsd,
    outputUsd,
    inputPerMillion: prices.input,
    outputPerMillion: prices.output,
    effectiveFrom: row.effectiveFrom,
    pricesAsOf: row.checked,
  };
}

/**
 * What a request will cost, from estimated tokens. The rules are those of {@link costOf}; nothing is taken to be cached.
 *
 * @returns USD, with the prices for a million text tokens at the tier that applies; null when no price is known, or none
 *   for batches.
 * @throws InputError `unknown-model`; `bad-argument` when `at` is no date.
 */
export function estimateCost(options: EstimateCostOptions): EstimateCost | null {
  const { model, inputTokens, outputTokens, at, batch = false } = options;
  const known = typeof model === "string" ? models.get(model) : model;
  const details = modalities.map((modality) => ({ modality, tokenCount: inputTokens[modality] }));
  const prompt = byModality(details, 0);
  const found = pricesFor(known, at, total(prompt), batch);
  if (found === null) return null;
  const { row, prices } = found;
  const inputUsd = inputCost(prices, prompt, none);
  const outputUsd = outputTokens === undefined ? undefined : (count(outputTokens) * prices.output) / 1e6;
  return {
    usd: inputUsd + (outputUsd ?? 0),
    inputUsd,
    ...(outputUsd !== undefined && { outputUsd }),
    covers: outputUsd === undefined ? "input" : "input+output",
    inputPerMillion: prices.input,
    outputPerMillion: prices.output,
    effectiveFrom: row.effectiveFrom,
    pricesAsOf: row.checked,
    batch,
  };
}
