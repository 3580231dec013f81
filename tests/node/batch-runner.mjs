/** Runs `gemini-vision batch` over a folder of pictures that differ, and kills it on the way. */
import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { command } from "./cli-runner.mjs";
import { jpeg } from "./emulator-client.mjs";

/** Each with a comment of its own (JPEG's COM segment), so that no two are equal. */
export async function folderOfPictures(count) {
  const folder = await mkdtemp(path.join(tmpdir(), "batch-"));
  for (let i = 0; i < count; i++) {
    const text = Buffer.from(`picture ${i}`);
    const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text]);
    const bytes = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
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
