/** core.wasm: its fixed and open doors as typed calls. */

import { InputError, type InputErrorCode } from "../errors.js";
import {
  formats,
  type RemovedKind,
  removedKinds,
  type Status,
  statuses,
  tokenFields,
} from "../generated/vocabulary.js";
import { coreUrl } from "../url-core.js";
import { WasmLoader } from "./load.js";
import { instantiateBare, type OpenDoor, put, take } from "./open-door.js";
import { type FieldIndex, indexOf, ProbeDoor, type ProbeExports } from "./probe-door.js";

/** The module's exports: the C++ functions of bindings/core.cpp. */
interface CoreExports extends OpenDoor, ProbeExports {
  count_tokens(): void;
  base64_step(count: number): void;
  strip_metadata(format: number, keepOrientation: number, keepGainMap: number): number;
  strip_removed(): number;
  strip_gain_map(): number;
  strip_gain_map_at(): number;
  strip_gain_map_header(): number;
  strip_at(): number;
  echo_request(): number;
  echo_text_length(): number;
  echo_at(): number;
  base64_window_length(): number;
  token_block_address(): number;
  base64_input_address(): number;
  base64_output_address(): number;
}

/** Where each field of the block stands in it. */
export const tokenField = indexOf(tokenFields);

/** A failure of the core as the code that callers see; its statuses carry the codes' names. */
export function statusError(status: Status, message: string, at?: number): InputError {
  return new InputError(status as InputErrorCode, message, at === undefined ? {} : { at });
}

export interface EchoedJson {
  /** The JSON with an empty string at each place. */
  readonly text: Uint8Array;
  /** Pairs: where the payload belongs in `text`, and which one. */
  readonly places: Uint32Array;
}

/** A gain map that a strip has kept. */
export interface KeptGainMap {
  /** Of a JPEG: where it begins. */
  readonly at: number;
  /** Of a JPEG: the segments behind its SOI that describe it. */
  readonly headerLength: number;
}

export interface Stripped {
  /** The file without metadata; undefined when there was nothing to remove. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly removed: readonly RemovedKind[];
  readonly gainMap: KeptGainMap | undefined;
}

export interface StripChoices {
  /** As the probe named it. */
  readonly format: string;
  /** What the file is to say of its orientation, 1–8. */
  readonly keepOrientation: number;
  readonly keepGainMap: boolean;
  /** Of the file, for messages. */
  readonly name: string;
}

/** What the heap looks like from here. A view that was there before the heap grew has no length any more. */
interface Views {
  readonly bytes: Uint8Array;
  readonly tokenBlock: Float64Array;
}

export class Core {
  readonly #module: CoreExports;
  readonly probe: ProbeDoor;
  readonly base64WindowBytes: number;
  #current: Views;

  constructor(module: CoreExports) {
    this.#module = module;
    this.probe = new ProbeDoor(module);
    this.base64WindowBytes = module.base64_window_length();
    this.#current = this.#takeViews();
  }

  #takeViews(): Views {
    const { buffer } = this.#module.memory;
    return {
      bytes: new Uint8Array(buffer),
      tokenBlock: new Float64Array(buffer, this.#module.token_block_address(), tokenFields.length),
    };
  }

  #views(): Views {
    if (this.#current.bytes.length === 0) this.#current = this.#takeViews();
    return this.#current;
  }

  /** After a trap: whether it was for want of memory. */
  get ranOutOfMemory(): boolean {
    return this.#module.ran_out_of_memory() !== 0;
  }

  /** Of the module's memory, which never shrinks. */
  get heapBytes(): number {
    return this.#views().bytes.length;
  }

  /** Tokens of one part; fields not given are 0. */
  countTokens(facts: Partial<FieldIndex<typeof tokenFields>>): Record<(typeof tokenFields)[number], number> {
    const { tokenBlock } = this.#views();
    tokenBlock.fill(0);
    for (const [name, value] of Object.entries(facts)) tokenBlock[tokenField[name as keyof typeof tokenField]] = value;
    this.#module.count_tokens();
    return Object.fromEntries(tokenFields.map((name, i) => [name, tokenBlock[i]])) as never;
  }

