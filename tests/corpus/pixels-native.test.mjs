// Compares the decoders with the corpus beside the repository, whose pixels were measured by other tools:
//   node --test tests/corpus/pixels-native.test.mjs
// GVW_PIXELS_FILES names another build of the program, GVW_CORPUS another place of the corpus.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const corpus = process.env.GVW_CORPUS ?? resolve(root, "../shared/corpus");
const program = process.env.GVW_PIXELS_FILES ?? resolve(root, "build/native/tests/corpus/pixels_files");
const kinds = new Set(["jpeg", "png", "webp"]);
const statuses = ["ok", "need", "truncated", "malformed", "unsupported", "too-large", "out-of-memory", "bad-argument"];

const skip = !existsSync(`${corpus}/manifest.json`)
  ? `no corpus at ${corpus}`
  : !existsSync(program) && `${program} is not built: cmake --workflow --preset native`;
if (skip) console.log(`SKIPPED: ${skip}`);

/** Valid by the references but refused or seen differently here, one by one. */
const clearGray = {
  // tRNS names a grey sample that is clear. Pillow compares it with the sample scaled to 8 bits, ffmpeg leaves it out below 8
  // bits; libpng (and libspng, whose difference the manifest notes) do as the specification says, 11.3.2.1.
  reason: "tRNS of grey below 8 bits",
};
const beyondPalette = {
  // An index that the palette does not have is an error; libpng, ffmpeg and libspng show black, Pillow a grey of its own.
  reason: "index beyond the palette",
};
const off = (difference) => [`grid: ${difference} off, 0.01 allowed`];
const exceptions = {
  "png/libpng__gray-1-1.8-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-1-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-2-1.8-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-2-linear-tRNS.png": { ...clearGray, differs: off("255.00") },
  "png/libpng__gray-4-1.8-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-linear-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-sRGB-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__gray-4-tRNS.png": { ...clearGray, differs: off("63.75") },
  "png/libpng__small-palette-1.png": { ...beyondPalette, differs: off("1.00") },
  "png/libpng__small-palette-2.png": { ...beyondPalette, differs: off("3.00") },
  "png/libpng__small-palette-4.png": { ...beyondPalette, differs: off("3.75") },
  "png/libpng__test-palette-1.png": { ...beyondPalette, differs: off("1.00") },
};

const manifest = skip ? [] : JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8"));

/** Decodes in small batches: a crash names few files, and the pixels need little room. */
function* decoded(entries) {
  const size = 16;
  for (let first = 0; first < entries.length; first += size) {
    const batch = entries.slice(first, first + size);
    const output = execFileSync(program, {
      cwd: corpus,
      input: batch.map(({ file, orientation }) => `${orientation ?? 1} ${file}\n`).join(""),
      maxBuffer: 2 ** 31,
      timeout: 120_000,
    });
    let at = 0;
    for (const entry of batch) {
      const end = output.indexOf(10, at);
      const found = JSON.parse(output.subarray(at, end));
      at = end + 1;
      const bytes = found.status === 0 ? found.width * found.height * 4 : 0;
      found.status = statuses[found.status];
      found.stored = output.subarray(at, at + bytes);
      found.upright = output.subarray(at + bytes, at + 2 * bytes);
      at += 2 * bytes;
      yield { entry, found };
    }
    assert.equal(at, output.length, "output of an unexpected length");
  }
}

/** Means of 16 cells, as the manifest's README defines them. */
function gridOf(pixels, width, height, premultiplied) {
  const cells = [];
  const cut = (i, side) => {
    const from = Math.floor((i * side) / 4);
    return [from, Math.max(from + 1, Math.floor(((i + 1) * side) / 4))];
  };
  for (let j = 0; j < 4; j++) {
    const [top, bottom] = cut(j, height);
    for (let i = 0; i < 4; i++) {
      const [left, right] = cut(i, width);
      const sums = [0, 0, 0, 0];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) {
          const at = 4 * (y * width + x);
          const alpha = pixels[at + 3];
          for (let c = 0; c < 3; c++) sums[c] += premultiplied ? (pixels[at + c] * alpha) / 255 : pixels[at + c];
          sums[3] += alpha;
        }
      }
      cells.push(sums.map((sum) => sum / ((right - left) * (bottom - top))));
    }
  }
  return cells;
}

