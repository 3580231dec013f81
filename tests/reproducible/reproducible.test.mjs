/**
 * The same sources give the same bytes: the modules are built once more, from a copy of the sources in another folder, and
 * compared with those that the package holds. Takes as long as the first build.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { sha256 } from "gemini-vision-wasm/sha256";

const root = path.join(import.meta.dirname, "../..");
const sources = ["CMakeLists.txt", "CMakePresets.json", "bindings", "cmake", "src", "tools"];
const glue = ["codec.mjs", "heif.mjs"];

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "a-folder-of-another-name-"));
  for (const name of sources) await cp(path.join(root, name), path.join(folder, name), { recursive: true });
  await mkdir(path.join(folder, "npm"));
  await symlink(path.join(root, "npm/node_modules"), path.join(folder, "npm/node_modules"));
  const build = promisify(execFile)("cmake", ["--workflow", "--preset", "wasm"], { cwd: folder, maxBuffer: 2 ** 28 });
  await build.catch(({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`.slice(-5000)));
});
after(() => rm(folder, { recursive: true }));

const built = (name) => readFile(path.join(folder, "build/wasm/modules", name));

for (const [name, digest] of Object.entries(sha256)) {
  test(`${name}.wasm`, async () => {
    const bytes = await built(`${name}.wasm`);
    assert.equal(createHash("sha256").update(bytes).digest("hex"), digest);
  });
}

for (const name of glue) {
  test(name, async () => {
    const held = await readFile(path.join(root, "npm/dist", name));
    assert.ok(held.equals(await built(name)));
  });
}
