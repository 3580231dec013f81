/** PNG specification, third edition: 5 (datastream structure), 11 (chunks). */

import { colorModels } from "../generated/vocabulary.js";
import { probeField } from "../wasm/probe-door.js";
import { u32be } from "./numbers.js";

const field = probeField;

/** "\x89PNG" and "\r\n\x1a\n" as two numbers. */
const signature = [0x89504e47, 0x0d0a1a0a] as const;
const headerAt = 8;
const headerBytes = 13;
const chunkBytes = 12;
const pixelsAt = headerAt + headerBytes + chunkBytes;
const maxNumber = 0x7fffffff;

const headerType = 0x49484452; // "IHDR"
const pixelsType = 0x49444154; // "IDAT"

/** By colour type, of the two depths that all of these have. A palette may have a transparent colour behind it. */
const models: Readonly<Record<number, number>> = {
  0: colorModels.indexOf("gray"),
  2: colorModels.indexOf("rgb"),
  4: colorModels.indexOf("gray-alpha"),
  6: colorModels.indexOf("rgba"),
};
const alphaTypes = 4;

/**
 * Fills in what the header of a PNG says whose pixels stand right behind it, so that nothing else is to be known of it.
 * @returns false when it is left to the core
 */
export function readPlainPng(bytes: Uint8Array, fileSize: number, facts: Uint32Array): boolean {
  if (bytes.length < pixelsAt + chunkBytes) return false;
  if (u32be(bytes, 0) !== signature[0] || u32be(bytes, 4) !== signature[1]) return false;
  if (u32be(bytes, headerAt) !== headerBytes || u32be(bytes, headerAt + 4) !== headerType) return false;
  if (u32be(bytes, pixelsAt + 4) !== pixelsType) return false;
  const pixelsBytes = u32be(bytes, pixelsAt);
  const width = u32be(bytes, headerAt + 8);
  const height = u32be(bytes, headerAt + 12);
  const depth = bytes[headerAt + 16] as number;
  const colorType = bytes[headerAt + 17] as number;
  const interlace = bytes[headerAt + 20] as number;
  const model = models[colorType];
  if (width === 0 || width > maxNumber || height === 0 || height > maxNumber) return false;
  if (model === undefined || (depth !== 8 && depth !== 16) || interlace > 1) return false;
  if (pixelsBytes > maxNumber || pixelsAt + chunkBytes + pixelsBytes > fileSize) return false;
  facts[field.width] = width;
  facts[field.height] = height;
  facts[field.bitDepth] = depth;
  facts[field.colorModel] = model;
  facts[field.hasAlpha] = Number(colorType >= alphaTypes);
  facts[field.progressive] = interlace;
  return true;
}
