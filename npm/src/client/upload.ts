/**
 * The resumable upload: start, pieces, the last with "finalize"; after every failure the service is asked how much it has
 * (`query`), and the upload goes on from there, or takes the file that is there already. Google's own clients send a piece
 * again at the offset they believe in, and lose the file when only the last answer was lost.
 */

import { ApiError, InputError } from "../errors.js";
import { signalOf } from "../signal.js";
import { signatureBytes, sniffMimeType } from "../sniff.js";
import type { RemoteFile, UploadConfig, UploadedFile, UploadOptions } from "../types.js";
import { badShape } from "./answer.js";
import { isSameDigest, SentDigest } from "./digest.js";
import { fileName } from "./remote-file.js";
import { defaultMaxRetries, delayBefore, longestDelayMs, sleep } from "./retry.js";
import type { Transport } from "./transport.js";
import { openSession, type Position, type UploadSession } from "./upload-session.js";
import { openUploadSource, type Piece, type UploadSource } from "./upload-source.js";
import { textTypeByName } from "./upload-types.js";

/** What all official clients send at a time; a multiple of what the service asks for. */
const pieceBytes = 8 * 1024 * 1024;
/** 2 GB a file (ai.google.dev/gemini-api/docs/files). */
const maxFileBytes = 2 * 1024 * 1024 * 1024;

/** @throws InputError, ApiError, the signal's reason */
export async function upload(transport: Transport, options: UploadOptions): Promise<UploadedFile> {
  const signal = signalOf(options, options?.config);
  const source = await openUploadSource(options?.file, { signal, fetch: transport.options.fetch });
  try {
    refuseTooLarge(source, source.byteLength ?? 0);
    return await new Upload(transport, source, options, signal).run();
  } finally {
    await source.close();
  }
}

function refuseTooLarge({ name }: UploadSource, byteLength: number): void {
  if (byteLength <= maxFileBytes) return;
  throw new InputError("too-large", `${name} has more than ${maxFileBytes} bytes, the most that a file may have.`);
}

class Upload {
  readonly #transport: Transport;
  readonly #source: UploadSource;
  readonly #options: UploadOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #digest = new SentDigest();
  #session!: UploadSession;
  #failures = 0;
  #restarted = false;
  #endSent = false;

  constructor(transport: Transport, source: UploadSource, options: UploadOptions, signal: AbortSignal | undefined) {
    this.#transport = transport;
    this.#source = source;
    this.#options = options;
    this.#signal = signal;
  }

