/** The codec's rows: the inner calls of the built package against peers, on one generated picture of 12 megapixels. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import libheif from "libheif-js/wasm-bundle.js";
import pica from "pica";
import sharp from "sharp";
import { buildRequest, prepare } from "../../npm/dist/index.js";
import { turnJpeg, withPicture, withPixels } from "../../npm/dist/wasm/codec.js";
import { decodeHeif } from "../../npm/dist/wasm/heif.js";
import { scene } from "../../tools/samples.mjs";
import { inShared, missing } from "../shared-folder.mjs";
import { race, rows } from "./measure.mjs";

sharp.concurrency(1);
sharp.cache(false);

const [width, height] = [4032, 3024];
const maxPixels = 1e9;
const name = "bench";

/** The landscape, enlarged, with noise as a sensor adds it: neighbours are a little alike. */
async function photo() {
  const small = scene(width / 2, height / 2);
  const raw = { width: small.width, height: small.height, channels: 4 };
  const rgb = await sharp(Buffer.from(small.data.buffer), { raw }).removeAlpha().resize(width, height).raw().toBuffer();
  let state = 12345;
  let last = 0;
  for (let i = 0; i < rgb.length; i++) {
    let noise = -1.5;
    for (let j = 0; j < 3; j++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      noise += state / 2 ** 32;
    }
    const value = rgb[i] + noise * 8 + last * 0.3;
    last = noise * 10;
    rgb[i] = Math.min(255, Math.max(0, value));
  }
  return rgb;
}

/** A peer's WebAssembly, given its file: its own loader fetches. */
async function peer(path) {
  const url = new URL(`node_modules/@jsquash/${path}`, import.meta.url);
  const { default: create } = await import(url);
  return create({ wasmBinary: readFileSync(fileURLToPath(url).replace(/\.js$/, ".wasm")) });
}

/**
 * Real ones, for nothing here writes HEVC. What is left of the time is spread thin: reading coefficients 15 %, the walk over
 * coding trees 15 %, intra prediction and what joins it to the residuals 15 %, the larger transforms 8 %, RGBA and the copy
 * of 48 MB out of the heap 10 %.
 */
const heicFiles = [
  ["12 MP at a phone's bitrate", ["heif", "fastimage__test-meta-after-mdat.heic"], 0.55],
  ["7 MP at a high one", ["heif", "openize-heic-net__iphone_rotated_and_mirrored.heic"], 0.8],
];

/** As its readme says. */
function byLibheifJs(file) {
  const [image] = new libheif.HeifDecoder().decode(file);
  const [wide, high] = [image.get_width(), image.get_height()];
  const target = { width: wide, height: high, data: new Uint8ClampedArray(wide * high * 4) };
  return new Promise((resolve) => image.display(target, resolve));
}

const held = (file) => withPicture(file, { maxPixels, name }, (picture) => picture.width);

