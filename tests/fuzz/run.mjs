/**
 * Runs the fuzz targets: `node tests/fuzz/run.mjs [--seconds N] [--jobs N] [target...]`, after
 * `cmake --workflow --preset fuzz`. Each target first reads its seeds and every crasher ever kept, then new inputs for N
 * seconds (10). A finding is written to tests/fuzz/crashers/<target>/ and ends the run with 1; mend it and commit the file.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { targets, writeSeeds } from "./seeds.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(path.dirname(here));

/** A header that promises much must be refused before it is believed: an input of 64 KB has no right to more than this. */
const kMaxMegabytes = 512;
const kMaxInputBytes = 64 * 1024;
const kSecondsAnInput = 5;

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
  allowPositionals: true,
});

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ASAN_OPTIONS: "allocator_may_return_null=1:detect_stack_use_after_return=1:strict_string_checks=1",
        UBSAN_OPTIONS: "print_stacktrace=1",
        PATH: `/usr/lib/llvm-19/bin:${process.env.PATH}`, // llvm-symbolizer
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

const filesIn = (folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")) : []);

/** Returns true when nothing was found. */
async function fuzz(target) {
  const program = path.join(root, "build", "asan", `fuzz_${target}`);
  if (!existsSync(program))
    throw new Error(`${path.relative(root, program)} is missing: cmake --workflow --preset fuzz`);
  const seeds = writeSeeds(target);
  const crashers = path.join(here, "crashers", target);
  mkdirSync(crashers, { recursive: true });
  const known = new Set(filesIn(crashers));
  // What libFuzzer finds worth keeping goes into the first folder: not among the seeds.
  const found = path.join(root, "build", "asan", "found", target);
  mkdirSync(found, { recursive: true });
  const { code, output } = await run(program, [
    found,
    seeds,
    crashers,
    `-artifact_prefix=${crashers}${path.sep}`,
    `-max_total_time=${Number(values.seconds)}`,
    `-max_len=${kMaxInputBytes}`,
    `-rss_limit_mb=${4 * kMaxMegabytes}`,
    `-malloc_limit_mb=${kMaxMegabytes}`,
    `-timeout=${kSecondsAnInput}`,
    "-print_final_stats=1",
  ]);
  const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? "?";
  if (code === 0) {
    process.stdout.write(`${target}: ${runs} inputs, nothing found\n`);
    return true;
  }
  const files = filesIn(crashers).filter((name) => !known.has(name));
  process.stdout.write(`${output.split("\n").slice(-80).join("\n")}\n`);
  for (const name of files) process.stdout.write(`${target}: ${path.relative(root, path.join(crashers, name))}\n`);
  if (files.length === 0) process.stdout.write(`${target}: stopped with ${code} on a file already there (see above)\n`);
  return false;
}

const wanted = positionals.length > 0 ? positionals : targets;
for (const target of wanted) {
  if (!targets.includes(target)) throw new Error(`no target ${target}; there are ${targets.join(", ")}`);
}

const queue = [...wanted];
let sound = true;
await Promise.all(
  Array.from({ length: Math.max(1, Number(values.jobs)) }, async () => {
    for (let target = queue.shift(); target !== undefined; target = queue.shift()) {
      sound = (await fuzz(target)) && sound;
    }
  }),
);
process.exitCode = sound ? 0 : 1;
