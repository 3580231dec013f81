/**
 * The gain map of HDR photos: gone by default, and kept on demand with the numbers that apply it and nothing else. What
 * decodes is sharp and heic-decode, which share no code with the package.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import exifReader from "exifreader";
import { prepare } from "gemini-vision-wasm";
import { WorkerPool } from "gemini-vision-wasm/worker";
import decodeHeic from "heic-decode";
import sharp from "sharp";
import { hdrgm, listedPictures, ultraHdrJpeg } from "./hdr-files.mjs";
import { gainMapNumbers, hdrHeic, heic, showingGainMap } from "./heic-files.mjs";
import { buildExif, encodeJpeg, exifSegment, scene } from "./pictures.mjs";

const latin1 = (text) => Buffer.from(text, "latin1");
const secrets = ["Jane Roe", "SN-20250317-0042", "52.520008N,13.404954E"];
const words = secrets.join(" ");
const exif = (orientation) =>
  buildExif({ orientation, make: secrets[0], model: secrets[1], gps: { latitude: 52.52, longitude: 13.4 } });
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>${words}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const hiding = (orientation = 1) => [
  exifSegment(exif(orientation)),
  { marker: 0xe1, data: latin1(`http://ns.adobe.com/xap/1.0/\0${xmp}`) },
  { marker: 0xe1, data: latin1(`http://ns.adobe.com/xmp/extension/\0${words}`) },
  { marker: 0xfe, data: latin1(words) },
];
const phonePhoto = (options = {}) =>
  ultraHdrJpeg({ segments: hiding(options.stored), trailer: `ftypmp42${words}`, words, ...options });

const codesOf = (list) => list.map(({ code }) => code);
const pixelsOf = (bytes) => sharp(bytes).raw().toBuffer();

function assertNothingTold(bytes) {
  for (const secret of secrets) assert.ok(!Buffer.from(bytes).includes(secret), secret);
  const tags = exifReader.load(Buffer.from(bytes), { expanded: true });
  assert.deepEqual([tags.gps, tags.exif?.Make, tags.iptc], [undefined, undefined, undefined]);
}

/** Two pictures, each from SOI to EOI, the second directly behind the first and up to the end. */
function assertTwoPictures(bytes) {
  const pictures = listedPictures(bytes);
  assert.equal(pictures.length, 2);
  assert.deepEqual(Buffer.concat(pictures), Buffer.from(bytes));
  for (const picture of pictures) {
    assert.deepEqual([picture.readUInt16BE(0), picture.readUInt16BE(picture.length - 2)], [0xffd8, 0xffd9]);
  }
  return pictures;
}

const kinds = { "hdrgm (XMP)": {}, "ISO 21496-1": { iso: gainMapNumbers } };

for (const [kind, options] of Object.entries(kinds)) {
  describe(`an Ultra HDR JPEG whose gain map is described by ${kind}`, () => {
    test("loses it by default", async () => {
      const { bytes } = phonePhoto(options);
      const media = await prepare(bytes);
      assert.deepEqual([listedPictures(media.bytes), media.warnings], [[], []]);
      assert.match(media.changes[0].message, /further pictures/);
      assert.deepEqual(await prepare(bytes, { keepGainMap: false }), media);
    });

    test("keeps it, bit for bit the same pixels, without what else it says", async () => {
      const { bytes, gainMap } = phonePhoto(options);
      const media = await prepare(bytes, { keepGainMap: true });
      assert.deepEqual([codesOf(media.changes), media.warnings], [["metadata-removed"], []]);
      assertNothingTold(media.bytes);
      const [picture, map] = assertTwoPictures(media.bytes);
      assertNothingTold(map);
      assert.deepEqual(await pixelsOf(picture), await pixelsOf(bytes));
      assert.deepEqual(await pixelsOf(map), await pixelsOf(gainMap));
      if (options.iso) {
        for (const part of [picture, map]) assert.ok(part.includes("urn:iso:std:iso:ts:21496:-1\0"));
        assert.ok(map.includes(gainMapNumbers) && !media.bytes.includes("xmpmeta"));
      } else {
        for (const attribute of hdrgm.split(" ")) assert.ok(map.includes(attribute), attribute);
        const length = /Item:Semantic="GainMap"[^>]*Item:Length="(\d+)"/.exec(picture.toString("latin1"))[1];
        assert.equal(Number(length), map.length);
      }
      const again = await prepare(media.bytes, { keepGainMap: true });
      assert.deepEqual([again.changes, again.bytes], [[], media.bytes]);
    });

    test("keeps it where it stays sideways", async () => {
      const { bytes } = phonePhoto({ ...options, stored: 6 });
      const media = await prepare(bytes, { upright: false, keepGainMap: true });
      assert.equal(media.info.orientation, 6);
      assertTwoPictures(media.bytes);
      assertNothingTold(media.bytes);
    });

    test("is turned without loss, and its gain map with it", async () => {
      for (const stored of [2, 3, 4, 5, 6, 7, 8]) {
        const { bytes, gainMap } = phonePhoto({ ...options, stored });
        const media = await prepare(bytes, { keepGainMap: true });
        assert.match(media.changes[0].message, /not a bit of the picture lost/);
        assert.deepEqual(media.warnings, []);
        assertNothingTold(media.bytes);
        const [picture, map] = assertTwoPictures(media.bytes);
        const plain = await prepare(bytes);
        assert.deepEqual(await pixelsOf(picture), await pixelsOf(plain.bytes));
        // The map by itself, as a sideways picture.
        const wanted = await prepare(gainMap);
        assert.deepEqual(codesOf(wanted.changes).slice(0, 1), ["turned-upright"]);
        assert.deepEqual(await pixelsOf(map), await pixelsOf(wanted.bytes));
        assert.ok(options.iso ? map.includes(gainMapNumbers) : map.includes('hdrgm:GainMapMax="2.25"'));
      }
    });
  });
}

