/**
 * Sharpness against photographs and what blurs them: wide lenses, moved cameras, compression, darkness with noise; with
 * flat pictures and pages of text. Each at three sizes. Needs the real files beside the project.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, prepare } from "gemini-vision-wasm";
import sharp from "sharp";
import { inShared, missing } from "../shared-folder.mjs";

const skip = missing("corpus", "manifest.json");

/** Sharp photographs of different cameras, from 12 megapixels to a third of one. */
const photographs = [
  "heif/fastimage__test-meta-after-mdat.heic",
  "heif/exif-py__spring_1440x960.heic",
  "heif/fileformatconformance__C002.heic",
  "heif/fileformatconformance__C040.heic",
  "heif/openize-heic-net__iphone_rotated_and_mirrored.heic",
  "jpeg/dali-extra__padlock-406986_640_no_orientation.jpg",
  "jpeg/exif-py__kodak-dc240.jpg",
  "jpeg/exif-py__landscape_3.jpg",
  "jpeg/exif-py__portrait_1.jpg",
  "jpeg/exif-py__sanyo-vpcsx550.jpg",
  "jpeg/imagemeta__a2.jpg",
  "jpeg/lepton__androidcropoptions.jpg",
  "jpeg/metadata-extractor-images__Casio_EX-S1.jpg",
  "jpeg/metadata-extractor-images__Nokia_3110c_Mobile_Phone_.jpg",
  "jpeg/metadata-extractor-images__Samsung_GT-I9000_Galaxy_S_.jpg",
  "jpeg/metadata-extractor-images__metadata-extractor-dotnet_issue_51.jpg",
  "png/metadata-extractor-images__BlazRobar_Thinking_Head_Icon_Set.png",
  "webp/dali-extra__cat-lossy-2184682_640_horizontal.webp",
  "webp/metadata-extractor-images__HTC_Desire.webp",
];

/** Longest sides; the first is also the size in which a picture is blurred. */
const scales = [1024, 512, 256];

const raw = { width: 0, height: 0, channels: 3 };

async function pixelsOf(pipeline) {
  const { data, info } = await pipeline.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, info: { width: info.width, height: info.height, channels: info.channels } };
}

const from = ({ data, info }) => sharp(data, { raw: { ...raw, ...info } });

async function photograph(name) {
  const { width, height, data } = await decode(inShared("corpus", name), { maxEdge: scales[0] });
  return pixelsOf(sharp(data, { raw: { width, height, channels: 4 } }).flatten({ background: "#fff" }));
}

/** Repeatable: the same noise in every run. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function everyByte({ data, info }, change) {
  const out = Buffer.alloc(data.length);
  for (let i = 0; i < data.length; i++) out[i] = Math.min(255, Math.max(0, Math.round(change(data[i]))));
  return { data: out, info };
}

function noisy(picture, deviation) {
  const random = randomFrom(7);
  return everyByte(picture, (byte) => byte + (random() + random() + random() - 1.5) * 2 * deviation);
}

const longest = ({ info }) => Math.max(info.width, info.height);
const defocused = (picture, share) => pixelsOf(from(picture).blur(longest(picture) * share));

/** A camera that moved along the diagonal. */
function moved(picture, share) {
  const side = Math.round(longest(picture) * share) | 1;
  const kernel = Array.from({ length: side * side }, (_, i) => (i % side === Math.floor(i / side) ? 1 : 0));
  return pixelsOf(from(picture).convolve({ width: side, height: side, kernel, scale: side }));
}

const compressed = async (picture) => pixelsOf(sharp(await from(picture).jpeg({ quality: 60 }).toBuffer()));
const atNight = (picture) =>
  noisy(
    everyByte(picture, (byte) => byte / 4),
    3,
  );
const pale = (picture) => everyByte(picture, (byte) => 128 + (byte - 128) / 8);

