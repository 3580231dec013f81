/** The package as a stranger gets it: what is in it, what resolves, what a bundler makes of it, and how large it is. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";
import { sha256 } from "gemini-vision-wasm/sha256";
import { packedReadme } from "../../tools/packed-readme.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const installed = path.join(root, "tests/node_modules/gemini-vision-wasm");
const manifest = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
const source = path.join(root, "npm/src");

const textOf = (name) => readFileSync(path.join(installed, name)).toString("latin1");

const below = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"));

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "package-"));
  mkdirSync(path.join(folder, "node_modules"));
  symlinkSync(installed, path.join(folder, "node_modules/gemini-vision-wasm"));
});
after(() => rm(folder, { recursive: true }));

describe("what is in it", () => {
  test("exactly the compiled sources, the modules, README, guides, examples, notices and licence", () => {
    const bound = ["codec", "heif"].flatMap((name) => ["mjs", "d.mts"].map((ending) => `dist/${name}.${ending}`));
    const modules = [...["core", "media", "codec", "heif"].map((name) => `dist/${name}.wasm`), ...bound];
    const compiled = below(source)
      .filter((name) => /(?<!\.d)\.ts$/.test(name))
      .flatMap((name) => [".js", ".d.ts"].map((ending) => `dist/${name.slice(0, -3)}${ending}`));
    const parser = ["js", "LICENSE"].map((ending) => `dist/eventsource-parser.${ending}`);
    const written = ["guides", "examples"].flatMap((name) =>
      below(path.join(root, "npm", name)).map((file) => `${name}/${file}`),
    );
    const expected = [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD-PARTY-NOTICES.md",
      "llms.txt",
      "package.json",
      ...written,
      ...modules,
      ...parser,
      ...compiled,
    ];
    assert.deepEqual(below(installed).sort(), expected.sort());
  });

  test("no sources, maps, tests or anything of this machine", () => {
    for (const name of below(installed)) {
      assert.doesNotMatch(name, /\.map$|(?<!\.d)\.m?ts$|test|fixture|\.tgz$|node_modules/);
      const text = readFileSync(path.join(installed, name)).toString("latin1");
      assert.ok(!text.includes(root) && !/\/(home|root|Users)\/[a-z]/.test(text), name);
      assert.ok(!text.includes("sourceMappingURL"), name);
    }
  });

  test("the LGPL's libraries are in heif.wasm alone, and the notices say so", () => {
    assert.equal(manifest.license, "Apache-2.0 AND LGPL-3.0-or-later");
    const notices = textOf("THIRD-PARTY-NOTICES.md");
    const weak = /[AL]?GPL|MPL/;
    // Names that only these libraries' code has in it.
    const traces = /libde265|libheif|HEVC Decoder|Unsupported codec/i;
    for (const name of ["core", "media", "codec", "heif"]) {
      const line = new RegExp(`^- .${name}\\.wasm.: (.+)$`, "m").exec(notices)?.[1];
      assert.ok(line, `the notices do not list ${name}.wasm`);
      assert.equal(weak.test(line), name === "heif", line);
      assert.equal(
        traces.test(textOf(`dist/${name}.wasm`)),
        name === "heif",
        `traces of the libraries in ${name}.wasm`,
      );
    }
    assert.match(notices, /GNU LESSER GENERAL PUBLIC LICENSE/);
    for (const library of ["libheif", "libde265"]) {
      assert.match(
        notices,
        new RegExp(`## ${library}\\n\\nLGPL-3\\.0-or-later\\. Built from\\n\\n- version .*: https:.*SHA-256`),
      );
    }
    for (const name of below(installed).filter((file) => file.endsWith(".js"))) {
      assert.doesNotMatch(textOf(name), /SPDX-License-Identifier: .*(GPL|MPL)|GNU (Lesser )?General Public/i, name);
    }
  });

  test("it needs no other package", () => {
    assert.deepEqual(
      [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies],
      [undefined, undefined, undefined],
    );
    for (const script of ["preinstall", "install", "postinstall", "prepare"])
      assert.equal(manifest.scripts?.[script], undefined);
  });

  test("README and licence are those of the project, but for what only the repository has", () => {
    const own = (name) => readFileSync(path.join(root, name)).toString("latin1");
    assert.equal(textOf("LICENSE"), own("LICENSE"));
    assert.equal(textOf("README.md"), packedReadme(own("README.md")));
    assert.doesNotMatch(textOf("README.md"), /npm (?:start|test)|CONTRIBUTING/);
  });

  test("every link of its documents leads to a file in it", () => {
    // The notices hold others' texts, as they are.
    const isOwn = (name) => /\.(?:md|txt)$/.test(name) && name !== "THIRD-PARTY-NOTICES.md";
    const documents = below(installed).filter(isOwn);
    let links = 0;
    for (const document of documents) {
      for (const [, link] of textOf(document).matchAll(/\]\((?![a-z]+:)([^)#\s]+)[^)]*\)/g)) {
        links++;
        assert.ok(existsSync(path.join(installed, path.dirname(document), link)), `${document}: ${link}`);
      }
    }
    assert.ok(links >= 25);
  });
});

describe("what resolves", () => {
  const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));

  for (const [entry, value] of Object.entries(manifest.exports)) {
    test(`every condition of "${entry}" names a file`, () => {
      for (const target of [targets(value)].flat()) assert.ok(existsSync(path.join(installed, target)), target);
      if (typeof value === "string" || value.types === undefined) return;
      assert.equal(Object.keys(value)[0], "types", "types come first");
      const last = Object.keys(value).at(-1);
      assert.equal(last, entry === "./emulator" ? "node" : "default");
    });
  }

  test("main, types and the command are files, the command with its first line", () => {
    for (const target of [manifest.main, manifest.types]) assert.ok(existsSync(path.join(installed, target)), target);
    for (const target of Object.values(manifest.bin)) {
      assert.match(readFileSync(path.join(installed, target), "utf8"), /^#!\/usr\/bin\/env node\n/);
    }
  });

  test("what is not exported cannot be reached", async () => {
    await assert.rejects(import("gemini-vision-wasm/dist/probe.js"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });
  });

  test("modules for workerd give the same names", () => {
    for (const [entry, value] of Object.entries(manifest.exports)) {
      if (!value.workerd) continue;
      const text = readFileSync(path.join(installed, value.workerd), "utf8");
      assert.ok(text.includes(`export * from "./${path.basename(value.default)}"`), entry);
    }
  });
});

describe("what others' checks find", () => {
  const tarball = path.join(root, `npm/${manifest.name}-${manifest.version}.tgz`);
  const tool = (name, ...args) => run(path.join(root, "tests/node_modules/.bin", name), [...args, tarball]);
  const words = ({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`);

  test("publint, strictly", () => tool("publint", "--strict").catch(words));

  test("attw", async () => {
    // What an import of a .wasm file gives is the bundler's to say, and so is its type.
    const untyped = Object.keys(sha256).map((name) => `${name}.wasm`);
    await tool("attw", "--profile", "esm-only", "--exclude-entrypoints", ...untyped, "--").catch(words);
  });
});

describe("types", () => {
  const program = `
import { type Estimate, estimate, GeminiClient, InputError, type MediaInfo, type PreparedMedia, prepare, probe } from "gemini-vision-wasm";
import { GeminiClient as PlainClient } from "gemini-vision-wasm/client";
import { detectionPrompt } from "gemini-vision-wasm/detections";
import { compare } from "gemini-vision-wasm/estimate";
import { GoogleGenerativeAI } from "gemini-vision-wasm/generative-ai";
import { GoogleAIFileManager } from "gemini-vision-wasm/generative-ai/server";
import { probe as probeAlone } from "gemini-vision-wasm/probe";
import { sha256 } from "gemini-vision-wasm/sha256";
import { WorkerPool } from "gemini-vision-wasm/worker";

const photo: PreparedMedia = await prepare(new Blob([]), { quality: 80, limits: { maxPixels: 1 } });
const ask = { model: "gemini-3.5-flash", contents: [photo, "Caption this image."], config: { temperature: 1 } };
const { tokens, cost, parts }: Estimate = await estimate(ask, { basis: "documented", at: new Date(), batch: true });
const usd: number | undefined = cost?.usd;
const columns: number | undefined = parts[0]?.grid?.columns;
const { text, candidates } = await new GeminiClient({ apiKey: async () => "k" }).models.generateContent(ask, { order: "as-given" });
const reason: string | undefined = candidates[0]?.finishReason;
const info: MediaInfo = await probe(new URL("https://example.test"), { signal: AbortSignal.timeout(1) });
const same: boolean = (await probeAlone("a.jpg")).orientation === 6;
const rows: Estimate[] = await compare({ contents: { media: { kind: "image", uprightWidth: 1, uprightHeight: 1 } } });
const plain = await new PlainClient({ baseUrl: "https://example.test" }).models.countTokens({ model: "m", contents: "x" });
try { await probe("x"); } catch (error) { if (error instanceof InputError && error.code === "truncated") console.log(error.at); }
// @ts-expect-error: a string is no MediaFacts
await estimate({ model: "m", contents: { media: { kind: "hologram" } } });
// @ts-expect-error: facts cannot be sent
await new GeminiClient({}).models.generateContent({ model: "m", contents: { media: { kind: "audio", durationSeconds: 1 } } });
// @ts-expect-error: no such option
await prepare("x", { qualty: 80 });
const pooled: PreparedMedia = await new WorkerPool({ size: 1 }).prepare(new Blob([]));
const digest: string = sha256.core;
const old = new GoogleGenerativeAI("k").getGenerativeModel({ model: "m" });
// @ts-expect-error: there is no such module
sha256.hevc;
console.log(tokens, usd, columns, text, reason, info.pages, same, rows, plain.totalTokens, pooled, digest, old);
console.log(new GoogleAIFileManager("k"), detectionPrompt(["x"], { kind: "boxes" }));
export {};
`;
  const tsc = path.join(root, "npm/node_modules/typescript/bin/tsc");

  for (const [module, moduleResolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    test(`a strict program compiles with moduleResolution ${moduleResolution}, its libraries checked`, async () => {
      const project = path.join(folder, moduleResolution);
      mkdirSync(project);
      writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
      writeFileSync(path.join(project, "program.ts"), program);
      const compilerOptions = {
        ...{ strict: true, noEmit: true, target: "es2022", module, moduleResolution, types: [], skipLibCheck: false },
        ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, lib: ["es2023", "dom", "dom.iterable"] },
        preserveSymlinks: true,
      };
      writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
      const { stdout } = await run(process.execPath, [tsc, "-p", project]).catch((error) => error);
      assert.equal(stdout, "");
    });
  }

  test("the emulator's too, with Node's types", async () => {
    const project = path.join(folder, "emulator");
    mkdirSync(project);
    writeFileSync(path.join(project, "package.json"), '{ "type": "module" }');
    const words =
      'import { type Emulator, startEmulator } from "gemini-vision-wasm/emulator";\nconst e: Emulator = await startEmulator({ port: 0 });\nawait e.close();\n';
    writeFileSync(path.join(project, "program.ts"), words);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2022",
      module: "nodenext",
      types: [],
      lib: ["es2023", "dom"],
    };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const { stdout } = await run(process.execPath, [tsc, "-p", project]).catch((error) => error);
    assert.equal(stdout, "");
  });
});

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

/**
 * What a page downloads before its first call, minified: `files`, which its entry reaches at once. `text` holds what is
 * loaded later as well.
 */
