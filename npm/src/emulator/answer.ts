/** What the emulator says: that it is one, and what arrived. Counts come from the package's own estimate. */

import { randomBytes } from "node:crypto";
import { estimate } from "../estimate.js";
import type { ContentItem, Estimate, MediaFacts, MediaInfo, MediaResolution } from "../types.js";
import { findingsFor } from "./found.js";
import type { Message } from "./read-message.js";
import type { Received, ReceivedMedia, ReceivedPart } from "./received.js";
import { sampleOf } from "./sample.js";
import { invalidArgument } from "./service-error.js";

const introduction = "This is the local emulator of gemini-vision-wasm; no model has seen this.";

/** Characters of a prompt that the answer repeats. */
const quotedCharacters = 80;
/** Hexadecimal digits of a digest: enough to tell files apart, short enough to read. */
const shownDigits = 8;

const posture = ["", "upright", "mirrored", "upside down", "mirrored upside down"];

export async function generate(request: Message, received: Received, model: string): Promise<unknown> {
  const config = (request.generationConfig ?? {}) as Message;
  const prompt = await estimatePrompt(received, model, config.mediaResolution as MediaResolution | undefined);
  if (prompt !== undefined && !prompt.fits) {
    throw invalidArgument(
      `The input token count (${prompt.tokens}) exceeds the maximum number of tokens allowed (${prompt.contextWindow}).`,
    );
  }
  const thoughts = thoughtsFor(config, received);
  const { text, finishReason } = limited(
    detections(received) ?? textFor(config, received),
    config.maxOutputTokens as number | undefined,
  );
  const answer = await estimate({ model, contents: text });
  const thought = thoughts === undefined ? undefined : await estimate({ model, contents: thoughts });
  const promptTokenCount = prompt?.tokens ?? 0;
  const thoughtsTokenCount = thought?.tokens ?? 0;
  const parts = [...(thoughts === undefined ? [] : [{ text: thoughts, thought: true }]), { text }];
  return {
    candidates: [{ content: { parts, role: "model" }, finishReason, index: 0 }],
    usageMetadata: {
      promptTokenCount,
      candidatesTokenCount: answer.tokens,
      totalTokenCount: promptTokenCount + answer.tokens + thoughtsTokenCount,
      promptTokensDetails: tokensByModality(prompt),
      ...(thought !== undefined && { thoughtsTokenCount }),
    },
    modelVersion: model,
    responseId: randomBytes(16).toString("base64url"),
  };
}

/** Asked for boxes and the like of a picture, it finds one. */
function detections({ parts }: Received): string | undefined {
  if (!parts.some((part) => part.type === "media")) return undefined;
  return findingsFor(parts.map((part) => (part.type === "text" ? part.text : "")).join(" "));
}

/** A schema gets a value that fits it; JSON without one gets the facts of what arrived. */
function textFor(config: Message, received: Received): string {
  if (config.responseMimeType !== "application/json") return describe(received);
  const schema = config.responseJsonSchema ?? config._responseJsonSchema ?? config.responseSchema;
  return JSON.stringify(schema === undefined ? describeAsJson(received) : sampleOf(schema), null, 2);
}

function thoughtsFor({ thinkingConfig }: Message, { parts }: Received): string | undefined {
  if ((thinkingConfig as Message | undefined)?.includeThoughts !== true) return undefined;
  return `No thought was spent on ${count(parts.length, "part")}.`;
}

/** By the same rule of thumb by which text is estimated: four characters a token. */
function limited(text: string, maxOutputTokens = Number.POSITIVE_INFINITY): { text: string; finishReason: string } {
  const mostCharacters = maxOutputTokens * 4;
  if (text.length <= mostCharacters) return { text, finishReason: "STOP" };
  return { text: text.slice(0, mostCharacters), finishReason: "MAX_TOKENS" };
}

/** The live service's count and its bill differ for some models; here both are the estimate. */
export async function countTokens(request: Message, received: Received, model: string): Promise<unknown> {
  const config = (request.generationConfig ?? {}) as Message;
  const prompt = await estimatePrompt(received, model, config.mediaResolution as MediaResolution | undefined);
  return { totalTokens: prompt?.tokens ?? 0, promptTokensDetails: tokensByModality(prompt) };
}

