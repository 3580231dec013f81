/** Tokens and cost of a request before anything is sent: offline, without a key. */

import { checkName, checkNumber, checkTexts } from "./check.js";
import { maxImages, orders, sortContents, textMoved, toMediaResolution, tooManyImages } from "./contents.js";
import { estimateCost, type ModalityTokens } from "./cost.js";
import { type CountedPart, countPart, type Rules } from "./count-parts.js";
import { factsOf, type PartFacts } from "./facts.js";
import { ageWarnings, dayOf, generatesContent, isRetired, models } from "./models.js";
import { signalOf } from "./signal.js";
import { instructionText, toJsonText } from "./skeleton.js";
import type {
  Ask,
  CompareOptions,
  Estimate,
  EstimateOptions,
  EstimatePart,
  GenerateContentConfig,
  MediaFacts,
  ModelInfo,
  Warning,
} from "./types.js";
import { withCore } from "./wasm/core.js";

/** A request with everything known of it that does not depend on the model. */
interface Gathered {
  parts: PartFacts[];
  warnings: Warning[];
}

/**
 * What a request will be billed, before it is sent: no network, no key, nothing decoded.
 *
 * Media tokens follow the recorded bills of the model's generation (`basis: "observed"`) or Google's published rules
 * (`"documented"`); numbers that rest on neither are marked `unverified`. Text is a guess, always `unverified`.
 *
 * @returns Tokens by part, each with its arithmetic; USD for the prompt, with `outputTokens` for the answer too.
 * @throws InputError `unknown-model`, `bad-argument`, `too-large` for more than 3,600 images, and what {@link probe} throws
 */
export async function estimate(ask: Ask<MediaFacts>, options: EstimateOptions = {}): Promise<Estimate> {
  const model = models.get(ask?.model);
  const gathered = await gather(ask, options);
  return withCore((core) => estimateOn({ core, model, options, mediaResolution: resolutionOf(ask.config) }, gathered));
}

/**
 * The same request on several models and media resolutions, so that they can be told apart by price. The sources are read
 * once.
 *
 * @returns One estimate for each model and resolution, models in the outer loop.
 * @throws as {@link estimate}
 */
export async function compare(
  ask: Omit<Ask<MediaFacts>, "model">,
  { models: ids, mediaResolutions, ...options }: CompareOptions = {},
): Promise<Estimate[]> {
  checkTexts("models", ids);
  checkTexts("mediaResolutions", mediaResolutions);
  const { config } = ask ?? {};
  const day = dayOf(options.at);
  const current = (model: ModelInfo): boolean => generatesContent(model) && !isRetired(model, day);
  const compared = ids === undefined ? models.list().filter(current) : ids.map((id) => models.get(id));
  const resolutions = mediaResolutions?.map(toMediaResolution) ?? [resolutionOf(config)];
  const gathered = await gather(ask, options);
  return withCore((core) =>
    compared.flatMap((model) =>
      resolutions.map((mediaResolution) => estimateOn({ core, model, options, mediaResolution }, gathered)),
    ),
  );
}

function resolutionOf(config: GenerateContentConfig | undefined): string | undefined {
  return toMediaResolution(config?.mediaResolution);
}

/** What does not depend on the models either. @throws InputError `bad-argument` */
function checkOptions({ basis, via, order, outputTokens }: EstimateOptions): void {
  checkName("basis", basis, ["observed", "documented"]);
  checkName("via", via, ["inline", "files"]);
  checkName("order", order, orders);
  checkNumber("outputTokens", outputTokens, 0, Number.MAX_SAFE_INTEGER);
}

async function gather(ask: Omit<Ask<MediaFacts>, "model">, options: EstimateOptions): Promise<Gathered> {
  checkOptions(options);
  const { contents, config } = ask ?? {};
  const { turns, isTextThenMedia } = sortContents(contents);
  const items = turns.flatMap((turn) => turn.items);
  const parts: PartFacts[] = [];
  const signal = signalOf(options, config);
  signal?.throwIfAborted();
  for (const item of items) {
    parts.push(...(await factsOf(item, signal)));
    signal?.throwIfAborted();
  }
  const images = parts.filter((part) => part.type === "media" && part.facts.kind === "image").length;
  if (images > maxImages) throw tooManyImages(images);
  const warnings = parts.flatMap((part) => (part.type === "text" ? [] : (part.warnings ?? [])));
  const [, second] = parts;
  const isPicture = second?.type === "media" && second.facts.kind === "image";
  if (isTextThenMedia && isPicture && options.order !== "as-given") {
    parts.reverse();
    warnings.push(textMoved);
  }
  const instruction = instructionText(config?.systemInstruction);
  if (instruction !== "") parts.push({ type: "text", text: instruction });
  if (config?.cachedContent)
    parts.push({ type: "unknown", kind: "cache", reason: "what was cached is not known here" });
  if (config?.tools) parts.push({ type: "text", text: toJsonText(config.tools) });
  return { parts, warnings };
}

function estimateOn(rules: Rules, { parts, warnings }: Gathered): Estimate {
  const { model, options, mediaResolution } = rules;
  const counted = parts.map((part) => countPart(rules, part));
  const tokens = counted.reduce((sum, part) => sum + (part.estimate.tokens ?? 0), 0);
  const inputTokens: ModalityTokens = {};
  for (const { modality } of counted) {
    for (const [name, count] of Object.entries(modality) as [keyof ModalityTokens, number][]) {
      inputTokens[name] = (inputTokens[name] ?? 0) + count;
    }
  }
  const { outputTokens, at, batch } = options;
  return {
    model: model.id,
    tokens,
    complete: counted.every((part) => part.estimate.tokens !== null),
    parts: counted.map((part) => withRoom(part.estimate, model.contextWindow - tokens)),
    ...(mediaResolution !== undefined && { mediaResolution }),
    cost: estimateCost({
      model,
      inputTokens,
      ...(outputTokens !== undefined && { outputTokens }),
      ...(at !== undefined && { at }),
      ...(batch !== undefined && { batch }),
    }),
    contextWindow: model.contextWindow,
    fits: tokens <= model.contextWindow,
    warnings: [...warnings, ...modelWarnings(rules, parts), ...sizeWarnings(counted)],
  };
}

/** How many more such media the context window has room for. */
function withRoom(part: EstimatePart, room: number): EstimatePart {
  if (part.tokens === null || part.tokens === 0 || part.kind === "text") return part;
  const more = Math.max(0, Math.floor(room / part.tokens));
  return { ...part, roomFor: part.kind === "image" ? Math.min(more, maxImages) : more };
}

/** A PDF is taken up to so many tokens, whatever the window (the founding document's rule). */
const maxDocumentTokens = 2_000_000;

function sizeWarnings(counted: readonly CountedPart[]): Warning[] {
  return counted.flatMap(({ estimate: { kind, tokens } }) => {
    if (kind !== "document" || (tokens ?? 0) <= maxDocumentTokens) return [];
    const message = `A document of ${tokens} tokens is more than the ${maxDocumentTokens} that are taken.`;
    return [{ code: "over-2m-tokens", message }];
  });
}

function modelWarnings({ model, options }: Rules, parts: readonly PartFacts[]): Warning[] {
  const warnings = ageWarnings(model, dayOf(options.at));
  const perPart = parts.some((part) => part.type === "media" && part.mediaResolution !== undefined);
  if (perPart && /^gemini-[12]\./.test(model.ruleSet)) {
    const message = `${model.id} takes mediaResolution for the whole request only, in config; Gemini 3 and later take it by part.`;
    warnings.push({ code: "media-resolution-per-part", message });
  }
  return warnings;
}
