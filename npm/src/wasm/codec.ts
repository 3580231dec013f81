/** codec.wasm as typed calls. */

import { type Status, statuses } from "../generated/vocabulary.js";
import { statusError } from "./core.js";
import { WasmLoader } from "./load.js";
import { type OpenDoor, put, take } from "./open-door.js";

/** The module's exports: the C++ functions of bindings/codec.cpp. */
interface CodecExports extends OpenDoor {
  transcode(orientation: number, maxPixels: number, target: number, quality: number): number;
  encode(width: number, height: number, target: number, quality: number): number;
  last_width(): number;
  last_height(): number;
}

/** In the order of the C++ enum Target. */
const targets = { pixels: 0, jpeg: 1, png: 2 } as const;

export type Target = keyof typeof targets;

export interface Coded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const loader = new WasmLoader<CodecExports>("codec", 0x434f4443, () => new URL("../codec.wasm", import.meta.url));

/** Puts a call's input in place, makes the call, and takes its answer. */
function exchange(module: CodecExports, input: Uint8Array | Uint8ClampedArray, call: () => number): Coded | Status {
  if (!put(module, 0, input)) return "out-of-memory";
  const status = statuses[call()] as Status;
  return status === "ok" ? { bytes: take(module), width: module.last_width(), height: module.last_height() } : status;
}

/** @param name what the picture is called in an error's message */
function coded(result: Coded | Status, name: string): Coded {
  if (typeof result !== "string") return result;
  const reasons: Partial<Record<Status, string>> = {
    malformed: "is damaged and cannot be decoded",
    unsupported: "is of a kind that cannot be decoded here",
    "too-large": "has more pixels than the limit allows; raise limits.maxPixels",
    "out-of-memory": "is too large for the memory there is",
    "bad-argument": "cannot be encoded as asked",
  };
  throw statusError(result, `${name} ${reasons[result] ?? "cannot be decoded"}.`);
}

/** File to upright file, or to pixels. The pixels stay in the heap in between. */
export async function transcode(
  file: Uint8Array,
  options: { orientation: number; maxPixels: number; target: Target; quality: number; name: string },
): Promise<Coded> {
  const { orientation, maxPixels, target, quality, name } = options;
  const result = await loader.run((module) =>
    exchange(module, file, () => module.transcode(orientation, maxPixels, targets[target], quality)),
  );
  return coded(result, name);
}

/** Pixels to a file. `data` is RGBA, row by row. */
export async function encodePixels(
  { width, height, data }: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
  { target, quality }: { target: Exclude<Target, "pixels">; quality: number },
): Promise<Coded> {
  const result = await loader.run((module) =>
    exchange(module, data, () => module.encode(width, height, targets[target], quality)),
  );
  return coded(result, "The picture");
}
