/** The README and the guides are true: their programs run and print what they say, and the commands work. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { models } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { writeSamples } from "../../tools/samples.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = path.join(root, "tests/node_modules");
const installed = path.join(modules, "gemini-vision-wasm");
const readme = readFileSync(path.join(root, "README.md"), "utf8");
const guides = readdirSync(path.join(root, "npm/guides")).sort();
const documents = [readme, ...guides.map((name) => readFileSync(path.join(root, "npm/guides", name), "utf8"))].join(
  "\n",
);
const manifest = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));

/** Blocks of one language, each with the heading above it. */
function blocksOf(language) {
  const blocks = [];
  for (const match of documents.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (match[1] !== language) continue;
    const heading =
      documents
        .slice(0, match.index)
        .match(/^#+ .*$/gm)
        ?.at(-1) ?? "";
    blocks.push({ heading: heading.replace(/^#+ /, ""), code: match[2] });
  }
  return blocks;
}

let folder;
let emulator;
let environment;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "readme-"));
  await writeSamples(folder);
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(installed, path.join(folder, "node_modules/gemini-vision-wasm"));
  emulator = await startEmulator();
  environment = {
    PATH: `${path.join(modules, ".bin")}${path.delimiter}${process.env.PATH}`,
    GEMINI_API_KEY: "any-key",
    GEMINI_BASE_URL: emulator.url,
  };
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

describe("programs", () => {
  const blocks = blocksOf("js");

  test("there are some, and most say what they print", () => {
    assert.ok(blocks.length >= 6, `${blocks.length} blocks`);
    assert.ok(blocks.filter(({ code }) => code.includes("// → ")).length >= 4);
  });

  for (const [i, { heading, code }] of blocks.entries()) {
    test(`${i + 1}, below "${heading}"`, async () => {
      const file = path.join(folder, `program-${i + 1}.mjs`);
      writeFileSync(file, code);
      const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder, env: environment });
      assert.equal(stderr, "");
      const told = [...code.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]);
      if (told.length > 0) assert.deepEqual(stdout.trimEnd().split("\n"), told);
      else assert.notEqual(stdout, "", "a program without a word about its output prints something at least");
    });
  }

  test("the first one comes to its end: tokens, dollars, an answer and its cost", async () => {
    const { stdout } = await run(process.execPath, [path.join(folder, "program-1.mjs")], {
      cwd: folder,
      env: environment,
    });
    const [estimated, answered] = stdout.trimEnd().split("\n");
    assert.match(estimated, /^1\d{3} tokens, \$0\.00\d{4}$/);
    assert.match(answered, /800×1200.* 0\.\d+$/, "the picture arrived upright");
    assert.doesNotMatch(answered, /sideways/);
  });
});

describe("commands", () => {
  const lines = blocksOf("sh").flatMap(({ code }) => code.trimEnd().split("\n"));
  const ours = lines.filter((line) => line.startsWith("gemini-vision "));
  const scripts = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts;

  test("there are some", () => assert.ok(ours.length >= 5));

  for (const line of ours) {
    test(line, async () => {
      const { stdout, stderr } = await run("/bin/sh", ["-c", line], { cwd: folder, env: environment });
      assert.equal(stderr, "");
      assert.notEqual(stdout, "");
    });
  }

  test("every other command is npm's, and its script is there", () => {
    for (const line of lines.filter((other) => !ours.includes(other))) {
      const [, script] = /^npm (install gemini-vision-wasm|start|test)( |$)/.exec(line) ?? assert.fail(line);
      if (script === "start" || script === "test") assert.ok(scripts[script], script);
    }
  });

  test("commands and flags named in the text are there", async () => {
    const { stdout } = await run("gemini-vision", ["--help"], { cwd: folder, env: environment });
    for (const command of ["probe", "estimate", "prepare", "request", "ask", "models", "serve"]) {
      assert.match(stdout, new RegExp(`\\b${command}\\b`));
    }
    assert.ok(scripts.bench, "npm run bench");
  });
});

describe("facts", () => {
  test("the table of entries is the package's own", () => {
    const named = [...readme.matchAll(/^\| `gemini-vision-wasm(\/[\w/-]+)?` /gm)].map((match) => `.${match[1] ?? ""}`);
    const own = Object.keys(manifest.exports).filter((entry) => !/\.wasm$|\.json$/.test(entry));
    assert.deepEqual(named.sort(), own.sort());
  });

  test("the codes of errors are those of the types", () => {
    const types = readFileSync(path.join(installed, "dist/errors.d.ts"), "utf8");
    for (const name of ["InputError", "ApiError"]) {
      const union = new RegExp(`type ${name}Code = ([^;]*);`).exec(types)[1];
      const own = [...union.matchAll(/"([a-z-]+)"/g)].map((match) => match[1]);
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      const named = [
        ...row
          .split("|")
          .at(-2)
          .matchAll(/`([a-z-]+)`/g),
      ].map((match) => match[1]);
      assert.deepEqual(named.sort(), own.sort(), name);
    }
  });

  test("every model it names is known", () => {
    const named = new Set([...readme.matchAll(/gemini-\d[\w.-]*\w/g)].map((match) => match[0]));
    assert.ok(named.size >= 2);
    for (const id of named) assert.ok(models.get(id).id);
  });

  test("the core is as small as it says", () => {
    const said = Number(/core is under (\d+) KB compressed/.exec(readme)[1]);
    const size = brotliCompressSync(readFileSync(path.join(installed, "dist/core.wasm"))).length / 1000;
    assert.ok(size <= said, `${size.toFixed(1)} KB`);
  });

  test("versions and limits", () => {
    assert.equal(manifest.engines.node, ">=20.16");
    assert.match(readme, /Node 20\.16 or newer/);
    const source = (name) => readFileSync(path.join(installed, "dist", name), "utf8");
    assert.match(readme, /100 megapixels a decode/);
    assert.match(source("prepare-plan.js"), /defaultMaxPixels = 100_000_000;/);
    assert.match(readme, /512 MiB a source/);
    assert.match(source("source/reader.js"), /defaultMaxBytes = 512 \* 1024 \* 1024;/);
    assert.match(readme, /100 MB a request/);
    assert.match(source("request.js"), /maxInlineBytes = 100e6;/);
    assert.match(readme, /3,600 images/);
    assert.match(source("contents.js"), /maxImages = 3600;/);
  });

  test("every file and folder it names in the checkout is there", async () => {
    const { stdout } = await run("git", ["ls-files"], { cwd: root }).catch(() => ({ stdout: "" }));
    if (stdout === "") return; // not a checkout
    const files = stdout.split("\n");
    for (const [, name] of readme.matchAll(/`((?:src|bindings|npm|web|tests|tools)\/[\w./-]*)`/g)) {
      assert.ok(
        files.some((file) => file === name || file.startsWith(name)),
        name,
      );
    }
  });
});
