/** Files of the File API. */

import type { Source } from "../types.js";
import type { Abortable } from "./client.js";

/** A file of the File API, as the service describes it. */
export interface RemoteFile {
  /** "files/abc" */
  readonly name: string;
  /** For `fileData: { fileUri }`. */
  readonly uri: string;
  readonly mimeType: string;
  readonly displayName?: string;
  /** A decimal number. */
  readonly sizeBytes?: string;
  readonly createTime?: string;
  readonly updateTime?: string;
  /** 48 hours after its creation. */
  readonly expirationTime?: string;
  /** Base64 of the lower-case hexadecimal digest. */
  readonly sha256Hash?: string;
  readonly state?: "PROCESSING" | "ACTIVE" | "FAILED" | string;
  readonly error?: { code?: number; message?: string };
  [field: string]: unknown;
}

export interface UploadedFile extends RemoteFile {
  /** The service's digest was compared with the digest of what was sent. */
  readonly checked: boolean;
}

export interface UploadConfig extends Abortable {
  /** Default: by content, then by what the source says. */
  mimeType?: string;
  /** In any script, up to 512 characters. */
  displayName?: string;
  /** An id of your own: "files/my-square", or without "files/". */
  name?: string;
}

export interface UploadOptions extends Abortable {
  file: Source;
  config?: UploadConfig;
  /** After every stored piece; `totalBytes` is undefined for a stream that does not say its length. */
  onProgress?: (progress: { sentBytes: number; totalBytes: number | undefined }) => void;
}

export interface WaitOptions extends Abortable {
  /** Default 10 minutes for files, none for batches. */
  timeoutMs?: number;
  /** The first wait between two looks; later ones grow. */
  intervalMs?: number;
}
