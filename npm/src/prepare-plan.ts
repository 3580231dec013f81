/** What {@link prepare} has to do to a picture's pixels: as little as is asked for. */

import { checkName, checkNumber, checkWhole } from "./check.js";
import { InputError } from "./errors.js";
import { heifFormats, rawFormat } from "./picture-formats.js";
import type { Change, EncodeOptions, MediaInfo, Orientation, PrepareOptions, Sharpness, Warning } from "./types.js";
import type { Target } from "./wasm/codec.js";

export const defaultQuality = 90;
/** A decode that would need more is refused before anything is allocated. */
export const defaultMaxPixels = 100_000_000;
export type Encoded = Exclude<Target, "pixels">;

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly changes: Change[];
  readonly warnings: readonly Warning[];
  /** Where it was asked for. */
  readonly sharpness?: Sharpness | undefined;
}

const formats = ["keep", "jpeg", "png", "webp"];

/** What can be said without the picture. @throws InputError `bad-argument` */
export function checkOptions({ quality, maxEdge, maxPixels, maxBytes, crop, format, limits }: PrepareOptions): void {
  checkWhole("quality", quality, 1, 100);
  checkWhole("maxEdge", maxEdge, 1);
  checkWhole("maxPixels", maxPixels, 1);
  checkWhole("maxBytes", maxBytes, 1);
  for (const name of ["x", "y", "width", "height"] as const) {
    checkWhole(`crop.${name}`, crop && (crop[name] ?? Number.NaN), name === "x" || name === "y" ? 0 : 1);
  }
  checkName("format", format, formats);
  checkNumber("limits.maxPixels", limits?.maxPixels, 1);
  checkNumber("limits.maxBytes", limits?.maxBytes, 1);
}

/** @throws InputError `bad-argument` */
export function checkEncodeOptions(options: EncodeOptions): void {
  const { format, quality } = options ?? {};
  checkOptions({ quality, format });
  if (format === undefined || (format as string) === "keep") {
    throw new InputError(
      "bad-argument",
      `Pixels have no format to keep; one of ${formats.slice(1).join(", ")} is needed.`,
    );
  }
}

/** HEIF's turn is part of the format, which every decoder applies; EXIF's is left to chance. */
export function turnsByPixels({ kind, format, orientation }: MediaInfo): boolean {
  return kind === "image" && orientation !== 1 && ![...heifFormats, "avif"].includes(format);
}

/** Formats whose pixels can be written again here. */
const turnable = ["jpeg", "png", "webp"];

/** How the stored pixels are to be turned; 1 where they are not. */
export function turnOf(source: MediaInfo, { upright }: { upright?: boolean | undefined }): Orientation {
  const turns = upright !== false && turnsByPixels(source) && turnable.includes(source.format);
  return turns ? source.orientation : 1;
}

/** How what is made of the stored pixels has to be turned to stand upright: what its file is to say. 1 where it does. */
function lyingOf(source: MediaInfo, turn: Orientation): Orientation {
  return turn === 1 && turnsByPixels(source) ? source.orientation : 1;
}

/** The size in pixels once they have been turned; those of HEIF come upright. */
export function turnedSides(source: MediaInfo, turn: Orientation): [number, number] {
  if (heifFormats.includes(source.format)) return [source.uprightWidth, source.uprightHeight];
  return turn > 4 ? [source.height, source.width] : [source.width, source.height];
}

/** The size that the limits leave, of an upright picture. */
export function fittingSize(
  width: number,
  height: number,
  { maxEdge, maxPixels }: { maxEdge?: number | undefined; maxPixels?: number | undefined },
): [number, number] {
  const scale = Math.min(
    1,
    maxEdge === undefined ? 1 : maxEdge / Math.max(width, height),
    maxPixels === undefined ? 1 : Math.sqrt(maxPixels / (width * height)),
  );
  if (scale === 1) return [width, height];
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const [fitted, other] = [side(width), side(height)];
  // Rounding must not take a pixel more than is allowed.
  return maxPixels !== undefined && fitted * other > maxPixels
    ? [Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale))]
    : [fitted, other];
}

/** WebP container specification: the chunk of the picture says which of the two codecs it is of. */
function isLosslessWebp(bytes: Uint8Array | Uint8ClampedArray): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (type === "VP8L") return true;
    if (type === "VP8 ") return false;
    const length = view.getUint32(at + 4, true);
    // An animation's frame holds the chunk itself.
    at += type === "ANMF" ? 8 + 16 : 8 + length + (length & 1);
  }
  return false;
}

/** A HEIC is a photo as a rule, which a PNG would make ten times its size; but a JPEG has no alpha. */
function targetOf(
  source: MediaInfo,
  bytes: Uint8Array | Uint8ClampedArray,
  format: NonNullable<PrepareOptions["format"]>,
): Encoded {
  if (format === "jpeg" || format === "png") return format;
  if (source.format === "webp") return isLosslessWebp(bytes) ? "lossless-webp" : "webp";
  if (format === "webp") return source.format === "png" ? "lossless-webp" : "webp";
  const isPhoto = source.format === "jpeg" || (heifFormats.includes(source.format) && !source.hasAlpha);
  return isPhoto ? "jpeg" : "png";
}

/**
 * What a picture is to become; undefined when its bytes are right as they are.
 *
 * @throws InputError `bad-argument` for a crop beyond the picture
 */
export function planFor(
  source: MediaInfo,
  bytes: Uint8Array | Uint8ClampedArray,
  options: PrepareOptions,
): Plan | undefined {
  if (source.kind !== "image") return undefined;
  const turn = turnOf(source, options);
  const { uprightWidth, uprightHeight } = source;
  const { crop, format = "keep", background, maxBytes } = options;
  if (crop && (crop.x + crop.width > uprightWidth || crop.y + crop.height > uprightHeight)) {
    const asked = `${crop.width} × ${crop.height} at (${crop.x}, ${crop.y})`;
    const message = `crop (${asked}) reaches beyond the upright picture of ${uprightWidth} × ${uprightHeight} pixels.`;
    throw new InputError("bad-argument", message);
  }
  const [wholeWidth, wholeHeight] = crop ? [crop.width, crop.height] : [uprightWidth, uprightHeight];
  const [width, height] = fittingSize(wholeWidth, wholeHeight, options);
  const resizes = width !== wholeWidth || height !== wholeHeight;
  const converts = format !== "keep" && format !== source.format;
  const flattens = source.hasAlpha && (background !== undefined || format === "jpeg");
  const shortens = maxBytes !== undefined && bytes.length > maxBytes;
  const raw = source.format === rawFormat;
  const needsPixels = raw || crop !== undefined || resizes || converts || flattens || shortens;
  if (!needsPixels && turn === 1) return undefined;
  const lying = lyingOf(source, turn);
  return { turn, lying, width, height, resizes, flattens, needsPixels, target: targetOf(source, bytes, format) };
}

export interface Plan {
  /** Of the stored pixels. */
  readonly turn: Orientation;
  /** The orientation that the written file is to have, for its pixels are not to be turned. */
  readonly lying: Orientation;
  /** Upright, after all. */
  readonly width: number;
  readonly height: number;
  readonly resizes: boolean;
  readonly flattens: boolean;
  /** More than a turn. */
  readonly needsPixels: boolean;
  readonly target: Encoded;
}
