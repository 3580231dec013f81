/** Headers read in JavaScript where they lie: whatever is answered there, the core answers the same. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import sharp from "sharp";
import { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, longHeaderJpeg, scene } from "./pictures.mjs";

// Internal, but shipped: what a probe begins with, and what it turns to.
const dist = (file) => import(new URL(file, import.meta.resolve("gemini-vision-wasm")));
const { plainHeader } = await dist("./plain/header.js");
const { coreFacts } = await dist("./probe.js");
const { withCore } = await dist("./wasm/core.js");

let core;
before(async () => {
  core = await withCore((loaded) => loaded);
});

const place = { latitude: 10, longitude: 20 };
const segment = (marker, ...parts) => ({ marker, data: Buffer.concat(parts.map((part) => Buffer.from(part))) });
const exif = (options) => exifSegment(buildExif({ orientation: 6, ...options }));
const jpeg = (...segments) => Buffer.from(encodeJpeg(scene(24, 16), { segments }));
const png = (options) => Buffer.from(encodePng(scene(24, 16), options));

/** Without the JFIF segment that the writer begins with. */
function bare(bytes) {
  return Buffer.concat([bytes.subarray(0, 2), bytes.subarray(4 + bytes.readUInt16BE(4))]);
}

/** With the components called as they are by some who write RGB. */
function namedRgb(bytes) {
  const copy = Buffer.from(bytes);
  const frame = copy.indexOf(Buffer.from([0xff, 0xc0]));
  for (const [i, letter] of ["R", "G", "B"].entries()) copy[frame + 10 + 3 * i] = letter.charCodeAt(0);
  return copy;
}

/** With the frame header, made larger, once more. */
function twoFrames(bytes) {
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  const end = frame + 2 + bytes.readUInt16BE(frame + 2);
  const second = Buffer.from(bytes.subarray(frame, end));
  second.writeUInt16BE(1000, 5);
  return Buffer.concat([bytes.subarray(0, end), second, bytes.subarray(end)]);
}

/** An EXIF directory with so many entries, of which the last is the orientation. */
function longExif(entries) {
  const tiff = Buffer.alloc(8 + 2 + 12 * entries + 4);
  tiff.write("II*\0\x08", "latin1");
  tiff.writeUInt16LE(entries, 8);
  for (let i = 0; i < entries; i++) {
    tiff.writeUInt16LE(i === entries - 1 ? 0x0112 : 0x9999, 10 + 12 * i);
    tiff.writeUInt16LE(3, 12 + 12 * i);
    tiff.writeUInt32LE(1, 14 + 12 * i);
    tiff.writeUInt16LE(6, 18 + 12 * i);
  }
  return segment(0xe1, "Exif\0\0", tiff);
}

/** "8BIM", an id, a name, data: as Photoshop lines them up. */
function resource(id, name, data) {
  const bytes = Buffer.alloc(6 + ((name.length + 2) & ~1) + 4 + data.length + (data.length & 1));
  bytes.write("8BIM", "latin1");
  bytes.writeUInt16BE(id, 4);
  bytes[6] = name.length;
  bytes.write(name, 7, "latin1");
  const sizeAt = 6 + ((name.length + 2) & ~1);
  bytes.writeUInt32BE(data.length, sizeAt);
  bytes.set(data, sizeAt + 4);
  return bytes;
}
const photoshop = (...resources) => segment(0xed, "Photoshop 3.0\0", ...resources);
const adobe = (transform) => segment(0xee, "Adobe", [0, 100, 0, 0, 0, 0, transform]);
const xmp = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>");
const icc = segment(0xe2, "ICC_PROFILE\0", [1, 1], Buffer.alloc(200, 7));

/** What cameras and programs write. */
const plain = {
  "a plain JPEG": jpeg(),
  "a gray one": await sharp(jpeg()).grayscale().jpeg().toBuffer(),
  "a progressive one": await sharp(jpeg()).jpeg({ progressive: true }).toBuffer(),
  "EXIF, high bytes first": jpeg(exif({ endian: "big", make: "Sample", gps: place })),
  "EXIF, low bytes first": jpeg(exif({ endian: "little", make: "Sample", gps: place })),
  "EXIF without coordinates": jpeg(exif({ orientation: 5, endian: "little" })),
  XMP: jpeg(xmp),
  "a profile": jpeg(icc),
  "a profile in two pieces": jpeg(icc, icc),
  "Photoshop's resources with IPTC": jpeg(
    photoshop(resource(0x0425, "odd", Buffer.alloc(3)), resource(0x0404, "", Buffer.alloc(5))),
  ),
  "Photoshop's resources without": jpeg(photoshop(resource(0x0425, "", Buffer.alloc(16)))),
  "Adobe's word for YCbCr": jpeg(adobe(1)),
  "Adobe's word for RGB": jpeg(adobe(0)),
  "Adobe's word for RGB in no JFIF file": bare(jpeg(adobe(0))),
  "Adobe's word behind a version of its own": bare(jpeg(adobe(0x80))),
  "components called RGB": namedRgb(bare(jpeg())),
  "components called RGB in a JFIF file": namedRgb(jpeg()),
  "neither JFIF nor Adobe": bare(jpeg()),
  "1,024 entries of EXIF": jpeg(longExif(1024)),
  "everything at once": jpeg(exif({ gps: place }), xmp, icc, photoshop(resource(0x0404, "", [])), adobe(1)),
  "a long application segment": jpeg(segment(0xe5, Buffer.alloc(20_000, 7))),
  "a gray PNG": png({ colorType: 0 }),
  "an RGB PNG of 16 bits": png({ colorType: 2, bitDepth: 16 }),
  "a gray PNG with alpha": png({ colorType: 4 }),
  "an RGBA PNG": png({ colorType: 6 }),
};

