/** An answer's text to what it tells of, by media.wasm and, for masks, the codec. */

import { decodeBase64 } from "./base64.js";
import { InputError } from "./errors.js";
import type { Status } from "./generated/vocabulary.js";
import type { Box, Detection, Mask, Point, Size } from "./types.js";
import { statusError } from "./wasm/core.js";
import { type DetectionRecord, parseAnswer } from "./wasm/media.js";

/**
 * What {@link parseDetections} gives, without the first `skip` of them: masks are decoded only where they are wanted.
 *
 * @throws as {@link parseDetections}
 */
export async function readDetections(text: string, size: Size, skip = 0): Promise<Detection[]> {
  if (typeof text !== "string") {
    throw new InputError("bad-argument", "What is read is the answer's text: answer.text.");
  }
  const bytes = new TextEncoder().encode(text);
  const records = await recordsOf(bytes, size);
  return decodeAll(bytes, records.slice(skip), size);
}

async function recordsOf(bytes: Uint8Array, size: Size): Promise<DetectionRecord[]> {
  const whole = (side: unknown): boolean => typeof side === "number" && side > 0 && Number.isFinite(side);
  if (!whole(size?.width) || !whole(size?.height)) {
    throw new InputError(
      "bad-argument",
      "The size is that of the picture as it was sent: { width, height } in pixels.",
    );
  }
  const records = await parseAnswer(bytes, size.width, size.height);
  if (typeof records === "string") throw refusal(records);
  return records;
}

function refusal(status: Status): InputError {
  const reason = status === "too-large" ? "has more in it than is read" : "needs more memory than there is";
  return statusError(status, `The answer ${reason}.`);
}

/** One after the other: a mask may be as large as the picture, and pixels share one heap. */
async function decodeAll(bytes: Uint8Array, records: readonly DetectionRecord[], size: Size): Promise<Detection[]> {
  const detections: Detection[] = [];
  for (const record of records) detections.push(await detectionOf(bytes, record, size));
  return detections;
}

async function detectionOf(bytes: Uint8Array, record: DetectionRecord, size: Size): Promise<Detection> {
  const { fields, corners } = record;
  const { x, y, width, height, pointX, pointY, confidence } = fields;
  const box = fields.hasBox !== 0 ? { x, y, width, height } : undefined;
  const written = stringOf(bytes, fields.maskBegin, fields.maskEnd);
  const mask = written === "" ? undefined : await decodeMask(written, box, size);
  const unread = written !== "" && mask === undefined;
  return {
    label: stringOf(bytes, fields.labelBegin, fields.labelEnd),
    ...(box !== undefined && { box }),
    ...(fields.hasPoint !== 0 && { point: { x: pointX, y: pointY } }),
    ...(corners.length > 0 && { polygon: pointsOf(corners) }),
    ...(mask !== undefined && { mask }),
    ...(fields.hasBox3d !== 0 && { box3d: box3dOf(fields) }),
    ...(confidence >= 0 && { confidence }),
    ...(unread && { rawMask: written }),
    complete: !unread,
  };
}

function box3dOf(fields: DetectionRecord["fields"]): NonNullable<Detection["box3d"]> {
  const { centerX, centerY, centerZ, sizeX, sizeY, sizeZ, roll, pitch, yaw } = fields;
  return { center: [centerX, centerY, centerZ], size: [sizeX, sizeY, sizeZ], rotation: [roll, pitch, yaw] };
}

function pointsOf(corners: Float64Array): Point[] {
  return Array.from({ length: corners.length / 2 }, (_, i) => ({
    x: corners[2 * i] as number,
    y: corners[2 * i + 1] as number,
  }));
}

/** A string as JSON writes it; one with escapes that JSON does not know is left as it is. */
function stringOf(bytes: Uint8Array, begin: number, end: number): string {
  if (begin === end) return "";
  const text = new TextDecoder().decode(bytes.subarray(begin, end));
  if (!text.includes("\\")) return text;
  try {
    // In single quotes a double one may stand as it is; control characters may stand in none.
    const plain = text
      .replaceAll(/\\'/g, "'")
      .replaceAll(/(?<!\\)"/g, '\\"')
      .replaceAll("\n", "\\n");
    return JSON.parse(`"${plain}"`) as string;
  } catch {
    return text;
  }
}

const pngPrefix = /^data:image\/png;base64,/i;
/** Above this a probability counts as "here" (the cookbook's parse_segmentation_masks). */
const threshold = 127;
/** Pixels of a probability map; 256 × 256 is what has been seen. */
const maxMapPixels = 1 << 24;

/** @returns undefined when it is no picture of the known form, or has no box to lie in */
async function decodeMask(written: string, box: Box | undefined, size: Size): Promise<Mask | undefined> {
  if (!pngPrefix.test(written) || box === undefined) return undefined;
  const x = Math.floor(box.x);
  const y = Math.floor(box.y);
  const width = Math.min(Math.floor(box.x + box.width), Math.floor(size.width)) - x;
  const height = Math.min(Math.floor(box.y + box.height), Math.floor(size.height)) - y;
  if (width <= 0 || height <= 0) return undefined;
  try {
    const { withPicture } = await import("./wasm/codec.js");
    const file = decodeBase64(written.replace(pngPrefix, "").trim());
    const map = await withPicture(file, { maxPixels: maxMapPixels, name: "The mask" }, (picture) => {
      return { width: picture.width, height: picture.height, data: picture.pixels() };
    });
    return { x, y, width, height, data: resizeMap(map, width, height) };
  } catch (error) {
    // A damaged mask is the model's affair, and its box is still good. A codec that does not load is the caller's.
    if (error instanceof InputError && (error.code === "wasm-load" || error.code === "out-of-memory")) throw error;
    return undefined;
  }
}

/** Gray stands in all three colours alike; bilinear between centres of pixels, then 0 or 255. */
function resizeMap(map: { data: Uint8Array } & Size, width: number, height: number): Uint8Array {
  const { data: bytes, width: mapWidth, height: mapHeight } = map;
  const data = new Uint8Array(width * height);
  const columns = Array.from({ length: width }, (_, i) => between(i, width, mapWidth));
  for (let row = 0; row < height; row++) {
    const [above, below, down] = between(row, height, mapHeight);
    for (const [column, [left, right, across]] of columns.entries()) {
      const at = (line: number, place: number): number => bytes[4 * (line * mapWidth + place)] as number;
      const upper = at(above, left) * (1 - across) + at(above, right) * across;
      const lower = at(below, left) * (1 - across) + at(below, right) * across;
      if (upper * (1 - down) + lower * down > threshold) data[row * width + column] = 255;
    }
  }
  return data;
}

/** The two pixels of the source a pixel lies between, and how far towards the second. */
function between(place: number, length: number, sourceLength: number): [first: number, second: number, share: number] {
  const center = Math.min(Math.max(((place + 0.5) * sourceLength) / length - 0.5, 0), sourceLength - 1);
  const first = Math.floor(center);
  return [first, Math.min(first + 1, sourceLength - 1), center - first];
}
