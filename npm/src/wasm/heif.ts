/** The one importer of heif.mjs: HEIC and HEIF to pixels. */

import { type Status, statuses } from "../generated/vocabulary.js";
import createHeif, { type MainModule } from "../heif.mjs";
import { heifUrl } from "../url-heif.js";
import type { DecodedPicture } from "./codec.js";
import { statusError } from "./core.js";
import { instantiateGlue } from "./glue.js";
import { WasmLoader } from "./load.js";

export interface DecodedHeif extends DecodedPicture {
  /** The ICC profile; empty where the file has none. */
  readonly icc: Uint8Array<ArrayBuffer>;
}

const loader = new WasmLoader<MainModule>({
  name: "heif",
  defaultUrl: heifUrl,
  instantiate: (compiled) => instantiateGlue(createHeif, compiled),
  ranOutOfMemory: (module) => Boolean(module._ran_out_of_memory()),
  heapBytes: (module) => module.HEAPU8.length,
});

const reasons: Partial<Record<Status, string>> = {
  truncated: "ends early; its rest is missing",
  malformed: "is damaged and cannot be decoded",
  unsupported: "is of a kind that cannot be decoded here: only HEVC is",
  "too-large": "has more pixels or parts than the limit allows; raise limits.maxPixels",
  "out-of-memory": "is too large for the memory there is",
};

/**
 * The primary picture of a HEIC or HEIF file, upright: cut, turned and mirrored in the order that the file says.
 *
 * @throws InputError `truncated`, `malformed`, `unsupported`, `too-large`, `out-of-memory`, `wasm-load`
 */
export async function decodeHeif(
  file: Uint8Array,
  { maxPixels, name }: { maxPixels: number; name: string },
): Promise<DecodedHeif> {
  return loader.run((module) => {
    try {
      const status = statuses[module.decode(file, maxPixels)] as Status;
      if (status !== "ok") throw statusError(status, `${name} ${reasons[status] ?? "cannot be decoded"}.`);
      return { width: module.width(), height: module.height(), data: module.pixels(), icc: module.icc() };
    } finally {
      module.release();
    }
  });
}