function gridDifference(a, b) {
  return Math.max(...a.flatMap((cell, i) => cell.map((value, c) => Math.abs(value - b[i][c]))));
}

/** The README's, widened by what its own references differ. */
function toleranceOf(entry) {
  const references = Math.max(
    0,
    ...Object.values(entry.gridMaxDiff ?? {}).filter((value) => typeof value === "number"),
  );
  const tags = entry.tags ?? [];
  const cmyk = tags.some((tag) => /cmyk|ycck|4-component/i.test(tag));
  const small = Math.min(entry.width, entry.height) < 32;
  if (entry.kind === "png") return entry.bitDepth === 16 ? 1.01 : 0.01;
  if (entry.kind === "webp") return entry.storedRgbaSha256 ? 0.01 : Math.max(3, references);
  return cmyk || small ? Math.max(12, references) : Math.max(3, references);
}

function differences({ entry, found }) {
  if (found.status !== "ok") return [`status: ${found.status}`];
  const wrong = [];
  if (found.width !== entry.width || found.height !== entry.height) {
    return [`size: ${found.width}x${found.height}, manifest: ${entry.width}x${entry.height}`];
  }
  if (entry.storedRgbaSha256) {
    const digest = createHash("sha256").update(found.stored).digest("hex");
    if (digest !== entry.storedRgbaSha256) wrong.push("stored pixels differ");
  }
  const premultiplied = entry.hasAlpha && entry.gridPremultiplied !== undefined;
  const expected = premultiplied ? entry.gridPremultiplied : entry.grid;
  if (expected) {
    const grid = gridOf(found.upright, entry.displayWidth, entry.displayHeight, premultiplied);
    const difference = gridDifference(grid, expected);
    if (difference > toleranceOf(entry))
      wrong.push(`grid: ${difference.toFixed(2)} off, ${toleranceOf(entry)} allowed`);
  }
  return wrong;
}

test("every valid picture has the manifest's pixels", { skip }, (t) => {
  const entries = manifest.filter(
    ({ kind, valid, decodability, category }) =>
      kinds.has(kind) && valid === true && decodability === "full" && (kinds.has(category) || category === "malformed"),
  );
  const wrong = [];
  const used = new Set();
  let agreed = 0;
  let hashed = 0;
  for (const result of decoded(entries)) {
    const { file } = result.entry;
    const differs = differences(result);
    if (differs.length === 0) {
      agreed++;
      if (result.entry.storedRgbaSha256) hashed++;
      continue;
    }
    if (JSON.stringify(exceptions[file]?.differs) === JSON.stringify(differs)) used.add(file);
    else wrong.push(`${file}: ${differs.join("; ")}`);
  }
  for (const [file, { reason }] of Object.entries(exceptions)) {
    if (!used.has(file)) wrong.push(`${file}: listed as an exception but agrees (${reason})`);
  }
  t.diagnostic(`${agreed} of ${entries.length} agree, ${hashed} of them bit for bit; ${used.size} exceptions`);
  assert.deepEqual(wrong, []);
});

test("whatever is damaged is answered", { skip }, (t) => {
  const entries = manifest.filter(
    ({ kind, category, valid }) =>
      category === "malformed" || (kinds.has(category) && (valid !== true || !kinds.has(kind))),
  );
  const counts = {};
  const start = performance.now();
  for (const { found } of decoded(entries)) counts[found.status] = (counts[found.status] ?? 0) + 1;
  t.diagnostic(`${entries.length} files in ${Math.round(performance.now() - start)} ms: ${JSON.stringify(counts)}`);
  assert.equal(counts.need, undefined);
  assert.equal(counts["out-of-memory"], undefined);
  assert.equal(counts["bad-argument"], undefined);
});

test("what promises too many pixels is refused at once", { skip }, () => {
  const entries = manifest.filter(
    ({ kind, width, height }) => kinds.has(kind) && width !== null && width * height > 100_000_000,
  );
  for (const entry of entries) {
    const start = performance.now();
    const [{ found }] = [...decoded([entry])];
    // A side that the format itself forbids is malformed.
    const expected = Math.max(entry.width, entry.height) > 0x7fffffff ? "malformed" : "too-large";
    assert.equal(found.status, expected, entry.file);
    // The time of a program's start in it.
    assert.ok(performance.now() - start < 1000, entry.file);
  }
});
