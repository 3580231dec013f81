/** Where bytes come from, made alike: something with a length whose parts can be read one by one. */

import { InputError } from "../errors.js";

export interface Reader {
  readonly byteLength: number;
  /** How messages call it: a file's name, an address, "The bytes". */
  readonly name: string;
  /** What somebody says it is, by a type or an extension; undefined when nobody does. */
  readonly declaredType: string | undefined;
  /** The same for the same content: a path with its size and time. Absent where nothing says so much. */
  readonly identity?: string;
  /** Up to `length` bytes at `offset`; fewer only where the source ends. At once when they are in memory. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
  /** As `read`, into memory that is there already. Absent where that saves nothing. @returns how many */
  fill?(offset: number, into: Uint8Array): Promise<number>;
  /** All of them. They may be the caller's own and must not be written to. */
  bytes(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Most bytes that are ever held at once. */
  maxBytes?: number | undefined;
  /** Of a stream: the most bytes that are taken; when more come it is let go. Default: all of them. */
  stopAfter?: number | undefined;
  /** For addresses. */
  fetch?: typeof fetch | undefined;
  /** Told of streams and answers while they come; `totalBytes` is undefined when nobody says. */
  onRead?: ((readBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** Bytes of one source held in memory, unless the caller says otherwise: more than any picture, less than a tab has. */
export const defaultMaxBytes = 512 * 1024 * 1024;

/** Of whatever is to be held whole; a part may be read of a source of any length. @throws InputError `too-large` */
export function checkLength(name: string, byteLength: number, maxBytes = defaultMaxBytes): void {
  if (byteLength <= maxBytes) return;
  throw new InputError(
    "too-large",
    `${name} has more than ${maxBytes} bytes, the most that is read (limits.maxBytes).`,
  );
}

/** "image/jpeg; charset=x" → "image/jpeg"; types that say nothing are left out. */
export function bareType(type: string | null | undefined): string | undefined {
  const bare = type?.split(";")[0]?.trim().toLowerCase();
  return bare === "" || bare === "application/octet-stream" || bare === "binary/octet-stream" ? undefined : bare;
}

/** Types of pictures, films, sounds and documents that file names promise. */
const typeByExtension: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  heic: "image/heic",
  heif: "image/heif",
  avif: "image/avif",
  gif: "image/gif",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  pdf: "application/pdf",
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  "3gp": "video/3gpp",
  "3g2": "video/3gpp",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/avi",
  mpg: "video/mpeg",
  mpeg: "video/mpeg",
  flv: "video/x-flv",
  wmv: "video/wmv",
  wav: "audio/wav",
  mp3: "audio/mp3",
  aif: "audio/aiff",
  aiff: "audio/aiff",
  aac: "audio/aac",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  flac: "audio/flac",
  m4a: "audio/mp4",
};

export function typeByName(name: string, types = typeByExtension): string | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase();
  return extension !== undefined && Object.hasOwn(types, extension) ? types[extension] : undefined;
}

export function memoryReader(
  bytes: Uint8Array,
  name: string,
  declaredType: string | undefined,
  { maxBytes }: ReadOptions,
): Reader {
  return {
    byteLength: bytes.length,
    name,
    declaredType,
    read: (offset, length) => bytes.subarray(offset, offset + length),
    bytes: async () => {
      checkLength(name, bytes.length, maxBytes);
      return bytes;
    },
    close: async () => {},
  };
}

export function blobReader(blob: Blob, maxBytes?: number): Reader {
  const named = (blob as Partial<File>).name;
  const name = named ? named : "The blob";
  const slice = async (part: Blob): Promise<Uint8Array> => {
    try {
      return new Uint8Array(await part.arrayBuffer());
    } catch (cause) {
      // The file behind a File may be gone, changed or forbidden by now.
      throw new InputError("source-unreachable", `${name} cannot be read any more.`, { cause });
    }
  };
  return {
    byteLength: blob.size,
    name,
    declaredType: bareType(blob.type) ?? typeByName(named ?? ""),
    read: (offset, length) => slice(blob.slice(offset, offset + length)),
    bytes: async () => {
      checkLength(name, blob.size, maxBytes);
      return slice(blob);
    },
    close: async () => {},
  };
}

/** A stream says its length only by ending, so it is read whole. */
export async function streamReader(
  stream: ReadableStream<Uint8Array>,
  name: string,
  declaredType: string | undefined,
  options: ReadOptions,
  totalBytes?: number,
): Promise<Reader> {
  return memoryReader(await collect(stream, name, options, totalBytes), name, declaredType, options);
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  name: string,
  { signal, maxBytes, stopAfter = Number.POSITIVE_INFINITY, onRead }: ReadOptions,
  totalBytes: number | undefined,
): Promise<Uint8Array> {
  if (stream.locked) throw new InputError("bad-argument", `${name} is being read by somebody else already.`);
  const reader = stream.getReader();
  // Cancelling settles the read that is under way, which the loop then sees as an early end.
  const cancel = (): void => void reader.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", cancel, { once: true });
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read().catch((cause: unknown) => {
        const message = `${name} broke off after ${length} bytes.`;
        throw new InputError("source-unreachable", message, { cause, retryable: true });
      });
      signal?.throwIfAborted();
      if (done) break;
      if (!(value instanceof Uint8Array)) {
        throw new InputError("bad-argument", `${name} must be a stream of Uint8Array chunks.`);
      }
      // A copy of what is wanted, for a view would keep all of it.
      const chunk = value.length > stopAfter - length ? value.slice(0, stopAfter - length) : value;
      length += chunk.length;
      checkLength(name, length, maxBytes);
      chunks.push(chunk);
      onRead?.(length, totalBytes);
      if (chunk !== value) {
        cancel();
        break;
      }
    }
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", cancel);
  }
  return concatenate(chunks, length);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
