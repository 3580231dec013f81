/**
 * Headers of JPEG and PNG as cameras and programs write them, read where they lie: to take a window of the file into the
 * core's heap costs more than to read such a header. Whatever is not usual about a file is left to the core, which reads
 * all there is and is the one to say what a file is; where this answers, the core answers the same.
 */

import { formats, probeFields } from "../generated/vocabulary.js";
import { probeField } from "../wasm/probe-door.js";
import { readPlainJpeg } from "./jpeg.js";
import { readPlainPng } from "./png.js";

const field = probeField;

const jpegByte = 0xff;
const pngByte = 0x89;
const jpegFormat = formats.findIndex(({ name }) => name === "jpeg");
const pngFormat = formats.findIndex(({ name }) => name === "png");

/** One for all calls, none of which waits. */
const facts = new Uint32Array(probeFields.length);

/**
 * @param bytes from the file's beginning on, as many as there are
 * @returns what the core would say, by {@link field}, until the next call; undefined when it is left to the core
 */
export function plainHeader(bytes: Uint8Array, fileSize: number): Uint32Array | undefined {
  const isJpeg = bytes[0] === jpegByte;
  if (!isJpeg && bytes[0] !== pngByte) return undefined;
  for (let i = 0; i < facts.length; i++) facts[i] = 0;
  facts[field.orientation] = 1;
  const isPlain = isJpeg ? readPlainJpeg(bytes, facts) : readPlainPng(bytes, fileSize, facts);
  if (!isPlain) return undefined;
  const isTransposed = (facts[field.orientation] as number) > 4;
  facts[field.format] = isJpeg ? jpegFormat : pngFormat;
  facts[field.uprightWidth] = facts[isTransposed ? field.height : field.width] as number;
  facts[field.uprightHeight] = facts[isTransposed ? field.width : field.height] as number;
  facts[field.frames] = 1;
  return facts;
}
