/** EXIF as cameras write it: TIFF 6.0 section 2, EXIF 2.32 sections 4.6.4 A (orientation) and 4.6.6 (GPS). */

import { probeField } from "../wasm/probe-door.js";
import { bigEndian, type Endian, littleEndian, u16, u32, u32be } from "./numbers.js";

const field = probeField;

const littleMark = 0x49492a00; // "II*\0"
const bigMark = 0x4d4d002a; // "MM\0*"
const headerBytes = 8;
const entryBytes = 12;
/** No camera writes a directory of so many; what is done with a longer one is the core's to know. */
const maxEntries = 1024;

const shortType = 3;
const rationalType = 5;
const signedRationalType = 10;
const rationalBytes = 8;

const orientationTag = 0x0112;
const gpsTag = 0x8825;
const latitudeTag = 0x0002;
const longitudeTag = 0x0004;

/** A TIFF structure from `start` to `end` of the bytes; its offsets count from there. */
interface Tiff {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly endian: Endian;
}

/** Where the last entry ends of a directory whose first one is at `first`; 0 when it does not lie inside. */
function lastEntryEnd({ bytes, end, endian }: Tiff, first: number): number {
  if (first > end) return 0;
  const count = u16(bytes, first - 2, endian);
  const last = first + count * entryBytes;
  return count > maxEntries || last > end ? 0 : last;
}

/** Degrees as a rational that divides by something. */
function isAngle({ bytes, start, end, endian }: Tiff, entry: number): boolean {
  const type = u16(bytes, entry + 2, endian);
  if ((type !== rationalType && type !== signedRationalType) || u32(bytes, entry + 4, endian) === 0) return false;
  const at = start + u32(bytes, entry + 8, endian);
  return at + rationalBytes <= end && u32(bytes, at + 4, endian) !== 0;
}

/** Of each angle the first one counts. @returns undefined when the directory does not lie inside */
function hasCoordinates(tiff: Tiff, directory: number): boolean | undefined {
  const first = tiff.start + directory + 2;
  const last = lastEntryEnd(tiff, first);
  if (last === 0) return undefined;
  let latitude = 0;
  let longitude = 0;
  for (let at = first; at < last; at += entryBytes) {
    const tag = u16(tiff.bytes, at, tiff.endian);
    if (tag === latitudeTag && latitude === 0) latitude = at;
    if (tag === longitudeTag && longitude === 0) longitude = at;
  }
  return latitude !== 0 && longitude !== 0 && isAngle(tiff, latitude) && isAngle(tiff, longitude);
}

/** Fills in orientation and coordinates. @returns false when there is anything about it that is not usual */
export function readPlainExif(bytes: Uint8Array, start: number, end: number, facts: Uint32Array): boolean {
  if (start + headerBytes > end) return false;
  const mark = u32be(bytes, start);
  if (mark !== littleMark && mark !== bigMark) return false;
  const endian = mark === littleMark ? littleEndian : bigEndian;
  const tiff: Tiff = { bytes, start, end, endian };
  const first = start + u32(bytes, start + 4, endian) + 2;
  const last = lastEntryEnd(tiff, first);
  if (last === 0) return false;
  let orientation = 0;
  let gpsDirectory = 0;
  for (let at = first; at < last; at += entryBytes) {
    const tag = u16(bytes, at, endian);
    if (tag === orientationTag) {
      if (orientation !== 0 || u16(bytes, at + 2, endian) !== shortType) return false;
      orientation = u16(bytes, at + 8, endian);
      if (orientation < 1 || orientation > 8) return false;
    } else if (tag === gpsTag) {
      gpsDirectory = u32(bytes, at + 8, endian);
    }
  }
  const coordinates = gpsDirectory !== 0 && hasCoordinates(tiff, gpsDirectory);
  if (coordinates === undefined) return false;
  facts[field.exif] = 1;
  facts[field.orientation] = orientation === 0 ? 1 : orientation;
  facts[field.gps] = Number(coordinates);
  return true;
}
