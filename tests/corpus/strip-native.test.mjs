// Strips the corpus beside the repository and looks at the results with eyes that are not ours: exifreader, and a search
// for the bytes of what it found before:
//   node --test tests/corpus/strip-native.test.mjs
// GVW_STRIP_FILES names another build of the program, GVW_CORPUS another place of the corpus.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const corpus = process.env.GVW_CORPUS ?? resolve(root, "../shared/corpus");
const program = process.env.GVW_STRIP_FILES ?? resolve(root, "build/native/tests/corpus/strip_files");
const folders = ["jpeg", "png", "webp", "heif", "malformed"];
const formats = new Set(["jpeg", "png", "webp", "heic", "heif", "avif"]);
const statuses = new Set(["ok", "truncated", "malformed", "unsupported", "too-large"]);

/** Sound files the strip refuses, one by one. */
const refusals = {};

const reader = await import("exifreader").then(
  (module) => module.default ?? module,
  () => undefined,
);
const skip = !existsSync(`${corpus}/manifest.json`)
  ? `no corpus at ${corpus}`
  : !existsSync(program)
    ? `${program} is not built: cmake --workflow --preset native`
    : !reader && "exifreader is not installed: npm ci in tests/";
if (skip) console.log(`SKIPPED: ${skip}`);

const output = skip ? undefined : mkdtempSync(join(tmpdir(), "strip-"));
after(() => output && rmSync(output, { recursive: true }));

function load() {
  const entries = JSON.parse(readFileSync(`${corpus}/manifest.json`, "utf8")).filter(({ category }) =>
    folders.includes(category),
  );
  const options = { cwd: corpus, encoding: "utf8", maxBuffer: 64 << 20, timeout: 300_000 };
  const text = execFileSync(program, [output, ...entries.map(({ file }) => file)], options);
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, entries.length);
  return entries.map((entry, i) => ({ entry, found: lines[i], place: `${output}/${i}` }));
}

const results = skip ? [] : load();
const stripped = results.filter(({ found }) => found.status === "ok");
const isSound = ({ entry, found }) => entry.valid === true && formats.has(entry.kind) && found.probe === "ok";

/** What exifreader finds, or nothing when it gives up. */
function tagsOf(bytes) {
  try {
    return reader.load(bytes, { expanded: true, includeUnknown: true });
  } catch {
    return {};
  }
}

/** Tags that say who, where, when or with what, and are long enough not to turn up by chance. */
const telling = [
  "Make",
  "Model",
  "Software",
  "Artist",
  "Copyright",
  "ImageDescription",
  "UserComment",
  "DateTime",
  "DateTimeOriginal",
  "BodySerialNumber",
  "LensModel",
  "LensSerialNumber",
  "CameraOwnerName",
  "GPSDateStamp",
  "ImageUniqueID",
  "HostComputer",
]; // prettier-ignore
const kLeastLength = 6;

/** A place in degrees, minutes and seconds as its 24 bytes, in both byte orders. */
function placeBytes(tag) {
  if (!Array.isArray(tag?.value) || tag.value.length !== 3 || !tag.value.every((part) => Array.isArray(part)))
    return [];
  const numbers = tag.value.flat();
  if (numbers.length !== 6 || numbers.every((number) => number <= 1)) return [];
  return [false, true].map((little) => {
    const view = new DataView(new ArrayBuffer(24));
    for (const [i, number] of numbers.entries()) view.setUint32(4 * i, number, little);
    return Buffer.from(view.buffer);
  });
}

/** The bytes that must not be found again. */
function secretsOf(bytes, tags) {
  const secrets = [];
  for (const name of telling) {
    const tag = tags.exif?.[name];
    const text = Array.isArray(tag?.value) ? tag.value.filter((part) => typeof part === "string").join("") : tag?.value;
    if (typeof text === "string" && text.trim().length >= kLeastLength)
      secrets.push(Buffer.from(text.trim(), "latin1"));
  }
  for (const name of ["GPSLatitude", "GPSLongitude"]) secrets.push(...placeBytes(tags.exif?.[name]));
  return secrets.filter((secret) => bytes.includes(secret));
}

const markers = [
  "http://ns.adobe.com/xap",
  "http://ns.adobe.com/xmp",
  "<x:xmpmeta",
  "Photoshop 3.0\0",
  "Raw profile type",
  "urn:c2pa",
];

/** The profile, the one place where words may stay. */
function withoutProfile(tags) {
  const words = Object.values(tags.icc ?? {}).flatMap(({ value }) => (typeof value === "string" ? [value] : []));
  return (secret) => !words.some((word) => word.includes(secret.toString("latin1")));
}

test("sound files are stripped, each exception listed", { skip }, () => {
  const sound = results.filter(isSound);
  const refused = sound.filter(({ found }) => found.status !== "ok");
  assert.deepEqual(
    Object.fromEntries(refused.map(({ entry, found }) => [entry.file, found.status])),
    Object.fromEntries(Object.entries(refusals).map(([file, { status }]) => [file, status])),
  );
  console.log(`${sound.length - refused.length} of ${sound.length} sound files stripped`);
});

test("every answer is one of the five", { skip }, () => {
  for (const { entry, found } of results) assert.ok(statuses.has(found.status ?? found.probe), entry.file);
});

test("a second strip has nothing to do, the probe finds the same picture", { skip }, () => {
  for (const { entry, found } of stripped) {
    assert.equal(found.again, false, entry.file);
    if (!found.truncated) assert.equal(found.sameFacts, true, entry.file);
  }
});

test("pixels of JPEG and PNG stay as they are", { skip }, () => {
  const counts = {};
  for (const { entry, found } of stripped) {
    counts[found.pixels] = (counts[found.pixels] ?? 0) + 1;
    assert.notEqual(found.pixels, "different", entry.file);
  }
  assert.ok(counts.same > 400, JSON.stringify(counts));
});

test("nothing exifreader finds before is found after, neither by it nor as bytes", { skip }, () => {
  let searched = 0;
  for (const { entry, place } of stripped) {
    const before = readFileSync(`${corpus}/${entry.file}`);
    const bytes = readFileSync(place);
    const tags = tagsOf(bytes);
    const allowed = withoutProfile(tags);
    const secrets = secretsOf(before, tagsOf(before)).filter(allowed);
    searched += secrets.length;
    for (const secret of secrets) assert.ok(!bytes.includes(secret), `${entry.file}: ${secret.toString("latin1")}`);
    for (const marker of markers) assert.ok(!bytes.includes(Buffer.from(marker, "latin1")), `${entry.file}: ${marker}`);
    for (const group of ["gps", "xmp", "iptc", "Thumbnail", "makerNotes", "mpf", "photoshop"]) {
      assert.equal(tags[group], undefined, `${entry.file}: ${group}`);
    }
    const names = Object.keys(tags.exif ?? {}).filter((name) => !/^(?:Orientation|Image (?:Width|Height))$/.test(name));
    assert.deepEqual(names, [], entry.file);
    // One block at most, and only where it says how the picture stands.
    const exif = bytes.indexOf("Exif\0\0", 0, "latin1");
    if (exif >= 0) assert.equal(tags.exif?.Orientation?.value > 1, true, `${entry.file}: Exif at ${exif}`);
    assert.equal(
      bytes.indexOf("Exif\0\0", exif + 1, "latin1"),
      exif < 0 ? -1 : bytes.lastIndexOf("Exif\0\0", undefined, "latin1") === exif ? -1 : exif,
      entry.file,
    );
  }
  assert.ok(searched > 200, `only ${searched} secrets in the corpus`);
  console.log(`${searched} secrets of ${stripped.length} files searched for`);
});
