/** Carries out what is planned for a picture's pixels, without loss where there need be none. Loaded when it is needed. */

import { InputError } from "./errors.js";
import { defaultMaxPixels, defaultQuality, type Encoded, type Picture, type Plan } from "./prepare-plan.js";
import type { Change, MediaInfo, Orientation, PrepareOptions } from "./types.js";
import { type HeldPicture, sourceQuality, turnJpeg, withPicture } from "./wasm/codec.js";

/** Below it a picture is made smaller instead: blocks hide more than size does. */
const leastQuality = 40;

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

/** "#rgb" or "#rrggbb". */
function colourOf(background: string): number {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(background)?.[1];
  if (hex === undefined) {
    throw new InputError("bad-argument", `background is a colour like "#ffffff", not ${JSON.stringify(background)}.`);
  }
  return Number.parseInt(hex.length === 3 ? hex.replace(/./g, "$&$&") : hex, 16);
}

function describe(target: Encoded, quality: number): Change {
  const message = {
    jpeg:
      quality === sourceQuality
        ? "written as JPEG with the source's own tables"
        : `written as JPEG of quality ${quality}`,
    png: "written as PNG, without loss",
    webp: `written as WebP of quality ${quality}`,
    "lossless-webp": "written as WebP, without loss",
  }[target];
  return { code: "re-encoded", message };
}

/** Encodes; with `maxBytes` by as much quality, then as many pixels, as fit. */
function encodeWithin(picture: HeldPicture, target: Encoded, quality: number, maxBytes: number, changes: Change[]) {
  let bytes = picture.encode(target, quality);
  let chosen = quality;
  const lossy = target === "jpeg" || target === "webp";
  const { width, height } = picture;
  while (bytes.length > maxBytes) {
    if (lossy) {
      let [low, high] = [leastQuality, quality === sourceQuality ? 95 : quality];
      let best: Uint8Array<ArrayBuffer> | undefined;
      while (low <= high) {
        const middle = (low + high) >> 1;
        bytes = picture.encode(target, middle);
        if (bytes.length <= maxBytes) [best, chosen, low] = [bytes, middle, middle + 1];
        else high = middle - 1;
      }
      if (best !== undefined) {
        bytes = best;
        break;
      }
      chosen = leastQuality;
    }
    if (picture.width === 1 && picture.height === 1) {
      throw new InputError("too-large", `Not even one pixel fits into maxBytes (${maxBytes}).`);
    }
    const scale = Math.min(0.9, Math.sqrt(maxBytes / bytes.length) * 0.98);
    const side = (length: number) => Math.max(1, Math.floor(length * scale));
    picture.resize(side(picture.width), side(picture.height));
    bytes = picture.encode(target, lossy ? leastQuality : quality);
  }
  if (picture.width !== width || picture.height !== height) {
    const message = `from ${width} × ${height} to ${picture.width} × ${picture.height}, to fit into ${maxBytes} bytes`;
    changes.push({ code: "resized", message });
  }
  changes.push(describe(target, chosen));
  return bytes;
}

/** Carries a plan out. @throws InputError as {@link prepare} */
export async function preparePicture(
  bytes: Uint8Array,
  source: MediaInfo,
  plan: Plan,
  options: PrepareOptions,
  name: string,
): Promise<Picture> {
  const maxPixels = options.limits?.maxPixels ?? defaultMaxPixels;
  const changes: Change[] = [];
  const { turn, target } = plan;
  const turned = `${turns[turn]}, as EXIF orientation ${turn} says`;
  if (!plan.needsPixels && source.format === "jpeg" && options.quality === undefined) {
    const lossless = await turnJpeg(bytes, { orientation: turn, maxPixels, name });
    if (lossless !== undefined) {
      return {
        bytes: lossless,
        changes: [{ code: "turned-upright", message: `${turned}; not a bit of the picture lost` }],
      };
    }
  }
  const keepsQuality = source.format === "jpeg" && options.quality === undefined && !plan.resizes;
  const quality = keepsQuality && target === "jpeg" ? sourceQuality : (options.quality ?? defaultQuality);
  const stored = turn > 4 ? [plan.height, plan.width] : [plan.width, plan.height];
  const [leastWidth, leastHeight] = options.crop || !plan.resizes ? [0, 0] : (stored as [number, number]);
  const background = colourOf(options.background ?? "#ffffff");
  return withPicture(bytes, { maxPixels, leastWidth, leastHeight, name }, (picture) => {
    if (source.frames > 1) changes.push({ code: "first-frame", message: `the first of ${source.frames} frames` });
    picture.turn(turn);
    if (turn !== 1) changes.push({ code: "turned-upright", message: turned });
    if (options.crop) {
      const { x, y, width, height } = options.crop;
      picture.crop(options.crop);
      changes.push({ code: "cropped", message: `to ${width} × ${height} pixels at (${x}, ${y})` });
    }
    picture.resize(plan.width, plan.height);
    if (plan.resizes) changes.push({ code: "resized", message: `to ${plan.width} × ${plan.height} pixels` });
    if (plan.flattens) {
      picture.flatten(background);
      changes.push({ code: "flattened", message: `clear parts put onto ${options.background ?? "#ffffff"}` });
    }
    const limit = options.maxBytes ?? Number.POSITIVE_INFINITY;
    return { bytes: encodeWithin(picture, target, quality, limit, changes), changes };
  });
}
