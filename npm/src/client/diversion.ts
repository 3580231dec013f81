/** Which media of a request travel through the File API. */

import type { Media } from "../contents.js";
import { advisedInlineBytes } from "../request-limits.js";
import type { BuildHooks, Payload } from "../skeleton.js";
import type { CallOptions } from "../types.js";
import type { SentFiles } from "./sent-files.js";

/** The files of one request. */
export class Diversion {
  readonly #files: SentFiles;
  readonly #options: CallOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #reused: unknown[] = [];

  constructor(files: SentFiles, options: CallOptions, signal: AbortSignal | undefined) {
    this.#files = files;
    this.#options = options;
    this.#signal = signal;
  }

  get hooks(): BuildHooks {
    return { direct: (media) => this.#direct(media), divert: (payloads, other) => this.#divert(payloads, other) };
  }

  /** @returns whether there were any */
  forgetReused(): boolean {
    for (const key of this.#reused) this.#files.forget(key);
    return this.#reused.length > 0;
  }

  get #all(): boolean {
    return this.#files.transport.options.transport === "files";
  }

  get #limitBytes(): number {
    return this.#files.transport.options.inlineLimitBytes ?? advisedInlineBytes;
  }

  /** Of a Blob the size is known; of a path it has to be asked for. Addresses are fetched to be prepared. */
  async #direct(media: Media): Promise<Payload | undefined> {
    const isBlob = typeof Blob === "function" && media instanceof Blob;
    const maybe = isBlob ? this.#all || encodedLength(media.size) > this.#limitBytes : isPath(media);
    if (!maybe) return undefined;
    const { sendDirectly } = await import("./send-ahead.js");
    const leastBytes = this.#all ? 0 : (this.#limitBytes * 3) / 4;
    const prepares = this.#options.prepare !== false;
    return sendDirectly(
      this.#files,
      media as Blob | string | URL,
      { leastBytes, prepares },
      this.#signal,
      this.#reused,
    );
  }

  async #divert(payloads: readonly Payload[], otherBytes: number): Promise<ReadonlyMap<Payload, Payload>> {
    const inline = payloads.filter(({ fileUri }) => fileUri === undefined);
    const chosen = this.#all ? inline : beyond(this.#limitBytes, inline, otherBytes);
    if (chosen.length === 0) return new Map();
    const { sendPayload } = await import("./send-ahead.js");
    const sent = new Map<Payload, Payload>();
    for (const payload of chosen)
      sent.set(payload, await sendPayload(this.#files, payload, this.#signal, this.#reused));
    return sent;
  }
}

/** A path is a string that is no address. */
function isPath(media: Media): media is string | URL {
  if (media instanceof URL) return media.protocol === "file:";
  return typeof media === "string" && !/^(data|https?|blob):/i.test(media);
}

function encodedLength(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4;
}

/** The largest ones, until the rest fits: the fewest files. */
function beyond(limitBytes: number, payloads: readonly Payload[], otherBytes: number): Payload[] {
  const sized = payloads.map((payload) => ({ payload, bytes: encodedLength(payload.data.length) }));
  let total = sized.reduce((sum, { bytes }) => sum + bytes, otherBytes);
  const chosen: Payload[] = [];
  for (const { payload, bytes } of sized.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= limitBytes) break;
    total -= bytes;
    chosen.push(payload);
  }
  return chosen;
}
