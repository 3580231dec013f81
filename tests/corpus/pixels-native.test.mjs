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
import { exceptions, gridDifference, gridOf, toleranceOf } from "./pixels-truth.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const corpus = process.env.GVW_CORPUS ?? resolve(root, "../shared/corpus");
const program = process.env.GVW_PIXELS_FILES ?? resolve(root, "build/native/tests/corpus/pixels_files");
const kinds = new Set(["jpeg", "png", "webp"]);
const statuses = ["ok", "need", "truncated", "malformed", "unsupported", "too-large", "out-of-memory", "bad-argument"];

const skip = !existsSync(`${corpus}/manifest.json`)
  ? `no corpus at ${corpus}`
  : !existsSync(program) && `${program} is not built: cmake --workflow --preset native`;
if (skip) console.log(`SKIPPED: ${skip}`);

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