export async function benchCodecs() {
  const table = [];
  const options = { rounds: Number(process.env.BENCH_ROUNDS ?? 11) };
  const rgb = await photo();
  const picture = () => sharp(rgb, { raw: { width, height, channels: 3 } });
  const rgba = await picture().ensureAlpha().raw().toBuffer();
  const jpeg = await picture().jpeg({ quality: 90 }).toBuffer();
  const sideways = await picture()
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90, optimiseCoding: false })
    .toBuffer();
  const png = await picture().png().toBuffer();
  const webp = await picture().webp({ quality: 85, effort: 2 }).toBuffer();
  const add = async (job, ours, peers, bars) => table.push(...rows(job, await race({ ours, peers }, options), bars));
  const native = (file) => () => sharp(file).ensureAlpha().raw().toBuffer();

  const jpegDecoder = await peer("jpeg/codec/dec/mozjpeg_dec.js");
  await add(
    "decode 12 MP JPEG to RGBA in the heap",
    () => held(jpeg),
    { "@jsquash/jpeg": () => jpegDecoder.decode(jpeg, false), sharp: native(jpeg) },
    { "@jsquash/jpeg": 0.45, sharp: 0.9 },
  );

  const pngModule = await import(new URL("node_modules/@jsquash/png/codec/pkg/squoosh_png.js", import.meta.url));
  await pngModule.default(
    readFileSync(new URL("node_modules/@jsquash/png/codec/pkg/squoosh_png_bg.wasm", import.meta.url)),
  );
  await add(
    "decode 12 MP PNG",
    () => held(png),
    { "@jsquash/png": () => pngModule.decode(new Uint8Array(png)), sharp: native(png) },
    { "@jsquash/png": 0.5, sharp: 1 },
  );

  const webpDecoder = await peer("webp/codec/dec/webp_dec.js");
  await add(
    "decode 12 MP WebP",
    () => held(webp),
    { "@jsquash/webp": () => webpDecoder.decode(webp), sharp: native(webp) },
    { "@jsquash/webp": 0.55, sharp: 0.65 },
  );

  for (const [job, names, bar] of heicFiles) {
    if (missing("corpus", ...names) !== undefined) continue;
    const file = readFileSync(inShared("corpus", ...names));
    await add(
      `decode HEIC, ${job}`,
      () => decodeHeif(file, { maxPixels, name }),
      { "libheif-js": () => byLibheifJs(file) },
      { "libheif-js": bar },
    );
  }

  // Only the encoding is timed: the pixels are in the heap before.
  const encoded = await withPixelsTimed({ width, height, data: rgba }, picture, options);
  table.push(...rows("encode 12 MP JPEG, optimised tables", encoded, { sharp: 1.28, "@jsquash/jpeg": 0.1 }));

  await add(
    "turn a sideways JPEG upright, lossless",
    () => turnJpeg(sideways, { orientation: 6, maxPixels, name }),
    {
      "our own decode + turn + encode": () =>
        withPicture(sideways, { maxPixels, name }, (held) => {
          held.turn(6);
          return held.encode("jpeg", 90);
        }),
      "sharp rotate + jpeg": () => sharp(sideways).autoOrient().jpeg({ quality: 90 }).toBuffer(),
    },
    { "our own decode + turn + encode": 0.7, "sharp rotate + jpeg": 0.75 },
  );

  // Half of what is left is reading the Huffman codes of 2 MB.
  await add(
    "shrink 12 MP to 1 MP JPEG",
    () => prepare(jpeg, { maxEdge: 1155, quality: 85 }),
    { sharp: () => sharp(jpeg).resize(1155).jpeg({ quality: 85 }).toBuffer() },
    { sharp: 0.9 },
  );

  const resizer = pica({ features: ["js", "wasm"] });
  const resized = await resizeTimed({ width, height, data: rgba }, resizer, options);
  table.push(...rows("resize 12 MP to 1024 × 768, Lanczos 3", resized, { "pica lanczos3": 0.25 }));

  const model = "gemini-3.5-flash";
  await add(
    "sideways 12 MP JPEG → upright request body",
    () => buildRequest({ model, contents: [sideways, "Caption."] }),
    {
      "sharp().autoOrient().jpeg() → base64 → JSON": async () => {
        const bytes = await sharp(sideways).autoOrient().jpeg().toBuffer();
        const inlineData = { mimeType: "image/jpeg", data: bytes.toString("base64") };
        return JSON.stringify({ contents: [{ role: "user", parts: [{ inlineData }, { text: "Caption." }] }] });
      },
    },
    { "sharp().autoOrient().jpeg() → base64 → JSON": 0.65 },
  );
  return { table, jpeg };
}

async function withPixelsTimed(pixels, picture, { rounds }) {
  const encoder = await peer("jpeg/codec/enc/mozjpeg_enc.js");
  const { defaultOptions } = await import(new URL("node_modules/@jsquash/jpeg/meta.js", import.meta.url));
  const choices = { ...defaultOptions, quality: 85 };
  const times = { ours: [], sharp: [], "@jsquash/jpeg": [] };
  for (let round = -2; round < Math.ceil(rounds / 2); round++) {
    const ours = await withPixels(pixels, (held) => {
      const start = performance.now();
      held.encode("jpeg", 85);
      return performance.now() - start;
    });
    let start = performance.now();
    await picture().jpeg({ quality: 85 }).toBuffer();
    const native = performance.now() - start;
    start = performance.now();
    encoder.encode(pixels.data, width, height, choices);
    const squash = performance.now() - start;
    if (round < 0) continue;
    times.ours.push(ours);
    times.sharp.push(native);
    times["@jsquash/jpeg"].push(squash);
  }
  return medians(times);
}

async function resizeTimed(pixels, resizer, { rounds }) {
  const times = { ours: [], "pica lanczos3": [] };
  for (let round = -2; round < Math.ceil(rounds / 2); round++) {
    const ours = await withPixels(pixels, (held) => {
      const start = performance.now();
      held.resize(1024, 768);
      return performance.now() - start;
    });
    const start = performance.now();
    await resizer.resizeBuffer({ src: pixels.data, width, height, toWidth: 1024, toHeight: 768, filter: "lanczos3" });
    const theirs = performance.now() - start;
    if (round < 0) continue;
    times.ours.push(ours);
    times["pica lanczos3"].push(theirs);
  }
  return medians(times);
}

function medians({ ours, ...peers }) {
  const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return { ours: middle(ours), peers: Object.fromEntries(Object.entries(peers).map(([who, of]) => [who, middle(of)])) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { markdown } = await import("./measure.mjs");
  process.stdout.write(`${markdown((await benchCodecs()).table)}\n`);
}
