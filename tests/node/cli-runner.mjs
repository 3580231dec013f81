/** Runs the installed command in a folder of pictures, against an emulator of its own. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { jpeg, png, sidewaysJpeg } from "./emulator-client.mjs";

export const command = fileURLToPath(new URL("../node_modules/.bin/gemini-vision", import.meta.url));

const pictures = {
  "upright.jpg": jpeg,
  "sideways.jpg": sidewaysJpeg,
  "small.png": png,
  "broken.jpg": jpeg.subarray(0, 60),
};

export const lines = (text) => text.trimEnd().split("\n");

export async function startCli() {
  const folder = await mkdtemp(path.join(tmpdir(), "cli-"));
  for (const [name, bytes] of Object.entries(pictures)) await writeFile(path.join(folder, name), bytes);
  const emulator = await startEmulator();
  // Nothing else of the environment: a developer's own key must not get into a test.
  const env = { PATH: process.env.PATH, GEMINI_API_KEY: "secret-test-key", GEMINI_BASE_URL: emulator.url };
  const run = (args, environment = env) =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: environment, maxBuffer: 1e8 };
      execFile(command, args, options, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
    });
  const ok = async (args, environment) => {
    const result = await run(args, environment);
    assert.equal(result.code, 0, result.stderr);
    return result;
  };
  const end = async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  };
  let seen = 0;
  /** What the command has sent counts anew from here. */
  const forgetSent = () => {
    seen = emulator.requests.length;
  };
  const sent = () => emulator.requests.slice(seen).map(({ call }) => call);
  return { folder, emulator, env, run, ok, forgetSent, sent, end };
}
