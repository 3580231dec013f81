/** A request's contents as facts: what each part is, checked as the service checks it. */

import { createHash } from "node:crypto";
import { InputError } from "../errors.js";
import { probe } from "../probe.js";
import type { MediaInfo, MediaResolution, VideoMetadata } from "../types.js";
import type { FileStore } from "./files.js";
import { maxImagesPerRequest, maxPdfBytes } from "./limits.js";
import { kindOf, looksLike } from "./media-types.js";
import type { Message } from "./read-message.js";
import { unreadData } from "./schema.js";
import { imageUnreadable, invalidArgument, type ServiceError } from "./service-error.js";

export interface ReceivedText {
  type: "text";
  text: string;
}

export interface ReceivedMedia {
  type: "media";
  mimeType: string;
  byteLength: number;
  sha256: string;
  /** It came through the File API. */
  uploaded: boolean;
  /** Absent for a type whose header cannot be read here. */
  info?: MediaInfo;
  mediaResolution?: MediaResolution;
  videoMetadata?: VideoMetadata;
}

/** Function calls and the like: named, not looked into. */
export interface ReceivedOther {
  type: "other";
  field: string;
}

export type ReceivedPart = ReceivedText | ReceivedMedia | ReceivedOther;

export interface Received {
  systemInstruction: string;
  parts: ReceivedPart[];
}

const roles = ["user", "model", "function"];

/**
 * @param request a GenerateContentRequest that has passed the schema
 * @throws ServiceError in the service's words
 */
export async function receive(request: Message, model: string, files: FileStore): Promise<Received> {
  const contents = (request.contents ?? []) as Message[];
  if (contents.length === 0) throw notGiven("contents", "contents is not specified");
  const parts: ReceivedPart[] = [];
  for (const [i, content] of contents.entries()) {
    if (content.role !== undefined && !roles.includes(content.role as string)) {
      throw invalidArgument("Please use a valid role: user, model.");
    }
    const given = (content.parts ?? []) as Message[];
    if (given.length === 0) throw notGiven(`contents[${i}].parts`, "contents.parts must not be empty.");
    for (const [j, part] of given.entries()) parts.push(await receivePart(part, `contents[${i}].parts[${j}]`, files));
  }
  refuseTooManyImages(parts, model);
  return { systemInstruction: instructionText(request), parts };
}

function notGiven(field: string, reason: string): ServiceError {
  return invalidArgument(`* GenerateContentRequest.${field}: ${reason}\n`);
}

function instructionText(request: Message): string {
  const parts = ((request.systemInstruction as Message | undefined)?.parts ?? []) as Message[];
  return parts.map((part) => part.text ?? "").join("");
}

function refuseTooManyImages(parts: readonly ReceivedPart[], model: string): void {
  const images = parts.filter((part) => part.type === "media" && kindOf(part.mimeType) === "image");
  if (images.length <= maxImagesPerRequest) return;
  throw invalidArgument(`Please use fewer than ${maxImagesPerRequest} images in your request to models/${model}`);
}

async function receivePart(part: Message, path: string, files: FileStore): Promise<ReceivedPart> {
  if (typeof part.text === "string") return { type: "text", text: part.text };
  if (part.inlineData !== undefined) return receiveMedia(part, path);
  if (part.fileData !== undefined) return receiveFile(part, path, files);
  const field = unreadData.find((name) => name in part);
  if (field === undefined) {
    throw notGiven(`${path}.data`, "required oneof field 'data' must have one initialized field");
  }
  return { type: "other", field };
}

/** A file of the File API; an emulator fetches no address of the web. */
async function receiveFile(part: Message, path: string, files: FileStore): Promise<ReceivedMedia> {
  const { fileUri, mimeType } = part.fileData as { fileUri?: string; mimeType?: string };
  if (fileUri === undefined || fileUri === "") {
    throw notGiven(`${path}.file_data.file_uri`, "file_uri must not be empty");
  }
  const id = /(?:^|\/)files\/([^/?:]+)/.exec(fileUri)?.[1];
  if (id === undefined) throw invalidArgument(`Invalid or unsupported file uri: ${fileUri}`);
  const { bytes, byteLength, sha256, mimeType: stored } = files.getActive(id);
  return receiveBytes(part, { mimeType: mimeType || stored, bytes, byteLength, sha256, uploaded: true });
}

async function receiveMedia(part: Message, path: string): Promise<ReceivedMedia> {
  const { mimeType, data } = part.inlineData as { mimeType?: string; data?: Uint8Array };
  if (mimeType === undefined || mimeType === "") {
    throw notGiven(`${path}.inline_data.mime_type`, "mime_type must not be empty");
  }
  const bytes = data ?? new Uint8Array();
  if (kindOf(mimeType) === "document" && bytes.length > maxPdfBytes) {
    throw invalidArgument(`The document size exceeds the limit: ${maxPdfBytes} bytes.`);
  }
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return receiveBytes(part, { mimeType, bytes, byteLength: bytes.length, sha256, uploaded: false });
}

interface MediaBytes {
  mimeType: string;
  /** Of a large file only the beginning. */
  bytes: Uint8Array;
  byteLength: number;
  sha256: string;
  uploaded: boolean;
}

async function receiveBytes(part: Message, { bytes, ...facts }: MediaBytes): Promise<ReceivedMedia> {
  const { mimeType } = facts;
  const kind = kindOf(mimeType);
  if (kind === undefined) throw invalidArgument(`Unsupported MIME type: ${mimeType}`);
  const media: ReceivedMedia = { type: "media", ...facts };
  if (!looksLike(mimeType, bytes)) throw imageUnreadable();
  const info = kind === "text" ? undefined : await readHeader(bytes, kind);
  if (info !== undefined) {
    if (!agree(mimeType, info) || (bytes.length === facts.byteLength && cutShort(info))) throw imageUnreadable();
    media.info = info;
  }
  const level = (part.mediaResolution as Message | undefined)?.level;
  if (level !== undefined) media.mediaResolution = level as MediaResolution;
  if (part.videoMetadata !== undefined) media.videoMetadata = part.videoMetadata as VideoMetadata;
  return media;
}

/** An image must be what it is declared to be; HEIC and HEIF are one container. Of the rest only the kind counts. */
function agree(mimeType: string, info: MediaInfo): boolean {
  if (info.kind !== "image") return info.kind === kindOf(mimeType);
  const base = (type: string): string => type.replace("image/heic", "image/heif");
  return base(mimeType) === base(info.mimeType);
}

/** A header without a picture behind it. */
function cutShort(info: MediaInfo): boolean {
  return info.kind === "image" && info.warnings.some(({ code }) => code === "truncated");
}

/** undefined for a container that the probe does not know: that is no fault of the file. */
async function readHeader(bytes: Uint8Array, kind: string | undefined): Promise<MediaInfo | undefined> {
  try {
    return await probe(bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // Of sound and films the service finds out while it processes them; only pictures are refused at the door.
    if (error.code === "unsupported" || kind !== "image") return undefined;
    throw imageUnreadable();
  }
}
