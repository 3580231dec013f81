// Compares the native probe with the corpus beside the repository, whose facts were measured by other tools:
//   node --test tests/corpus/probe-native.test.mjs
// GVW_PROBE_FILES names another build of the program, GVW_CORPUS another place of the corpus.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const corpus = process.env.GVW_CORPUS ?? resolve(root, "../shared/corpus");
const program = process.env.GVW_PROBE_FILES ?? resolve(root, "build/native/tests/corpus/probe_files");
const folders = ["jpeg", "png", "webp", "heif", "malformed"];
const formats = new Set(["jpeg", "png", "webp", "heic", "heif", "avif"]);
/** Other than pictures, told by their first bytes alone. */
const media = new Set(["pdf", "mp4", "avi"]);
const statuses = new Set(["ok", "truncated", "malformed", "unsupported", "too-large"]);

/** Where the manifest and the probe differ and the probe is right, one by one. */
const exceptions = {
  "heif/fileformatconformance__multilayer002.heic": {
    differs: ["frames: 6, manifest: 4"],
    // Four pictures and two grids, none of them hidden. The manifest's count comes from a decoder that gives up on one grid,
    // of layers it cannot decode, and leaves out both; where grids are of plain pictures (C024, C025) it counts them.
    reason: "a grid is a picture the file offers, decodable or not",
  },
};

/** The same for what the manifest's tags say of metadata. */
const metadataExceptions = {
  "png/exifr__png_with_exif_and_gps.png": ["exif"], // behind the pixels, where the probe does not look
  "png/go__video-005.gray.png": ["exif"], // the raw profile is APP12's, no EXIF
};

const skip = !existsSync(`${corpus}/manifest.json`)
  ? `no corpus at ${corpus}`
  : !existsSync(program) && `${program} is not built: cmake --workflow --preset native`;
if (skip) console.log(`SKIPPED: ${skip}`);

function load() {
  const entries = JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8")).filter(({ category }) =>
    folders.includes(category),
  );
  const output = execFileSync(
    program,
    entries.map(({ file }) => file),
    {
      cwd: corpus,
      encoding: "utf8",
      maxBuffer: 64 << 20,
      timeout: 300_000,
    },
  );
  const lines = output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, entries.length);
  return entries.map((entry, i) => ({ entry, found: lines[i] }));
}

const results = skip ? [] : load();
const isSettled = ({ entry }) => entry.valid === true && entry.decodability !== "disputed";

/** Pairs of names: the probe's fact, the manifest's. */
function factsOf({ kind }) {
  const facts = [
    ["format", "kind"],
    ["width", "width"],
    ["height", "height"],
    ["orientation", "orientation"],
    ["uprightWidth", "displayWidth"],
    ["uprightHeight", "displayHeight"],
    ["frames", "frames"],
  ];
  return kind === "avif" ? facts : [...facts, ["hasAlpha", "hasAlpha"], ["bitDepth", "bitDepth"]];
}

function differences({ entry, found }) {
  if (found.status !== "ok") return [`status: ${found.status} at ${found.at}`];
  return factsOf(entry)
    .filter(([ours, theirs]) => entry[theirs] !== null && entry[theirs] !== undefined && found[ours] !== entry[theirs])
    .map(([ours, theirs]) => `${ours}: ${found[ours]}, manifest: ${entry[theirs]}`);
}

test("every valid picture agrees with the manifest", { skip }, (t) => {
  const used = new Set();
  const wrong = [];
  let agreed = 0;
  for (const result of results.filter((each) => formats.has(each.entry.kind) && isSettled(each))) {
    const { file } = result.entry;
    const found = differences(result);
    if (file in exceptions) {
      used.add(file);
      assert.deepEqual(found, exceptions[file].differs, file);
    } else if (found.length > 0) {
      wrong.push(`${file}: ${found.join("; ")}`);
    } else {
      agreed++;
    }
  }
  t.diagnostic(`${agreed} files agree, ${used.size} exceptions`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    Object.keys(exceptions).filter((file) => !used.has(file)),
    [],
    "exceptions that are none",
  );
});

