/** The README and the guides are true: their programs run and print what they say, and the commands work. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { models } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { writeSamples } from "../../tools/samples.mjs";
import {
  blocks,
  blocksOf,
  documentNames,
  installCommand,
  installed,
  modules,
  npmSettings,
  readme,
  root,
  shownOn,
  shownOnThatDay,
  tarball,
  textOf,
  toldBy,
} from "./blocks.mjs";

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
const scripts = JSON.parse(textOf("package.json")).scripts;

let folder;
let emulator;
let environment;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "readme-"));
  await writeSamples(path.join(folder, "samples"));
  mkdirSync(path.join(folder, "node_modules"));
  // The other SDKs too, from which people come.
  for (const name of ["gemini-vision-wasm", "@google", "openai"]) {
    symlinkSync(path.join(modules, name), path.join(folder, "node_modules", name));
  }
  emulator = await startEmulator();
  environment = {
    PATH: await installCommand(folder),
    GEMINI_API_KEY: "any-key",
    GEMINI_BASE_URL: emulator.url,
    NODE_OPTIONS: shownOnThatDay,
  };
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

/** A folder with the sample pictures: what one block writes is nothing to another. */
function roomFor(name) {
  const room = path.join(folder, name);
  cpSync(path.join(folder, "samples"), room, { recursive: true });
  return room;
}

describe("programs", () => {
  for (const [i, { document, heading, code }] of blocksOf("js").entries()) {
    test(`${document}, below "${heading}"`, async () => {
      const cwd = roomFor(`program-${i + 1}`);
      writeFileSync(path.join(cwd, "program.mjs"), code);
      const { stdout, stderr } = await run(process.execPath, ["program.mjs"], { cwd, env: environment });
      assert.equal(stderr, "");
      const told = toldBy(code);
      // What the first one prints is looked at below.
      if (i > 0) assert.deepEqual(stdout.trimEnd().split("\n"), told);
    });
  }

  test("the first one comes to its end: tokens, dollars, an answer and its cost", async () => {
    const cwd = path.join(folder, "program-1");
    const { stdout } = await run(process.execPath, ["program.mjs"], { cwd, env: environment });
    const [estimated, answered] = stdout.trimEnd().split("\n");
    assert.match(estimated, /^1\d{3} tokens, \$0\.00\d{4}$/);
    assert.match(answered, /800×1200.* 0\.\d+$/, "the picture arrived upright");
    assert.doesNotMatch(answered, /sideways/);
  });
});

