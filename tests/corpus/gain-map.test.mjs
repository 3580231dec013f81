// Keeps the gain maps of real photos and decodes picture and gain map, before and after, with decoders that share no code
// with the package (libjpeg-turbo of sharp, libde265 of libheif-js): the pixels are the same bit for bit.
//   node --test tests/corpus/gain-map.test.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import exifReader from "exifreader";
import { prepare } from "gemini-vision-wasm";
import decodeHeic from "heic-decode";
import sharp from "sharp";
import { listedPictures } from "../node/hdr-files.mjs";
import { showingGainMap } from "../node/heic-files.mjs";
import { inShared, missing } from "../shared-folder.mjs";

const jpeg = "jpeg/libgd__uhdr_sample.jpg";
const cut = "jpeg/pillow__ultrahdr.jpg";
const motion = "heif/media__sample_MP.heic";
/** Phones' own, with Apple's gain map. */
const heics = [
  "heif/openize-heic-net__iphone_telephoto_with_scaling_list.heic",
  "heif/openize-heic-net__iphone_rotated_and_mirrored.heic",
];

const skipWithout = (...files) => files.map((file) => missing("corpus", file)).find(Boolean);
const read = (file) => readFileSync(inShared("corpus", file));
const pixelsOf = (bytes) => sharp(bytes).raw().toBuffer();

test("Ultra HDR: picture and gain map stay, comments go", { skip: skipWithout(jpeg) }, async () => {
  const before = read(jpeg);
  const media = await prepare(before, { keepGainMap: true });
  const after = Buffer.from(media.bytes);
  assert.deepEqual(media.warnings, []);
  const [old, now] = [listedPictures(before), listedPictures(after)];
  assert.deepEqual([old.length, now.length], [2, 2]);
  assert.deepEqual(Buffer.concat(now), after);
  for (const [i, picture] of now.entries()) assert.ok((await pixelsOf(picture)).equals(await pixelsOf(old[i])));
  const numbers = (picture) => {
    const at = picture.indexOf("urn:iso:std:iso:ts:21496:-1\0");
    return picture.subarray(at, at + picture.readUInt16BE(at - 2) - 2);
  };
  for (const [i, picture] of now.entries()) assert.deepEqual(numbers(picture), numbers(old[i]));
  assert.ok(before.includes("google libuhdr") && !after.includes("google libuhdr"));
  assert.deepEqual((await prepare(after, { keepGainMap: true })).changes, []);
  assert.deepEqual(listedPictures((await prepare(before)).bytes), []);
});

test("Ultra HDR whose end is missing is refused, with a gain map or without", { skip: skipWithout(cut) }, async () => {
  for (const keepGainMap of [false, true]) {
    await assert.rejects(prepare(read(cut), { keepGainMap }), { code: "truncated" });
  }
});

test("a motion photo without a gain map is what it is without the option", { skip: skipWithout(motion) }, async () => {
  const media = await prepare(read(motion), { keepGainMap: true });
  assert.deepEqual(media, await prepare(read(motion)));
  assert.deepEqual(media.warnings, []);
});

for (const file of heics) {
  test(`${file}: picture and gain map stay`, { skip: skipWithout(file) }, async () => {
    const before = read(file);
    const after = Buffer.from((await prepare(before, { keepGainMap: true })).bytes);
    const item = before.readUInt16BE(before.indexOf("auxl") + 4);
    for (const view of [(bytes) => bytes, (bytes) => showingGainMap(bytes, item, "auxl")]) {
      const [old, now] = [await decodeHeic({ buffer: view(before) }), await decodeHeic({ buffer: view(after) })];
      assert.deepEqual([now.width, now.height], [old.width, old.height]);
      assert.ok(Buffer.from(now.data).equals(Buffer.from(old.data)));
    }
    assert.ok(exifReader.load(before, { expanded: true }).exif.Make);
    assert.equal(exifReader.load(after, { expanded: true }).exif?.Make, undefined);
    assert.deepEqual((await prepare(after, { keepGainMap: true })).changes, []);
    assert.equal(Buffer.from((await prepare(before)).bytes).indexOf("auxl"), -1);
  });
}