  async run(): Promise<UploadedFile> {
    // Read before the session is opened: its type and, if it is all there is, its length are told there.
    const first = await this.#source.piece(0, pieceBytes);
    if (first.bytes.length === 0) throw new InputError("truncated", `${this.#source.name} is empty.`);
    const byteLength = this.#source.byteLength ?? (first.last ? first.bytes.length : undefined);
    const open = (): Promise<UploadSession> =>
      openSession(this.#transport, this.#describe(first, byteLength), this.#signal);
    this.#session = await open();
    let position: Position = { offset: 0 };
    let furthest = 0;
    let standing = 0;
    while (position.file === undefined) {
      const { offset } = position;
      this.#options.onProgress?.({ sentBytes: offset, totalBytes: byteLength });
      position = await this.#advance(offset, open);
      if (position.file !== undefined) break;
      // Getting on is what patience is for: only failures in one place are counted.
      standing = position.offset > furthest ? 0 : standing + 1;
      if (standing === 0) this.#failures = 0;
      if (standing > this.#patience) throw badShape("no end to the upload, again and again");
      furthest = Math.max(furthest, position.offset);
    }
    this.#options.onProgress?.({ sentBytes: this.#digest.byteLength, totalBytes: this.#digest.byteLength });
    return this.#check(position.file);
  }

  /** Rounds without getting on: every failure may be one, and a session may be lost. */
  get #patience(): number {
    return (this.#transport.options.maxRetries ?? defaultMaxRetries) + 3;
  }

  async #advance(offset: number, reopen: () => Promise<UploadSession>): Promise<Position> {
    const { granularityBytes } = this.#session;
    const piece = await this.#source.piece(offset, Math.ceil(pieceBytes / granularityBytes) * granularityBytes);
    refuseTooLarge(this.#source, offset + piece.bytes.length);
    this.#digest.add(offset, piece.bytes);
    this.#endSent ||= piece.last;
    try {
      return await this.#session.send(offset, piece.bytes, piece.last);
    } catch (error) {
      this.#signal?.throwIfAborted();
      return this.#recover(error, offset, reopen);
    }
  }

  /** Google's rules for resumable uploads: 429, 5xx and the network: wait, query, go on; 400, 412, 416: query; else give up. */
  async #recover(error: unknown, offset: number, reopen: () => Promise<UploadSession>): Promise<Position> {
    if (!(error instanceof ApiError)) throw error;
    if (isLost(error)) return this.#restart(error, reopen);
    if (error.retryable) await this.#wait(error);
    else if (![400, 412, 416].includes(error.status) || error.code !== "api-error") throw error;
    const position = await this.#query(reopen);
    // The service refused what it was given at the very place where it says it stands.
    if (!error.retryable && position.offset === offset) throw error;
    return position;
  }

  async #wait(error: ApiError): Promise<void> {
    const { maxRetries = defaultMaxRetries, onRetry } = this.#transport.options;
    this.#failures++;
    const delayMs = delayBefore(this.#failures, error);
    if (this.#failures > maxRetries || delayMs > longestDelayMs) throw error;
    onRetry?.({ attempt: this.#failures, delayMs, error, method: "POST", path: this.#session.path });
    await sleep(delayMs, this.#signal);
  }

  async #query(reopen: () => Promise<UploadSession>): Promise<Position> {
    try {
      return await this.#session.query();
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (error instanceof ApiError && isLost(error)) return this.#restart(error, reopen);
      throw error;
    }
  }

  /** A session that is gone has left nothing behind. What can be read again is sent again, once. */
  async #restart(error: ApiError, reopen: () => Promise<UploadSession>): Promise<Position> {
    if (this.#restarted) throw error;
    this.#restarted = true;
    const stored = this.#endSent ? await this.#findStored() : undefined;
    if (stored !== undefined) return { file: stored };
    this.#session = await reopen();
    return { offset: 0 };
  }

  /** The end had been sent, so the session may be gone because the file is there. Of equal files any is right. */
  async #findStored(): Promise<RemoteFile | undefined> {
    const hex = await this.#digest.hex();
    const { displayName } = this.#options.config ?? {};
    const call = { method: "GET", path: "files", query: { pageSize: 100 }, signal: this.#signal } as const;
    const { files = [] } = (await this.#transport.json(call)) as { files?: RemoteFile[] };
    return files.find(
      (file) =>
        hex !== undefined &&
        isSameDigest(hex, String(file.sha256Hash)) &&
        file.displayName === displayName &&
        file.state !== "FAILED",
    );
  }

  #describe({ bytes }: Piece, byteLength: number | undefined) {
    const { mimeType: given, displayName, name }: UploadConfig = this.#options.config ?? {};
    const { declaredType, name: sourceName } = this.#source;
    const mimeType =
      given ?? sniffMimeType(bytes.subarray(0, signatureBytes)) ?? declaredType ?? textTypeByName(sourceName);
    if (mimeType === undefined) {
      throw new InputError("unsupported", `${sourceName} is of no type that is known here; give config.mimeType.`);
    }
    return {
      mimeType,
      byteLength,
      ...(displayName !== undefined && { displayName }),
      ...(name !== undefined && { name: fileName(name) }),
    };
  }

  async #check(file: RemoteFile): Promise<UploadedFile> {
    const hex = await this.#digest.hex();
    const { sizeBytes, sha256Hash } = file;
    const sameSize = sizeBytes === undefined || Number(sizeBytes) === this.#digest.byteLength;
    const told = hex !== undefined && typeof sha256Hash === "string" && sha256Hash !== "";
    if (sameSize && (!told || isSameDigest(hex, sha256Hash))) return { ...file, checked: told };
    // What is stored is of no use to anybody; that it cannot be removed is not worth a second error.
    await this.#transport.json({ method: "DELETE", path: fileName(file.name) }).catch(() => {});
    const message = `What is stored of ${this.#source.name} is not what was sent; it has been deleted.`;
    throw new ApiError("digest-mismatch", message, { status: 200, retryable: true });
  }
}

/** The session is not known any more. */
function isLost({ code, status }: ApiError): boolean {
  return code === "api-error" && (status === 404 || status === 410);
}
