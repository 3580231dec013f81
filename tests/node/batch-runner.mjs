/** Runs `gemini-vision batch` over a folder of pictures that differ, and kills it on the way. */
import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { encodeJpeg, scene } from "../../tools/samples.mjs";
import { command } from "./cli-runner.mjs";

/** Each of another size, so that no two are equal. */
export async function folderOfPictures(count) {
  const folder = await mkdtemp(path.join(tmpdir(), "batch-"));
  for (let i = 0; i < count; i++) {
    const bytes = encodeJpeg(scene(16 + (i % 40), 16 + Math.floor(i / 40)));
    await writeFile(path.join(folder, `picture-${String(i).padStart(4, "0")}.jpg`), bytes);
  }
  return folder;
}

/** `killWhen()` is looked at often; true ends the command at once, as a power cut would. */
export function runBatch(url, folder, { args = [], killWhen = () => false } = {}) {
  const env = { PATH: process.env.PATH, GEMINI_API_KEY: "secret-test-key", GEMINI_BASE_URL: url };
  const all = ["batch", folder, "-m", "gemini-3.5-flash", "-p", "Caption this.", "--json", ...args];
  const child = spawn(process.execPath, [command, ...all], { env, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes) => (output.stdout += bytes));
  child.stderr.on("data", (bytes) => (output.stderr += bytes));
  const watch = setInterval(() => killWhen() && child.kill("SIGKILL"), 1);
  return new Promise((resolve) => {
    child.on("close", (code, signal) => {
      clearInterval(watch);
      resolve({ code, signal, ...output });
    });
  });
}
