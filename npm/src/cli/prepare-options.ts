/** Flags of every command that prepares pictures. */

import type { PrepareOptions } from "../types.js";
import { type OptionName, type OptionValues, oneOf, text, UsageError, wholeNumber } from "./options.js";

export const prepareFlags = [
  ...(["max-edge", "max-pixels", "max-bytes", "format", "quality"] as const),
  ...(["crop", "background", "keep-orientation", "keep-metadata", "keep-gain-map", "sharpness"] as const),
] satisfies readonly OptionName[];

/** @throws UsageError for what makes no sense whatever the picture */
export function prepareOptions(values: OptionValues): PrepareOptions {
  return {
    maxEdge: wholeNumber(values, "max-edge", 1),
    maxPixels: wholeNumber(values, "max-pixels", 1),
    maxBytes: wholeNumber(values, "max-bytes", 1),
    format: oneOf(values, "format"),
    quality: wholeNumber(values, "quality", 1, 100),
    crop: crop(values),
    background: background(values),
    upright: values["keep-orientation"] !== true,
    stripMetadata: values["keep-metadata"] !== true,
    keepGainMap: values["keep-gain-map"] === true,
    sharpness: values.sharpness === true,
  };
}

function crop(values: OptionValues): PrepareOptions["crop"] {
  const given = text(values, "crop");
  if (given === undefined) return undefined;
  const numbers = /^(\d+),(\d+),([1-9]\d*),([1-9]\d*)$/.exec(given)?.slice(1).map(Number);
  if (numbers === undefined) throw new UsageError(`--crop takes X,Y,WIDTH,HEIGHT in pixels, not "${given}".`);
  const [x = 0, y = 0, width = 0, height = 0] = numbers;
  return { x, y, width, height };
}

function background(values: OptionValues): string | undefined {
  const given = text(values, "background");
  if (given === undefined || /^#([0-9a-f]{3}){1,2}$/i.test(given)) return given;
  throw new UsageError(`--background takes a colour like #ffffff, not "${given}".`);
}
