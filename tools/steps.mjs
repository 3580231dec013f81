/** Runs the steps of a command one after the other: says what runs and how long it took, and stops at the first failure. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const isTerminal = process.stdout.isTTY === true;

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

class StepFailed extends Error {}

/** What failed, and what the person in front of it can do. */
function fail(title, reason, mend) {
  throw new StepFailed(`FAILED: ${title}: ${reason}\nTo mend it: ${mend}`);
}

/**
 * One step: a command, or a function.
 *
 * @param {string} title what it does
 * @param {{ run: string[] | (() => unknown), cwd?: string, env?: Record<string, string>, mend: string, loud?: boolean }} step
 *        `loud` shows the command's output as it comes; otherwise only a failure's is shown
 */
export async function step(title, { run, cwd = root, env = {}, mend, loud = false }) {
  const start = performance.now();
  if (isTerminal && !loud) process.stdout.write(`… ${title}`);
  if (loud) process.stdout.write(`… ${title}\n`);
  try {
    if (typeof run === "function") await run();
    else await execute(title, run, { cwd, env, mend, loud });
  } catch (error) {
    if (isTerminal && !loud) process.stdout.write("\n");
    if (error instanceof StepFailed) throw error;
    fail(title, error.message, mend);
  }
  process.stdout.write(`${isTerminal && !loud ? "\r" : ""}✔ ${title} (${seconds(start)})\n`);
}

function execute(title, [command, ...args], { cwd, env, mend, loud }) {
  return new Promise((resolve, reject) => {
    const stdio = loud ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(chunk));
    const stop = (reason) => {
      if (output.length > 0) process.stderr.write(`\n${Buffer.concat(output).toString().slice(-20_000)}\n`);
      try {
        fail(title, reason, mend);
      } catch (error) {
        reject(error);
      }
    };
    child.on("error", (error) => stop(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else stop(signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}

/** Runs the steps of `main` and sets the exit code. */
export async function runSteps(main) {
  const start = performance.now();
  try {
    const last = await main();
    process.stdout.write(`${last ?? "Done"} (${seconds(start)} altogether)\n`);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Every file below the folders, in a settled order. */
export function filesBelow(folders, { except = [] } = {}) {
  const found = [];
  const walk = (entry) => {
    if (except.some((name) => path.basename(entry) === name)) return;
    if (statSync(entry).isDirectory()) for (const name of readdirSync(entry).sort()) walk(path.join(entry, name));
    else found.push(entry);
  };
  for (const folder of folders) walk(path.resolve(root, folder));
  return found;
}

/** A digest of files' names and contents. */
export function digestOf(files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

/**
 * Runs `work` unless it has succeeded for the same inputs before and its outputs are still there. The digest of the inputs
 * is kept in `build/stamps/<name>`.
 */
export async function unlessUnchanged(name, { inputs, outputs }, work) {
  const stamp = path.join(root, "build", "stamps", name);
  const digest = digestOf(inputs);
  const known = existsSync(stamp) && readFileSync(stamp, "utf8") === digest;
  if (known && outputs.every((file) => existsSync(path.resolve(root, file)))) return;
  await work();
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}
