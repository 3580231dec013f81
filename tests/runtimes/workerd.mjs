/** Runs the behaviours in workerd: one script and its .wasm files as compiled modules, as deployment tools lay them out. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

function configuration(wasm, date) {
  const modules = wasm.map((name) => `(name = "${name}", wasm = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), ${modules.join(", ")}],
  compatibilityDate = "${date}",
);
`;
}

/** @param date of the runtime's behaviour that is asked for */
export async function runInWorkerd(binary, date, given) {
  const folder = await mkdtemp(path.join(tmpdir(), "workerd-"));
  await build({
    entryPoints: { worker: path.join(import.meta.dirname, "fetch-handler.mjs") },
    ...{ outdir: folder, bundle: true, format: "esm", target: "es2022", logLevel: "error" },
    ...{ conditions: ["workerd"], loader: { ".wasm": "copy" } },
  });
  const wasm = (await readdir(folder)).filter((name) => name.endsWith(".wasm"));
  const config = path.join(folder, "config.capnp");
  await writeFile(config, configuration(wasm, date));
  const child = spawn(binary, ["serve", "--control-fd=3", config], { stdio: ["ignore", "inherit", "inherit", "pipe"] });
  try {
    const port = await new Promise((resolve, reject) => {
      child.stdio[3].once("data", (line) => resolve(JSON.parse(line).port));
      child.once("exit", (code) => reject(new Error(`workerd ended with code ${code}`)));
    });
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(given) });
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
}