/** The same as {@link plain} in form, with something that only the core is to judge. */
const odd = {
  "four components": await sharp(jpeg()).toColourspace("cmyk").jpeg().toBuffer(),
  "EXIF that is none": jpeg(segment(0xe1, "Exif\0\0", "no TIFF at all")),
  "EXIF twice": jpeg(exif({ endian: "big" }), exif({ endian: "little" })),
  "an orientation of 9": jpeg(exif({ orientation: 9 })),
  "XMP's name and nothing behind it": jpeg(segment(0xe1, "http://ns.adobe.com/xap/1.0/")),
  "1,025 entries of EXIF": jpeg(longExif(1025)),
  "two frames": twoFrames(jpeg()),
  "garbage between segments": Buffer.concat([jpeg().subarray(0, 2), Buffer.from("garbage"), jpeg().subarray(2)]),
  "a header of more than a megabyte": longHeaderJpeg(1_100_000),
  "a PNG with a palette": Buffer.from(encodePng(scene(2, 1), { colorType: 3, bitDepth: 1 })),
  "a PNG with EXIF": png({ colorType: 2, chunks: { beforeIdat: [exifChunk(buildExif({ orientation: 6 }))] } }),
};

const whole = (bytes) => {
  try {
    return [...coreFacts(core, bytes, "The file")];
  } catch (error) {
    return error.code;
  }
};

/** @returns whether it was answered */
function agrees(bytes, what, head = bytes) {
  const found = plainHeader(head, bytes.length);
  if (found === undefined) return false;
  assert.deepEqual([...found], whole(bytes), what);
  return true;
}

describe("answered as the core does", () => {
  for (const [name, bytes] of Object.entries(plain)) {
    test(name, () => assert.ok(agrees(bytes, name), "it is answered"));
  }
});

describe("left to the core", () => {
  for (const [name, bytes] of Object.entries(odd)) {
    test(name, () => assert.equal(plainHeader(bytes, bytes.length), undefined));
  }

  test("a PNG whose pixels are longer than a chunk may be", () => {
    const bytes = png({ colorType: 2 });
    assert.ok(plainHeader(bytes, 2 ** 33));
    bytes.writeUInt32BE(0x80000000, 33);
    assert.equal(plainHeader(bytes, 2 ** 33), undefined);
  });
});

describe("never answered otherwise", () => {
  const headerBytes = 900;

  test("a file that ends at every length, and one of which so much is at hand", () => {
    let answered = 0;
    for (const [name, bytes] of Object.entries({ ...plain, ...odd })) {
      for (let length = 0; length < Math.min(bytes.length, headerBytes); length++) {
        const cut = bytes.subarray(0, length);
        answered += agrees(cut, `${name}, cut to ${length}`) + agrees(bytes, `${name}, ${length} at hand`, cut);
      }
    }
    assert.ok(answered > 1000, `${answered} answers`);
  });

  test("every byte of a header changed", () => {
    let answered = 0;
    for (const [name, bytes] of Object.entries({ ...plain, ...odd })) {
      for (let at = 0; at < Math.min(bytes.length, headerBytes); at++) {
        const copy = Buffer.from(bytes);
        for (const value of [bytes[at] ^ 0xff, bytes[at] ^ 1, bytes[at] ^ 0x80, bytes[at] + 1, 0, 0xff]) {
          copy[at] = value;
          answered += agrees(copy, `${name}, byte ${at} = ${value & 0xff}`);
        }
      }
    }
    assert.ok(answered > 10_000, `${answered} answers`);
  });

  test("headers mixed, cut and changed at random", () => {
    const pictures = Object.values({ ...plain, ...odd }).map((bytes) => bytes.subarray(0, 4096));
    let state = 20_261_130;
    // A linear congruential generator: the same headers in every run.
    const random = (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const any = (list) => list[random(list.length)];
    let answered = 0;
    for (let round = 0; round < 300_000; round++) {
      const [one, other] = [any(pictures), any(pictures)];
      const at = random(Math.min(one.length, headerBytes));
      const from = random(Math.min(other.length, headerBytes));
      const middle = other.subarray(from, from + random(120));
      const mixed = Buffer.concat([one.subarray(0, at), middle, one.subarray(at + (round % 2) * middle.length)]);
      for (let changes = random(4); changes > 0; changes--) {
        mixed[random(Math.min(mixed.length, headerBytes))] = any([0, 1, 2, 4, 8, 0x7f, 0x80, 0xff, random(256)]);
      }
      answered += agrees(mixed, `round ${round}: ${mixed.toString("base64")}`);
    }
    assert.ok(answered > 50_000, `${answered} answers`);
  });
});
