/** Tokens of each part: facts go to the core, numbers come back, and become a part of the estimate with its arithmetic. */

import { shown } from "./check.js";
import { toMediaResolution } from "./contents.js";
import type { ModalityTokens } from "./cost.js";
import { InputError } from "./errors.js";
import { explain, type Size, soundTerm, type Term, times, unitTerm } from "./explain.js";
import type { PartFacts } from "./facts.js";
import { bases, mediaLevels, ruleSetNames } from "./generated/models.js";
import { kinds } from "./generated/vocabulary.js";
import { textTokens } from "./text-tokens.js";
import type { EstimateOptions, EstimatePart, MediaFacts, ModelInfo, VideoMetadata } from "./types.js";
import type { Core } from "./wasm/core.js";

type MediaPart = Extract<PartFacts, { type: "media" }>;

/** What decides about one part's tokens besides its facts. */
export interface Rules {
  core: Core;
  model: ModelInfo;
  options: EstimateOptions;
  /** Of the whole request. */
  mediaResolution: string | undefined;
}

export interface CountedPart {
  estimate: EstimatePart;
  /** For the price: sound in a video is priced as sound. */
  modality: ModalityTokens;
}

/** Tokens of one part under a model's rules. @throws InputError `bad-argument` for clip offsets that are none */
export function countPart(rules: Rules, part: PartFacts): CountedPart {
  if (part.type === "media") return countMedia(rules, part);
  if (part.type === "text") {
    const { tokens, explanation } = textTokens(part.text);
    return { estimate: { tokens, kind: "text", basis: "unverified", explanation }, modality: { text: tokens } };
  }
  const explanation = `unknown: ${part.reason}`;
  return { estimate: { tokens: null, kind: part.kind, basis: "unverified", explanation }, modality: {} };
}

function countMedia(rules: Rules, part: MediaPart): CountedPart {
  switch (part.facts.kind) {
    case "image":
      return countImage(rules, part, part.facts);
    case "document":
      return countDocument(rules, part, part.facts);
    case "video":
      return countVideo(rules, part, part.facts);
    case "audio":
      return countAudio(rules, part, part.facts);
  }
}

type Facts<Kind extends MediaFacts["kind"]> = Extract<MediaFacts, { kind: Kind }>;

/** The fields that every kind of part has in common. */
function common({ model, options, mediaResolution }: Rules, part: MediaPart) {
  const level = toMediaResolution(part.mediaResolution) ?? mediaResolution ?? "MEDIA_RESOLUTION_UNSPECIFIED";
  return {
    ruleSet: ruleSetNames.indexOf(model.ruleSet as (typeof ruleSetNames)[number]),
    kind: kinds.indexOf(part.facts.kind),
    level: mediaLevels.indexOf(level.replace("MEDIA_RESOLUTION_", "").toLowerCase() as (typeof mediaLevels)[number]),
    documented: Number(options.basis === "documented"),
    byFile: Number(options.via === "files"),
  };
}

function countImage(
  rules: Rules,
  part: MediaPart,
  { uprightWidth: width, uprightHeight: height }: Facts<"image">,
): CountedPart {
  const counted = rules.core.countTokens({ ...common(rules, part), width, height });
  const { columns, rows, tileEdge, overview, tokens } = counted;
  const tiles = { columns, rows, width: tileEdge, height: tileEdge, overview: overview > 0 };
  const shape = tileEdge > 0 ? { tiles } : { grid: { columns, rows } };
  return {
    estimate: {
      tokens,
      kind: "image",
      basis: bases[counted.basis] as EstimatePart["basis"],
      ...(columns > 0 && shape),
      explanation: explain([unitTerm(counted, { width, height })]),
    },
    modality: { image: tokens },
  };
}

/** A page to the thousandth of a point, which is more than any file means. Only the ratio of its sides counts. */
function pageSize({ width, height }: Size): Size {
  const rounded = (points: number): number => Math.max(1, Math.round(points * 1000)) / 1000;
  return { width: rounded(width), height: rounded(height) };
}

/** Largest number of thousandths that the core takes. */
const maxSide = 2 ** 32 - 1;

/** Sides as whole numbers in the same ratio. */
function wholeSides({ width, height }: Size): Size {
  const scale = Math.min(1000, maxSide / Math.max(width, height));
  const whole = (points: number): number => Math.max(1, Math.round(points * scale));
  return { width: whole(width), height: whole(height) };
}