  /** Writes the base64 of `input` to `output` at `at`, through a small window of the heap. */
  encodeBase64(input: Uint8Array, output: Uint8Array, at: number): void {
    const { bytes } = this.#views();
    const from = this.#module.base64_input_address();
    const to = this.#module.base64_output_address();
    let target = at;
    for (let done = 0; done < input.length; done += this.base64WindowBytes) {
      const piece = input.subarray(done, done + this.base64WindowBytes);
      bytes.set(piece, from);
      this.#module.base64_step(piece.length);
      const length = base64Length(piece.length);
      output.set(bytes.subarray(to, to + length), target);
      target += length;
    }
  }

  /**
   * Takes metadata out of a picture's file, bytes only.
   *
   * @throws InputError `truncated`, `malformed`, `unsupported`, `too-large`, `out-of-memory`
   */
  strip(file: Uint8Array, { format, keepOrientation, keepGainMap, name }: StripChoices): Stripped {
    const module = this.#module;
    const row = formats.findIndex((candidate) => candidate.name === format);
    const hasRoom = put(module, 0, file);
    const code = hasRoom && module.strip_metadata(row, keepOrientation, keepGainMap ? 1 : 0);
    const status = code === false ? "out-of-memory" : (statuses[code] as Status);
    if (status === "ok") {
      const bits = module.strip_removed();
      const removed = removedKinds.filter((_, bit) => (bits & (1 << bit)) !== 0);
      const place = { at: module.strip_gain_map_at(), headerLength: module.strip_gain_map_header() };
      const gainMap = module.strip_gain_map() === 0 ? undefined : place;
      return { bytes: removed.length === 0 ? undefined : take(module), removed, gainMap };
    }
    const reasons: Partial<Record<Status, string>> = {
      truncated: "ends before its picture does",
      malformed: "is damaged",
      unsupported: "has parts that cannot be looked into",
      "out-of-memory": "is too large for the memory there is",
    };
    const message = `${name} ${reasons[status] ?? "is too large"}, so its metadata cannot be removed; stripMetadata: false leaves it as it is.`;
    throw statusError(status, message, module.strip_at());
  }

  /**
   * The JSON again, written by the core, with the strings `<marker><index>` cut out.
   *
   * @throws InputError `bad-argument` when nested too deeply, `too-large`, `out-of-memory`
   */
  echoRequest(json: Uint8Array, marker: Uint8Array): EchoedJson {
    const module = this.#module;
    const hasRoom = put(module, 0, json) && put(module, 1, marker);
    const status = hasRoom ? (statuses[module.echo_request()] as Status) : "out-of-memory";
    if (status === "ok") {
      const answer = take(module);
      const textLength = module.echo_text_length();
      const places = new Uint32Array(answer.slice(textLength).buffer);
      return { text: answer.subarray(0, textLength), places };
    }
    const reason = {
      "bad-argument": "it is nested too deeply",
      "too-large": "it is too long without its media",
      "out-of-memory": "there is not enough memory for it",
    }[status as string];
    throw statusError(status, `The request cannot be written: ${reason ?? "it is no JSON"}.`, module.echo_at());
  }
}

/** Length of the base64 of so many bytes, padding included. */
export function base64Length(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4;
}

const coreMark = 0x434f5245;

const loader = new WasmLoader<Core>({
  name: "core",
  defaultUrl: coreUrl,
  instantiate: async (compiled) => new Core(await instantiateBare(compiled, coreMark)),
  ranOutOfMemory: (core) => core.ranOutOfMemory,
  heapBytes: (core) => core.heapBytes,
});

/** Runs synchronous work on the core; see {@link WasmLoader.run}. */
export function withCore<Result>(work: (core: Core) => Result): Promise<Result> {
  return loader.run(work);
}
