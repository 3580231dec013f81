/** The one importer of core.mjs: its fixed and open doors as typed calls. */

import createCore, { type MainModule } from "../core.mjs";
import { InputError, type InputErrorCode } from "../errors.js";
import { probeFields, type Status, statuses, tokenFields } from "../generated/vocabulary.js";
import { WasmLoader } from "./load.js";

type FieldIndex<Names extends readonly string[]> = Record<Names[number], number>;

function indexOf<const Names extends readonly string[]>(names: Names): FieldIndex<Names> {
  return Object.fromEntries(names.map((name, i) => [name, i])) as FieldIndex<Names>;
}

/** Where each field of a block stands in it. */
export const probeField = indexOf(probeFields);
export const tokenField = indexOf(tokenFields);

/** A failure of the core as the code that callers see; its statuses carry the codes' names. */
export function statusError(status: Status, message: string, at?: number): InputError {
  return new InputError(status as InputErrorCode, message, at === undefined ? {} : { at });
}

/** Some bytes of a file and where they stand in it. */
export interface Window {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface EchoedJson {
  /** The JSON with an empty string at each place. */
  readonly text: Uint8Array;
  /** Pairs: where the payload belongs in `text`, and which one. */
  readonly places: Uint32Array;
}

/** Views are taken anew in every method: one that was there before the heap grew is empty. */
export class Core {
  readonly #module: MainModule;
  readonly windowSlots: number;
  readonly windowBytes: number;
  readonly base64WindowBytes: number;
  readonly #probeBlock: number;
  readonly #windowBytesAt: number;
  readonly #windowTable: number;
  readonly #tokenBlock: number;

  constructor(module: MainModule) {
    this.#module = module;
    this.windowSlots = module.windowSlots();
    this.windowBytes = module.windowBytes();
    this.base64WindowBytes = module.base64WindowBytes();
    this.#probeBlock = module.probeBlockAddress() / 8;
    this.#windowBytesAt = module.windowBytesAddress();
    this.#windowTable = module.windowTableAddress() / 8;
    this.#tokenBlock = module.tokenBlockAddress() / 8;
  }

  /** Of the module's memory, which never shrinks. */
  get heapBytes(): number {
    return this.#module.HEAPU8.length;
  }

  /**
   * One step of a probe: reads as far as the windows reach.
   *
   * @param state what the step before left (see {@link probeState}); undefined for the first
   * @returns the status; the rest is read by {@link probeValue}
   */
  probeStep(fileSize: number, windows: readonly Window[], state: Uint8Array | undefined): Status {
    const { HEAPU8: bytes, HEAPF64: doubles } = this.#module;
    if (state === undefined) this.#module.probeBegin();
    else bytes.set(state, this.#module.probeStateAddress());
    for (let i = 0; i < windows.length; i++) {
      const { offset, bytes: window } = windows[i] as Window;
      bytes.set(window, this.#windowBytesAt + i * this.windowBytes);
      doubles[this.#windowTable + 2 * i] = offset;
      doubles[this.#windowTable + 2 * i + 1] = window.length;
    }
    doubles[this.#probeBlock + probeField.fileSize] = fileSize;
    doubles[this.#probeBlock + probeField.windowCount] = windows.length;
    this.#module.probeStep();
    return statuses[doubles[this.#probeBlock + probeField.status]] as Status;
  }

  probeValue(field: number): number {
    return this.#module.HEAPF64[this.#probeBlock + field];
  }

  /** What a probe knows so far, as bytes of the caller's own: it may wait for windows while others probe. */
  probeState(): Uint8Array {
    const from = this.#module.probeStateAddress();
    return this.#module.HEAPU8.slice(from, from + this.#module.probeStateSize());
  }

  /** Tokens of one part; fields not given are 0. */
  countTokens(facts: Partial<FieldIndex<typeof tokenFields>>): Record<(typeof tokenFields)[number], number> {
    const block = this.#module.HEAPF64.subarray(this.#tokenBlock, this.#tokenBlock + tokenFields.length);
    block.fill(0);
    for (const [name, value] of Object.entries(facts)) block[tokenField[name as keyof typeof tokenField]] = value;
    this.#module.countTokens();
    return Object.fromEntries(tokenFields.map((name, i) => [name, block[i]])) as never;
  }

  /** Writes the base64 of `input` to `output` at `at`, through a small window of the heap. */
  encodeBase64(input: Uint8Array, output: Uint8Array, at: number): void {
    const from = this.#module.base64InputAddress();
    const to = this.#module.base64OutputAddress();
    let target = at;
    for (let done = 0; done < input.length; done += this.base64WindowBytes) {
      const piece = input.subarray(done, done + this.base64WindowBytes);
      this.#module.HEAPU8.set(piece, from);
      this.#module.base64Step(piece.length);
      const length = base64Length(piece.length);
      output.set(this.#module.HEAPU8.subarray(to, to + length), target);
      target += length;
    }
  }

  /**
   * The JSON again, written by the core, with the strings `<marker><index>` cut out.
   *
   * @throws InputError `bad-argument` when nested too deeply, `too-large`, `out-of-memory`
   */
  echoRequest(json: Uint8Array, marker: Uint8Array): EchoedJson {
    const echoed: { text: Uint8Array; places: Uint8Array } | undefined = this.#module.echoRequest(json, marker);
    if (echoed !== undefined) return { text: echoed.text, places: new Uint32Array(echoed.places.buffer) };
    const status = statuses[this.#module.echoStatus()] as Status;
    const reason = {
      "bad-argument": "it is nested too deeply",
      "too-large": "it is too long without its media",
      "out-of-memory": "there is not enough memory for it",
    }[status as string];
    throw statusError(status, `The request cannot be written: ${reason ?? "it is no JSON"}.`, this.#module.echoAt());
  }
}

/** Length of the base64 of so many bytes, padding included. */
export function base64Length(byteLength: number): number {
  return Math.ceil(byteLength / 3) * 4;
}

const loader = new WasmLoader("core", createCore, () => new URL("../core.wasm", import.meta.url));

let wrapped: { module: MainModule; core: Core } | undefined;

function wrap(module: MainModule): Core {
  if (wrapped?.module !== module) wrapped = { module, core: new Core(module) };
  return wrapped.core;
}

/** Runs synchronous work on the core; see {@link WasmLoader.run}. */
export function withCore<Result>(work: (core: Core) => Result): Promise<Result> {
  return loader.run((module) => work(wrap(module)));
}