/** Pages are counted by size. */
function countDocument(rules: Rules, part: MediaPart, { pages, pageSizes }: Facts<"document">): CountedPart {
  const sizes = new Map<string, { width: number; height: number; count: number }>();
  const known = pageSizes?.slice(0, pages) ?? [];
  const unknown = Array.from({ length: known.length === 0 ? 1 : 0 }, () => ({ width: 0, height: 0, count: pages }));
  const rest = known.length > 0 ? pages - known.length : 0;
  for (const { width, height } of known.map(pageSize)) {
    const key = `${width}×${height}`;
    const size = sizes.get(key) ?? { width, height, count: 0 };
    sizes.set(key, { ...size, count: size.count + 1 });
  }
  const first = sizes.values().next().value;
  // Pages beyond those whose sizes were given are taken to be like the first.
  if (first !== undefined) first.count += rest;
  const terms: Term[] = [];
  let basis = 0;
  const level = recordedLevel(rules, part);
  for (const { width, height, count } of [...sizes.values(), ...unknown]) {
    const sides = width === 0 ? {} : wholeSides({ width, height });
    const counted = rules.core.countTokens({ ...common(rules, part), ...level, ...sides, pages: count });
    basis = Math.max(basis, counted.basis);
    terms.push(times(count, unitTerm(counted, { width, height })));
  }
  const tokens = terms.reduce((sum, { value }) => sum + value, 0);
  return {
    estimate: {
      tokens,
      kind: "document",
      basis: bases[basis] as EstimatePart["basis"],
      pages,
      explanation: explain(terms, [`${pages} ${pages === 1 ? "page" : "pages"}`]),
    },
    modality: { document: tokens },
  };
}

/** Gemini 3 has been recorded to bill a document inside a function's response as if HIGH had been asked for. */
function recordedLevel(rules: Rules, part: MediaPart): { level?: number } {
  const unspecified = part.mediaResolution === undefined && rules.mediaResolution === undefined;
  const applies = part.inFunctionResponse === true && unspecified && rules.options.basis !== "documented";
  return applies && rules.model.ruleSet.startsWith("gemini-3") ? { level: mediaLevels.indexOf("high") } : {};
}

function countVideo(rules: Rules, part: MediaPart, facts: Facts<"video">): CountedPart {
  const { durationSeconds, uprightWidth: width = 0, uprightHeight: height = 0, hasAudio = true } = facts;
  const { seconds, fps } = clip(durationSeconds, part.videoMetadata);
  const counted = rules.core.countTokens({
    ...common(rules, part),
    width,
    height,
    seconds,
    framesPerSecond: fps,
    hasAudio: Number(hasAudio),
  });
  const terms = [times(counted.units, unitTerm(counted, { width, height }))];
  if (hasAudio) terms.push(soundTerm(counted, seconds));
  return {
    estimate: {
      tokens: counted.tokens,
      kind: "video",
      basis: bases[counted.basis] as EstimatePart["basis"],
      frames: counted.units,
      seconds,
      explanation: explain(terms, [
        `${counted.units} ${counted.units === 1 ? "frame" : "frames"} of ${seconds} s at ${fps} a second`,
      ]),
    },
    modality: { video: counted.tokens - counted.soundTokens, audio: counted.soundTokens },
  };
}

function countAudio(rules: Rules, part: MediaPart, { durationSeconds }: Facts<"audio">): CountedPart {
  const counted = rules.core.countTokens({ ...common(rules, part), seconds: durationSeconds });
  return {
    estimate: {
      tokens: counted.tokens,
      kind: "audio",
      basis: bases[counted.basis] as EstimatePart["basis"],
      seconds: durationSeconds,
      explanation: explain([soundTerm(counted, durationSeconds)]),
    },
    modality: { audio: counted.tokens },
  };
}

/** The service looks at one frame a second unless told otherwise (ai.google.dev/gemini-api/docs/video-understanding). */
const defaultFps = 1;
const maxFps = 24;

function clip(durationSeconds: number, given: VideoMetadata | null | undefined): { seconds: number; fps: number } {
  const metadata = given ?? {};
  const fps = metadata.fps ?? defaultFps;
  if (typeof fps !== "number" || !(fps > 0 && fps <= maxFps))
    throw new InputError("bad-argument", `videoMetadata.fps is above 0 and at most ${maxFps}.`);
  const from = offsetSeconds(metadata.startOffset) ?? 0;
  const to = Math.min(offsetSeconds(metadata.endOffset) ?? durationSeconds, durationSeconds);
  // Decimal fractions of a second would otherwise drag their binary tails into the arithmetic shown.
  return { seconds: Math.max(0, Math.round((to - from) * 1e6) / 1e6), fps };
}

function offsetSeconds(offset: string | null | undefined): number | undefined {
  if (offset === undefined || offset === null) return undefined;
  const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(offset)?.[1];
  if (seconds !== undefined) return Number(seconds);
  throw new InputError(
    "bad-argument",
    `An offset is written as seconds, such as "40s" or "1.5s", not ${shown(offset)}.`,
  );
}
