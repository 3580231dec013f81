/** The seeds of each fuzz target, made of the tests' own fixtures and vectors; nothing of them is kept in the repository. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { buildExif } from "../../tools/exif-writer.mjs";

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
  probe: pictures,
  probe_windows: pictures,
  exif: exifBlocks,
  json_echo: jsonTexts,
  base64: base64Inputs,
  decode: pictures,
  transcode: turnedPictures,
  jpeg: () => pictures().filter(({ name }) => name.endsWith(".jpg")),
  png: () => pictures().filter(({ name }) => name.endsWith(".png")),
  webp: webpPixels,
};

export const targets = Object.keys(kSeeds);

/** Writes the seeds of a target into tests/fuzz/corpus/<target>/, in place of what was there, and returns that folder. */
export function writeSeeds(target) {
  const folder = path.join(here, "corpus", target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of kSeeds[target]()) writeFileSync(path.join(folder, name), bytes);
  return folder;
}
