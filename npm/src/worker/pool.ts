/** The calls of the main entry, done by threads. */

import { builtin } from "../builtin.js";
import { sortContents } from "../contents.js";
import { InputError } from "../errors.js";
import { Gate } from "../gate.js";
import { models, registeredModels } from "../models.js";
import type { PreparedMedia } from "../prepare.js";
import { signalOf } from "../signal.js";
import { isInstance } from "../source/kinds.js";
import type {
  Ask,
  BuildRequestOptions,
  BuiltRequest,
  CompareOptions,
  DecodedImage,
  DecodeOptions,
  Detection,
  EncodeOptions,
  Estimate,
  EstimateOptions,
  InitOptions,
  MediaFacts,
  MediaInfo,
  PrepareOptions,
  ProbeOptions,
  RawPixels,
  Size,
  Source,
  WasmSource,
} from "../types.js";
import type { CallName, PackedWasm } from "./messages.js";
import { pack } from "./pack.js";
import { Thread } from "./thread-handle.js";

export interface PoolOptions extends InitOptions {
  /** Threads at most; they are started when they are needed. Default: one less than the machine's cores, at most 4. */
  size?: number;
}

/** For every call of a pool that takes bytes. */
export interface TransferOptions {
  /** Gives the buffers of `ArrayBuffer`s and whole views away instead of copying them: they are empty afterwards. */
  transfer?: boolean;
}

type CallOptions = TransferOptions & {
  signal?: AbortSignal | undefined;
  limits?: PrepareOptions["limits"];
  onProgress?: PrepareOptions["onProgress"];
  [option: string]: unknown;
};

/** More threads want more memory than they save time. */
const mostByDefault = 4;
const mostThreads = 64;

/**
 * Threads that do the calls of the main entry, with the same results byte for byte. Each has memory of its own; a thread
 * does one call at a time, and what waits holds no copy of its source yet. An abort rejects at once; its thread is free as
 * soon as the step that it is in has ended.
 */
export class WorkerPool {
  readonly size: number;
  readonly #gate: Gate;
  readonly #idle: Thread[] = [];
  readonly #threads = new Set<Thread>();
  #wasm: Promise<PackedWasm> | undefined;
  #closed = false;

  /** @throws InputError `bad-argument` */
  constructor({ size = defaultSize(), wasm }: PoolOptions = {}) {
    if (!Number.isInteger(size) || size < 1 || size > mostThreads) {
      throw new InputError(
        "bad-argument",
        `size is a number of threads from 1 to ${mostThreads}, not ${String(size)}.`,
      );
    }
    this.size = size;
    this.#gate = new Gate(size);
    if (wasm !== undefined) this.init({ wasm });
  }

