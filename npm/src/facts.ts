/** The few facts an estimate needs of each part, from wherever they can be had without decoding or sending anything. */

import { decodeBase64 } from "./base64.js";
import { checkName, shown } from "./check.js";
import { type Item, isMediaFacts, isPreparedMedia, type Media } from "./contents.js";
import { InputError } from "./errors.js";
import type { Size } from "./explain.js";
import { limitWarnings } from "./media-limits.js";
import { whyRefused } from "./sendable.js";
import { toJsonText } from "./skeleton.js";
import type { Reader } from "./source/reader.js";
import type { MediaFacts, MediaInfo, MediaResolution, Part, VideoMetadata, Warning } from "./types.js";

/** Reading files comes with the first file: an estimate of known facts needs none of it. */
const loadProbe = () => import("./probe.js");

export type PartFacts =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "media";
      readonly facts: MediaFacts;
      readonly mediaResolution: MediaResolution | undefined;
      readonly videoMetadata: VideoMetadata | undefined;
      readonly warnings: readonly Warning[];
      /** Inside a function's response, where documents have been recorded to be billed at another level. */
      readonly inFunctionResponse?: boolean;
    }
  /** Something whose tokens cannot be known here, and why. */
  | {
      readonly type: "unknown";
      readonly kind: string;
      readonly reason: string;
      readonly warnings?: readonly Warning[];
    };

/** Mostly one; more of a function's response with media. @throws what {@link probe} throws of a source */
export async function factsOf(item: Item, signal: AbortSignal | undefined): Promise<PartFacts[]> {
  if (item.type === "text") return [item];
  if (item.type === "part") return factsOfPart(item.part);
  const { mediaResolution, videoMetadata } = item;
  const facts = await factsOfMedia(item.media, signal);
  if ("warnings" in facts) return [known(facts as MediaInfo, mediaResolution, videoMetadata)];
  const warnings = limitWarnings(`The ${facts.kind}`, facts);
  return [{ type: "media", facts, mediaResolution, videoMetadata, warnings }];
}

/** A file may not tell what an estimate needs: a recording without a duration, a document behind a password. */
function lackOf({ kind, pages, durationSeconds }: MediaInfo): string | undefined {
  if (kind === "document" && pages === undefined) return "the document does not tell its pages without its password";
  const lasts = kind === "video" || kind === "audio";
  return lasts && durationSeconds === undefined ? "the file does not tell how long it lasts" : undefined;
}

function known(
  info: MediaInfo,
  mediaResolution: MediaResolution | undefined,
  videoMetadata: VideoMetadata | undefined,
): PartFacts {
  const { kind } = info;
  const refusal = whyRefused(info.mimeType);
  const warnings =
    refusal === undefined ? info.warnings : [...info.warnings, { code: "unsupported", message: refusal }];
  const reason = lackOf(info);
  if (reason !== undefined) return { type: "unknown", kind, reason, warnings };
  return { type: "media", facts: info as MediaFacts, mediaResolution, videoMetadata, warnings };
}

async function factsOfMedia(media: Media, signal: AbortSignal | undefined): Promise<MediaFacts> {
  if (isPreparedMedia(media)) return media.info as MediaFacts;
  // A MediaInfo is as good as its file, and lacks what that does.
  const lacks = isMediaFacts(media) && "warnings" in media && lackOf(media as MediaInfo) !== undefined;
  if (isMediaFacts(media)) return lacks ? media : checked(media);
  const { probe } = await loadProbe();
  return (await probe(media, { ...(signal && { signal }) })) as MediaFacts;
}

/** What the core counts sides and pages with. */
const maxWhole = 2 ** 32 - 1;
/** A year: longer is a mistake, and fits into no model. */
const maxSeconds = 366 * 24 * 60 * 60;
/** The side of a PDF page at its largest user unit is a billion points. */
const maxPoints = 2 ** 31;

const isWithin = (value: unknown, max: number): boolean => typeof value === "number" && value > 0 && value <= max;
const isWhole = (value: unknown): boolean => Number.isInteger(value) && isWithin(value, maxWhole);
/** 0 and undefined stand for a side that is not known. */
const isWholeOrUnknown = (value: unknown): boolean => value === undefined || value === 0 || isWhole(value);

