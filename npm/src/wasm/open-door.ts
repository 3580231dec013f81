/** The open door of every module: bytes of any length, one copy each way, and nothing to free. */

export interface OpenDoor {
  readonly HEAPU8: Uint8Array;
  _input_room(slot: number, length: number): number;
  _output_address(): number;
  _output_length(): number;
  _output_taken(): void;
}

/** Puts bytes where the next call finds them. @returns false when the module has no memory for them */
export function put(module: OpenDoor, slot: number, bytes: Uint8Array | Uint8ClampedArray): boolean {
  const address = module._input_room(slot, bytes.length);
  // The view is taken after the allocation, which may have moved the heap under an older one.
  if (address !== 0) module.HEAPU8.set(bytes, address);
  return address !== 0;
}

/** What the last call answered, as bytes of the caller's own. */
export function take(module: OpenDoor): Uint8Array<ArrayBuffer> {
  const address = module._output_address();
  const bytes = module.HEAPU8.slice(address, address + module._output_length()) as Uint8Array<ArrayBuffer>;
  module._output_taken();
  return bytes;
}
