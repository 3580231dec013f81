/**
 * What other packages say of the same files: the oriented size, which is what a model is billed for. The files are made
 * here, but for those that need a real camera's or a real encoder's: their rows are left out aloud where the corpus is not.
 */

import { readFileSync } from "node:fs";
import exifr from "exifr";
import exifReader from "exifreader";
import decodeHeic from "heic-decode";
import { imageSize } from "image-size";
import { Jimp } from "jimp";
import probeImageSize from "probe-image-size";
import sharp from "sharp";
import { probe } from "../../npm/dist/index.js";
import { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene } from "../../tools/samples.mjs";
import { inShared, missing } from "../shared-folder.mjs";

/** An iPhone's: turned by `irot`, with an EXIF orientation that says the same. */
const phoneFile = ["heif", "openize-heic-net__iphone_telephoto_with_scaling_list.heic"];
const filmFile = ["video", "go-mp4__sample.mp4"];
const documentFile = ["pdf", "file-type__fixture-minimal.pdf"];

const upright = { width: 800, height: 1200, orientation: 6 };

function madeFiles() {
  const picture = scene(1200, 800);
  const exif = buildExif({ orientation: 6, endian: "big" });
  return {
    jpeg: Buffer.from(encodeJpeg(picture, { segments: [exifSegment(exif)] })),
    png: Buffer.from(encodePng(picture, { colorType: 2, chunks: { beforeIdat: [exifChunk(exif)] } })),
    plain: Buffer.from(encodePng(picture, { colorType: 2 })),
  };
}

/** The end of a JPEG's frame header: nothing behind it says anything of the size. */
function endOfFrameHeader(jpeg) {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  return at + 2 + jpeg.readUInt16BE(at + 2);
}

/** The same length, so that every offset in the file stays true. */
function overwritten(bytes, what, by) {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(what, 0, "latin1");
  if (at < 0) throw new Error(`no ${what} in the file`);
  copy.write(by, at, "latin1");
  return copy;
}

/** Rows: what it is, its bytes, and what is right: an upright size, or what is said of what is no picture. */
async function cases() {
  const { jpeg, png, plain } = madeFiles();
  const webp = await sharp(plain).withMetadata({ orientation: 6 }).webp().toBuffer();
  const lying = { width: 1200, height: 800, orientation: 1 };
  const rows = [
    ["JPEG, EXIF 6", jpeg, upright],
    ["PNG, eXIf 6", png, upright],
    ["WebP, EXIF 6", webp, upright],
    ["JPEG, cut behind its frame header", jpeg.subarray(0, endOfFrameHeader(jpeg)), upright],
    ["PNG, cut at 40 bytes", plain.subarray(0, 40), lying],
    ["empty file", Buffer.alloc(0), { code: "truncated" }],
  ];
  const real = (names) => missing("corpus", ...names) === undefined && readFileSync(inShared("corpus", ...names));
  const phone = real(phoneFile);
  if (phone) {
    const size = { width: 3024, height: 4032, orientation: 6 };
    rows.push(["HEIC, irot 270, no EXIF", overwritten(phone, "Exif\0", "Exix\0"), size]);
    const trap = overwritten(phone, "irot\x03", "irot\x00");
    rows.push(["HEIC, EXIF 6 but no turn (trap)", trap, { width: 4032, height: 3024, orientation: 1 }]);
  }
  const film = real(filmFile);
  if (film) rows.push(["MP4", film, { format: "mp4" }]);
  const document = real(documentFile);
  if (document) rows.push(["PDF", document, { format: "pdf" }]);
  return rows;
}

/** As stored, with an orientation to apply. */
const turned = ({ width, height, orientation = 1 }) =>
  orientation >= 5 ? { width: height, height: width, orientation } : { width, height, orientation };

/** Each answers an oriented size, an orientation alone where that is all it knows, or nothing. */
const peers = {
  "image-size": (bytes) => turned(imageSize(bytes)),
  "probe-image-size": (bytes) => {
    const found = probeImageSize.sync(bytes);
    return found === null ? undefined : turned(found);
  },
  exifr: async (bytes) => {
    const orientation = await exifr.orientation(bytes);
    return orientation === undefined ? undefined : { orientation };
  },
  exifreader: (bytes) => {
    const tags = exifReader.load(bytes);
    const [width, height] = [tags["Image Width"]?.value, tags["Image Height"]?.value];
    const orientation = tags.Orientation?.value;
    if (width !== undefined && height !== undefined) return turned({ width, height, orientation });
    return orientation === undefined ? undefined : { orientation };
  },
  sharp: async (bytes) => (await sharp(bytes).metadata()).autoOrient,
  jimp: async (bytes) => (await Jimp.read(bytes)).bitmap,
  "heic-decode": async (bytes) => {
    const { width, height } = await decodeHeic({ buffer: bytes });
    return { width, height };
  },
};

/** Whether all that it says is so; a tool that says only the orientation is judged by that. */
function agrees(found, right) {
  const names = ["width", "height", "orientation"].filter((name) => typeof found?.[name] === "number");
  return names.length > 0 && names.every((name) => found[name] === right[name]);
}

function shown(found) {
  if (found === undefined) return "nothing";
  return found.width === undefined ? `turn ${found.orientation}` : `${found.width} × ${found.height}`;
}

async function cellOf(ask, bytes, right) {
  try {
    const found = await ask(bytes);
    if (right.width === undefined || found === undefined) return shown(found);
    return `${shown(found)} ${agrees(found, right) ? "✔" : "✘"}`;
  } catch {
    return "error";
  }
}

/** Ours: every fact the row has, or the error it names. */
async function ownCell(bytes, right) {
  const found = await probe(bytes).catch((error) => ({ code: error.code }));
  const { width, height } = { width: found.uprightWidth, height: found.uprightHeight };
  const facts = { ...found, width, height };
  const isRight = Object.entries(right).every(([name, value]) => facts[name] === value);
  const what = found.code ?? right.format ?? shown({ width, height });
  return { cell: `${what} ${isRight ? "✔" : "✘"}`, isRight };
}

/** @returns {Promise<{ text: string, holds: boolean }>} the table in Markdown, and whether ours is right in every row */
export async function peersTable() {
  const lines = [`| file | ours | ${Object.keys(peers).join(" | ")} |`, `| --- ${"| --- ".repeat(8)}|`];
  let holds = true;
  for (const [what, bytes, right] of await cases()) {
    const { cell, isRight } = await ownCell(bytes, right);
    holds &&= isRight;
    const cells = [];
    for (const ask of Object.values(peers)) cells.push(await cellOf(ask, bytes, right));
    lines.push(`| ${what} | ${[cell, ...cells].join(" | ")} |`);
  }
  return { text: lines.join("\n"), holds };
}