/** Lines of strokes in the sizes of letters, on paper. */
async function page(seed) {
  const random = randomFrom(seed);
  const strokes = [];
  for (let y = 40; y < 980; y += 30) {
    for (let x = 40; x < 660; x += 4 + Math.floor(random() * 14)) {
      if (random() < 0.15) continue;
      const [dx, dy] = random() < 0.6 ? [0, 16] : [9, random() < 0.5 ? 0 : 12];
      strokes.push(`M${x} ${y}l${dx} ${dy}`);
    }
  }
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="724" height="1024"><rect width="724" height="1024" fill="#fdfcf8"/><path d="${strokes.join("")}" stroke="#222" stroke-width="2.5"/></svg>`;
  return pixelsOf(sharp(Buffer.from(drawing)));
}

async function judge(picture, edge) {
  const { width, height } = picture.info;
  const scale = Math.min(1, edge / Math.max(width, height));
  const resized = from(picture).resize(Math.round(width * scale), Math.round(height * scale));
  const png = await resized.png({ compressionLevel: 1 }).toBuffer();
  return (await prepare(png, { sharpness: true })).sharpness;
}

/** How probable it is that a blurred one scores below a sharp one. */
function areaUnderCurve(sharpScores, blurredScores) {
  let wins = 0;
  for (const high of sharpScores) for (const low of blurredScores) wins += low < high ? 1 : low === high ? 0.5 : 0;
  return wins / (sharpScores.length * blurredScores.length);
}

test("sharpness tells blurred pictures from sharp ones", { skip }, async (t) => {
  const pictures = [...(await Promise.all(photographs.map(photograph))), await page(1), await page(2), await page(3)];
  const kinds = {
    sharp: (picture) => picture,
    "at night": atNight,
    pale,
    noisy: (picture) => noisy(picture, 6),
  };
  const blurs = {
    "out of focus by 0.4 %": (picture) => defocused(picture, 0.004),
    "out of focus by 0.7 %": (picture) => defocused(picture, 0.007),
    "moved by 1.6 %": (picture) => moved(picture, 0.016),
    "out of focus, at night": async (picture) => atNight(await defocused(picture, 0.007)),
    "out of focus, pale": async (picture) => pale(await defocused(picture, 0.007)),
    "out of focus, noisy": async (picture) => noisy(await defocused(picture, 0.007), 6),
    "out of focus, compressed": async (picture) => compressed(await defocused(picture, 0.007)),
  };
  const judged = { sharp: [], blurred: [] };
  for (const [side, variants] of [
    ["sharp", kinds],
    ["blurred", blurs],
  ]) {
    for (const [kind, make] of Object.entries(variants)) {
      for (const [i, picture] of pictures.entries()) {
        const made = await make(picture);
        const verdicts = [];
        for (const edge of scales) verdicts.push(await judge(made, edge));
        judged[side].push({ kind, i, verdicts });
      }
    }
  }
  for (const [at, edge] of scales.entries()) {
    await t.test(`at ${edge} pixels`, () => {
      const scores = (side) => judged[side].map(({ verdicts }) => verdicts[at].score);
      const area = areaUnderCurve(scores("sharp"), scores("blurred"));
      const least = Math.min(...scores("sharp")).toFixed(2);
      t.diagnostic(`${edge} pixels: AUC ${area.toFixed(4)}; the least score of a sharp one ${least}`);
      for (const [side, wrong] of [
        ["sharp", true],
        ["blurred", false],
      ]) {
        const all = judged[side].length;
        const missed = judged[side].filter(({ verdicts }) => verdicts[at].blurry === wrong);
        t.diagnostic(
          `${edge} pixels: ${missed.length} of ${all} ${side} ones judged wrongly: ${[...new Set(missed.map(({ kind, i }) => `${kind} ${i}`))].join(", ")}`,
        );
      }
      assert.ok(area >= 0.95, `AUC ${area}`);
      assert.deepEqual(
        judged.sharp.filter(({ verdicts }) => verdicts[at].blurry),
        [],
      );
    });
  }
  await t.test("the same verdict at full and at half size", () => {
    const all = [...judged.sharp, ...judged.blurred];
    const other = all.filter(({ verdicts }) => verdicts[0].blurry !== verdicts[1].blurry);
    t.diagnostic(
      `${other.length} of ${all.length} differ: ${other.map(({ kind, i, verdicts }) => `${kind} ${i} ${verdicts.map((v) => v.score.toFixed(2)).join("/")}`).join(", ")}`,
    );
    assert.deepEqual(other, []);
  });
});
