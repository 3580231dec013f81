/**
 * `npm run bench`: our numbers beside those of peers, in this process, as ratios. Prints the table and writes RESULTS.md.
 * The inner calls are those of the built package in npm/dist, which is what ships.
 */

import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import probeImageSize from "probe-image-size";
import { buildRequest, PreparedMedia, prepare } from "../../npm/dist/index.js";
import { coreFacts, probeBytes } from "../../npm/dist/probe.js";
import { withCore } from "../../npm/dist/wasm/core.js";
import { buildExif, encodeJpeg, encodePng, exifSegment, scene } from "../../tools/samples.mjs";
import { inShared, missing, readShared } from "../shared-folder.mjs";
import { bytesReadTable } from "./bytes-read.mjs";
import { benchChromium } from "./chromium.mjs";
import { benchCodecs } from "./codecs.mjs";
import { firstCallTable } from "./first-call.mjs";
import { markdown, race, raceTogether, rows } from "./measure.mjs";
import { benchPage } from "./page.mjs";
import { peersTable } from "./peers-probe.mjs";

const megabyte = 1e6;

/** As a phone stores it: EXIF first, and a long application segment that a parser has to jump. */
function phoneJpeg() {
  const exif = exifSegment(buildExif({ orientation: 6, endian: "big", make: "Sample", model: "Phone 1" }));
  const maker = { marker: 0xe5, data: new Uint8Array(2000).fill(7) };
  return encodeJpeg(scene(640, 480), { segments: [exif, maker] });
}

/** Real files; where their folder is not, their rows are left out aloud. */
const realFiles = {
  WebP: ["webp", "metadata-extractor-images__HTC_Desire.webp"],
  HEIC: ["heif", "heic2any__1.heic"],
};

function probedFiles() {
  const files = { JPEG: phoneJpeg(), PNG: encodePng(scene(320, 240), { colorType: 2 }) };
  for (const [format, names] of Object.entries(realFiles)) {
    if (missing("corpus", ...names) === undefined) files[format] = readFileSync(inShared("corpus", ...names));
  }
  return files;
}

const probeBars = { JPEG: 0.25, PNG: 0.25, WebP: 0.1, HEIC: 0.25 };

/** Every sound JPEG of the corpus, as cameras and editors wrote them; none where the corpus is not. */
function corpusJpegs() {
  if (missing("corpus", "manifest.json") !== undefined) return [];
  const rows = readShared("corpus", "manifest.json");
  return rows
    .filter(({ category, kind, valid }) => category === "jpeg" && kind === "jpeg" && valid === true)
    .map(({ file }) => readFileSync(inShared("corpus", file)));
}

const probePeer = "probe-image-size.sync";
const peerProbes = (buffer) => ({ [probePeer]: () => probeImageSize.sync(buffer) });

/**
 * The synchronous inner call with the whole `MediaInfo` built, which is what a caller gets and what the bar is for; and,
 * without a bar, what the core takes alone, which reads whatever is not usual.
 */
async function benchProbe() {
  const files = Object.entries(probedFiles()).map(([format, bytes]) => ({ format, buffer: Buffer.from(bytes) }));
  const races = await withCore((core) => {
    for (const { buffer } of files) {
      const [found, expected] = [probeBytes(core, buffer), probeImageSize.sync(buffer)];
      if (found.width !== expected.width || found.height !== expected.height) throw new Error("the probes disagree");
    }
    const jobs = (ours) => files.map(({ buffer }) => ({ ours: () => ours(buffer), peers: peerProbes(buffer) }));
    // The contenders are synchronous, so the race never leaves this call before its end; the core outlives it.
    return raceTogether(
      [...jobs((buffer) => probeBytes(core, buffer)), ...jobs((buffer) => coreFacts(core, buffer, "The file"))],
      { repeat: 2000 },
    );
  });
  return files.flatMap(({ format }, i) => [
    ...rows(`probe ${format}, bytes in hand`, races[i], { [probePeer]: probeBars[format] }),
    ...rows(`probe ${format}, by core.wasm alone`, races[files.length + i], {}),
  ]);
}

