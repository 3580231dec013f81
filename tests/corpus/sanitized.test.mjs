// Probes and strips every file of the corpus with the native programs, the ones with AddressSanitizer and
// UndefinedBehaviorSanitizer as well: each file is answered in our own words, quickly, and nothing is reported.
//   node --test tests/corpus/sanitized.test.mjs

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inShared, missing, readShared } from "../shared-folder.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const statuses = new Set(["ok", "truncated", "malformed", "unsupported", "too-large"]);
/** A file may take so long; more is a hang, whatever it is made of. Sanitizers cost a factor of ten and more. */
const maxMicroseconds = { native: 1e6, asan: 5e6 };
const noCorpus = missing("corpus", "manifest.json");
const entries = noCorpus ? [] : readShared("corpus", "manifest.json");
const options = {
  cwd: inShared("corpus"),
  encoding: "utf8",
  maxBuffer: 64 << 20,
  timeout: 300_000,
  env: { ...process.env, ASAN_OPTIONS: "allocator_may_return_null=1", UBSAN_OPTIONS: "print_stacktrace=1" },
};

/** One line of JSON a file; what a sanitizer has to say comes on stderr, or ends the program. */
function answersOf(program, args) {
  const { status, signal, stdout, stderr } = spawnSync(program, [...args, ...entries.map(({ file }) => file)], options);
  assert.equal(stderr, "");
  assert.deepEqual({ status, signal }, { status: 0, signal: null });
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, entries.length);
  return lines.map((line, i) => ({ ...JSON.parse(line), file: entries[i].file, category: entries[i].category }));
}

/** Names the slowest of all damaged files. */
function checkTimes(t, answers, preset) {
  const damaged = answers.filter(
    ({ category, microseconds }) => category === "malformed" && microseconds !== undefined,
  );
  const slowest = damaged.reduce((one, other) => (other.microseconds > one.microseconds ? other : one));
  t.diagnostic(`${answers.length} files; slowest malformed file: ${slowest.file}, ${slowest.microseconds} µs`);
  for (const { file, microseconds = 0 } of answers) {
    assert.ok(microseconds < maxMicroseconds[preset], `${file}: ${microseconds} µs`);
  }
}

for (const preset of Object.keys(maxMicroseconds)) {
  const folder = path.join(root, "build", preset, "tests/corpus");
  const notBuilt = existsSync(folder) ? undefined : `not built: cmake --workflow --preset ${preset}`;
  if (notBuilt) console.log(`SKIPPED: ${preset} ${notBuilt}`);

  describe(`the ${preset} build`, { skip: noCorpus ?? notBuilt }, () => {
    test("probes every file", (t) => {
      const answers = answersOf(path.join(folder, "probe_files"), []);
      for (const { file, status } of answers) assert.ok(statuses.has(status), `${file}: ${status}`);
      checkTimes(t, answers, preset);
    });

    test("strips every file", (t) => {
      const output = mkdtempSync(path.join(tmpdir(), "sanitized-"));
      try {
        const answers = answersOf(path.join(folder, "strip_files"), [output]);
        // Without a status of its own it was no picture for the probe.
        for (const { file, probe, status } of answers) assert.ok(statuses.has(status ?? probe), `${file}: ${status}`);
        checkTimes(t, answers, preset);
      } finally {
        rmSync(output, { recursive: true });
      }
    });
  });
}
