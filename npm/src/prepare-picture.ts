/** Carries out what is planned for a picture's pixels, without loss where there need be none. Loaded when it is needed. */

import { shown } from "./check.js";
import { type Given, leastSides, withDecoded } from "./decode-picture.js";
import { InputError } from "./errors.js";
import { type FoundGainMap, findGainMap, gainMapLost, joinTurned } from "./gain-map.js";
import { heifFormats, rawFormat } from "./picture-formats.js";
import {
  defaultMaxPixels,
  defaultQuality,
  type Encoded,
  fittingSize,
  type Picture,
  type Plan,
} from "./prepare-plan.js";
import type { Change, MediaInfo, Orientation, PrepareOptions, Sharpness } from "./types.js";
import { type HeldPicture, judgedEdge, shrinkJpeg, sourceQuality, turnJpeg } from "./wasm/codec.js";

/** Below it a picture is made smaller instead: blocks hide more than size does. */
const leastQuality = 40;
/** What the quality of a JPEG that is to become less is looked for below, where only its tables are known. */
const mostQuality = 95;

const turns: Readonly<Record<Orientation, string>> = {
  1: "left as it was",
  2: "mirrored left to right",
  3: "turned by 180°",
  4: "mirrored top to bottom",
  5: "mirrored and turned left by 90°",
  6: "turned right by 90°",
  7: "mirrored and turned right by 90°",
  8: "turned left by 90°",
};

/** Lays a picture down again that {@link turns} of the same orientation have set upright. */
function layDown(picture: HeldPicture, orientation: Orientation): void {
  // The quarter turns undo each other; every other turn undoes itself.
  picture.turn(orientation === 6 || orientation === 8 ? 14 - orientation : orientation);
}

/** What the strip adds at most to tell an orientation: WebP's EXIF chunk and the header of an extended file. */
const orientationBytes = 52;
const roomFor = (lying: Orientation): number => (lying === 1 ? 0 : orientationBytes);

/** "#rgb" or "#rrggbb". */
function colourOf(background: string): number {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(typeof background === "string" ? background : "")?.[1];
  if (hex === undefined) {
    throw new InputError("bad-argument", `background is a colour like "#ffffff", not ${shown(background)}.`);
  }
  return Number.parseInt(hex.length === 3 ? hex.replace(/./g, "$&$&") : hex, 16);
}

function describe(source: MediaInfo, target: Encoded, quality: number): Change {
  const message = {
    jpeg:
      quality === sourceQuality
        ? "written as JPEG with the source's own tables"
        : `written as JPEG of quality ${quality}`,
    png: "written as PNG, without loss",
    webp: `written as WebP of quality ${quality}`,
    "lossless-webp": "written as WebP, without loss",
  }[target];
  return { code: source.format === rawFormat ? "encoded" : "re-encoded", message };
}

interface Written {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly quality: number;
}

/** By the best quality that fits, else by the one of the fewest bytes: never a better one than `asked` is written in. */
function lowerQuality(picture: HeldPicture, target: Encoded, asked: Written, maxBytes: number): Written {
  let best = asked;
  let [low, high] = [leastQuality, asked.quality === sourceQuality ? mostQuality : asked.quality - 1];
  while (low <= high) {
    const quality = (low + high) >> 1;
    const bytes = picture.encode(target, quality);
    const fits = bytes.length <= maxBytes;
    if (fits || bytes.length < best.bytes.length) best = { bytes, quality };
    if (fits) low = quality + 1;
    else high = quality - 1;
  }
  return best;
}

