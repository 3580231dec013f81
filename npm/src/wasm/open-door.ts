/** The open door of every module: bytes of any length, one copy each way, and nothing to free. */

import type { ModuleExports } from "./load.js";

export interface OpenDoor extends ModuleExports {
  input_room(slot: number, length: number): number;
  output_address(): number;
  output_length(): number;
  output_taken(): void;
}

/** Puts bytes where the next call finds them. @returns false when the module has no memory for them */
export function put(module: OpenDoor, slot: number, bytes: Uint8Array | Uint8ClampedArray): boolean {
  const address = module.input_room(slot, bytes.length);
  // The view is taken after the allocation, which may have moved the heap under an older one.
  if (address !== 0) new Uint8Array(module.memory.buffer).set(bytes, address >>> 0);
  return address !== 0;
}

/** What the last call answered, as bytes of the caller's own. */
export function take(module: OpenDoor): Uint8Array<ArrayBuffer> {
  const output = new Uint8Array(module.memory.buffer, module.output_address() >>> 0, module.output_length() >>> 0);
  const bytes = output.slice();
  module.output_taken();
  return bytes;
}