describe("commands", () => {
  /** One by one, each with what it says to have printed: behind it, or in the lines below. */
  const commands = blocksOf("sh").flatMap(({ document, code }) =>
    code
      .trimEnd()
      .split(/\n(?!# →)/)
      .map((text) => ({ document, line: text.split(/\s+# /)[0], told: toldBy(text, /# → (.*)$/gm) })),
  );
  const ours = commands.filter(({ line }) => line.startsWith("gemini-vision "));

  for (const [i, { document, line, told }] of ours.entries()) {
    test(`${document}: ${line}`, async () => {
      const cwd = roomFor(`command-${i + 1}`);
      const { stdout, stderr } = await run("/bin/sh", ["-c", line], { cwd, env: environment });
      assert.equal(stderr, "");
      assert.ok(told.length > 0, "it says what it prints");
      for (const text of told) assert.ok(stdout.includes(text), stdout);
    });
  }

  test("every other command is npm's or the build's, and is there", () => {
    const others = commands.filter((command) => !ours.includes(command));
    assert.ok(others.length >= 3);
    for (const { line } of others) {
      const [, script] = /^npm (?:run )?([\w:]+)( |$)/.exec(line) ?? assert.fail(line);
      const isInstall = /^npm install (?:--global )?gemini-vision-wasm$/.test(line);
      assert.ok(script === "install" ? isInstall : scripts[script], line);
    }
  });

  test("npx runs the command under the package's name, and nothing else is advised", async () => {
    const form = "npx --package gemini-vision-wasm gemini-vision";
    assert.ok(readme.includes(`\`${form} …\``));
    for (const document of documentNames) {
      assert.doesNotMatch(textOf(document).replaceAll(form, ""), /npx|npm exec/, document);
    }
    const env = { ...process.env, ...npmSettings(folder) };
    const args = ["--yes", ...form.replace("gemini-vision-wasm", tarball).split(" ").slice(1), "--version"];
    const { stdout } = await run("npx", args, { cwd: path.join(folder, "samples"), env });
    assert.equal(stdout.trim(), manifest.version);
  });

  test("commands and flags named in the text are there", async () => {
    const { stdout } = await run("gemini-vision", ["--help"], { cwd: folder, env: environment });
    for (const command of [
      "probe",
      "estimate",
      "prepare",
      "request",
      "ask",
      "batch",
      "models",
      "serve",
      "completion",
    ]) {
      assert.match(stdout, new RegExp(`\\b${command}\\b`));
    }
    assert.ok(scripts.bench, "npm run bench");
  });
});

describe("facts", () => {
  test("no block stands there unproved", () => {
    for (const { document, language, heading } of blocks) {
      const runs =
        ["js", "sh", "html", "jsx"].includes(language) || `${document} ${language}` === "CONTRIBUTING.md json";
      assert.ok(runs, `${document}, below "${heading}": nothing runs ${language || "a block of no language"}`);
    }
  });

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

  test("what is asked, here and in the examples, is a model that has not ended", async () => {
    const { stdout } = await run("git", ["ls-files", "npm/examples", "npm/src/cli", "tools/start.mjs"], { cwd: root });
    const files = [...documentNames, ...stdout.trim().split("\n")];
    const asked = /(?:\bmodel[:=]|\bmodel =|--model|-m) "?(gemini-\d[\w.-]*\w)/g;
    const named = files.flatMap((file) => [...textOf(file).matchAll(asked)].map(([, id]) => ({ file, id })));
    assert.ok(named.length >= 20);
    for (const { file, id } of named) {
      const { deprecated = "never", retired = "never" } = models.get(id);
      assert.ok(deprecated > shownOn && retired > shownOn, `${file}: ${id}`);
    }
  });

  test("a body is written as fast as it says", () => {
    const [, ...said] = /(\w+) times as fast as base64 and stringify \(Chromium: (\w+) times\)/.exec(readme);
    const numbers = { six: 6, twelve: 12 };
    const measured = textOf("tests/bench/RESULTS.md");
    for (const [i, where] of ["", ", in Chromium"].entries()) {
      const ratio = new RegExp(`^\\| 15 MB of pictures → body bytes${where} \\|.* ms \\| ([\\d.]+) \\|`, "m").exec(
        measured,
      )[1];
      assert.ok(1 / ratio >= numbers[said[i]], `1 / ${ratio}`);
    }
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
    assert.match(source("request-limits.js"), /maxInlineBytes = 100e6;/);
    assert.match(readme, /3,600 images/);
    assert.match(source("contents.js"), /maxImages = 3600;/);
  });

  test("every file and folder that a document names is there, and every link leads to one", async () => {
    const { stdout } = await run("git", ["ls-files"], { cwd: root }).catch(() => ({ stdout: "" }));
    if (stdout === "") return; // not a checkout
    const files = stdout.split("\n");
    const isThere = (name) => files.some((file) => file === name || file.startsWith(name.replace(/\/?$/, "/")));
    for (const document of documentNames) {
      const text = textOf(document);
      // It is read in the package, whose files are made by the build.
      if (document === "npm/llms.txt") continue;
      for (const [, name] of text.matchAll(/`((?:src|bindings|npm|web|tests|tools|cmake)\/[\w./-]*)`/g)) {
        assert.ok(isThere(name), `${document}: ${name}`);
      }
      for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) {
        assert.ok(isThere(path.posix.join(path.posix.dirname(document), link)), `${document}: ${link}`);
      }
    }
  });

  test("llms.txt leads to files of the package, every guide among them", () => {
    const links = [...textOf("npm/llms.txt").matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]);
    for (const link of links) assert.ok(existsSync(path.join(installed, link)), link);
    for (const name of documentNames.filter((document) => document.startsWith("npm/guides/"))) {
      assert.ok(links.includes(name.slice("npm/".length)), name);
    }
  });

  test("every guide is linked in the README, which is under 300 lines", () => {
    for (const name of documentNames.filter((document) => document.startsWith("npm/guides/"))) {
      assert.ok(readme.includes(`](${name})`), name);
    }
    assert.ok(readme.split("\n").length < 300);
  });

  test("the rows that a contributor is shown are rows of the data file", () => {
    const data = JSON.parse(textOf("src/tokens/models.json"));
    const output = path.join(folder, "models.ts");
    const rows = blocksOf("json").filter(({ document }) => document === "CONTRIBUTING.md");
    assert.ok(rows.length > 0);
    for (const { code } of rows) {
      const row = JSON.parse(code);
      const models = [row, ...data.models.filter(({ id }) => id !== row.id)];
      const input = path.join(folder, "models.json");
      writeFileSync(input, JSON.stringify({ ...data, models }));
      execFileSync(process.execPath, ["tools/generate.mjs", "--models", input, "--models-ts", output], { cwd: root });
      assert.ok(readFileSync(output, "utf8").includes(`{"id":"${row.id}"`));
    }
  });
});