describe("a gain map that cannot be kept is a warning", () => {
  const lost = async (source, options) => {
    const media = await prepare(source, { ...options, keepGainMap: true });
    assert.deepEqual(codesOf(media.warnings), ["gain-map-lost"]);
    assert.deepEqual(media.bytes, (await prepare(source, options)).bytes);
    assert.deepEqual((await prepare(source, options)).warnings, []);
  };
  const changes = {
    crop: { crop: { x: 0, y: 0, width: 32, height: 32 } },
    maxEdge: { maxEdge: 48 },
    format: { format: "webp" },
  };
  for (const [name, options] of Object.entries(changes)) {
    test(`JPEG, ${name}`, () => lost(phonePhoto().bytes, options));
  }

  test("JPEG, a turn that its own blocks do not allow, or those of its gain map", async () => {
    await lost(phonePhoto({ stored: 6, width: 90, height: 60 }).bytes, {});
    const odd = phonePhoto({ stored: 6, mapWidth: 45, mapHeight: 30 }).bytes;
    await lost(odd, {});
    assert.match((await prepare(odd, { keepGainMap: true })).changes[0].message, /not a bit of the picture lost/);
  });

  test("JPEG, a gain map that does not decode", async () => {
    const { bytes, gainMap } = phonePhoto({ stored: 6 });
    const tables = bytes.indexOf(Buffer.from([0xff, 0xc4]), bytes.indexOf(gainMap));
    bytes.fill(0xff, tables + 5, tables + 21); // counts of codes that are none
    await lost(bytes, {});
  });

  test("HEIC", () => lost(hdrHeic({ exif: exif(1), xmp: latin1(xmp) }), { format: "jpeg" }));
});

test("a HEIC keeps its gain map and loses what describes both", async () => {
  const source = hdrHeic({ exif: exif(1), xmp: latin1(xmp) });
  assert.ok(secrets.every((secret) => source.includes(secret)));
  const media = await prepare(source, { keepGainMap: true });
  const bytes = Buffer.from(media.bytes);
  assert.deepEqual([codesOf(media.changes), media.warnings], [["metadata-removed"], []]);
  assert.match(media.changes[0].message, /EXIF, XMP$/);
  assertNothingTold(bytes);
  assert.equal(bytes.indexOf(gainMapNumbers), source.indexOf(gainMapNumbers));
  for (const kept of ["\0\0tmap\0", "dimg", "altr"]) assert.ok(bytes.includes(kept), kept);
  for (const view of [(file) => file, (file) => showingGainMap(file, 2, "dimg")]) {
    assert.deepEqual(await decodeHeic({ buffer: view(bytes) }), await decodeHeic({ buffer: view(source) }));
  }
  assert.deepEqual((await prepare(bytes, { keepGainMap: true })).changes, []);

  const without = Buffer.from((await prepare(source)).bytes);
  assert.ok(!without.includes("\0\0tmap\0") && !without.includes(gainMapNumbers));
});

test("in a thread it is the same", async () => {
  const { bytes } = phonePhoto({ stored: 6 });
  const pool = new WorkerPool({ size: 1 });
  try {
    const options = { keepGainMap: true };
    assert.deepEqual((await pool.prepare(bytes, options)).bytes, (await prepare(bytes, options)).bytes);
  } finally {
    pool.close();
  }
});

test("without a gain map the option changes nothing", async () => {
  const picture = scene(48, 32);
  const sources = [
    encodeJpeg(picture, { segments: hiding() }),
    encodeJpeg(picture),
    heic(),
    await sharp(picture.data, { raw: { width: 48, height: 32, channels: 4 } })
      .png()
      .toBuffer(),
    await sharp(picture.data, { raw: { width: 48, height: 32, channels: 4 } })
      .webp()
      .toBuffer(),
    picture,
  ];
  for (const source of sources) {
    for (const options of [{}, { maxEdge: 20 }]) {
      assert.deepEqual(await prepare(source, { ...options, keepGainMap: true }), await prepare(source, options));
    }
  }
});
