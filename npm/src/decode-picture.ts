/** Pixels of whatever a picture comes as. Loaded when they are needed. */

import { heifFormats, rawFormat } from "./picture-formats.js";
import { defaultMaxPixels, defaultQuality, fittingSize, turnedSides, turnOf } from "./prepare-plan.js";
import type { DecodedImage, DecodeOptions, EncodeOptions, MediaInfo, RawPixels } from "./types.js";
import { type DecodeChoices, type HeldPicture, type Target, withPicture, withPixels } from "./wasm/codec.js";

/** The module that decodes HEIC comes with the first one whose pixels are needed. */
const loadHeif = () => import("./wasm/heif.js");

/** A picture's data as it came, with what was found of it. */
export interface Given {
  /** The file, or raw pixels. */
  readonly data: RawPixels["data"];
  readonly info: MediaInfo;
  /** What messages call it. */
  readonly name: string;
}

/** Where the pixels come from: raw ones from the caller, a HEIC's from another module, upright already. */
export async function withDecoded<Result>(
  { data, info: { format, width, height }, name }: Given,
  choices: Omit<DecodeChoices, "name">,
  work: (picture: HeldPicture) => Result,
): Promise<Result> {
  if (format === rawFormat) return withPixels({ width, height, data }, work);
  const file = data as Uint8Array;
  if (heifFormats.includes(format)) {
    return withPixels(await (await loadHeif()).decodeHeif(file, { ...choices, name }), work);
  }
  return withPicture(file, { ...choices, name }, work);
}

/** The sides as stored of a picture that is to be at least `[width, height]` when it has been turned. */
export function leastSides(turn: number, [width, height]: readonly [number, number]) {
  return turn > 4 ? { leastWidth: height, leastHeight: width } : { leastWidth: width, leastHeight: height };
}

/** @throws InputError as decode() */
export function decodePicture(given: Given, options: DecodeOptions): Promise<DecodedImage> {
  const { partial = false, limits } = options;
  const { info } = given;
  const turn = turnOf(info, options);
  const sides = turnedSides(info, turn);
  const fitted = fittingSize(...sides, options);
  const least = fitted[0] === sides[0] && fitted[1] === sides[1] ? {} : leastSides(turn, fitted);
  const choices = { maxPixels: limits?.maxPixels ?? defaultMaxPixels, partial, ...least };
  return withDecoded(given, choices, (picture) => {
    picture.turn(turn);
    picture.resize(...fitted);
    const { width, height } = picture;
    return { width, height, data: new Uint8ClampedArray(picture.pixels().buffer) };
  });
}

/** @throws InputError as encode() */
export function encodePixels(pixels: RawPixels, { format, quality = defaultQuality }: EncodeOptions) {
  return withPixels(pixels, (picture) => {
    if (format === "jpeg" && !picture.opaque) picture.flatten(0xffffff);
    return picture.encode(format satisfies Target, quality);
  });
}