function arePageSizes(sizes: unknown): boolean {
  if (sizes === undefined) return true;
  const isSize = (size: Partial<Size> | null): boolean =>
    isWithin(size?.width, maxPoints) && isWithin(size?.height, maxPoints);
  return Array.isArray(sizes) && sizes.every(isSize);
}

const isDuration = (value: unknown): boolean => isWithin(value, maxSeconds);

/** What each kind's members have to be. */
const members: Readonly<Record<MediaFacts["kind"], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  image: { uprightWidth: isWhole, uprightHeight: isWhole },
  document: { pages: isWhole, pageSizes: arePageSizes },
  video: { durationSeconds: isDuration, uprightWidth: isWholeOrUnknown, uprightHeight: isWholeOrUnknown },
  audio: { durationSeconds: isDuration },
};

function checked(facts: MediaFacts): MediaFacts {
  const { kind } = facts;
  checkName("The kind of facts", kind ?? null, Object.keys(members));
  for (const [name, isSound] of Object.entries(members[kind])) {
    const value = (facts as unknown as Record<string, unknown>)[name];
    if (isSound(value)) continue;
    const needed = "whole pixels and pages, and seconds and points above 0";
    throw new InputError("bad-argument", `Facts of kind ${kind} are ${needed}; ${name} is ${shown(value)}.`);
  }
  return facts;
}

async function factsOfPart(part: Part): Promise<PartFacts[]> {
  if (typeof part?.text === "string") return [{ type: "text", text: part.text }];
  // In the JSON of protocol buffers null is "not set".
  if (part?.inlineData) return [await factsOfInlineData(part)];
  if (part?.fileData) {
    return [{ type: "unknown", kind: "file", reason: "an uploaded file's content is not known here" }];
  }
  const { functionResponse } = (part ?? {}) as { functionResponse?: { parts?: Part[] } };
  if (Array.isArray(functionResponse?.parts)) return factsOfResponse(functionResponse, functionResponse.parts);
  // Calls, responses and whatever comes next travel as JSON, and count as text does.
  return [{ type: "text", text: toJsonText(part) }];
}

/** The response itself as text, and the media that come with it. */
async function factsOfResponse(response: object, parts: readonly Part[]): Promise<PartFacts[]> {
  const functionResponse = { ...response, parts: undefined };
  const found: PartFacts[] = [{ type: "text", text: toJsonText({ functionResponse }) }];
  for (const inner of parts) {
    for (const facts of await factsOfPart(inner)) {
      found.push(facts.type === "media" ? { ...facts, inFunctionResponse: true } : facts);
    }
  }
  return found;
}

async function factsOfInlineData({ inlineData, mediaResolution, videoMetadata }: Part): Promise<PartFacts> {
  const { data = "", mimeType = "" } = inlineData ?? {};
  if (typeof data !== "string" || typeof mimeType !== "string") {
    return { type: "unknown", kind: "file", reason: "the inline data are no text" };
  }
  if (mimeType.startsWith("text/")) return { type: "text", text: new TextDecoder().decode(decodeBase64(data)) };
  try {
    const { probeReader } = await loadProbe();
    const info = await probeReader(base64Reader(data, mimeType));
    return known(info, mediaResolution?.level as MediaResolution | undefined, videoMetadata);
  } catch (error) {
    // The part goes out as it is written, so what it holds is for the service to judge.
    if (!(error instanceof InputError) || error.code === "wasm-load") throw error;
    return { type: "unknown", kind: mimeType.split("/")[0] || "file", reason: error.message };
  }
}

/** Decodes only what is looked at: three bytes stand in four letters. */
function base64Reader(data: string, mimeType: string): Reader {
  const padding = data.endsWith("==") ? 2 : Number(data.endsWith("="));
  return {
    byteLength: Math.floor((data.length * 3) / 4) - padding,
    name: "The inline data",
    declaredType: mimeType || undefined,
    read: (offset, length) => {
      const group = Math.floor(offset / 3);
      const letters = data.slice(4 * group, 4 * Math.ceil((offset + length) / 3));
      return decodeBase64(letters).subarray(offset - 3 * group, offset - 3 * group + length);
    },
    bytes: async () => decodeBase64(data),
    close: async () => {},
  };
}