/** undefined when nothing arrived whose tokens can be known. */
async function estimatePrompt(received: Received, model: string, mediaResolution?: MediaResolution) {
  const contents = received.parts.flatMap(estimable);
  const systemInstruction = received.systemInstruction || undefined;
  if (contents.length === 0 && systemInstruction === undefined) return undefined;
  const config = { ...(systemInstruction && { systemInstruction }), ...(mediaResolution && { mediaResolution }) };
  const uploaded = received.parts.some((part) => part.type === "media" && part.uploaded);
  return estimate({ model, contents, config }, { order: "as-given", via: uploaded ? "files" : "inline" });
}

function estimable(part: ReceivedPart): ContentItem<MediaFacts>[] {
  if (part.type === "text") return [part.text];
  if (part.type === "other" || part.info === undefined) return [];
  const { mediaResolution, videoMetadata } = part;
  const media = part.info as MediaFacts;
  return [{ media, ...(mediaResolution && { mediaResolution }), ...(videoMetadata && { videoMetadata }) }];
}

function tokensByModality(prompt: Estimate | undefined): { modality: string; tokenCount: number }[] {
  const counts = new Map<string, number>();
  for (const { kind, tokens } of prompt?.parts ?? []) {
    const modality = kind.toUpperCase();
    counts.set(modality, (counts.get(modality) ?? 0) + (tokens ?? 0));
  }
  return [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

function describe({ parts, systemInstruction }: Received): string {
  const instruction = systemInstruction
    ? `a system instruction of ${count(characters(systemInstruction), "character")} and `
    : "";
  const list = parts.map(describePart).join("; ");
  const turned = parts.flatMap((part, i) => warnOfPosture(part, i + 1));
  return [`${introduction} It received ${instruction}${count(parts.length, "part")}: ${list}.`, ...turned].join(" ");
}

function describePart(part: ReceivedPart): string {
  if (part.type === "other") return part.field;
  if (part.type === "text") return `text of ${count(characters(part.text), "character")}: ${quote(part.text)}`;
  const size = part.info === undefined ? "" : ` ${describeSize(part.info)}`;
  const digest = `${part.sha256.slice(0, shownDigits)}…`;
  return `${part.mimeType}${size} of ${count(part.byteLength, "byte")}, sha256 ${digest}`;
}

function describeSize({ width, height, uprightWidth, uprightHeight, orientation }: MediaInfo): string {
  const turned = orientation === 1 ? "" : ` (upright ${uprightWidth}×${uprightHeight}, orientation ${orientation})`;
  return `${width}×${height}${turned}`;
}

/** The service is not documented to heed EXIF, so whoever sends a turned picture should hear of it. */
function warnOfPosture(part: ReceivedPart, number: number): string[] {
  const orientation = orientationOf(part);
  if (orientation === 1) return [];
  const lies = posture[orientation] ?? "sideways";
  return [
    `${lies}: part ${number} stands upright only where EXIF orientation ${orientation} is applied, and the service is ` +
      "not documented to apply it.",
  ];
}

/** HEIF turns pictures by its own properties, which every decoder applies; only EXIF is left to chance. */
function orientationOf(part: ReceivedPart): number {
  if (part.type !== "media" || part.info?.kind !== "image") return 1;
  return ["heic", "heif", "avif"].includes(part.info.format) ? 1 : part.info.orientation;
}

function describeAsJson({ parts, systemInstruction }: Received): unknown {
  return {
    emulator: introduction,
    ...(systemInstruction && { systemInstruction: { characters: characters(systemInstruction) } }),
    parts: parts.map((part) => {
      if (part.type === "other") return { type: part.field };
      if (part.type === "text") return { type: "text", characters: characters(part.text), text: shorten(part.text) };
      return describeMediaAsJson(part);
    }),
    warnings: parts.flatMap((part, i) => warnOfPosture(part, i + 1)),
  };
}

function describeMediaAsJson({ mimeType, byteLength, sha256, info }: ReceivedMedia): unknown {
  if (info === undefined) return { type: mimeType, byteLength, sha256 };
  const { width, height, uprightWidth, uprightHeight, orientation } = info;
  return { type: mimeType, width, height, uprightWidth, uprightHeight, orientation, byteLength, sha256 };
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Code points, so that one emoji is one character. */
function characters(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

function shorten(text: string): string {
  const head = Array.from(text.slice(0, 2 * quotedCharacters))
    .slice(0, quotedCharacters)
    .join("");
  return head.length < text.length ? `${head}…` : text;
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}