/** Encodes; within `limit` by as much quality, then as many pixels, as fit and leave room for `lying`. */
function encodeWithin(picture: HeldPicture, { target, lying }: Plan, quality: number, limit: number) {
  const maxBytes = limit - roomFor(lying);
  const { width, height } = picture;
  let written: Written = { bytes: picture.encode(target, quality), quality };
  const lossy = target === "jpeg" || target === "webp";
  if (lossy && written.bytes.length > maxBytes) written = lowerQuality(picture, target, written, maxBytes);
  while (written.bytes.length > maxBytes) {
    if (picture.width === 1 && picture.height === 1) {
      throw new InputError("too-large", `Not even one pixel fits into maxBytes (${limit}).`);
    }
    const scale = Math.min(0.9, Math.sqrt(Math.max(0, maxBytes) / written.bytes.length) * 0.98);
    const side = (length: number) => Math.max(1, Math.floor(length * scale));
    picture.resize(side(picture.width), side(picture.height));
    written = { ...written, bytes: picture.encode(target, written.quality) };
  }
  const changes: Change[] = [];
  if (picture.width !== width || picture.height !== height) {
    const message = `from ${width} × ${height} to ${picture.width} × ${picture.height}, to fit into ${limit} bytes`;
    changes.push({ code: "resized", message });
  }
  return { ...written, changes };
}

function turnedChange({ format, orientation }: MediaInfo, turn: Orientation): Change | undefined {
  if (turn !== 1) return { code: "turned-upright", message: `${turns[turn]}, as EXIF orientation ${turn} says` };
  if (orientation === 1 || !heifFormats.includes(format)) return undefined;
  return { code: "turned-upright", message: `${turns[orientation]}, as its properties irot and imir say` };
}

function resizedTo({ width, height }: Plan): Change {
  return { code: "resized", message: `to ${width} × ${height} pixels` };
}

function leftBehind({ format, frames }: MediaInfo): Change {
  const message = heifFormats.includes(format) ? `the main one of ${frames} pictures` : `the first of ${frames} frames`;
  return { code: "first-frame", message };
}

/** Below it a picture is blurry: the score where its edges are as wide as they may be. */
const leastScore = 0.5;

function sharpnessOf(picture: HeldPicture): Sharpness {
  const score = picture.sharpness();
  return { score, blurry: score < leastScore };
}

/**
 * Undefined for a picture of a kind that cannot be decoded here: what goes out untouched is not refused for want of a judgement.
 *
 * @throws InputError as decode(), but for `unsupported`
 */
export async function judgeSharpness(given: Given, { limits }: PrepareOptions): Promise<Sharpness | undefined> {
  const [leastWidth, leastHeight] = fittingSize(given.info.width, given.info.height, { maxEdge: judgedEdge });
  const choices = { maxPixels: limits?.maxPixels ?? defaultMaxPixels, leastWidth, leastHeight };
  try {
    return await withDecoded(given, choices, sharpnessOf);
  } catch (error) {
    if (error instanceof InputError && error.code === "unsupported") return undefined;
    throw error;
  }
}

/** @returns undefined where the picture has to be written anew */
async function withoutLoss(
  given: Given,
  { turn, needsPixels }: Plan,
  options: PrepareOptions,
  { turned, gainMap, maxPixels }: { turned: Change; gainMap: FoundGainMap | undefined; maxPixels: number },
): Promise<Picture | undefined> {
  if (needsPixels || given.info.format !== "jpeg" || options.quality !== undefined) return undefined;
  const picture = await turnWithoutLoss(given, gainMap, { orientation: turn, maxPixels, name: given.name });
  if (picture === undefined) return undefined;
  const sharpness = options.sharpness ? await judgeSharpness(given, options) : undefined;
  const message = `${turned.message}; not a bit of the picture lost`;
  return { ...picture, changes: [{ ...turned, message }], sharpness };
}

/**
 * Carries a plan out.
 *
 * @throws InputError as {@link prepare}
 */
