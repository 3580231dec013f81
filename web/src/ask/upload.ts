/** Media on their way through the File API: progress, cancel, and no second upload of what is there already. */

import { signal } from "@preact/signals";
import type { GeminiClient } from "gemini-vision-wasm";
import type { FileItem, ItemContent } from "../state.js";

interface Progress {
  readonly name: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
}

export const uploadProgress = signal<Progress | null>(null);

export interface FilePart {
  readonly fileData: { readonly fileUri: string; readonly mimeType: string };
}

export interface Upload {
  readonly client: GeminiClient;
  readonly baseUrl: string;
  readonly signal: AbortSignal;
}

/** By what was prepared: once it is prepared anew, it is uploaded anew. */
const uploaded = new WeakMap<ItemContent["prepared"], { baseUrl: string; expires: number; part: FilePart }>();

/** Leaves room for the answer to be made. */
const marginMs = 10 * 60_000;

/** What stands for it in a request, while it is there. */
export function uploadedPart(prepared: ItemContent["prepared"], baseUrl: string): FilePart | undefined {
  const known = uploaded.get(prepared);
  return known?.baseUrl === baseUrl && known.expires - marginMs > Date.now() ? known.part : undefined;
}

/** @throws ApiError; the signal's reason */
export async function uploadItem({ name, content }: FileItem, { client, baseUrl, signal }: Upload): Promise<FilePart> {
  const { prepared } = content;
  const known = uploadedPart(prepared, baseUrl);
  if (known !== undefined) return known;
  const mimeType = prepared.info.mimeType;
  const totalBytes = prepared.blob.size;
  uploadProgress.value = { name, sentBytes: 0, totalBytes };
  try {
    const file = await client.files.upload({
      file: prepared.blob,
      config: { mimeType, displayName: name },
      signal,
      onProgress: ({ sentBytes }) => {
        uploadProgress.value = { name, sentBytes, totalBytes };
      },
    });
    await client.files.waitUntilActive(file, { signal });
    const part = { fileData: { fileUri: file.uri, mimeType } };
    uploaded.set(prepared, { baseUrl, expires: Date.parse(file.expirationTime ?? "") || 0, part });
    return part;
  } finally {
    uploadProgress.value = null;
  }
}
