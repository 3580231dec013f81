/** A small PNG encoder (W3C PNG, third edition) for samples and test fixtures: every colour type, depth and interlace. */
import { crc32, deflateSync } from "node:zlib";

const kSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples a pixel, by colour type. */
const kChannels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Adam7: first column and row of each pass, and the steps between its pixels. */
const kAdam7 = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];
const kWholePicture = [{ x: 0, y: 0, dx: 1, dy: 1 }];

function bigEndian32(value) {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), Buffer.from(data)]);
  return Buffer.concat([Buffer.from(bigEndian32(data.length)), body, Buffer.from(bigEndian32(crc32(body)))]);
}

/** Colours of an image in order of appearance; a palette holds what the depth can index. */
function paletteOf({ data }, bitDepth) {
  const places = new Map();
  const entries = [];
  for (let i = 0; i < data.length; i += 4) {
    const colour = [data[i], data[i + 1], data[i + 2], data[i + 3]];
    const key = colour.join();
    if (places.has(key)) continue;
    places.set(key, entries.length);
    entries.push(colour);
  }
  if (entries.length > 1 << bitDepth) throw new RangeError(`${entries.length} colours need more than ${bitDepth} bits`);
  return { places, entries };
}

/** 8-bit value → one of `bitDepth` bits, spread over its whole range. */
function scaleTo(bitDepth, value) {
  return Math.round((value * (2 ** bitDepth - 1)) / 255);
}

function samplesOf(rgba, colorType, bitDepth, palette) {
  if (colorType === 3) return [palette.places.get(rgba.join())];
  const gray = Math.round(0.299 * rgba[0] + 0.587 * rgba[1] + 0.114 * rgba[2]);
  const colour = colorType === 0 || colorType === 4 ? [gray] : rgba.slice(0, 3);
  const alpha = colorType === 4 || colorType === 6 ? [rgba[3]] : [];
  return [...colour, ...alpha].map((value) => scaleTo(bitDepth, value));
}

/** One pass as unfiltered rows packed to bytes. */
function rowsOf(image, pass, colorType, bitDepth, palette) {
  const rows = [];
  for (let y = pass.y; y < image.height; y += pass.dy) {
    const samples = [];
    for (let x = pass.x; x < image.width; x += pass.dx) {
      const from = 4 * (y * image.width + x);
      samples.push(...samplesOf([...image.data.slice(from, from + 4)], colorType, bitDepth, palette));
    }
    if (samples.length > 0) rows.push(packBits(samples, bitDepth));
  }
  return rows;
}

function packBits(samples, bitDepth) {
  if (bitDepth === 16) return samples.flatMap((value) => [value >> 8, value & 0xff]);
  const perByte = 8 / bitDepth;
  const bytes = new Array(Math.ceil(samples.length / perByte)).fill(0);
  samples.forEach((value, i) => {
    bytes[Math.floor(i / perByte)] |= value << (8 - bitDepth * ((i % perByte) + 1));
  });
  return bytes;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** Filters by number (9.2). */
const kPredictors = [() => 0, (left) => left, (_, up) => up, (left, up) => (left + up) >> 1, paeth];

function filtered(row, above, distance, filter) {
  return row.map((value, i) => {
    const left = i < distance ? 0 : row[i - distance];
    const corner = i < distance ? 0 : (above[i - distance] ?? 0);
    return (value - kPredictors[filter](left, above[i] ?? 0, corner)) & 0xff;
  });
}

/** Rows with their filter byte; `adaptive` takes the filter with the smallest sum, as the specification advises (12.7). */
function scanlines(rows, distance, filter) {
  return rows.flatMap((row, i) => {
    const above = i === 0 ? [] : rows[i - 1];
    const candidates = filter === "adaptive" ? [0, 1, 2, 3, 4] : [filter];
    const tried = candidates.map((number) => ({ number, bytes: filtered(row, above, distance, number) }));
    const cost = ({ bytes }) => bytes.reduce((sum, value) => sum + (value < 128 ? value : 256 - value), 0);
    const best = tried.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    return [best.number, ...best.bytes];
  });
}

/**
 * @param {{ width: number, height: number, data: ArrayLike<number> }} image RGBA
 * @param {{ colorType?: 0 | 2 | 3 | 4 | 6, bitDepth?: 1 | 2 | 4 | 8 | 16, interlaced?: boolean,
 *           filter?: 0 | 1 | 2 | 3 | 4 | "adaptive", idatBytes?: number,
 *           chunks?: { beforeIdat?: { type: string, data: ArrayLike<number> }[],
 *                      afterIdat?: { type: string, data: ArrayLike<number> }[] } }} [options]
 *        `idatBytes` cuts the data into several IDAT chunks. A palette with transparent colours gets its tRNS chunk.
 * @returns {Uint8Array}
 */
export function encodePng(
  image,
  { colorType = 6, bitDepth = 8, interlaced = false, filter = "adaptive", idatBytes = 1 << 20, chunks = {} } = {},
) {
  const palette = colorType === 3 ? paletteOf(image, bitDepth) : undefined;
  const distance = Math.max(1, (kChannels[colorType] * bitDepth) >> 3);
  const passes = interlaced ? kAdam7 : kWholePicture;
  const lines = passes.map((pass) => scanlines(rowsOf(image, pass, colorType, bitDepth, palette), distance, filter));
  const packed = deflateSync(Buffer.from(lines.flat()), { level: 9 });
  const pieces = [];
  for (let from = 0; from < packed.length; from += idatBytes) pieces.push(packed.subarray(from, from + idatBytes));
  const transparent = palette?.entries.some(([, , , alpha]) => alpha < 255);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(kSignature),
      chunk("IHDR", [
        ...bigEndian32(image.width),
        ...bigEndian32(image.height),
        bitDepth,
        colorType,
        0,
        0,
        +interlaced,
      ]),
      ...(palette
        ? [
            chunk(
              "PLTE",
              palette.entries.flatMap((entry) => entry.slice(0, 3)),
            ),
          ]
        : []),
      ...(transparent
        ? [
            chunk(
              "tRNS",
              palette.entries.map((entry) => entry[3]),
            ),
          ]
        : []),
      ...(chunks.beforeIdat ?? []).map(({ type, data }) => chunk(type, data)),
      ...pieces.map((piece) => chunk("IDAT", piece)),
      ...(chunks.afterIdat ?? []).map(({ type, data }) => chunk(type, data)),
      chunk("IEND", []),
    ]),
  );
}