export async function preparePicture(given: Given, plan: Plan, options: PrepareOptions): Promise<Picture> {
  const { info: source } = given;
  const maxPixels = options.limits?.maxPixels ?? defaultMaxPixels;
  const changes: Change[] = [];
  const { turn, lying, target } = plan;
  // One of them is 1.
  const toUpright = Math.max(turn, lying);
  const turned = turnedChange(source, turn);
  const gainMap = options.keepGainMap ? await findGainMap(given) : undefined;
  const whole = turned && (await withoutLoss(given, plan, options, { turned, gainMap, maxPixels }));
  if (whole) return whole;
  const warnings = gainMap ? [gainMapLost] : [];
  const keepsQuality = source.format === "jpeg" && options.quality === undefined && !plan.resizes;
  const quality = keepsQuality && target === "jpeg" ? sourceQuality : (options.quality ?? defaultQuality);
  const least = options.crop || !plan.resizes ? {} : leastSides(toUpright, leastToSee(plan, options));
  const { background = "#ffffff", maxBytes = Number.POSITIVE_INFINITY } = options;
  const behind = colourOf(background);
  if (source.frames > 1) changes.push(leftBehind(source));
  if (turned) changes.push(turned);
  const shrunk = await shrinkAlone(given, plan, options, { quality, maxPixels });
  if (shrunk !== undefined && shrunk.length + roomFor(lying) <= maxBytes) {
    changes.push(resizedTo(plan), describe(source, target, quality));
    return { bytes: shrunk, changes, warnings };
  }
  return withDecoded(given, { maxPixels, ...least }, (picture) => {
    // Whatever is asked for is asked of the upright picture.
    picture.turn(toUpright);
    if (options.crop) {
      const { x, y, width, height } = options.crop;
      picture.crop(options.crop);
      changes.push({ code: "cropped", message: `to ${width} × ${height} pixels at (${x}, ${y})` });
    }
    const sharpness = options.sharpness ? sharpnessOf(picture) : undefined;
    if (plan.resizes) {
      picture.resize(plan.width, plan.height);
      changes.push(resizedTo(plan));
    }
    if (plan.flattens && !picture.opaque) {
      picture.flatten(behind);
      changes.push({ code: "flattened", message: `clear parts put onto ${background}` });
    }
    layDown(picture, lying);
    const written = encodeWithin(picture, plan, quality, maxBytes);
    changes.push(...written.changes, describe(source, target, written.quality));
    return { bytes: written.bytes, changes, warnings, sharpness };
  });
}

/** A JPEG of which nothing but a smaller one is wanted; undefined for all else, and where its pixels are needed for it. */
async function shrinkAlone(
  { data, info, name }: Given,
  { turn, lying, width, height, resizes, target }: Plan,
  { crop, sharpness }: PrepareOptions,
  choices: { quality: number; maxPixels: number },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!resizes || info.format !== "jpeg" || target !== "jpeg" || crop || sharpness) return undefined;
  const sides = lying > 4 ? { width: height, height: width } : { width, height };
  return shrinkJpeg(data as Uint8Array, { ...choices, ...sides, orientation: turn, name });
}

/** With its gain map, where that can be turned as well. */
async function turnWithoutLoss(
  { data }: Given,
  gainMap: FoundGainMap | undefined,
  choices: { orientation: number; maxPixels: number; name: string },
): Promise<Pick<Picture, "bytes" | "warnings"> | undefined> {
  const bytes = await turnJpeg(data as Uint8Array, choices);
  if (bytes === undefined || gainMap === undefined) return bytes && { bytes, warnings: [] };
  const joined = await joinTurned(bytes, gainMap, choices);
  return { bytes: joined ?? bytes, warnings: joined ? [] : [gainMapLost] };
}

/** The upright size that a decoder must not go below: what is written, or what a judgement of sharpness looks at. */
function leastToSee({ width, height }: Plan, { sharpness }: PrepareOptions): readonly [number, number] {
  const longest = Math.max(width, height);
  if (!sharpness || longest >= judgedEdge) return [width, height];
  const scale = judgedEdge / longest;
  return [Math.ceil(width * scale), Math.ceil(height * scale)];
}