/** What is imported only when it is needed stays outside, as it does for whoever downloads the entry. */
const laterStaysOutside = {
  name: "later",
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path: name }) =>
      kind === "dynamic-import" ? { path: name, external: true } : undefined,
    ),
};

/** What a page downloads before its first call: the entry with all that it imports at once. */
async function bundled(entry, options = {}) {
  const { outputFiles, metafile } = await build({
    ...{ entryPoints: [entry], absWorkingDir: folder, bundle: true, minify: true, write: false, metafile: true },
    ...{ format: "esm", platform: "browser", target: "es2022", logLevel: "silent", plugins: [laterStaysOutside] },
    ...options,
  });
  assert.equal(outputFiles.length, 1);
  return { code: outputFiles[0].contents, text: outputFiles[0].text, metafile };
}

describe("bundles for a browser", () => {
  /** Minified and compressed by brotli, in thousands of bytes. */
  const budgets = {
    "gemini-vision-wasm": 26,
    "gemini-vision-wasm/probe": 12,
    "gemini-vision-wasm/estimate": 14,
    "gemini-vision-wasm/client": 10,
  };
  const table = [];

  for (const [entry, budget] of Object.entries(budgets)) {
    test(`${entry} within ${budget} KB`, async () => {
      const { code } = await bundled(entry);
      const size = brotli(code);
      table.push(
        `${entry.padEnd(28)} ${kilobytes(code.length).padStart(7)} KB minified ${kilobytes(size).padStart(6)} KB brotli of ${budget}`,
      );
      assert.ok(size <= budget * 1000, `${size} bytes`);
    });

    test(`${entry} imports no module of Node's, and needs no shim for one`, async () => {
      // With everything that is ever imported in it.
      const { text, metafile } = await bundled(entry, { plugins: [] });
      const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
      assert.deepEqual(
        imports.filter(({ external }) => external),
        [],
      );
      for (const name of builtinModules) {
        assert.ok(!new RegExp(`(from|import|require\\()\\s*["'\`](node:)?${name}["'\`]`).test(text), name);
      }
      assert.doesNotMatch(text, /\beval\(|new Function\(|["'`]node:/);
    });
  }

  test("/client knows of no wasm", async () => {
    const { text, metafile } = await bundled("gemini-vision-wasm/client");
    const inputs = Object.keys(metafile.inputs);
    assert.ok(!inputs.some((name) => /wasm\/(core|codec|load)\.js$|\.mjs$|\.wasm$/.test(name)), inputs.join());
    assert.doesNotMatch(text, /WebAssembly|\.wasm\b(?!["'`]? ?[:.]?)/);
    assert.ok(!text.includes("core.wasm") && !text.includes("codec.wasm"));
  });

  test("/probe and /estimate know of no codec and no client", async () => {
    for (const entry of ["probe", "estimate"]) {
      const { metafile } = await bundled(`gemini-vision-wasm/${entry}`);
      const inputs = Object.keys(metafile.inputs).join("\n");
      assert.doesNotMatch(inputs, /codec|transport|client|prepare|cli\/|emulator/);
    }
  });

  test("what is not used is left out", async () => {
    writeFileSync(
      path.join(folder, "only-costs.js"),
      'import { costOf } from "gemini-vision-wasm";\nconsole.log(costOf);\n',
    );
    const { text } = await bundled("./only-costs.js");
    assert.doesNotMatch(text, /WebAssembly/);
  });

  test("the addresses of the modules stay as bundlers look for them", async () => {
    for (const name of Object.keys(sha256)) {
      const text = readFileSync(path.join(installed, `dist/url-${name}.js`), "utf8");
      assert.ok(text.includes(`new URL("./${name}.wasm", import.meta.url)`), text);
    }
  });

  after(() => console.log(["", ...table.sort(), ""].join("\n")));
});

describe("modules", () => {
  test("their digests are the package's own to tell", () => {
    assert.deepEqual(Object.keys(sha256), ["core", "media", "codec", "heif"]);
    for (const [name, digest] of Object.entries(sha256)) {
      const bytes = readFileSync(path.join(installed, `dist/${name}.wasm`));
      assert.equal(createHash("sha256").update(bytes).digest("hex"), digest, name);
    }
  });

  for (const [name, budget] of Object.entries({ core: 60, media: 60, codec: 180, heif: 260 })) {
    test(`${name}.wasm within ${budget} KB of brotli`, () => {
      const bytes = readFileSync(path.join(installed, `dist/${name}.wasm`));
      const size = brotli(bytes);
      console.log(`${name}.wasm ${kilobytes(bytes.length)} KB, ${kilobytes(size)} KB brotli of ${budget}`);
      assert.ok(size <= budget * 1000, `${size} bytes`);
    });
  }
});
