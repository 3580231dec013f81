/** The gain map of an HDR photo whose pixels have to be touched. */

import type { Given } from "./decode-picture.js";
import { InputError } from "./errors.js";
import { strippable } from "./picture-formats.js";
import type { Warning } from "./types.js";
import { turnJpeg } from "./wasm/codec.js";
import { type KeptGainMap, withCore } from "./wasm/core.js";

export interface FoundGainMap extends KeptGainMap {
  /** The file with nothing but the picture and its gain map. */
  readonly file: Uint8Array;
}

export const gainMapLost: Warning = {
  code: "gain-map-lost",
  message: "The picture had to be written anew, which its gain map does not survive: it has no HDR any more.",
};

/** Undefined where there is none, and in a file too damaged to tell. */
export async function findGainMap({ data, info, name }: Given): Promise<FoundGainMap | undefined> {
  const { format } = info;
  if (!strippable.includes(format)) return undefined;
  const file = data as Uint8Array;
  return unlessRefused(() =>
    withCore((core) => {
      const { bytes, gainMap } = core.strip(file, { format, keepOrientation: 1, keepGainMap: true, name });
      return gainMap && { ...gainMap, file: bytes ?? file };
    }),
  );
}

/**
 * The gain map of a JPEG behind its turned picture, turned likewise without loss.
 *
 * @returns undefined where that is impossible
 */
export async function joinTurned(
  picture: Uint8Array,
  { file, at, headerLength }: FoundGainMap,
  choices: { orientation: number; maxPixels: number; name: string },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const soiLength = 2;
  const turned = await unlessRefused(() => turnJpeg(file.subarray(at), choices));
  if (turned === undefined) return undefined;
  // The turn leaves out what describes it; the strip finds it where it follows directly, and writes down where that is.
  const description = file.subarray(at + soiLength, at + soiLength + headerLength);
  const soi = turned.subarray(0, soiLength);
  const joined = await new Blob([picture, soi, description, turned.subarray(soiLength)] as BlobPart[]).arrayBuffer();
  const strip = { format: "jpeg", keepOrientation: 1, keepGainMap: true, name: choices.name };
  return withCore((core) => {
    const { bytes, gainMap } = core.strip(new Uint8Array(joined), strip);
    return gainMap && bytes;
  });
}

/** A gain map that nothing can be done with is lost; the picture is not. */
async function unlessRefused<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError && error.code !== "out-of-memory") return undefined;
    throw error;
  }
}
