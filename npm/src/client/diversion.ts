/** Which media of a request travel through the File API. */

import type { Media } from "../contents.js";
import { advisedInlineBytes } from "../request-limits.js";
import type { BuildHooks, Payload } from "../skeleton.js";
import type { CallOptions, ClientOptions } from "../types.js";
import { ReadyMedia, type Unread } from "./said.js";
import type { Sender } from "./send-ahead.js";
import type { SentFiles } from "./sent-files.js";

/** The files of one request, or of one batch. */
export class Diversion implements Sender {
  readonly files: SentFiles;
  readonly signal: AbortSignal | undefined;
  readonly isForBatch: boolean;
  readonly reused = new Set<unknown>();
  readonly #prepares: boolean;

  constructor(
    files: SentFiles,
    { prepare }: CallOptions,
    { signal, isForBatch = false }: { signal: AbortSignal | undefined; isForBatch?: boolean },
  ) {
    this.files = files;
    this.signal = signal;
    this.isForBatch = isForBatch;
    this.#prepares = prepare !== false;
  }

  get hooks(): BuildHooks {
    return { direct: (media) => this.#direct(media), divert: (payloads, other) => this.#divert(payloads, other) };
  }

  /** @returns whether there were any */
  forgetReused(): boolean {
    for (const key of this.reused) this.files.forget(key);
    return this.reused.size > 0;
  }

  get #transport(): ClientOptions["transport"] {
    return this.files.transport.options.transport;
  }

  get #limitBytes(): number {
    return this.files.transport.options.inlineLimitBytes ?? advisedInlineBytes;
  }

  /**
   * Of a Blob the size is known; of a path it has to be asked for. Addresses are fetched to be prepared.
   *
   * @returns undefined for what has to be read
   */
  async unread(media: Media): Promise<Unread | undefined> {
    if (this.#transport === "inline") return undefined;
    const all = this.#transport === "files";
    const isBlob = typeof Blob === "function" && media instanceof Blob;
    const maybe = isBlob ? all || encodedLength(media.size) > this.#limitBytes : isPath(media);
    if (!maybe) return undefined;
    const { openUnread } = await import("./send-ahead.js");
    const leastBytes = all ? 0 : (this.#limitBytes * 3) / 4;
    return openUnread(media as Blob | string | URL, { leastBytes, prepares: this.#prepares }, this.signal);
  }

  async #direct(media: Media): Promise<Payload | undefined> {
    const ready = media instanceof ReadyMedia ? media : undefined;
    const unread = ready === undefined ? await this.unread(media) : ready.unread;
    if (unread === undefined) return ready;
    const { sendUnread } = await import("./send-ahead.js");
    const sent = await sendUnread(this, unread);
    if (ready !== undefined) ready.sentUri = sent.fileUri;
    return sent;
  }

  async #divert(payloads: readonly Payload[], otherBytes: number): Promise<ReadonlyMap<Payload, Payload>> {
    const inline = payloads.filter(({ fileUri }) => fileUri === undefined);
    const chosen = this.#choose(inline, otherBytes);
    const sent = new Map<Payload, Payload>();
    if (chosen.length > 0) {
      const { sendPayload } = await import("./send-ahead.js");
      for (const payload of chosen) sent.set(payload, await sendPayload(this, payload));
    }
    for (const payload of inline) if (payload instanceof ReadyMedia) payload.sentUri = sent.get(payload)?.fileUri;
    return sent;
  }

  #choose(inline: readonly Payload[], otherBytes: number): readonly Payload[] {
    if (this.#transport === "inline") return [];
    return this.#transport === "files" ? inline : beyond(this.#limitBytes, inline, otherBytes);
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

/** What it takes within a request. */
function bytesWithin({ data }: Payload): number {
  return typeof data === "string" ? data.length : encodedLength(data.length);
}

/** The largest ones, until the rest fits: the fewest files. */
function beyond(limitBytes: number, payloads: readonly Payload[], otherBytes: number): Payload[] {
  const sized = payloads.map((payload) => ({ payload, bytes: bytesWithin(payload) }));
  let total = sized.reduce((sum, { bytes }) => sum + bytes, otherBytes);
  const chosen: Payload[] = [];
  for (const { payload, bytes } of sized.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= limitBytes) break;
    total -= bytes;
    chosen.push(payload);
  }
  return chosen;
}
