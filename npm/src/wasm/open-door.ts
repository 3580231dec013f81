/** A module without embind: plain exports, and an open door for bytes of any length with one copy each way. */

/** What such a module exports besides its own. */
export interface OpenDoor {
  readonly memory: WebAssembly.Memory;
  /** Runs the constructors of static objects; once. */
  _initialize(): void;
  /** Tells the modules apart. */
  module_mark(): number;
  /** After a trap: whether it was for want of memory. */
  ran_out_of_memory(): number;
  input_room(slot: number, length: number): number;
  output_address(): number;
  output_length(): number;
  output_taken(): void;
}

/** All that it asks for: to tell that its memory has grown, which is seen by its views being empty. */
const imports = { env: { emscripten_notify_memory_growth: (): void => {} } };

/** @param mark what the module calls itself */
export async function instantiateBare<Module extends OpenDoor>(
  compiled: WebAssembly.Module,
  mark: number,
): Promise<Module> {
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  const module = exports as unknown as Module;
  if (module.module_mark?.() !== mark) throw new Error("it is another module");
  module._initialize();
  return module;
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