async function benchCorpus() {
  const files = corpusJpegs();
  if (files.length === 0) return [];
  const all = (probe) => () => {
    for (const file of files) probe(file);
  };
  const result = await withCore((core) =>
    race(
      { ours: all((file) => probeBytes(core, file)), peers: { [probePeer]: all((file) => probeImageSize.sync(file)) } },
      { repeat: 20 },
    ),
  );
  return rows(`probe the ${files.length} sound JPEG files of the corpus`, result, {});
}

/** Five pictures of 3 MB that stand for photos: their content is of no matter here, their size is. */
async function benchBody() {
  const header = encodeJpeg(scene(64, 48));
  const pictures = await Promise.all(
    Array.from({ length: 5 }, async (_, i) => {
      const bytes = new Uint8Array(3 * megabyte);
      for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 2654435761 + i) >>> 13;
      bytes.set(header);
      const { info } = await prepare(header);
      return new PreparedMedia({ source: info, info, bytes, changes: [], warnings: [] });
    }),
  );
  const contents = [...pictures, "Caption these images."];
  const model = "gemini-3.5-flash";
  const encoder = new TextEncoder();
  const official = () => {
    const parts = pictures.map(({ mimeType, bytes }) => ({
      inlineData: { mimeType, data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64") },
    }));
    parts.push({ text: "Caption these images." });
    return encoder.encode(JSON.stringify({ contents: [{ role: "user", parts }] }));
  };
  const { body } = await buildRequest({ model, contents });
  if (Buffer.compare(body, official()) !== 0) throw new Error("the bodies differ");
  const before = await heapBytes();
  const result = await race(
    { ours: () => buildRequest({ model, contents }), peers: { "base64 + JSON.stringify + TextEncoder": official } },
    { rounds: 15, between: globalThis.gc },
  );
  const grown = (await heapBytes()) - before;
  if (grown !== 0) throw new Error(`the heap of core.wasm grew by ${grown} bytes`);
  return rows("15 MB of pictures → body bytes", result, { "base64 + JSON.stringify + TextEncoder": 0.16 });
}

const heapBytes = () => withCore((core) => core.heapBytes);

const own = [...(await benchProbe()), ...(await benchCorpus()), ...(await benchBody())];
const codecs = await benchCodecs();
const browser = await benchChromium(codecs.jpeg);
const table = [...own, ...codecs.table, ...browser.table];
const page = await benchPage();
const peers = await peersTable();
const packages = [
  ...["probe-image-size", "image-size", "exifr", "exifreader", "sharp", "jimp", "heic-decode"],
  ...["libheif-js", "pica", "@jsquash/jpeg", "@jsquash/png", "@jsquash/webp"],
];
const versions = [
  `Node ${process.version}, ${os.cpus()[0].model}, ${os.cpus().length} cores`,
  browser.version,
  ...packages.map((name) => {
    const { version } = JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url)));
    return `${name} ${version}`;
  }),
];
const report = `# Results

Medians of interleaved rounds in one process, ours / peer's, by \`npm run bench\`. Machines are noisy: only the ratios mean
something. The heap of core.wasm did not grow while bodies were built.

${versions.map((line) => `- ${line}`).join("\n")}

${markdown(table)}

## First calls

In a fresh process of Node: the import, the first call (which loads and compiles its modules), the median of thirty later
ones. Medians of five processes.

${firstCallTable()}

## The page

In Chromium, each time in a context that knows nothing of it: the best of ten rounds, times of this machine. A long task is
what the browser calls so: 50 ms or more.

${page.text}

## What a probe reads

Bytes asked for when a file is read in pieces, of valid files of each format.

${await bytesReadTable(probedFiles())}

## The same files, probed by others

✔: all that the package says of the upright size and the turn is so. Some know only the turn; an error is an error of
any kind. Of films and documents it is only shown what comes out, and for ours whether the format is right.

${peers.text}
`;
writeFileSync(new URL("RESULTS.md", import.meta.url), report);
process.stdout.write(report);
if (!page.holds || !peers.holds || table.some(({ holds }) => !holds)) process.exitCode = 1;
