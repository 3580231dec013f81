/** The REST API's request as an object, with each medium's data in its place; what kind of place is the builder's choice. */

import { checkName } from "./check.js";
import {
  type Item,
  type Media,
  maxImages,
  orders,
  sortContents,
  type Turn,
  textMoved,
  toMediaResolution,
  tooManyImages,
} from "./contents.js";
import { InputError } from "./errors.js";
import type { Ask, BuildRequestOptions, Content, GenerateContentConfig, Part, Warning } from "./types.js";

type Api = NonNullable<BuildRequestOptions["api"]>;
const apis: readonly Api[] = ["generateContent", "countTokens", "openai"];

/** A medium ready to be sent. */
export interface Payload {
  readonly mimeType: string;
  /** Bytes, or text that is base64 already. */
  readonly data: Uint8Array | string;
  readonly warnings: readonly Warning[];
  /** Where it lies already: it is named, not sent along. */
  readonly fileUri?: string;
}

/** How media can travel otherwise than within the request. */
export interface BuildHooks {
  /** What is asked for media behind addresses; default the runtime's own. */
  fetch?: typeof fetch | undefined;
  /** A medium that need not even be read, because it is sent by itself. */
  direct?: ((media: Media) => Promise<Payload | undefined>) | undefined;
  /** Those of the media that lie elsewhere now. @param otherBytes what else the body holds, about */
  divert?: ((payloads: readonly Payload[], otherBytes: number) => Promise<ReadonlyMap<Payload, Payload>>) | undefined;
}

interface SkeletonOptions extends BuildHooks {
  api?: Api | undefined;
  order?: BuildRequestOptions["order"] | undefined;
  signal?: AbortSignal | undefined;
  /** Makes a medium ready. */
  load(media: Media): Promise<Payload>;
  /** What stands in the JSON for it. */
  place(payload: Payload, prefix: string): string;
}

interface Skeleton {
  readonly path: string;
  readonly json: Record<string, unknown>;
  readonly warnings: readonly Warning[];
}

/** Members of `config` that belong to the request, not to its generationConfig (`@google/genai` puts all into one). */
const requestMembers = [
  "systemInstruction",
  "tools",
  "toolConfig",
  "safetySettings",
  "cachedContent",
  "labels",
  "serviceTier",
] as const;

/** Members that are for the client, and go nowhere. */
const clientMembers = ["signal", "abortSignal", "httpOptions"];

/** @throws InputError `bad-argument` for a model that is no name, for contents of no kind, and what `load` throws */
export async function layOut(ask: Ask, options: SkeletonOptions): Promise<Skeleton> {
  const { model, contents } = ask ?? {};
  const config = ask?.config ?? {};
  checkModel(model);
  checkName("api", options.api, apis);
  checkName("order", options.order, orders);
  const { turns, isTextThenMedia } = sortContents(contents);
  const context: Layout = { options, warnings: [], images: 0, otherBytes: 0 };
  const loaded: LoadedTurn[] = [];
  for (const turn of turns) loaded.push(await loadTurn(context, turn));
  const elsewhere = await divert(context, loaded);
  const written = loaded.map((turn) => writeTurn(context, turn, elsewhere));
  if (isTextThenMedia && context.images === 1 && options.order !== "as-given") {
    written[0]?.parts.reverse();
    context.warnings.push(textMoved);
  }
  const name = model.includes("/") ? model : `models/${model}`;
  const request = { contents: written, ...requestConfig(config) };
  const api = options.api ?? "generateContent";
  if (api === "openai") {
    const system = toInstruction(config.systemInstruction);
    const { toChatCompletion } = await import("./skeleton-openai.js");
    const { json, warnings } = toChatCompletion(name, written, withoutClientMembers(config), system);
    return { path: "openai/chat/completions", json, warnings: [...context.warnings, ...warnings] };
  }
  const json = api === "countTokens" ? countedRequest(name, request) : request;
  return { path: `${name}:${api}`, json, warnings: context.warnings };
}

/** A name becomes part of an address, which it must not lead elsewhere. */
function checkModel(model: unknown): void {
  if (typeof model !== "string" || model === "") {
    throw new InputError("bad-argument", 'A request needs a model, such as "gemini-3.8-flash".');
  }
  if (!/^[\w@-][\w.@-]*(\/[\w@-][\w.@-]*)*$/.test(model)) {
    const shown = JSON.stringify(model.slice(0, 80));
    throw new InputError("bad-argument", `${shown} names no model; "gemini-3.8-flash" or "tunedModels/mine" would.`);
  }
}

/**
 * The request as JSON text. JSON.stringify writes half a surrogate pair as an escape, which the service refuses: it becomes
 * U+FFFD. In JSON text such an escape can only stand for itself when an even number of backslashes is before it.
 *
 * @throws InputError `bad-argument` for what JSON cannot hold, such as a circle or a bigint
 */
export function toJsonText(json: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(json) ?? "";
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError("bad-argument", `The request cannot be written as JSON: ${reason}`, { cause });
  }
  return text.replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g, "$1\uFFFD");
}

interface Layout {
  readonly options: SkeletonOptions;
  readonly warnings: Warning[];
  images: number;
  /** About what the body holds besides media that may lie elsewhere. */
  otherBytes: number;
}

interface LoadedItem {
  readonly item: Item;
  /** Of a medium. */
  readonly payload?: Payload;
}

interface LoadedTurn {
  readonly role: string | undefined;
  readonly items: readonly LoadedItem[];
}

