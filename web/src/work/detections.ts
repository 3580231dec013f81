/** What an answer points at: read, drawn and written down off the main thread, for masks are as large as pictures. */

import { type Detection, type Mask, parseDetections, type Size, toCoco, toSvg } from "gemini-vision-wasm/detections";
import type { Found, Pointed } from "./protocol.js";

/** Sharp enough on screen; a mask of every pixel of a photo would only fill the memory. */
const mostMaskEdge = 1200;

export async function find({ text, size }: Pointed): Promise<Found[]> {
  return Promise.all((await parseDetections(text, size)).map(toFound));
}

async function toFound({ mask, ...detection }: Detection): Promise<Found> {
  if (mask === undefined) return detection;
  const { x, y, width, height } = mask;
  return { ...detection, mask: { x, y, width, height, picture: await pictureOf(mask) } };
}

/** White where the thing is, nothing elsewhere. */
function pictureOf({ width, height, data }: Mask): Promise<ImageBitmap> {
  const pixels = new ImageData(width, height);
  new Uint32Array(pixels.data.buffer).set(Uint32Array.from(data, (covered) => (covered === 0 ? 0 : 0xffffffff)));
  return createImageBitmap(pixels, shrunk({ width, height }));
}

function shrunk({ width, height }: Size): ImageBitmapOptions {
  const scale = Math.min(1, mostMaskEdge / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { resizeWidth: side(width), resizeHeight: side(height) };
}

export async function svgOf({ text, size }: Pointed): Promise<string> {
  return toSvg(await parseDetections(text, size), size);
}

export async function cocoOf({ text, size, fileName }: Pointed & { fileName: string }): Promise<string> {
  return JSON.stringify(toCoco(await parseDetections(text, size), { ...size, fileName }), null, 2);
}
