/**
 * Arguments on their way to a thread. Bytes are copied, so that the caller keeps them, and the copy is transferred; what
 * cannot be cloned is told apart and made again there, so that a thread sees the same source as the page would.
 */

import { isPlain, isPreparedMedia } from "../contents.js";
import { InputError } from "../errors.js";
import { isInstance, isRawPixels } from "../source/kinds.js";
import { openWhole } from "../source/open.js";
import type { Source } from "../types.js";
import type { Restored } from "./messages.js";

/** Beyond what any request or its JSON may have; what goes round in circles ends here. */
const maxDepth = 200;

interface PackOptions {
  /** The caller gives its buffers away: they are moved, not copied. */
  transfer: boolean;
  maxBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

interface Packed {
  readonly args: unknown[];
  readonly restored: Restored[];
  readonly buffers: ArrayBuffer[];
}

/**
 * @throws InputError `bad-argument` for what is no data, such as a function; what reading a stream or a response throws;
 *   the signal's reason
 */
export async function pack(args: readonly unknown[], options: PackOptions): Promise<Packed> {
  const packer = new Packer(options);
  const packed = (await packer.walk(args, [])) as unknown[];
  return { args: packed, restored: packer.restored, buffers: [...packer.buffers] };
}

type Path = readonly (string | number)[];

/** Without their places: what {@link Packer} tells of a source that is made again. */
type Remade = Restored extends infer One ? (One extends Restored ? Omit<One, "path"> : never) : never;

class Packer {
  readonly #options: PackOptions;
  readonly restored: Restored[] = [];
  readonly buffers = new Set<ArrayBuffer>();

  constructor(options: PackOptions) {
    this.#options = options;
  }

  async walk(value: unknown, path: Path): Promise<unknown> {
    if (typeof value === "function") {
      throw new InputError("bad-argument", `A function (${path.slice(1).join(".")}) cannot go to a worker.`);
    }
    if (typeof value !== "object" || value === null) return value;
    if (path.length > maxDepth) throw new InputError("bad-argument", "The arguments are nested too deep.");
    if (value instanceof AbortSignal) return undefined; // its thread is told by a message
    if (value instanceof ArrayBuffer) return this.#bytes(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return this.#bytes(value);
    const source = await this.#source(value);
    if (source !== undefined) {
      this.restored.push({ path, ...source } as Restored);
      return undefined;
    }
    if (isInstance(value, "Blob")) return this.#clonable(value);
    return this.#members(value, path);
  }

  /** @returns undefined for what can be cloned or is no source */
  async #source(value: object): Promise<Remade | undefined> {
    const { maxBytes, signal } = this.#options;
    if (value instanceof URL) return { kind: "url", href: value.href };
    if (isInstance(value, "Blob")) {
      // In Node a File is cloned to a Blob, without its name.
      const { name } = value as Partial<File>;
      return name ? { kind: "file", blob: await this.#clonable(value), name } : undefined;
    }
    if (!isInstance(value, "ReadableStream") && !isInstance(value, "Response")) return undefined;
    const reader = await openWhole(value as Source, { maxBytes, signal });
    const bytes = this.#bytes(await reader.bytes());
    if (isInstance(value, "ReadableStream")) return { kind: "stream", bytes };
    return { kind: "response", bytes, url: value.url, type: value.headers.get("content-type") ?? "" };
  }

  async #members(value: object, path: Path): Promise<unknown> {
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      for (const [i, member] of value.entries()) list.push(await this.walk(member, [...path, i]));
      return list;
    }
    const pixels = isRawPixels(value);
    // Any other class is cloned as it is, or refused.
    if (!pixels && !isPreparedMedia(value) && !isPlain(value)) return value;
    // ImageData has its members in its prototype.
    const members = pixels ? { width: value.width, height: value.height, data: value.data } : value;
    const copies: [string, unknown][] = [];
    for (const [name, member] of Object.entries(members)) {
      copies.push([name, await this.walk(member, [...path, name])]);
    }
    return Object.fromEntries(copies);
  }

  #bytes({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    // Part of a buffer may not take the rest of it along.
    const moves = this.#options.transfer && buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
    const sent = (moves ? bytes : bytes.slice()) as Uint8Array<ArrayBuffer>;
    this.buffers.add(sent.buffer);
    return sent;
  }

  /** Node's blobs of files on disk cannot be cloned; they are read. */
  async #clonable(blob: Blob): Promise<Blob> {
    try {
      return structuredClone(blob);
    } catch {
      const reader = await openWhole(blob, this.#options);
      return new Blob([(await reader.bytes()) as Uint8Array<ArrayBuffer>], { type: blob.type });
    }
  }
}
