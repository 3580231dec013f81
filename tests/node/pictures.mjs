/** Pictures made for the tests, with the writers that make the samples. */
import { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene, storedAs } from "../../tools/samples.mjs";

export { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene, storedAs };

/** Stored so that EXIF `orientation` sets the scene upright. */
export function orientedJpeg(orientation, picture, options = {}) {
  const segments = [exifSegment(buildExif({ orientation })), ...(options.segments ?? [])];
  return Buffer.from(encodeJpeg(storedAs(orientation, picture), { ...options, segments }));
}

export function orientedPng(orientation, picture, { late = false, ...options } = {}) {
  const exif = [exifChunk(buildExif({ orientation }))];
  const chunks = late ? { afterIdat: exif } : { beforeIdat: exif };
  return Buffer.from(encodePng(storedAs(orientation, picture), { colorType: 2, ...options, chunks }));
}

/** A JPEG whose frame header comes after so many bytes of application segments. */
export function longHeaderJpeg(headerBytes, picture = scene(32, 24)) {
  const segments = [];
  for (let left = headerBytes; left > 0; left -= 60_000) {
    segments.push({ marker: 0xef, data: Buffer.alloc(Math.min(left, 60_000), 0x55) });
  }
  return Buffer.from(encodeJpeg(picture, { segments }));
}

/** The same picture with its header's size changed, check sum and all: a promise that its data do not keep. */
export function resizedPng(png, width, height) {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  copy.writeUInt32BE(crcOf(copy.subarray(12, 29)), 29);
  return copy;
}

function crcOf(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The largest difference of any channel between two pictures, alpha included. */
export function largestDifference(one, other) {
  let largest = 0;
  for (let i = 0; i < one.data.length; i++) largest = Math.max(largest, Math.abs(one.data[i] - other.data[i]));
  return largest;
}

/** The mean difference over all colour channels. */
export function meanDifference(one, other) {
  let sum = 0;
  for (let i = 0; i < one.data.length; i++) sum += Math.abs(one.data[i] - other.data[i]);
  return sum / ((one.data.length * 3) / 4);
}
