// Turns the two data files into source code, so that a fact is written down once and C++ and TypeScript cannot disagree:
//   src/tokens/models.json    token rules, windows, retirements, prices  → --models-header, --models-ts
//   src/base/vocabulary.json  names of formats, kinds, statuses          → --vocabulary-header, --vocabulary-ts
// Usage: node tools/generate.mjs [--models FILE] [--vocabulary FILE] [--models-header OUT] [--models-ts OUT]
//        [--vocabulary-header OUT] [--vocabulary-ts OUT]
// An output is written only when its content changes, so that nothing is compiled again without need.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { modelsTs } from "./generate/models.mjs";
import { modelsHeader } from "./generate/rules.mjs";
import { vocabularyHeader, vocabularyTs } from "./generate/vocabulary.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file}: ${cause.message}`, { cause });
  }
}

function writeIfChanged(file, text) {
  let before;
  try {
    before = readFileSync(file, "utf8");
  } catch {
    before = undefined; // not there yet
  }
  if (before === text) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function main() {
  const string = { type: "string" };
  const { values } = parseArgs({
    options: {
      models: { type: "string", default: resolve(root, "src/tokens/models.json") },
      vocabulary: { type: "string", default: resolve(root, "src/base/vocabulary.json") },
      "models-header": string,
      "models-ts": string,
      "vocabulary-header": string,
      "vocabulary-ts": string,
    },
  });
  const outputs = [
    ["models-header", values.models, modelsHeader],
    ["models-ts", values.models, modelsTs],
    ["vocabulary-header", values.vocabulary, vocabularyHeader],
    ["vocabulary-ts", values.vocabulary, vocabularyTs],
  ];
  for (const [option, input, generate] of outputs) {
    if (values[option] !== undefined) writeIfChanged(values[option], generate(readJson(input)));
  }
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.message}\n`);
  process.exitCode = 1;
}
