/** What people hand over as `contents`, sorted: turns of a conversation, and in each its texts, media and parts. */

import { shown } from "./check.js";
import { InputError } from "./errors.js";
import { isByteSource } from "./source/kinds.js";
import type {
  Content,
  ContentItem,
  Contents,
  MediaFacts,
  MediaInput,
  MediaResolution,
  Part,
  PreparedMediaLike,
  Source,
  VideoMetadata,
  Warning,
} from "./types.js";

export type Media = Source | PreparedMediaLike | MediaFacts;

export type Item =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "media";
      readonly media: Media;
      readonly mediaResolution?: MediaResolution | undefined;
      readonly videoMetadata?: VideoMetadata | undefined;
    }
  | { readonly type: "part"; readonly part: Part };

export interface Turn {
  readonly role: string | undefined;
  readonly items: readonly Item[];
}

interface SortedContents {
  readonly turns: readonly Turn[];
  /** A lone string before a lone source: the one order that may be changed (the picture goes first). */
  readonly isTextThenMedia: boolean;
}

/** Where a lone picture goes, and whether the text before it may be moved. */
export const orders = ["text-after-image", "as-given"];

/** Above this the service refuses a request (ai.google.dev/gemini-api/docs/image-understanding). */
export const maxImages = 3600;

export const textMoved: Warning = {
  code: "text-moved-after-image",
  message: 'The text was moved after the single image, as Google advises; order: "as-given" leaves it where it was.',
};

export function tooManyImages(count: number): InputError {
  return new InputError("too-large", `A request takes ${maxImages} images at most; these are ${count}.`);
}

export function isPreparedMedia(value: unknown): value is PreparedMediaLike {
  return typeof value === "object" && value !== null && "info" in value && "bytes" in value && "mimeType" in value;
}

export function isMediaFacts(value: unknown): value is MediaFacts {
  return (
    typeof value === "object" && value !== null && "kind" in value && !isPreparedMedia(value) && !isByteSource(value)
  );
}

function isContent(value: unknown): value is Content {
  return typeof value === "object" && value !== null && Array.isArray((value as Content).parts);
}

/** @throws InputError `bad-argument` for nothing, a mixture, or what is neither text, media nor a part */
export function sortContents(contents: Contents<MediaFacts>): SortedContents {
  const list: readonly unknown[] = Array.isArray(contents) ? contents : [contents];
  if (contents === undefined || contents === null || list.length === 0) {
    throw new InputError("bad-argument", "contents is empty: give a text, a picture, or an array of these.");
  }
  const turns = list.filter(isContent);
  if (turns.length === 0) {
    const items = list.map((item) => toItem(item as ContentItem<MediaFacts>));
    return { turns: [{ role: "user", items }], isTextThenMedia: isTextThenMedia(list, items) };
  }
  if (turns.length < list.length) {
    const message = "contents mixes turns ({ role, parts }) with other things; put those into the parts of a turn.";
    throw new InputError("bad-argument", message);
  }
  return { turns: turns.map(toTurn), isTextThenMedia: false };
}

function toTurn({ role, parts }: Content): Turn {
  return { role, items: parts.map(toItem) };
}

/**
 * Only what was handed over bare. `{ media }` and parts are spelled out as the REST API's own, and stay where they are put: so a
 * request moved over from another SDK goes out as it went there.
 */
function isTextThenMedia(list: readonly unknown[], items: readonly Item[]): boolean {
  const [first, second] = items;
  const bare = isByteSource(list[1]) || isPreparedMedia(list[1]);
  return items.length === 2 && first?.type === "text" && second?.type === "media" && bare;
}

function toItem(item: ContentItem<MediaFacts>): Item {
  if (typeof item === "string") return { type: "text", text: item };
  if (isPreparedMedia(item) || isByteSource(item)) return { type: "media", media: item as Media };
  if (typeof item !== "object" || item === null) throw notContent(item === null ? "null" : `a ${typeof item}`);
  if (item instanceof Promise) throw notContent("a Promise, which has to be awaited first");
  if (Array.isArray(item)) throw notContent("an array within an array");
  if (isMediaFacts(item)) throw notContent("facts of a medium; write { media: facts }");
  if ("media" in item) return toMediaItem(item as MediaInput<MediaFacts>);
  if (isPlain(item) && Object.keys(item).length > 0) return { type: "part", part: item as Part };
  throw notContent(`a ${item.constructor?.name ?? "plain"} object`);
}

function toMediaItem({ media, mediaResolution, videoMetadata }: MediaInput<MediaFacts>): Item {
  if (media === undefined || media === null) throw notContent("{ media } without a source");
  return { type: "media", media, mediaResolution, videoMetadata };
}

export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  // A plain object of another realm (an iframe, a vm) has another Object.prototype, which itself has none above it.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notContent(what: string): InputError {
  return new InputError("bad-argument", `contents holds texts, media and parts; this is ${what}.`);
}

const levels = ["LOW", "MEDIUM", "HIGH", "ULTRA_HIGH", "UNSPECIFIED"];

/** "low" or "MEDIA_RESOLUTION_LOW" → "MEDIA_RESOLUTION_LOW". @throws InputError `bad-argument` */
export function toMediaResolution(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const level = typeof value === "string" ? value.toUpperCase().replace(/^MEDIA_RESOLUTION_/, "") : "";
  if (levels.includes(level)) return `MEDIA_RESOLUTION_${level}`;
  throw new InputError("bad-argument", `mediaResolution is one of low, medium, high, ultra_high, not ${shown(value)}.`);
}