  /** As the main entry's `init`, for the threads of this pool. A `Response` is read once, for all of them. */
  init({ wasm = {} }: InitOptions = {}): void {
    const packed = Promise.all([this.#wasm, packWasm(wasm)]).then(([old, added]) => ({ ...old, ...added }));
    packed.catch(() => {}); // it is told by the next call
    this.#wasm = packed;
  }

  /** @see probe of the main entry */
  probe(source: Source, options: ProbeOptions & TransferOptions = {}): Promise<MediaInfo> {
    return this.#call("probe", [source], { ...options }) as Promise<MediaInfo>;
  }

  /** @see estimate of the main entry */
  async estimate(ask: Ask<MediaFacts>, options: EstimateOptions & TransferOptions = {}): Promise<Estimate> {
    models.get(ask?.model);
    sortContents(ask.contents);
    const signal = signalOf(options, ask.config);
    return (await this.#call("estimate", [ask], { ...options, signal })) as Estimate;
  }

  /** @see compare of the main entry */
  async compare(
    ask: Omit<Ask<MediaFacts>, "model">,
    options: CompareOptions & TransferOptions = {},
  ): Promise<Estimate[]> {
    sortContents(ask.contents);
    const signal = signalOf(options, ask.config);
    return (await this.#call("compare", [ask], { ...options, signal })) as Estimate[];
  }

  /** @see prepare of the main entry; `toImageData` of what it gives is done by a thread too */
  async prepare(source: Source, options: PrepareOptions & TransferOptions = {}): Promise<PreparedMedia> {
    const members = (await this.#call("prepare", [source], { ...options })) as PreparedMedia;
    const { PooledMedia } = await import("./pooled-media.js");
    return new PooledMedia(members, () => this.#call("toImageData", [members], {}) as never);
  }

  /** @see decode of the main entry */
  decode(source: Source, options: DecodeOptions & TransferOptions = {}): Promise<DecodedImage> {
    return this.#call("decode", [source], { ...options }) as Promise<DecodedImage>;
  }

  /** @see encode of the main entry */
  encode(image: RawPixels, options: EncodeOptions & TransferOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call("encode", [image], { ...options }) as Promise<Uint8Array<ArrayBuffer>>;
  }

  /** @see buildRequest of the main entry */
  async buildRequest(ask: Ask, options: BuildRequestOptions & TransferOptions = {}): Promise<BuiltRequest> {
    sortContents(ask.contents);
    const signal = signalOf(options, ask.config);
    return (await this.#call("buildRequest", [ask], { ...options, signal })) as BuiltRequest;
  }

  /** @see parseDetections of `gemini-vision-wasm/detections` */
  parseDetections(text: string, size: Size): Promise<Detection[]> {
    return this.#call("parseDetections", [text], { ...size }) as Promise<Detection[]>;
  }

  /** Ends the threads; calls that are not done are rejected, and so are later ones. */
  close(): void {
    this.#closed = true;
    for (const thread of this.#threads) thread.end(closed());
    this.#threads.clear();
    this.#idle.length = 0;
  }

  async #call(name: CallName, [subject]: readonly [unknown], given: CallOptions): Promise<unknown> {
    const { transfer = false, signal, onProgress, ...options } = given;
    const leave = await this.#gate.enter(signal);
    let thread: Thread | undefined;
    try {
      if (this.#closed) throw closed();
      const wasm = await this.#wasm;
      const packing = { transfer, signal, maxBytes: options.limits?.maxBytes };
      const { args, restored, buffers } = await pack([subject, options], packing);
      if (this.#closed) throw closed();
      signal?.throwIfAborted();
      thread = this.#take();
      const models = registeredModels();
      const { result, free } = thread.call({ name, args, restored, models }, { buffers, wasm, signal, onProgress });
      void free.then(() => this.#giveBack(thread as Thread, leave));
      return await result;
    } catch (error) {
      if (thread === undefined) leave();
      throw error;
    }
  }

  #take(): Thread {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
      this.#threads.delete(idle);
    }
    const thread = new Thread();
    this.#threads.add(thread);
    return thread;
  }

  #giveBack(thread: Thread, leave: () => void): void {
    if (thread.alive) this.#idle.push(thread);
    else this.#threads.delete(thread);
    leave();
  }
}

function closed(): InputError {
  return new InputError("bad-argument", "The pool of workers was closed.");
}

function defaultSize(): number {
  const cores = builtin("os")?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 2;
  return Math.min(Math.max(cores - 1, 1), mostByDefault);
}

/** What each thread can load: an address is meant as seen from here. @throws InputError `wasm-load` */
async function packWasm(wasm: NonNullable<InitOptions["wasm"]>): Promise<PackedWasm> {
  const entries = Object.entries(wasm).filter(([, source]) => source !== undefined);
  const packed = entries.map(async ([name, source]) => {
    try {
      return [name, await packSource(await source)] as const;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new InputError("wasm-load", `${name}.wasm could not be read: ${reason}`, { cause, retryable: true });
    }
  });
  return Object.fromEntries(await Promise.all(packed));
}

function packSource(source: WasmSource): PackedWasm[string] | Promise<ArrayBuffer> {
  if (isInstance(source, "Response")) return source.arrayBuffer();
  if (source instanceof URL) return source.href;
  const base = globalThis.location?.href;
  if (typeof source === "string" && URL.canParse(source, base)) return new URL(source, base).href;
  return source;
}
