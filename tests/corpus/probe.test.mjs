/**
 * Real files that nobody here made, probed as a user would: what independent tools agree on, the package says too. Every
 * damaged file is refused in the package's own words or read, and the next one is read as if nothing had been.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { InputError, probe } from "gemini-vision-wasm";
import { inShared, missing, readShared } from "../shared-folder.mjs";

const skip = missing("corpus", "manifest.json");
const manifest = skip ? [] : readShared("corpus", "manifest.json");

// Internal, but shipped: what a probe begins with, and what it turns to.
const dist = (file) => import(new URL(file, import.meta.resolve("gemini-vision-wasm")));
const { plainHeader } = await dist("./plain/header.js");
const { coreFacts } = await dist("./probe.js");
const { withCore } = await dist("./wasm/core.js");

/** Formats that have to be read, by folder. A new one is one line. */
const expected = {
  jpeg: ["jpeg"],
  png: ["png"],
  webp: ["webp"],
  heif: ["heic", "heif", "avif"],
};

const facts = {
  width: "width",
  height: "height",
  orientation: "orientation",
  uprightWidth: "displayWidth",
  uprightHeight: "displayHeight",
  hasAlpha: "hasAlpha",
  bitDepth: "bitDepth",
  frames: "frames",
};

/** Files that are not read as the manifest has them, each with why. */
const exceptions = {
  "heif/fileformatconformance__multilayer002.heic":
    "four pictures and two grids; the manifest's tool gives up on one grid and leaves out both, though they are offered too",
};

const files = (category) => manifest.filter((row) => row.category === category);
const bytesOf = ({ file }) => readFileSync(inShared("corpus", file));

function differences(info, row) {
  const wrong = Object.entries(facts).filter(([ours, theirs]) => row[theirs] !== null && info[ours] !== row[theirs]);
  const lines = wrong.map(([ours, theirs]) => `${ours} ${info[ours]} instead of ${row[theirs]}`);
  if (info.format !== row.kind) lines.push(`format ${info.format} instead of ${row.kind}`);
  return lines;
}

for (const [category, formats] of Object.entries(expected)) {
  describe(category, { skip }, () => {
    const agreed = files(category).filter(
      (row) => row.valid === true && row.disputed === undefined && formats.includes(row.kind),
    );

    test(`${agreed.length} sound files are what every tool says they are`, async () => {
      assert.ok(agreed.length > 40, `only ${agreed.length} files`);
      const wrong = [];
      for (const row of agreed) {
        if (row.file in exceptions) continue;
        const lines = await probe(bytesOf(row)).then(
          (info) => differences(info, row),
          (error) => [`${error.code}: ${error.message}`],
        );
        if (lines.length > 0) wrong.push(`${row.file}: ${lines.join("; ")}`);
      }
      assert.deepEqual(wrong, []);
    });

    test("they are the same as a path, and as a Blob read in windows", async () => {
      for (const row of agreed.filter((_, i) => i % 7 === 0 && !(_.file in exceptions))) {
        const bytes = bytesOf(row);
        const info = await probe(bytes);
        const { warnings, ...same } = await probe(inShared("corpus", row.file));
        assert.deepEqual({ ...same, warnings: [] }, { ...info, warnings: [] }, row.file);
        assert.deepEqual(await probe(new Blob([bytes])), info, row.file);
        assert.ok(warnings.every(({ code }) => ["mime-mismatch", "truncated"].includes(code)));
      }
    });
  });
}

test("each exception is still one, and is a file of the corpus", { skip }, async () => {
  for (const file of Object.keys(exceptions)) {
    const row = manifest.find((entry) => entry.file === file);
    assert.ok(row, `${file} is not there`);
    const agrees = await probe(bytesOf(row)).then(
      (info) => differences(info, row).length === 0,
      () => false,
    );
    assert.ok(!agrees, `${file} is read as the manifest has it: strike it off`);
  }
});

test("whatever a file is, its probe ends in facts or in an error of the package, and harms no other", {
  skip,
}, async () => {
  const codes = ["truncated", "malformed", "unsupported", "too-large"];
  const control = files("jpeg").find((row) => row.valid === true && !(row.file in exceptions));
  const controlBytes = bytesOf(control);
  const before = await probe(controlBytes);
  let refused = 0;
  for (const row of manifest) {
    const bytes = bytesOf(row);
    try {
      const info = await probe(bytes);
      assert.equal(info.byteLength, bytes.length);
      assert.ok(info.width >= 0 && info.height >= 0 && info.orientation >= 1 && info.orientation <= 8, row.file);
    } catch (error) {
      assert.ok(error instanceof InputError, `${row.file}: ${error.stack}`);
      assert.ok(codes.includes(error.code), `${row.file}: ${error.code}`);
      // What is missing from a truncated file may begin behind its end.
      const isWithin = error.at >= 0 && (error.at <= bytes.length || error.code === "truncated");
      assert.ok(error.at === undefined || isWithin, `${row.file}: ${error.code} at ${error.at} of ${bytes.length}`);
      refused++;
    }
  }
  assert.deepEqual(await probe(controlBytes), before);
  console.log(`${manifest.length} files probed, ${refused} refused`);
});

test("what is answered without the core is what the core answers", { skip }, async () => {
  const windowBytes = 4096;
  const counts = { files: 0, whole: 0, window: 0 };
  await withCore((core) => {
    for (const row of manifest.filter(({ kind }) => kind === "jpeg" || kind === "png")) {
      const bytes = bytesOf(row);
      counts.files++;
      for (const [name, head] of Object.entries({ whole: bytes, window: bytes.subarray(0, windowBytes) })) {
        const found = plainHeader(head, bytes.length);
        if (found === undefined) continue;
        assert.deepEqual([...found], [...coreFacts(core, bytes, row.file)], `${row.file}, ${name}`);
        counts[name]++;
      }
    }
  });
  assert.ok(counts.whole > 150, JSON.stringify(counts));
  console.log(
    `${counts.files} files, answered at once: ${counts.whole} in memory, ${counts.window} by their first window`,
  );
});
