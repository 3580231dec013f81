/** The seeds of each fuzz target, made of the tests' own fixtures and vectors; nothing of them is kept in the repository. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

import { buildExif } from "../../tools/exif-writer.mjs";
import { ultraHdrJpeg } from "../node/hdr-files.mjs";
import { clearHeic, gainMapNumbers, hdrHeic, heic, turnedHeic } from "../node/heic-files.mjs";
import { flac, movie, pdf, wav } from "../support/media-files.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const tests = path.dirname(here);
const generated = path.join(tests, "fixtures", "generated");

/** Larger ones only slow a fuzzer down. */
const kMaxSeedBytes = 8000;

function pictures() {
  const names = readdirSync(generated).filter((name) => /\.(jpg|png)$/.test(name));
  return names
    .map((name) => ({ name, bytes: readFileSync(path.join(generated, name)) }))
    .filter(({ bytes }) => bytes.length <= kMaxSeedBytes);
}

/** With a gain map of each kind. */
function hdrPictures() {
  const sides = { width: 16, height: 8, mapWidth: 8, mapHeight: 8 };
  const described = { exif: buildExif({ orientation: 6 }), xmp: Buffer.from("<x:xmpmeta/>") };
  return [
    { name: "hdrgm", bytes: ultraHdrJpeg(sides).bytes },
    { name: "iso", bytes: ultraHdrJpeg({ ...sides, iso: gainMapNumbers }).bytes },
    { name: "tone-map", bytes: hdrHeic(described) },
  ];
}

function exifBlocks() {
  const gps = { latitude: -48.8767, longitude: -123.3933 };
  const blocks = [];
  for (const endian of ["little", "big"]) {
    for (const orientationType of ["byte", "short", "long"]) {
      const bytes = buildExif({ endian, orientation: 6, orientationType, make: "Sample", gps });
      blocks.push({ name: `${endian}-${orientationType}`, bytes });
    }
    blocks.push({ name: `${endian}-no-place`, bytes: buildExif({ endian, gpsTags: [] }) });
  }
  return blocks;
}

function jsonTexts() {
  const { echoed, refused } = JSON.parse(readFileSync(path.join(tests, "vectors", "json-echo.json"), "utf8"));
  return [...echoed, ...refused].map(({ json, hex }, i) => ({
    name: String(i).padStart(3, "0"),
    bytes: json === undefined ? Buffer.from(hex, "hex") : Buffer.from(json),
  }));
}

function base64Inputs() {
  const { cases } = JSON.parse(readFileSync(path.join(tests, "vectors", "base64.json"), "utf8"));
  return cases.map(({ hex }, i) => ({ name: String(i).padStart(3, "0"), bytes: Buffer.from(hex, "hex") }));
}

/** The first byte of a transcode's input chooses how the picture is turned. */
function turnedPictures() {
  return pictures().map(({ name, bytes }, i) => ({ name, bytes: Buffer.concat([Buffer.from([i % 8]), bytes]) }));
}

/** The smallest file of each of the two codecs: one pixel. */
function webpPixels() {
  const files = {
    lossy: "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
    lossless: "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
  };
  return Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text, "base64") }));
}

const kSeeds = {
  media_mp4: () => [
    { name: "film", bytes: movie({ seconds: 10, width: 640, height: 360 }) },
    { name: "turned", bytes: movie({ seconds: 1, width: 640, height: 360, turned: true }) },
  ],
  media_wav: () => [{ name: "second", bytes: wav({ seconds: 0.1 }) }],
  media_flac: () => [{ name: "second", bytes: flac({ seconds: 1 }) }],
  media_pdf: () => [
    {
      name: "pages",
      bytes: pdf([
        [595, 842],
        [612, 792],
      ]),
    },
  ],
  inflate: () =>
    ["", "hello hello hello", "abc".repeat(500)].map((text, i) => ({ name: `${i}`, bytes: deflateSync(text) })),
  detections: () =>
    [
      '[{"box_2d": [100, 200, 300, 500], "label": "cat"}, {"point": [1, 2.5], "label": "eye"}]',
      '```json\n[{"label": "leaf", "polygon": [[0, 0], [1000, 0], [500, 1000]]}, {"mask": "data:image/png;base64,AA"}]\n```',
      '{"objects": [{"box_3d": [0.1, 1.5, -0.2, 0.5, 0.6, 0.7, 1, 2, -90], "confidence": 8.5e-1}, null, true]}',
    ].map((text, i) => ({ name: `${i}`, bytes: Buffer.from(text) })),
  probe: pictures,
  probe_windows: pictures,
  strip: () => [...pictures(), ...hdrPictures()],
  exif: exifBlocks,
  json_echo: jsonTexts,
  base64: base64Inputs,
  decode: pictures,
  transcode: turnedPictures,
  jpeg: () => pictures().filter(({ name }) => name.endsWith(".jpg")),
  png: () => pictures().filter(({ name }) => name.endsWith(".png")),
  webp: webpPixels,
  heif: () => [
    { name: "opaque", bytes: heic() },
    { name: "turned", bytes: turnedHeic(1) },
    { name: "clear", bytes: clearHeic() },
  ],
};

/** The rest of the media parsers begin with their signature alone, which the target itself puts in place. */
for (const name of ["matroska", "avi", "aiff", "program_stream", "transport_stream", "flv", "asf", "ogg", "frames"]) {
  kSeeds[`media_${name}`] = () => [{ name: "zeros", bytes: Buffer.alloc(2048) }];
}

export const targets = Object.keys(kSeeds);

/** Writes the seeds of a target into tests/fuzz/corpus/<target>/, in place of what was there, and returns that folder. */
export function writeSeeds(target) {
  const folder = path.join(here, "corpus", target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of kSeeds[target]()) writeFileSync(path.join(folder, name), bytes);
  return folder;
}
