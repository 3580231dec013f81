/**
 * What must not leave the house: coordinates, names and serial numbers planted in every place of a file where metadata
 * hides. They are gone from the bytes, another reader finds nothing of them, and other decoders see the same pixels.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import exifReader from "exifreader";
import { prepare } from "gemini-vision-wasm";
import sharp from "sharp";
import { buildExif, encodeJpeg, encodePng, exifSegment, scene } from "./pictures.mjs";

const picture = scene(96, 64);
const secrets = ["Jane Roe", "SN-20250317-0042", "52.520008N,13.404954E"];
const words = secrets.join(" ");
const gps = { latitude: 52.520008, longitude: 13.404954 };
const exif = (orientation) => buildExif({ orientation, make: secrets[0], model: secrets[1], gps });
const latin1 = (text) => Buffer.from(text, "latin1");
const xmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="52,31.2N" ' +
  `xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="${secrets[1]}">${words}</rdf:Description>` +
  "</rdf:RDF></x:xmpmeta>";

/** IPTC's by-line, in a resource of Photoshop's. */
const iptc = () => {
  const data = latin1(`\x1c\x02\x50\0${String.fromCharCode(words.length)}${words}`);
  const even = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  return Buffer.concat([latin1("Photoshop 3.0\x008BIM\x04\x04\0\0"), size, even]);
};

const jpegPlaces = (orientation) => ({
  EXIF: exifSegment(exif(orientation)),
  XMP: { marker: 0xe1, data: latin1(`http://ns.adobe.com/xap/1.0/\0${xmp}`) },
  "extended XMP": { marker: 0xe1, data: latin1(`http://ns.adobe.com/xmp/extension/\0${words}`) },
  IPTC: { marker: 0xed, data: iptc() },
  comment: { marker: 0xfe, data: latin1(words) },
  MPF: { marker: 0xe2, data: latin1(`MPF\0${words}`) },
  "JFIF thumbnail": { marker: 0xe0, data: latin1(`JFXX\0\x10${words}`) },
  C2PA: { marker: 0xeb, data: latin1(`JP\0\x01\0\0\0\x01${words}`) },
});

const pngChunks = (orientation) => ({
  EXIF: { type: "eXIf", data: exif(orientation) },
  text: { type: "tEXt", data: latin1(`Author\0${words}`) },
  "compressed text": { type: "zTXt", data: latin1(`Author\0\0${words}`) },
  XMP: { type: "iTXt", data: latin1(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`) },
  "raw profile": { type: "tEXt", data: latin1(`Raw profile type iptc\0${words}`) },
  C2PA: { type: "caBX", data: latin1(words) },
  time: { type: "tIME", data: latin1("\x07\xe9\x03\x11\x0c\x1e\0") },
  unknown: { type: "prVT", data: latin1(words) },
});

/** A RIFF chunk, padded to even. */
function chunk(type, data) {
  const head = Buffer.concat([latin1(type), Buffer.alloc(4)]);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

/** An extended WebP with these chunks behind its pixels. */
async function webpWith(chunks) {
  const simple = await sharp(picture.data, { raw: { width: 96, height: 64, channels: 4 } })
    .removeAlpha()
    .webp({ lossless: true })
    .toBuffer();
  const header = Buffer.alloc(10);
  header[0] = 0x08 | 0x04; // there is EXIF, there is XMP
  header.writeUIntLE(96 - 1, 4, 3);
  header.writeUIntLE(64 - 1, 7, 3);
  const body = Buffer.concat([latin1("WEBP"), chunk("VP8X", header), simple.subarray(12), ...chunks]);
  return chunk("RIFF", body);
}

const webpChunks = (orientation) => ({
  EXIF: chunk("EXIF", Buffer.from(exif(orientation))),
  "EXIF with JPEG's prefix": chunk("EXIF", Buffer.concat([latin1("Exif\0\0"), Buffer.from(exif(orientation))])),
  XMP: chunk("XMP ", latin1(xmp)),
  C2PA: chunk("C2PA", latin1(words)),
  unknown: chunk("META", latin1(words)),
});

const trailer = latin1(`\0\0\0\x18ftypmp42${words}`);

/** Each place alone, then all of them. */
const files = {
  JPEG: {
    places: [...Object.keys(jpegPlaces(1)), "trailer"],
    make: async (names, orientation) => {
      const segments = names.flatMap((name) => jpegPlaces(orientation)[name] ?? []);
      const bytes = encodeJpeg(picture, { segments });
      return Buffer.concat([bytes, names.includes("trailer") ? trailer : Buffer.alloc(0)]);
    },
  },
  PNG: {
    places: [...Object.keys(pngChunks(1)), "trailer"],
    make: async (names, orientation) => {
      const beforeIdat = names.flatMap((name) => pngChunks(orientation)[name] ?? []);
      const bytes = encodePng(picture, { colorType: 2, chunks: { beforeIdat } });
      return Buffer.concat([bytes, names.includes("trailer") ? trailer : Buffer.alloc(0)]);
    },
  },
  WebP: {
    places: [...Object.keys(webpChunks(1)), "trailer"],
    make: async (names, orientation) => {
      const bytes = await webpWith(names.flatMap((name) => webpChunks(orientation)[name] ?? []));
      return Buffer.concat([bytes, names.includes("trailer") ? trailer : Buffer.alloc(0)]);
    },
  },
};

/** The latitude as EXIF has it, which is no text: 52° 31' 12.03" as rationals. */
const latitude = Buffer.alloc(24);
for (const [i, number] of [52, 1, 31, 1, 1203, 100].entries()) latitude.writeUInt32LE(number, 4 * i);

const pixelsOf = (bytes) => sharp(bytes).raw().toBuffer();

async function check(source, orientation) {
  const media = await prepare(source, { upright: false });
  assert.deepEqual(
    media.changes.map(({ code }) => code),
    ["metadata-removed"],
  );
  const after = Buffer.from(media.bytes);
  for (const secret of [...secrets.map(latin1), latitude]) assert.ok(!after.includes(secret), String(secret));

  const tags = exifReader.load(after, { expanded: true, includeUnknown: true });
  for (const group of ["gps", "xmp", "iptc", "Thumbnail", "mpf", "photoshop", "makerNotes", "pngText"]) {
    assert.equal(tags[group], undefined, group);
  }
  const names = Object.keys(tags.exif ?? {});
  assert.deepEqual(names, orientation === 1 ? [] : ["Orientation"]);
  assert.ok((await pixelsOf(after)).equals(await pixelsOf(source)), "other pixels than before");
}

test("the planted things are there to be found", async () => {
  assert.ok(Buffer.from(exif(1)).includes(latitude));
  for (const { places, make } of Object.values(files)) {
    const bytes = await make(places, 1);
    const tags = exifReader.load(bytes, { expanded: true });
    assert.ok(tags.gps?.Latitude > 52 && tags.xmp !== undefined && tags.exif.Make !== undefined);
    for (const secret of secrets) assert.ok(bytes.includes(secret));
  }
});

for (const [format, { places, make }] of Object.entries(files)) {
  describe(`secrets in a ${format}`, () => {
    for (const name of places) test(`${name} alone`, async () => check(await make([name], 1), 1));
    test("all at once", async () => check(await make(places, 1), 1));
    test("all at once, and the turn is kept", async () => check(await make(places, 6), 6));
  });
}
