/**
 * Real pictures, decoded as a user would: by the package, in its WebAssembly modules. Whatever is sound has the pixels that
 * independent tools agree on; whatever is damaged is refused in the package's own words.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode, InputError, prepare } from "gemini-vision-wasm";
import { inShared, missing, readShared } from "../shared-folder.mjs";
import { differenceFrom, exceptions, isSound } from "./pixels-truth.mjs";

const skip = missing("corpus", "manifest.json");
const manifest = skip ? [] : readShared("corpus", "manifest.json");
const kinds = ["jpeg", "png", "webp", "heic"];
const bytesOf = ({ file }) => readFileSync(inShared("corpus", file));

const differenceOf = async (row) => differenceFrom(row, await decode(bytesOf(row)));

for (const kind of kinds) {
  const sound = manifest.filter((row) => isSound(row, kind));

  test(`${sound.length} pictures of ${kind} have the pixels that every tool sees`, { skip }, async () => {
    assert.ok(sound.length > 40, `only ${sound.length} files`);
    const wrong = [];
    for (const row of sound) {
      if (row.file in exceptions) continue;
      const difference = await differenceOf(row).catch((error) => `${error.code}: ${error.message}`);
      if (difference !== undefined) wrong.push(`${row.file}: ${difference}`);
    }
    assert.deepEqual(wrong, []);
  });
}

test("a HEIC that is no sound one is decoded or refused, and the next is decoded as if nothing had been", {
  skip,
}, async (t) => {
  const doubtful = manifest.filter(({ category, valid }) => category === "heif" && valid !== true);
  const control = manifest.find(({ kind, valid, decodability }) => kind === "heic" && valid && decodability === "full");
  const counts = {};
  for (const row of doubtful) {
    const outcome = await prepare(bytesOf(row), { format: "jpeg" }).then(
      () => "decoded",
      (error) => {
        assert.ok(error instanceof InputError, `${row.file}: ${error.stack}`);
        assert.doesNotMatch(error.message, /defect/, row.file);
        return error.code;
      },
    );
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  t.diagnostic(`${doubtful.length} files: ${JSON.stringify(counts)}`);
  assert.ok(counts.decoded > 0 && counts.unsupported > 0, JSON.stringify(counts));
  assert.equal(await differenceOf(control), undefined);
});
