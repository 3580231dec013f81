/**
 * What is said in a conversation, kept so that it can be sent again with every message after: media stay as they were made
 * ready, and with each request it is decided anew which of them travel within it.
 */

import { toBase64 } from "../base64.js";
import { isBase64, type Payload } from "../skeleton.js";
import type { Content, MediaInput, Part, Source } from "../types.js";

/** A medium that is sent through the File API by itself, without being read into memory first. */
export interface Unread {
  /** What tells it from others. */
  readonly key: unknown;
  readonly source: Source;
  readonly mimeType: string;
}

/** A medium of a conversation, made ready once. */
export class ReadyMedia implements Payload {
  readonly mimeType: string;
  readonly data: Payload["data"];
  /** They were told with the message that it came with. */
  readonly warnings = [];
  readonly unread: Unread | undefined;
  /** Where it lay when it was sent last; undefined when it went within the request. */
  sentUri: string | undefined;

  constructor({ mimeType, data }: Pick<Payload, "mimeType" | "data">, unread?: Unread) {
    this.mimeType = mimeType;
    this.data = data;
    this.unread = unread;
  }

  /** As it was sent last. */
  toPart({ mediaResolution: level, videoMetadata }: Omit<SaidMedia, "media">): Part {
    const { mimeType, data, sentUri } = this;
    return {
      ...(sentUri === undefined
        ? { inlineData: { mimeType, data: typeof data === "string" ? data : toBase64(data) } }
        : { fileData: { mimeType, fileUri: sentUri } }),
      ...(level !== undefined && { mediaResolution: { level } }),
      ...(videoMetadata !== undefined && { videoMetadata: structuredClone(videoMetadata) }),
    };
  }
}

/** The caller may go on using the memory that the bytes lie in. */
export function toReadyMedia(payload: Payload): ReadyMedia {
  if (payload instanceof ReadyMedia) return payload;
  const { mimeType, data } = payload;
  return new ReadyMedia({ mimeType, data: typeof data === "string" ? data : data.slice() });
}

/** Sorted among contents as any `{ media }`. */
export interface SaidMedia extends Pick<MediaInput, "videoMetadata"> {
  readonly media: ReadyMedia;
  readonly mediaResolution?: string | undefined;
}

export interface Said {
  readonly role?: string;
  readonly parts: readonly (Part | SaidMedia)[];
}

/** Stands in for a medium while a message is laid out; no address begins so. */
const standIn = "\0";

export function standInFor(number: number): string {
  return `${standIn}${number}`;
}

/** @param media what the stand-ins stand for, by their numbers */
export function toSaid({ role, parts }: Content, media: readonly ReadyMedia[]): Said {
  const said = parts.map((part) => {
    const { fileUri } = part.fileData ?? {};
    if (!fileUri?.startsWith(standIn)) return part;
    return mediaOf(part, media[Number(fileUri.slice(standIn.length))] as ReadyMedia);
  });
  return { ...(role !== undefined && { role }), parts: said };
}

const mediaMembers = ["inlineData", "mediaResolution", "videoMetadata"];

/**
 * Turns of the history, to be sent again. Media that were written as parts, as those of an earlier conversation are, may go
 * ahead too; what a model has said is left as it is.
 */
export function toSaidAgain(history: readonly Said[]): Said[] {
  return history.map((said) => (said.role === "model" ? said : { ...said, parts: said.parts?.map(toMovable) }));
}

function toMovable(part: Part | SaidMedia): Part | SaidMedia {
  if (part?.media !== undefined || !part?.inlineData) return part;
  const { data, mimeType } = part.inlineData;
  const isBare = Object.keys(part).every((name) => mediaMembers.includes(name));
  if (typeof data !== "string" || typeof mimeType !== "string" || !isBare || !isBase64(data)) return part;
  return mediaOf(part, new ReadyMedia({ mimeType, data }));
}

function mediaOf({ mediaResolution, videoMetadata }: Part, media: ReadyMedia): SaidMedia {
  return {
    media,
    ...(mediaResolution && { mediaResolution: mediaResolution.level }),
    ...(videoMetadata && { videoMetadata }),
  };
}
