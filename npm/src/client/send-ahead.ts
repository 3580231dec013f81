/** Media sent through the File API ahead of the request that names them. */

import { refuseType } from "../sendable.js";
import type { Payload } from "../skeleton.js";
import { signatureBytes, sniffMimeType } from "../sniff.js";
import { openSource } from "../source/open.js";
import type { RemoteFile, Source } from "../types.js";
import { SentDigest } from "./digest.js";
import { Files } from "./files.js";
import type { SentFiles } from "./sent-files.js";
import { upload } from "./upload.js";
import { textTypeByName } from "./upload-types.js";

/**
 * A large file that would only pass through `prepare` unchanged is not even read into memory. Pictures are not among
 * these, unless nobody wants them prepared.
 *
 * @returns undefined for what has to go the usual way
 * @throws InputError as the usual way does, ApiError, the signal's reason
 */
export async function sendDirectly(
  files: SentFiles,
  source: Blob | string | URL,
  { leastBytes, prepares }: { leastBytes: number; prepares: boolean },
  signal: AbortSignal | undefined,
  reused: unknown[],
): Promise<Payload | undefined> {
  const reader = await openSource(source, { signal });
  let key: unknown;
  let mimeType: string | undefined;
  try {
    if (reader.byteLength <= leastBytes) return undefined;
    const head = await reader.read(0, signatureBytes);
    mimeType = sniffMimeType(head) ?? reader.declaredType ?? textTypeByName(reader.name);
    key = reader.identity ?? source;
  } finally {
    await reader.close();
  }
  if (mimeType === undefined || (prepares && mimeType.startsWith("image/"))) return undefined;
  refuseType(mimeType);
  return obtain(files, key, source, mimeType, signal, reused);
}

/** What has been made ready, known by its digest. */
export async function sendPayload(
  files: SentFiles,
  payload: Payload,
  signal: AbortSignal | undefined,
  reused: unknown[],
): Promise<Payload> {
  const bytes = payload.data as Uint8Array<ArrayBuffer>;
  const digest = new SentDigest();
  digest.add(0, bytes);
  const hex = await digest.hex();
  const key = hex === undefined ? bytes : `${payload.mimeType} ${hex}`;
  return { ...(await obtain(files, key, bytes, payload.mimeType, signal, reused)), warnings: payload.warnings };
}

async function obtain(
  files: SentFiles,
  key: unknown,
  source: Source,
  mimeType: string,
  signal: AbortSignal | undefined,
  reused: unknown[],
): Promise<Payload> {
  const send = async (): Promise<RemoteFile> => {
    const sent = await upload(files.transport, { file: source, config: { mimeType }, signal });
    return sent.state === "PROCESSING" ? new Files(files.transport).waitUntilActive(sent, { signal }) : sent;
  };
  const { file, reused: again } = await files.obtain(key, signal, send);
  if (again) reused.push(key);
  return { mimeType: file.mimeType || mimeType, data: "", warnings: [], fileUri: file.uri };
}
