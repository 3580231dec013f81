/**
 * `npm test`: sets up, builds, and runs every kind of test. `npm test -- native node` runs only the kinds named; a wrong
 * name lists them.
 */

import { existsSync } from "node:fs";
import path from "node:path";
import { build } from "./build.mjs";
import { filesBelow, root, runSteps, step } from "./steps.mjs";

const biome = path.join(root, "npm/node_modules/.bin/biome");
const clangFromDebian = "/usr/lib/llvm-19/bin";

function workflow(preset) {
  return {
    run: ["cmake", "--workflow", "--preset", preset],
    mend: `read the words above; cmake --workflow --preset ${preset} runs this step alone`,
  };
}

/** Files of node:test below a folder of tests/, each in a process of its own. */
function nodeTests(folder) {
  const files = filesBelow([`tests/${folder}`], { except: ["node_modules", "screenshots", "projects"] });
  const tests = files.filter((file) => file.endsWith(".test.mjs"));
  return {
    run: [process.execPath, "--test", "--test-reporter=spec", ...tests],
    cwd: path.join(root, "tests"),
    loud: true,
    mend: `read the failures above; npm test -- ${folder} runs this step alone`,
  };
}

/** Packages of a folder of its own, which only its tests need. */
function packagesOf(part) {
  const mend = "follow the last words above";
  return [`Fetching the ${part}`, { run: ["tools/setup", part], mend }];
}

const kinds = {
  lint: [
    [
      "Checking JavaScript, TypeScript, CSS and HTML",
      { run: [biome, "check", "--error-on-warnings"], mend: "npm run format mends most; the rest is named above" },
    ],
    ["Checking C++ by clang-format and clang-tidy", { run: ["tools/lint-cpp"], mend: "follow the words above" }],
  ],
  native: [["Unit tests, native", workflow("native")]],
  asan: [["Unit tests under AddressSanitizer and UndefinedBehaviorSanitizer", workflow("asan")]],
  kernels: [["The vector kernels as WebAssembly", workflow("wasm-kernels")]],
  fuzz: [
    ["Building the fuzz targets", workflow("fuzz")],
    [
      "Fuzzing every parser, briefly",
      {
        run: [process.execPath, "tests/fuzz/run.mjs"],
        env: { PATH: `${clangFromDebian}:${process.env.PATH}` },
        mend: "the crasher's file is named above; keep it in tests/fuzz/crashers with the mend",
      },
    ],
  ],
  debug: [["Building the modules with assertions", workflow("wasm-debug")]],
  node: [["The package in Node", nodeTests("node")]],
  docs: [["The documents' code", nodeTests("docs")]],
  package: [["The package as it is published", nodeTests("package")]],
  runtimes: [packagesOf("runtimes"), ["The package in every runtime", nodeTests("runtimes")]],
  bundlers: [packagesOf("bundlers"), ["The package through every bundler", nodeTests("bundlers")]],
  corpus: [["Real files", nodeTests("corpus")]],
  browser: [["The page and the package in browsers", nodeTests("browser")]],
  long: [["What takes minutes", nodeTests("long")]],
  reproducible: [["The modules, built once more in another folder", nodeTests("reproducible")]],
};

/** Only when they are named. */
const onDemand = ["long", "reproducible"];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in kinds));

if (unknown.length > 0) {
  process.stderr.write(
    `There are no tests "${unknown.join('", "')}"; the kinds are ${Object.keys(kinds).join(", ")}.\n`,
  );
  process.exitCode = 2;
} else {
  await runSteps(async () => {
    await build();
    const usual = Object.keys(kinds).filter((name) => !onDemand.includes(name));
    for (const name of chosen.length > 0 ? chosen : usual) {
      for (const [title, description] of kinds[name]) await step(title, description);
    }
    const skipped = existsSync(path.join(root, "..", "shared"))
      ? ""
      : ", without the real files that may stand beside it";
    return `All tests hold${skipped}`;
  });
}