async function loadTurn(context: Layout, { role, items }: Turn): Promise<LoadedTurn> {
  const loaded: LoadedItem[] = [];
  for (const item of items) {
    context.options.signal?.throwIfAborted();
    loaded.push(await loadItem(context, item));
  }
  return { role, items: loaded };
}

async function loadItem(context: Layout, item: Item): Promise<LoadedItem> {
  if (item.type === "media") {
    const payload = (await context.options.direct?.(item.media)) ?? (await context.options.load(item.media));
    context.warnings.push(...payload.warnings);
    countImage(context, payload.mimeType);
    return { item, payload };
  }
  const { text, inlineData } = item.type === "text" ? { text: item.text, inlineData: undefined } : item.part;
  context.otherBytes += String(text ?? "").length + String(inlineData?.data ?? "").length;
  return { item };
}

async function divert(
  { options, otherBytes }: Layout,
  turns: readonly LoadedTurn[],
): Promise<ReadonlyMap<Payload, Payload>> {
  const payloads = turns.flatMap(({ items }) => items.flatMap(({ payload }) => payload ?? []));
  return (await options.divert?.(payloads, otherBytes)) ?? new Map();
}

function writeTurn(context: Layout, { role, items }: LoadedTurn, elsewhere: ReadonlyMap<Payload, Payload>): Content {
  const parts = items.map(({ item, payload }) => {
    if (item.type === "text") return { text: item.text };
    if (item.type === "part" || payload === undefined) return writePart(context, (item as { part: Part }).part);
    return writeMedia(context, item, elsewhere.get(payload) ?? payload);
  });
  return { ...(role !== undefined && { role }), parts };
}

function writeMedia(context: Layout, item: Extract<Item, { type: "media" }>, payload: Payload): Part {
  const { mimeType, fileUri } = payload;
  const level = toMediaResolution(item.mediaResolution);
  const { videoMetadata } = item;
  return {
    ...(fileUri === undefined
      ? { inlineData: { mimeType, data: context.options.place(payload, prefixFor(context, mimeType)) } }
      : { fileData: { mimeType, fileUri } }),
    ...(level !== undefined && { mediaResolution: { level } }),
    ...(videoMetadata !== undefined && { videoMetadata }),
  };
}

/** As written; only that long base64 text is not sent through the JSON writer. */
function writePart(context: Layout, part: Part): Part {
  const { inlineData } = part;
  if (!inlineData) return part;
  const { data, mimeType } = inlineData;
  countImage(context, String(mimeType));
  if (typeof data !== "string") return part;
  const prefix = prefixFor(context, String(mimeType));
  // Line breaks, which base64 may have, have no place in an address.
  const text = context.options.api === "openai" ? data.replace(/\s+/g, "") : data;
  const written = isBase64(text)
    ? context.options.place({ mimeType, data: text, warnings: [] }, prefix)
    : prefix + text;
  return { ...part, inlineData: { ...inlineData, data: written } };
}

/** What stands in front of a medium's base64: for the OpenAI-compatible endpoint pictures are data: addresses. */
function prefixFor({ options }: Layout, mimeType: string): string {
  if (options.api !== "openai") return "";
  // It is written into JSON as it is.
  if (!/^[\w.+/-]+$/.test(mimeType)) throw new InputError("bad-argument", "mimeType is no type of a medium.");
  return mimeType.startsWith("audio/") ? "" : `data:${mimeType};base64,`;
}

/** Nothing in it needs an escape in JSON. A search for one wrong letter needs no stack, whatever the length. */
export function isBase64(text: string): boolean {
  return !/[^A-Za-z0-9+/=_-]/.test(text);
}

function countImage(context: Layout, mimeType: string): void {
  if (!mimeType.startsWith("image/")) return;
  context.images++;
  if (context.images > maxImages) throw tooManyImages(context.images);
}

/** countTokens takes bare contents, or a whole request in a member of its own; never both. */
function countedRequest(model: string, request: Record<string, unknown>): Record<string, unknown> {
  const bare = Object.keys(request).length === 1;
  return bare ? request : { generateContentRequest: { model, ...request } };
}

function withoutClientMembers(config: GenerateContentConfig): GenerateContentConfig {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !clientMembers.includes(name)));
}

function requestConfig(config: GenerateContentConfig): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  const generationConfig: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(config)) {
    if (value === undefined || clientMembers.includes(name)) continue;
    if (name === "systemInstruction") Object.assign(request, value !== null && { [name]: toInstruction(value) });
    else if ((requestMembers as readonly string[]).includes(name)) request[name] = value;
    else generationConfig[name] = name === "mediaResolution" ? toMediaResolution(value) : value;
  }
  if (Object.keys(generationConfig).length > 0) request.generationConfig = generationConfig;
  return request;
}

/** A system instruction is a Content; its role is ignored by the service, and "user" in Google's own client. */
function toInstruction(instruction: unknown): Content | undefined {
  if (instruction === undefined || instruction === null) return undefined;
  if (typeof instruction === "string") return { role: "user", parts: [{ text: instruction }] };
  if (Array.isArray(instruction)) {
    return { role: "user", parts: instruction.map((part) => (typeof part === "string" ? { text: part } : part)) };
  }
  if (Array.isArray((instruction as Content).parts)) return instruction as Content;
  return { role: "user", parts: [instruction as Part] };
}

/** The text of a system instruction, for counting. */
export function instructionText(instruction: GenerateContentConfig["systemInstruction"]): string {
  const parts = toInstruction(instruction)?.parts ?? [];
  return parts.map((part) => part.text ?? "").join("");
}
