/** What is said of a file whose content is not what somebody declared. */

import type { Warning } from "./types.js";

export interface Named {
  readonly name: string;
  /** By content. */
  readonly mimeType: string;
  readonly declaredType: string | undefined;
}

/** Spellings of one type, HEIF's names for itself, and what files of a container with sound alone are called. */
const synonyms: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/apng": "image/png",
  "image/x-png": "image/png",
  "image/heif": "image/heic",
  "image/heic-sequence": "image/heic",
  "image/heif-sequence": "image/heic",
  "application/x-pdf": "application/pdf",
  "video/mov": "video/quicktime",
  "video/x-m4v": "video/mp4",
  "video/3gpp2": "video/3gpp",
  "audio/3gpp": "audio/mp4",
  "video/mpg": "video/mpeg",
  "video/x-msvideo": "video/avi",
  "video/vnd.avi": "video/avi",
  "video/x-ms-wmv": "video/wmv",
  "video/x-ms-asf": "video/wmv",
  "audio/mpeg": "audio/mp3",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/x-aiff": "audio/aiff",
  "audio/x-flac": "audio/flac",
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
  "audio/aacp": "audio/aac",
  "audio/opus": "audio/ogg",
  "audio/vorbis": "audio/ogg",
  "application/ogg": "audio/ogg",
};

function alike(one: string, other: string): boolean {
  return (synonyms[one] ?? one) === (synonyms[other] ?? other);
}

const none: readonly Warning[] = Object.freeze([]);

export function typeWarnings({ name, mimeType, declaredType }: Named): readonly Warning[] {
  if (declaredType === undefined || declaredType === mimeType || alike(declaredType, mimeType)) return none;
  const message = `${name} is declared to be ${declaredType}, but its content is ${mimeType}; the content counts.`;
  return [{ code: "mime-mismatch", message }];
}
