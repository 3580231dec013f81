/** The reference can be made of the comments, and typedoc has nothing to say against them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { root } from "./blocks.mjs";

const run = promisify(execFile);
const npm = path.join(root, "npm");

test("typedoc warns of nothing, and every entry has its page", async () => {
  const out = await mkdtemp(path.join(tmpdir(), "reference-"));
  try {
    const { stdout, stderr } = await run("node_modules/.bin/typedoc", ["--out", out], { cwd: npm });
    assert.doesNotMatch(stdout + stderr, /warning|error/i);
    const { exports } = JSON.parse(readFileSync(path.join(npm, "package.json"), "utf8"));
    for (const [entry, { types }] of Object.entries(exports)) {
      if (types === undefined) continue; // a file, no module
      const name = entry.replace(".", "gemini-vision-wasm").replaceAll("/", "_");
      assert.ok(existsSync(path.join(out, "modules", `${name}.html`)), entry);
    }
  } finally {
    await rm(out, { recursive: true });
  }
});
