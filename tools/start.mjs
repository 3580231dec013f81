/**
 * `npm start`: from a fresh clone to a working page. Sets up, builds, makes sample pictures, runs the main job on them
 * through the command line against the built-in emulator, then serves page and emulator. `--no-serve` stops before that.
 */

import { spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { root, runSteps } from "./steps.mjs";

const model = "gemini-3.8-flash";
const cli = path.join(root, "npm/dist/cli/main.js");
const samplesFolder = path.join(root, "build/samples");
const pageFolder = path.join(root, "web/dist");

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Runs a command of the package in the samples' folder, as a person would, and shows what it says. */
function gemini(args, env = {}) {
  say(`\n$ gemini-vision ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(" ")}`);
  return new Promise((resolve, reject) => {
    const options = { cwd: samplesFolder, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] };
    const child = spawn(process.execPath, [cli, ...args], options);
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`gemini-vision ended with ${code}`))));
  });
}

async function mainJob() {
  const { writeSamples } = await import("./samples.mjs");
  const { startEmulator } = await import(path.join(root, "npm/dist/emulator/index.js"));
  const files = (await writeSamples(samplesFolder)).map((file) => path.basename(file));
  say(`\nSample pictures in ${path.relative(process.cwd(), samplesFolder) || "."}: ${files.join(", ")}`);
  const emulator = await startEmulator();
  // Never the person's own key: it has no business with the emulator.
  const env = { GEMINI_API_KEY: "emulator", GEMINI_BASE_URL: emulator.url };
  const prompt = "Caption this image.";
  try {
    await gemini(["probe", "sideways.jpg"]);
    await gemini(["estimate", ...files, "--model", model]);
    await gemini(["estimate", "sideways.jpg", "--prompt", prompt]);
    await gemini(["request", "sideways.jpg", "--model", model, "--prompt", prompt, "--fold"]);
    await gemini(["ask", "sideways.jpg", "--model", model, "--prompt", prompt], env);
  } finally {
    await emulator.close();
  }
}

/** Ends with code 0 on SIGTERM and Ctrl+C, as somebody who is done wants it. */
async function serve(port) {
  const { startEmulator } = await import(path.join(root, "npm/dist/emulator/index.js"));
  const ended = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
  });
  const emulator = await startEmulator({ port, pageDirectory: pageFolder }).catch((error) => {
    if (port === 0) throw error;
    say(`\nPort ${port} is taken; another one is used.`);
    return startEmulator({ pageDirectory: pageFolder });
  });
  say(`\nThe page: ${emulator.url}/`);
  say(`The emulator: GEMINI_BASE_URL=${emulator.url} with any key. Ctrl+C ends both.`);
  await ended;
  await emulator.close();
}

const { values } = parseArgs({
  options: { "no-serve": { type: "boolean" }, port: { type: "string", default: "8787" } },
});

await runSteps(async () => {
  await build();
  await mainJob();
  return "\nAll of it works";
});
if (process.exitCode === undefined && values["no-serve"] !== true) await serve(Number(values.port));
