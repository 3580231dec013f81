/** core.wasm's probe: a file's windows in, its facts out. */

import { probeFields, type Status, statuses } from "../generated/vocabulary.js";

/** What the module exports for it: C++ functions of bindings/core.cpp. */
export interface ProbeExports {
  readonly memory: WebAssembly.Memory;
  probe_begin(fileSize: number, length: number): number;
  give_window(slot: number, offset: number, length: number): void;
  free_window_slot(windowCount: number): number;
  probe_continue(fileSize: number, windowCount: number): number;
  probe_at(): number;
  probe_need_length(): number;
  probe_position(): number;
  window_slots(): number;
  window_length(): number;
  window_bytes_address(): number;
  probe_facts_address(): number;
  probe_state_address(): number;
  probe_state_length(): number;
}

export type FieldIndex<Names extends readonly string[]> = Record<Names[number], number>;

/** Where each name of a list stands in it. */
export function indexOf<const Names extends readonly string[]>(names: Names): FieldIndex<Names> {
  return Object.fromEntries(names.map((name, i) => [name, i])) as FieldIndex<Names>;
}

/**
 * Where each of the facts stands in {@link ProbeDoor.facts}. Who reads many of them keeps it as a constant of the module:
 * through an import engines look up every one anew, a tenth of a whole probe.
 */
export const probeField = indexOf(probeFields);

/** Some bytes of a file and where they stand in it. */
export interface Window {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What the heap looks like from here. A view that was there before the heap grew has no length any more. */
interface Views {
  readonly bytes: Uint8Array;
  readonly facts: Uint32Array;
}

export class ProbeDoor {
  readonly #module: ProbeExports;
  readonly windowSlots: number;
  readonly windowBytes: number;
  readonly #windowsAt: number;
  #current: Views;

  constructor(module: ProbeExports) {
    this.#module = module;
    this.windowSlots = module.window_slots();
    this.windowBytes = module.window_length();
    this.#windowsAt = module.window_bytes_address();
    this.#current = this.#takeViews();
  }

  #takeViews(): Views {
    const { buffer } = this.#module.memory;
    return {
      bytes: new Uint8Array(buffer),
      facts: new Uint32Array(buffer, this.#module.probe_facts_address(), probeFields.length),
    };
  }

  #views(): Views {
    if (this.#current.bytes.length === 0) this.#current = this.#takeViews();
    return this.#current;
  }

  /**
   * Probes a file that is in memory as a whole. Takes no detour, because this is the call that is made a thousand times:
   * windows where the parser looks, no copy of its state, nothing allocated but the windows' views.
   */
  whole(file: Uint8Array): Status {
    const begun = this.begin(file.length, this.#windowAt(file, 0));
    return begun === "need" ? this.#rest(file) : begun;
  }

  #rest(file: Uint8Array): Status {
    for (let windowCount = 1; ; ) {
      const slot = this.#module.free_window_slot(windowCount);
      if (slot === this.windowSlots) return "too-large"; // the core promises never to need more
      if (slot === windowCount) windowCount++;
      const { at } = this;
      this.#giveWindow(slot, at, this.#windowAt(file, at));
      const status = statuses[this.#module.probe_continue(file.length, windowCount)] as Status;
      if (status !== "need") return status;
    }
  }

  /** Not `subarray`, which asks for the kind of array first. */
  #windowAt(file: Uint8Array, at: number): Uint8Array {
    const length = Math.min(this.windowBytes, file.length - at);
    return length === file.length ? file : new Uint8Array(file.buffer, file.byteOffset + at, length);
  }

  /** Into a slot; what a source gives beyond {@link windowBytes} must not reach what lies behind. @returns how many */
  #write(slot: number, window: Uint8Array): number {
    const kept = window.length > this.windowBytes ? window.subarray(0, this.windowBytes) : window;
    this.#views().bytes.set(kept, this.#windowsAt + slot * this.windowBytes);
    return kept.length;
  }

  #giveWindow(slot: number, offset: number, window: Uint8Array): void {
    this.#module.give_window(slot, offset, this.#write(slot, window));
  }

  /** Begins a probe with the file's first window. */
  begin(fileSize: number, window: Uint8Array): Status {
    return statuses[this.#module.probe_begin(fileSize, this.#write(0, window))] as Status;
  }

  /** Goes on with a probe, from what {@link state} gave and with the windows that are needed now. */
  continue(fileSize: number, windows: readonly Window[], state: Uint8Array): Status {
    this.#views().bytes.set(state, this.#module.probe_state_address());
    for (const [i, window] of windows.entries()) this.#giveWindow(i, window.offset, window.bytes);
    return statuses[this.#module.probe_continue(fileSize, windows.length)] as Status;
  }

  /** What a probe knows so far, as bytes of the caller's own: it may wait for windows while others probe. */
  state(): Uint8Array {
    const from = this.#module.probe_state_address();
    return this.#views().bytes.slice(from, from + this.#module.probe_state_length());
  }

  /** What a probe that is done has found, by {@link probeField}. */
  get facts(): Uint32Array {
    return this.#views().facts;
  }

  /** Of the last step: the byte that is needed or at fault. */
  get at(): number {
    return this.#module.probe_at();
  }

  /** How many bytes are needed there. */
  get needLength(): number {
    return this.#module.probe_need_length();
  }

  /** What lies before is not looked at again. */
  get position(): number {
    return this.#module.probe_position();
  }
}