/** What the manifest's tags, made by a walk through markers and chunks, say of metadata. */
function metadataOf({ kind, tags = [], itemTypes = {}, interlaced }) {
  const some = (pattern) => tags.some((tag) => pattern.test(tag));
  switch (kind) {
    case "jpeg":
      return {
        exif: some(/^exif-/),
        xmp: some(/^xmp/),
        icc: some(/^icc$/),
        progressive: some(/^(arithmetic-)?progressive$/),
      };
    case "png":
      return { exif: some(/^(eXIf|raw-profile-exif)$/), icc: some(/^iCCP$/), progressive: interlaced };
    case "webp":
      return { exif: some(/^EXIF$/), xmp: some(/^XMP$/), icc: some(/^ICCP$/) };
    default:
      return { exif: "Exif" in itemTypes, xmp: "mime" in itemTypes };
  }
}

test("metadata and interlacing agree with the manifest's tags", { skip }, (t) => {
  let agreed = 0;
  for (const { entry, found } of results.filter((each) => formats.has(each.entry.kind) && isSettled(each))) {
    const differing = Object.entries(metadataOf(entry)).filter(([name, value]) => found[name] !== value);
    assert.deepEqual(
      differing.map(([name]) => name),
      metadataExceptions[entry.file] ?? [],
      entry.file,
    );
    agreed++;
  }
  t.diagnostic(
    `${agreed - Object.keys(metadataExceptions).length} files agree, ${Object.keys(metadataExceptions).length} exceptions`,
  );
});

test("what is not settled agrees where it can be read at all", { skip }, (t) => {
  const others = results.filter((each) => formats.has(each.entry.kind) && !isSettled(each));
  const read = others.filter(({ found }) => found.status === "ok");
  const same = read.filter((result) => differences(result).length === 0);
  t.diagnostic(
    `${others.length} damaged, exotic or disputed files: ${read.length} read, ${same.length} of them as the manifest has it`,
  );
  if (process.env.GVW_VERBOSE) {
    for (const result of others)
      console.log(result.entry.file, result.entry.decodability, differences(result).join("; "));
  }
});

test("damage is answered by one of our own statuses, and promises to the caller hold", { skip }, (t) => {
  for (const { entry, found } of results) {
    assert.ok(statuses.has(found.status), `${entry.file}: ${found.status}`);
    assert.equal(found.brokenPromise, undefined, entry.file);
  }
  const slowest = results
    .filter(({ entry }) => entry.category === "malformed")
    .sort((a, b) => b.found.microseconds - a.found.microseconds)[0];
  t.diagnostic(
    `slowest malformed file: ${slowest.entry.file}, ${slowest.found.microseconds} µs, ${slowest.found.windows} windows`,
  );
  assert.ok(slowest.found.microseconds < 1e6, "a second is a hang");
});

test("what is no picture is told from what is", { skip }, () => {
  for (const { entry, found } of results.filter(({ entry }) => !formats.has(entry.kind))) {
    if (entry.kind === "tiff") assert.equal(found.format, "tiff", entry.file);
    else if (media.has(entry.kind) && found.status === "ok") assert.equal(found.format, entry.kind, entry.file);
    else assert.ok(found.status === "unsupported" || found.status === "truncated", `${entry.file}: ${found.status}`);
  }
});

test("a header costs few windows", { skip }, (t) => {
  for (const format of formats) {
    const windows = results
      .filter((each) => each.found.status === "ok" && each.found.format === format)
      .map(({ found }) => found.windows);
    windows.sort((a, b) => a - b);
    const at = (part) => windows[Math.floor((windows.length - 1) * part)];
    t.diagnostic(`${format}: ${windows.length} files, median ${at(0.5)}, 90 % ${at(0.9)}, most ${at(1)} windows`);
    assert.ok(at(0.5) <= 2, format);
  }
});
