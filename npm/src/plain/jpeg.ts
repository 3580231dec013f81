/** ITU-T T.81 Annex B (markers), EXIF 2.32 4.7.2 (APP1), ICC.1 Annex B.4 (APP2), Adobe TN 5116 (APP14). */

import { colorModels } from "../generated/vocabulary.js";
import { probeField } from "../wasm/probe-door.js";
import { readPlainExif } from "./exif.js";
import { ascii, beginsWith, u16be, u32be } from "./numbers.js";

const field = probeField;

// Markers' second bytes.
const baselineFrame = 0xc0;
const extendedFrame = 0xc1;
const progressiveFrame = 0xc2;
const dht = 0xc4;
const soi = 0xd8;
const sos = 0xda;
const dqt = 0xdb;
const dri = 0xdd;
const app0 = 0xe0;
const app1 = 0xe1;
const app2 = 0xe2;
const app13 = 0xed;
const app14 = 0xee;
const app15 = 0xef;
const com = 0xfe;

/** Marker and length. */
const segmentHeaderBytes = 4;
const jfif = ascii("JFIF\0");
const exif = ascii("Exif\0");
const exifHeaderBytes = 6;
const xmp = ascii("http://ns.adobe.com/xap/1.0/");
const icc = ascii("ICC_PROFILE\0");
const photoshop = ascii("Photoshop 3.0\0");
const resourceMark = 0x3842494d; // "8BIM"
const iptcResource = 0x0404;
const adobe = ascii("Adobe");
const adobeTransformAt = 11;
const frameBytes = 6;
const componentBytes = 3;
const rgbNames = ascii("RGB");

/** A longer header is left to the core, which has limits of its own. */
const maxHeaderBytes = 1024 * 1024;

const gray = colorModels.indexOf("gray");
const rgb = colorModels.indexOf("rgb");
const ycbcr = colorModels.indexOf("ycbcr");

/** What has been met so far. One for all calls, none of which waits. */
const met = { jfif: false, adobeTransform: -1, sized: false };

/** As decoders decide it: a JFIF file is YCbCr by definition, then Adobe's word counts, then the components' names. */
function colorModelOfThree(bytes: Uint8Array, components: number): number {
  if (met.jfif) return ycbcr;
  if (met.adobeTransform >= 0) return met.adobeTransform === 0 ? rgb : ycbcr;
  for (let i = 0; i < rgbNames.length; i++) {
    if (bytes[components + i * componentBytes] !== rgbNames[i]) return ycbcr;
  }
  return rgb;
}

/** The frame header's payload at `at`. @returns false when it is left to the core */
function readFrame(bytes: Uint8Array, at: number, length: number, facts: Uint32Array): boolean {
  const height = u16be(bytes, at + 1);
  const width = u16be(bytes, at + 3);
  const components = bytes[at + 5];
  // Four components have a story of their own, and so has a second frame.
  if (met.sized || (components !== 1 && components !== 3)) return false;
  if (width === 0 || height === 0 || length < frameBytes + components * componentBytes) return false;
  met.sized = true;
  facts[field.bitDepth] = bytes[at] as number;
  facts[field.height] = height;
  facts[field.width] = width;
  facts[field.colorModel] = components === 1 ? gray : colorModelOfThree(bytes, at + frameBytes);
  return true;
}

/** Whether a resource of Photoshop's is IPTC: "8BIM", id, Pascal string padded to even, size, data padded to even. */
function hasIptc(bytes: Uint8Array, resources: number, end: number): boolean {
  for (let at = resources; at + 12 <= end && u32be(bytes, at) === resourceMark; ) {
    if (u16be(bytes, at + 4) === iptcResource) return true;
    const sizeAt = at + 6 + (((bytes[at + 6] as number) + 2) & ~1);
    if (sizeAt + 4 > end) return false;
    const size = u32be(bytes, sizeAt);
    at = sizeAt + 4 + size + (size & 1);
  }
  return false;
}

/** An application segment's payload from `at` to `end`. @returns false when it is left to the core */
function readApplication(bytes: Uint8Array, code: number, at: number, end: number, facts: Uint32Array): boolean {
  const length = end - at;
  switch (code) {
    case app0:
      met.jfif ||= length >= jfif.length && beginsWith(bytes, at, jfif);
      return true;
    case app1:
      if (facts[field.exif] === 0 && length >= exifHeaderBytes && beginsWith(bytes, at, exif)) {
        return readPlainExif(bytes, at + exifHeaderBytes, end, facts);
      }
      facts[field.xmp] = 1;
      return length > xmp.length && beginsWith(bytes, at, xmp);
    case app2:
      if (facts[field.icc] === 0 && length >= icc.length && beginsWith(bytes, at, icc)) facts[field.icc] = 1;
      return true;
    case app13:
      if (length < photoshop.length || !beginsWith(bytes, at, photoshop)) return true;
      if (facts[field.iptc] === 0 && hasIptc(bytes, at + photoshop.length, end)) facts[field.iptc] = 1;
      return true;
    case app14:
      met.adobeTransform = (bytes[at + adobeTransformAt] as number) & 0x7f;
      return length > adobeTransformAt && beginsWith(bytes, at, adobe);
    default:
      return code >= app0 && code <= app15;
  }
}

/**
 * Fills in what a JPEG's header says. That it is so is only said once the first scan is found behind everything that was
 * read: a read behind the bytes at hand gives nothing, and decides nothing.
 * @returns false when it is left to the core
 */
export function readPlainJpeg(bytes: Uint8Array, facts: Uint32Array): boolean {
  if (bytes[1] !== soi) return false;
  met.jfif = false;
  met.adobeTransform = -1;
  met.sized = false;
  const end = Math.min(bytes.length, maxHeaderBytes) - segmentHeaderBytes;
  for (let at = 2; at <= end; ) {
    const code = bytes[at + 1] as number;
    const length = u16be(bytes, at + 2);
    if (bytes[at] !== 0xff || length < 2) return false;
    const payload = at + segmentHeaderBytes;
    at += 2 + length;
    switch (code) {
      case dht:
      case dqt:
      case dri:
      case com:
        break;
      case baselineFrame:
      case extendedFrame:
      case progressiveFrame:
        if (!readFrame(bytes, payload, at - payload, facts)) return false;
        facts[field.progressive] = Number(code === progressiveFrame);
        break;
      case sos:
        return met.sized;
      default:
        if (!readApplication(bytes, code, payload, at, facts)) return false;
    }
  }
  return false;
}
