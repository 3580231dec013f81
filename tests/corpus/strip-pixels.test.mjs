// Strips real pictures through the package and decodes both, before and after, with decoders that share no code with it
// (libjpeg-turbo, libpng, libwebp and dav1d of sharp; libde265 of heic-decode): the pixels are the same bit for bit.
//   node --test tests/corpus/strip-pixels.test.mjs

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import exifReader from "exifreader";
import { prepare } from "gemini-vision-wasm";
import decodeHeic from "heic-decode";
import sharp from "sharp";
import { inShared, missing, readShared } from "../shared-folder.mjs";

const skip = missing("corpus", "manifest.json");
const formats = ["jpeg", "png", "webp", "heic"];
/** Decoding larger HEIC files takes seconds each, and shows nothing else. */
const maxHeicBytes = 400_000;
const pictures = (skip ? [] : readShared("corpus", "manifest.json")).filter(
  ({ kind, valid, decodability, size }) =>
    formats.includes(kind) && valid === true && decodability === "full" && (kind !== "heic" || size <= maxHeicBytes),
);

/** undefined when this decoder does not read it. */
async function pixelsOf(bytes, kind) {
  try {
    if (kind === "heic") return Buffer.from((await decodeHeic({ buffer: bytes })).data);
    return await sharp(bytes, { animated: true, limitInputPixels: false }).raw().toBuffer();
  } catch {
    return undefined;
  }
}

/** The words of another reader; nothing when it gives up. */
function tagsOf(bytes) {
  try {
    return exifReader.load(bytes, { expanded: true, includeUnknown: true });
  } catch {
    return {};
  }
}

test("pixels stay as they are, and coordinates and serial numbers go", { skip }, async (t) => {
  const counts = Object.fromEntries(formats.map((format) => [format, { compared: 0, exif: 0, gps: 0, serial: 0 }]));
  for (const { file, kind } of pictures) {
    const before = readFileSync(inShared("corpus", file));
    // It stays as it lies, so that nothing is decoded here.
    const media = await prepare(before, { upright: false });
    const codes = media.changes.map(({ code }) => code);
    if (codes.length === 0) {
      assert.ok(before.equals(media.bytes), file);
      continue;
    }
    assert.deepEqual(codes, ["metadata-removed"], file);
    const after = Buffer.from(media.bytes);

    const [old, tags] = [tagsOf(before), tagsOf(after)];
    const count = counts[kind];
    if (old.exif !== undefined) count.exif++;
    if (old.gps !== undefined) count.gps++;
    if (old.exif?.BodySerialNumber !== undefined) count.serial++;
    assert.equal(tags.gps, undefined, file);
    const names = Object.keys(tags.exif ?? {}).filter((name) => !/^(?:Orientation|Image (?:Width|Height))$/.test(name));
    assert.deepEqual(names, [], file);

    const pixels = await pixelsOf(before, kind);
    if (pixels === undefined) continue;
    assert.ok((await pixelsOf(after, kind))?.equals(pixels), `${file}: other pixels than before`);
    count.compared++;
  }
  for (const format of formats) t.diagnostic(`${format}: ${JSON.stringify(counts[format])}`);
  for (const format of formats) assert.ok(counts[format].compared >= 10, `${format} is hardly looked at`);
  // What a well-known stripper leaves: EXIF in WebP, coordinates in HEIC.
  assert.ok(counts.webp.exif > 0 && counts.heic.gps > 0);
});
