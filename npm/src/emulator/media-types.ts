/** What the service takes inline, whole from the start; what can be read of each is another matter. */

import type { MediaKind } from "../types.js";

/** Text counts as text, whatever its flavour. */
type MediaTypeKind = MediaKind | "text";

const byKind: Readonly<Record<MediaTypeKind, readonly string[]>> = {
  image: ["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"],
  video: [
    "video/mp4",
    "video/mpeg",
    "video/mov",
    "video/quicktime",
    "video/avi",
    "video/x-flv",
    "video/mpg",
    "video/webm",
    "video/wmv",
    "video/3gpp",
  ],
  audio: ["audio/wav", "audio/mp3", "audio/mpeg", "audio/aiff", "audio/aac", "audio/ogg", "audio/flac"],
  document: ["application/pdf"],
  text: [
    "text/plain",
    "text/html",
    "text/css",
    "text/csv",
    "text/markdown",
    "text/xml",
    "text/rtf",
    "text/javascript",
    "application/x-javascript",
    "application/json",
    "application/xml",
  ],
};

const kinds = new Map(Object.entries(byKind).flatMap(([kind, types]) => types.map((type) => [type, kind] as const)));

/** "image/jpeg" → "image"; undefined for what the service refuses. */
export function kindOf(mimeType: string): MediaTypeKind | undefined {
  return kinds.get(mimeType) as MediaTypeKind | undefined;
}

const ascii = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString("latin1");

const isIsoMedia = (bytes: Uint8Array): boolean => ascii(bytes, 4, 8) === "ftyp";

/** Whether bytes begin like the image type they are declared to be. */
const imageSignatures: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  "image/jpeg": (bytes) => ascii(bytes, 0, 3) === "\xff\xd8\xff",
  "image/png": (bytes) => ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n",
  "image/webp": (bytes) => ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP",
  "image/heic": isIsoMedia,
  "image/heif": isIsoMedia,
};

/** True for everything that is no image: sound with a neighbour's type has been seen to be taken. */
export function looksLike(mimeType: string, bytes: Uint8Array): boolean {
  return imageSignatures[mimeType]?.(bytes) ?? true;
}

/** Of the types whose beginning is always the same: bytes that cannot be what they are declared to be. */
const otherSignatures: Readonly<Record<string, (bytes: Uint8Array) => boolean>> = {
  "video/mp4": isIsoMedia,
  "video/mov": isIsoMedia,
  "video/quicktime": isIsoMedia,
  "video/webm": (bytes) => ascii(bytes, 0, 4) === "\x1aE\xdf\xa3",
  "audio/wav": (bytes) => ascii(bytes, 0, 4) === "RIFF",
  "audio/flac": (bytes) => ascii(bytes, 0, 4) === "fLaC",
  "application/pdf": (bytes) => ascii(bytes, 0, 1024).includes("%PDF-"),
};

/** Processing such a file fails; a damaged image is noticed only when it is used. */
export function isDamaged(mimeType: string, bytes: Uint8Array): boolean {
  const check = otherSignatures[mimeType];
  return check !== undefined && !check(bytes);
}
