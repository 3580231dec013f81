/** Estimates for every model and resolution, kept in step with what is to be sent. All of it happens in this page. */

import { computed, effect, signal } from "@preact/signals";
import type { Ask, Estimate, EstimateBasis, EstimatePart, MediaFacts } from "gemini-vision-wasm";
import { compare } from "gemini-vision-wasm/estimate";
import { currentAsk, resolutions } from "./ask/current-ask.js";
import { type Route, route } from "./ask/transport.js";
import { latest, type Outcome } from "./latest.js";
import { offeredModels } from "./offered-models.js";
import { type Problem, toProblem } from "./problem.js";
import { answerTokens, batch, items, model, type Resolution, resolution } from "./state.js";

/** What a visitor sees before there is anything to count: a phone's photo of 12 megapixels. */
export const example: MediaFacts = { kind: "image", uprightWidth: 4032, uprightHeight: 3024 };
export const isExample = computed(() => items.value.length === 0);

type Estimates = Readonly<Record<EstimateBasis, ReadonlyMap<string, Estimate>>>;

const keyOf = (id: string, level: string): string => `${id} ${level}`;
const ids = offeredModels().map(({ id }) => id);
const levels = resolutions.map(({ value }) => value);

/** null until the first is there. */
export const estimates = signal<Estimates | null>(null);
export const estimateProblem = signal<Problem | null>(null);

export function estimateOf(id: string, level: Resolution, basis: EstimateBasis = "observed"): Estimate | undefined {
  return estimates.value?.[basis].get(keyOf(id, level));
}

/** For the model and the resolution that are chosen. */
export const chosen = computed(() => estimateOf(model.value, resolution.value));
export const chosenDocumented = computed(() => estimateOf(model.value, resolution.value, "documented"));

function isMedia({ kind }: EstimatePart): boolean {
  return kind !== "text";
}

/** A sum is as sure as its least sure medium. The text's share is always a guess and does not count here. */
export function basisOf({ parts }: Estimate): EstimatePart["basis"] | undefined {
  const found = parts.filter(isMedia).map(({ basis }) => basis);
  return (["unverified", "documented", "observed"] as const).find((basis) => found.includes(basis));
}

interface Wanted {
  readonly ask: Ask<MediaFacts>;
  readonly options: { readonly outputTokens: number; readonly batch: boolean; readonly via: Route["via"] };
}

interface Extent {
  readonly models: string[];
  readonly levels: Resolution[];
}

async function estimateOn({ ask, options }: Wanted, { models, levels }: Extent, signal: AbortSignal) {
  const on = async (basis: EstimateBasis) => {
    const all = await compare(ask, { ...options, basis, models, mediaResolutions: levels, signal });
    return new Map(all.map((one, i) => [keyOf(one.model, levels[i % levels.length] as string), one]));
  };
  return { observed: await on("observed"), documented: await on("documented") };
}

/** What a visitor looks at first comes first: one model, one resolution, on screen before all the others are counted. */
async function estimateAll(wanted: Wanted, signal: AbortSignal): Promise<Estimates> {
  if (estimates.peek() === null) {
    estimates.value = await estimateOn(wanted, { models: [model.peek()], levels: [resolution.peek()] }, signal);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return estimateOn(wanted, { models: ids, levels }, signal);
}

/** Of what would be sent at this moment, which {@link chosen} follows a little later; undefined where it cannot be told. */
export async function estimateNow(signal: AbortSignal): Promise<Estimate | undefined> {
  const [id, level] = [model.peek(), resolution.peek()];
  try {
    const found = await estimateOn(wantedNow(), { models: [id], levels: [level] }, signal);
    return found.observed.get(keyOf(id, level));
  } catch {
    return undefined; // estimateProblem says why
  }
}

function report(outcome: Outcome<Estimates>): void {
  if ("error" in outcome) {
    estimateProblem.value = toProblem(outcome.error);
    return;
  }
  estimateProblem.value = null;
  estimates.value = outcome.result;
}

/** What is to be counted: what is there, or the example. A schema that cannot be read yet does not matter here. */
function wantedNow(): Wanted {
  const options = { outputTokens: answerTokens.value, batch: batch.value, via: route.value.via };
  try {
    const ask = currentAsk(({ facts }) => ({ media: facts })) as Ask<MediaFacts> | null;
    const { contents = [], ...rest } = ask ?? { model: model.value };
    const counted = (contents as unknown[]).map(withoutLevel);
    const all = items.value.length > 0 ? counted : [{ media: example }, ...counted];
    return { ask: { ...rest, contents: all } as Ask<MediaFacts>, options };
  } catch {
    return { ask: { model: model.value, contents: [{ media: example }] }, options };
  }
}

function withoutLevel(item: unknown): unknown {
  if (typeof item !== "object" || item === null || !("mediaResolution" in item)) return item;
  return (item as unknown as { media: unknown }).media;
}

export function keepEstimates(): void {
  const run = latest(estimateAll, report);
  effect(() => run.run(wantedNow()));
}
