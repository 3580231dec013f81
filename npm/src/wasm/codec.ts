/** The one importer of codec.mjs. */

import createCodec, { type MainModule } from "../codec.mjs";
import { type Status, statuses } from "../generated/vocabulary.js";
import { statusError } from "./core.js";
import { instantiateGlue } from "./glue.js";
import { WasmLoader } from "./load.js";

/** In the order of the C++ enum Target. */
const targets = { pixels: 0, jpeg: 1, png: 2 } as const;

export type Target = keyof typeof targets;

export interface Coded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

const loader = new WasmLoader<MainModule>({
  name: "codec",
  defaultUrl: () => new URL("../codec.wasm", import.meta.url),
  instantiate: (compiled) => instantiateGlue(createCodec, compiled),
  ranOutOfMemory: (module) => Boolean(module._ran_out_of_memory()),
});

function outcome(module: MainModule, bytes: Uint8Array<ArrayBuffer> | undefined): Coded | Status {
  if (bytes !== undefined) return { bytes, width: module.lastWidth(), height: module.lastHeight() };
  return statuses[module.lastStatus()] as Status;
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
    outcome(module, module.transcode(file, orientation, maxPixels, targets[target], quality)),
  );
  return coded(result, name);
}

/** Pixels to a file. `data` is RGBA, row by row. */
export async function encodePixels(
  { width, height, data }: { width: number; height: number; data: Uint8Array | Uint8ClampedArray },
  { target, quality }: { target: Exclude<Target, "pixels">; quality: number },
): Promise<Coded> {
  const result = await loader.run((module) =>
    outcome(module, module.encode(data, width, height, targets[target], quality)),
  );
  return coded(result, "The picture");
}
