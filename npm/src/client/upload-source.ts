/** A source in pieces: of what can be read at any place any piece, of a stream the one that was given last and the next. */

import { GeminiVisionError, InputError } from "../errors.js";
import { isRawPixels } from "../source/kinds.js";
import { openSource } from "../source/open.js";
import { bareType, type Reader, type ReadOptions, typeByName } from "../source/reader.js";
import { fetchResponse } from "../source/remote.js";
import type { Source } from "../types.js";

export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Nothing comes after it. */
  readonly last: boolean;
}

export interface UploadSource {
  /** How messages call it. */
  readonly name: string;
  readonly declaredType: string | undefined;
  /** undefined: it says so only by ending. */
  readonly byteLength: number | undefined;
  /** `length` bytes at `offset`, fewer at the end; they hold until the next call. @throws InputError, also for what is gone by */
  piece(offset: number, length: number): Promise<Piece>;
  close(): Promise<void>;
}

export async function openUploadSource(source: Source, options: ReadOptions): Promise<UploadSource> {
  if (isRawPixels(source)) {
    throw new InputError(
      "unsupported",
      "Raw pixels are no file: prepare(pixels) makes one, and its toBlob() can be sent.",
    );
  }
  if (source instanceof ReadableStream) return new StreamSource(source, "The stream", undefined, options.signal);
  if (source instanceof Response) return responseSource(source, source.url || "The response", options);
  const url = webAddress(source);
  if (url !== undefined) return responseSource(await fetchResponse(url, options), url.origin + url.pathname, options);
  return new ReaderSource(await openSource(source, { ...options, maxBytes: Number.POSITIVE_INFINITY }));
}

function webAddress(source: Source): URL | undefined {
  const text = source instanceof URL ? source.href : source;
  return typeof text === "string" && /^(https?|blob):/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

function responseSource(response: Response, name: string, { signal }: ReadOptions): UploadSource {
  if (!response.ok) {
    throw new InputError("source-unreachable", `${name} cannot be fetched: HTTP status ${response.status}.`);
  }
  if (response.bodyUsed) throw new InputError("bad-argument", `The body of ${name} has been read already.`);
  const path = URL.canParse(response.url) ? new URL(response.url).pathname : "";
  const type = bareType(response.headers.get("content-type")) ?? typeByName(path);
  // Content-Length may be that of a compressed body, which a page cannot see across origins: the stream says it by ending.
  return new StreamSource(response.body ?? new Blob([]).stream(), name, type, signal);
}

const nothing = new Uint8Array(0);

class ReaderSource implements UploadSource {
  readonly #reader: Reader;
  /** One for all pieces: garbage of this size is collected late, and 2 GB of it would pile up. */
  #buffer = nothing;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  get name(): string {
    return this.#reader.name;
  }

  get declaredType(): string | undefined {
    return this.#reader.declaredType;
  }

  get byteLength(): number {
    return this.#reader.byteLength;
  }

  async piece(offset: number, length: number): Promise<Piece> {
    const wanted = Math.min(length, this.byteLength - offset);
    const bytes = await this.#read(offset, wanted);
    if (bytes.length < wanted) {
      throw new InputError("source-unreachable", `${this.name} has become shorter while it was sent.`);
    }
    return { bytes, last: offset + wanted >= this.byteLength };
  }

  async #read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { fill } = this.#reader;
    if (fill === undefined) return sendable(await this.#reader.read(offset, length));
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    return bytes.subarray(0, await fill(offset, bytes));
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

/** Neither fetch nor a digest takes memory that others may write to, or that may change its size. */
function sendable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const isFixed = buffer instanceof ArrayBuffer && (buffer as { resizable?: boolean }).resizable !== true;
  return (isFixed ? bytes : bytes.slice()) as Uint8Array<ArrayBuffer>;
}

class StreamSource implements UploadSource {
  readonly name: string;
  readonly declaredType: string | undefined;
  readonly byteLength = undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #cancel = (): void => void this.#reader.cancel(this.#signal?.reason).catch(() => {});
  #buffer = nothing;
  /** What was given last, in case it has to be sent again. */
  #held: Uint8Array<ArrayBuffer> = nothing;
  #heldAt = 0;
  /** Read, but not given yet. */
  #rest: Uint8Array = nothing;
  #ended = false;

  constructor(
    stream: ReadableStream<Uint8Array>,
    name: string,
    declaredType: string | undefined,
    signal: AbortSignal | undefined,
  ) {
    signal?.throwIfAborted();
    if (stream.locked) throw new InputError("bad-argument", `${name} is being read by somebody else already.`);
    this.name = name;
    this.declaredType = declaredType;
    this.#reader = stream.getReader();
    this.#signal = signal;
    signal?.addEventListener("abort", this.#cancel, { once: true });
  }

  async piece(offset: number, length: number): Promise<Piece> {
    const known = this.#held.subarray(offset - this.#heldAt);
    if (offset < this.#heldAt || offset > this.#heldAt + this.#held.length || known.length > length) {
      throw new InputError("source-unreachable", `${this.name} cannot be read again from byte ${offset}.`);
    }
    if (this.#buffer.length < length) this.#buffer = new Uint8Array(length);
    const bytes = this.#buffer.subarray(0, length);
    bytes.set(known); // which may lie further back in the same memory
    let filled = known.length;
    while (filled < length && (await this.#more())) {
      const taken = this.#rest.subarray(0, length - filled);
      bytes.set(taken, filled);
      filled += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    this.#held = bytes.subarray(0, filled);
    this.#heldAt = offset;
    return { bytes: this.#held, last: !(await this.#more()) };
  }

  /** Whether there is something in `#rest`. */
  async #more(): Promise<boolean> {
    while (this.#rest.length === 0 && !this.#ended) {
      const { done, value } = await this.#read();
      this.#ended = done;
      if (done) break;
      if (!(value instanceof Uint8Array)) {
        throw new InputError("bad-argument", `${this.name} must be a stream of Uint8Array chunks.`);
      }
      this.#rest = value;
    }
    return this.#rest.length > 0;
  }

  async #read(): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      const result = await this.#reader.read();
      this.#signal?.throwIfAborted();
      return result;
    } catch (cause) {
      this.#signal?.throwIfAborted();
      if (cause instanceof GeminiVisionError) throw cause; // a stream of our own, which says it better
      throw new InputError("source-unreachable", `${this.name} broke off.`, { cause, retryable: true });
    }
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#cancel);
    await this.#reader.cancel().catch(() => {});
  }
}
