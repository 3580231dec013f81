/** Media sent through the File API ahead of the request that names them. */

import { decodeBase64 } from "../base64.js";
import { refuseType } from "../sendable.js";
import type { Payload } from "../skeleton.js";
import { signatureBytes, sniffMimeType } from "../sniff.js";
import { openSource } from "../source/open.js";
import type { RemoteFile } from "../types.js";
import { SentDigest } from "./digest.js";
import { Files } from "./files.js";
import { batchLifeMs } from "./remote-batch.js";
import { isGone } from "./remote-file.js";
import type { Unread } from "./said.js";
import type { SentFiles } from "./sent-files.js";
import type { Transport } from "./transport.js";
import { upload } from "./upload.js";
import { textTypeByName } from "./upload-types.js";

/** Whom files are sent for. */
export interface Sender {
  readonly files: SentFiles;
  readonly signal: AbortSignal | undefined;
  /** Keys of files that had been sent before. */
  readonly reused: Set<unknown>;
  /** Nobody sees a request of a batch fail until hours later, so what was sent before is looked at first. */
  readonly isForBatch: boolean;
}

/**
 * A large file that would only pass through `prepare` unchanged is not even read into memory. Pictures are not among
 * these, unless nobody wants them prepared.
 *
 * @returns undefined for what has to go the usual way
 * @throws InputError as the usual way does, ApiError, the signal's reason
 */
export async function openUnread(
  source: Blob | string | URL,
  { leastBytes, prepares }: { leastBytes: number; prepares: boolean },
  signal: AbortSignal | undefined,
): Promise<Unread | undefined> {
  const reader = await openSource(source, { signal });
  try {
    if (reader.byteLength <= leastBytes) return undefined;
    const head = await reader.read(0, signatureBytes);
    const mimeType = sniffMimeType(head) ?? reader.declaredType ?? textTypeByName(reader.name);
    if (mimeType === undefined || (prepares && mimeType.startsWith("image/"))) return undefined;
    refuseType(mimeType);
    return { key: reader.identity ?? source, source, mimeType };
  } finally {
    await reader.close();
  }
}

/** What has been made ready, known by its digest. */
export async function sendPayload(sender: Sender, { data, mimeType, warnings }: Payload): Promise<Payload> {
  const bytes = (typeof data === "string" ? decodeBase64(data) : data) as Uint8Array<ArrayBuffer>;
  const digest = new SentDigest();
  digest.add(0, bytes);
  const hex = await digest.hex();
  const key = hex === undefined ? bytes : `${mimeType} ${hex}`;
  return { ...(await sendUnread(sender, { key, source: bytes, mimeType })), warnings };
}

export async function sendUnread(sender: Sender, { key, source, mimeType }: Unread): Promise<Payload> {
  const { files, signal, reused } = sender;
  const send = async (): Promise<RemoteFile> => {
    const sent = await upload(files.transport, { file: source, config: { mimeType }, signal });
    return sent.state === "PROCESSING" ? new Files(files.transport).waitUntilActive(sent, { signal }) : sent;
  };
  const { file, reused: again } = await files.obtain(key, signal, send);
  if (again && sender.isForBatch && !reused.has(key) && !(await outlivesBatch(files.transport, file, signal))) {
    files.forget(key);
    return sendUnread(sender, { key, source, mimeType });
  }
  if (again) reused.add(key);
  return { mimeType: file.mimeType || mimeType, data: "", warnings: [], fileUri: file.uri };
}

async function outlivesBatch(
  transport: Transport,
  { name }: RemoteFile,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    const { expirationTime } = await new Files(transport).get({ name, signal });
    return expirationTime === undefined || Date.parse(expirationTime) - Date.now() > batchLifeMs;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
