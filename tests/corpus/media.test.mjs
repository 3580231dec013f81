// Compares the native media probe with the corpus beside the repository, whose facts were measured by other tools:
//   node --test tests/corpus/media.test.mjs
// GVW_MEDIA_FILES names another build of the program, GVW_CORPUS another place of the corpus.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { exceptions } from "./media-exceptions.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const corpus = process.env.GVW_CORPUS ?? resolve(root, "../shared/corpus");
const program = process.env.GVW_MEDIA_FILES ?? resolve(root, "build/native/tests/corpus/media_files");
const folders = ["pdf", "video", "audio", "malformed"];
const statuses = new Set(["ok", "truncated", "malformed", "unsupported", "too-large"]);

const skip = !existsSync(`${corpus}/manifest.json`)
  ? `no corpus at ${corpus}`
  : !existsSync(program) && `${program} is not built: cmake --workflow --preset native`;
if (skip) console.log(`SKIPPED: ${skip}`);

function probe(files, cwd) {
  const output = execFileSync(program, files, { cwd, encoding: "utf8", maxBuffer: 64 << 20, timeout: 300_000 });
  return output
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function load() {
  const manifest = JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8"));
  const entries = manifest.filter(({ category }) => folders.includes(category));
  const found = probe(
    entries.map(({ file }) => file),
    corpus,
  );
  assert.equal(found.length, entries.length);
  return entries.map((entry, i) => ({ entry, found: found[i] }));
}

const results = skip ? [] : load();
const used = new Set();

/** Compares what is settled of `chosen`; every difference is an exception with a reason, or a failure. */
function compare(t, chosen, differences) {
  const wrong = [];
  let agreed = 0;
  let excepted = 0;
  for (const { entry, found } of chosen) {
    const differing = found.status === "ok" ? differences(entry, found) : [`status: ${found.status} at ${found.at}`];
    const exception = exceptions[entry.file];
    if (differing.length === 0) agreed++;
    else if (exception?.differs === differing.join("; ")) {
      used.add(entry.file);
      excepted++;
    } else wrong.push(`${entry.file}: ${differing.join("; ")}`);
  }
  t.diagnostic(`${chosen.length} files: ${agreed} agree, ${excepted} exceptions`);
  assert.deepEqual(wrong, []);
}

const isSettled = ({ entry }) => !entry.disputed;

test("pages of every undisputed unencrypted PDF", { skip }, (t) => {
  const chosen = results.filter((each) => each.entry.kind === "pdf" && isSettled(each) && each.entry.pages != null);
  compare(
    t,
    chosen.filter(({ entry }) => entry.encrypted === "no" || entry.encrypted == null),
    (entry, found) => (found.pages === entry.pages ? [] : [`pages: ${found.pages}, manifest: ${entry.pages}`]),
  );
});

/** pdfinfo prints the first page's crop box, not turned. */
test("the first page's size", { skip }, (t) => {
  const size = ({ pageSize }) =>
    /^([\d.]+) x ([\d.]+) pts/
      .exec(pageSize ?? "")
      ?.slice(1)
      .map(Number);
  const chosen = results.filter((each) => each.entry.kind === "pdf" && isSettled(each) && size(each.entry));
  compare(
    t,
    chosen.filter(({ found }) => found.status === "ok" && found.pages > 0),
    (entry, found) => {
      const [width, height] = size(entry);
      const close = Math.abs(found.width - width) < 0.01 * width && Math.abs(found.height - height) < 0.01 * height;
      return close ? [] : [`size: ${found.width} x ${found.height}, manifest: ${width} x ${height}`];
    },
  );
});

const isFilmOrSound = ({ entry }) =>
  ["video", "audio"].includes(entry.category) || entry.kind === "mp4" || entry.kind === "avi";

test("duration of every undisputed film and sound", { skip }, (t) => {
  const chosen = results.filter((each) => isFilmOrSound(each) && isSettled(each) && each.entry.valid === true);
  compare(
    t,
    chosen.filter(({ entry }) => entry.duration != null),
    ({ duration }, found) =>
      Math.abs(found.duration - duration) <= Math.max(0.1, 0.02 * duration)
        ? []
        : [`duration: ${found.duration}, manifest: ${duration}`],
  );
});

test("upright size of every undisputed film", { skip }, (t) => {
  const chosen = results.filter((each) => isFilmOrSound(each) && isSettled(each) && each.entry.valid === true);
  compare(
    t,
    chosen.filter(({ entry }) => entry.displayWidth != null),
    ({ displayWidth, displayHeight }, { uprightWidth, uprightHeight }) =>
      uprightWidth === displayWidth && uprightHeight === displayHeight
        ? []
        : [`upright: ${uprightWidth} x ${uprightHeight}, manifest: ${displayWidth} x ${displayHeight}`],
  );
});

test("sound: there or not, its channels and its rate", { skip }, (t) => {
  const chosen = results.filter((each) => isFilmOrSound(each) && isSettled(each) && each.entry.valid === true);
  compare(
    t,
    chosen.filter(({ found }) => found.status === "ok"),
    (entry, found) => {
      const differing = [];
      const sound = entry.audioCodec != null || entry.channels != null;
      if (found.hasAudio !== sound) differing.push(`hasAudio: ${found.hasAudio}, manifest: ${sound}`);
      for (const name of ["channels", "sampleRate"]) {
        if (entry[name] && found[name] !== entry[name])
          differing.push(`${name}: ${found[name]}, manifest: ${entry[name]}`);
      }
      return differing;
    },
  );
});

test("frame rate, within a twentieth", { skip }, (t) => {
  const chosen = results.filter((each) => isFilmOrSound(each) && isSettled(each) && each.entry.valid === true);
  compare(
    t,
    chosen.filter(({ entry, found }) => entry.fps && found.status === "ok" && found.frameRate > 0),
    ({ fps }, { frameRate }) => (Math.abs(frameRate - fps) <= fps / 20 ? [] : [`fps: ${frameRate}, manifest: ${fps}`]),
  );
});

test("exceptions are all needed", { skip }, () => {
  assert.deepEqual(
    Object.keys(exceptions).filter((file) => !used.has(file)),
    [],
  );
});

test("damage is answered by one of our own statuses, soon", { skip }, (t) => {
  for (const { entry, found } of results) {
    assert.ok(statuses.has(found.status), `${entry.file}: ${found.status}`);
    assert.equal(found.brokenPromise, undefined, entry.file);
  }
  const slowest = results.toSorted((a, b) => b.found.microseconds - a.found.microseconds)[0];
  t.diagnostic(`slowest: ${slowest.entry.file}, ${slowest.found.microseconds} µs, ${slowest.found.windows} windows`);
  assert.ok(slowest.found.microseconds < 2e6, "two seconds are a hang");
});

/** A file of a gibibyte that takes no room: a movie's header behind an `mdat` of zeros. */
function sparseMovie(path) {
  const source = readFileSync(`${corpus}/video/mediabunny__edts.mp4`);
  const boxes = [];
  for (let at = 0; at + 8 <= source.length; ) {
    const size = source.readUInt32BE(at) || source.length - at;
    boxes.push({ type: source.toString("latin1", at + 4, at + 8), bytes: source.subarray(at, at + size) });
    at += size;
  }
  const head = boxes.find(({ type }) => type === "ftyp").bytes;
  const movie = boxes.find(({ type }) => type === "moov").bytes;
  const mdat = Buffer.alloc(16);
  mdat.writeUInt32BE(1, 0);
  mdat.write("mdat", 4, "latin1");
  mdat.writeBigUInt64BE(2n ** 30n, 8);
  const file = openSync(path, "w");
  writeSync(file, head, 0, head.length, 0);
  writeSync(file, mdat, 0, mdat.length, head.length);
  ftruncateSync(file, head.length + 2 ** 30);
  writeSync(file, movie, 0, movie.length, head.length + 2 ** 30);
  closeSync(file);
}

test("a film of 1 GiB with its header last costs less than 256 KiB", { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "gvw-media-"));
  try {
    const path = join(folder, "sparse.mp4");
    sparseMovie(path);
    const [found] = probe([path], folder);
    assert.equal(found.status, "ok");
    assert.ok(Math.abs(found.duration - 9) < 0.1, `${found.duration} s`);
    assert.ok(found.bytes < 256 << 10, `${found.bytes} bytes`);
    t.diagnostic(`${found.bytes} bytes in ${found.windows} windows`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what it costs", { skip }, (t) => {
  for (const kind of ["pdf", "mp4", "mov", "webm", "mp3", "ogg", "wav"]) {
    const bytes = results
      .filter(({ entry, found }) => entry.kind === kind && found.status === "ok")
      .map(({ found }) => found.bytes);
    bytes.sort((a, b) => a - b);
    const at = (part) => bytes[Math.floor((bytes.length - 1) * part)];
    t.diagnostic(`${kind}: ${bytes.length} files, median ${at(0.5)}, 90 % ${at(0.9)}, most ${at(1)} bytes read`);
  }
});
