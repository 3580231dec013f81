/**
 * The bundlers, each as a person uses it who has read nothing but its own manual. `open` builds the project and serves what
 * came of it, with the policy as a header. `lines` has what is to be added, for threads and for the rest, in the README's words;
 * `open` adds them when it is told to.
 */
import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { copyFile, cp, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { build as esbuild } from "esbuild";
import { rollup } from "rollup";
import * as vite7 from "vite-7";
import * as vite8 from "vite-8";
import webpack from "webpack";
import { serveFiles } from "../browser/static-server.mjs";
import { makeProject } from "./project.mjs";

const run = promisify(execFile);
const installed = (name) => path.join(import.meta.dirname, "node_modules", name);
const versionOf = (name) => JSON.parse(readFileSync(path.join(installed(name), "package.json"), "utf8")).version;
const pages = ["index.html", "estimate.html"];
const at = (folder, names) => names.map((name) => path.join(folder, name));

/** What a build left in `dist`, on a server that is nothing special. */
function serveBuilt(folder, policy) {
  return serveFiles({
    folders: { "/": path.join(folder, "dist") },
    headers: { "Content-Security-Policy": policy },
  });
}

/** For bundlers that take scripts only. */
async function copyPages(folder) {
  for (const page of pages) await copyFile(path.join(folder, page), path.join(folder, "dist", page));
}

// ── Vite ────────────────────────────────────────────────────────────────────────────────────────────────────

const excluded = 'optimizeDeps: { exclude: ["gemini-vision-wasm"] }';

function viteBuild(name, { build }) {
  return async ({ policy }) => {
    const root = await makeProject(`${name} build`);
    const options = { rollupOptions: { input: at(root, pages) } };
    await build({ root, configFile: false, logLevel: "error", build: options });
    return serveBuilt(root, policy);
  };
}

function viteDev(name, { createServer }) {
  return async ({ policy, lines }) => {
    const root = await makeProject(`${name} dev`);
    const server = await createServer({
      ...{ root, configFile: false, logLevel: "error" },
      server: { host: "127.0.0.1", port: 0, headers: { "Content-Security-Policy": policy } },
      ...(lines ? { optimizeDeps: { exclude: ["gemini-vision-wasm"] } } : {}),
    });
    await server.listen();
    return { origin: `http://127.0.0.1:${server.httpServer.address().port}`, close: () => server.close() };
  };
}

// ── webpack ─────────────────────────────────────────────────────────────────────────────────────────────────

async function openWebpack({ policy }) {
  const context = await makeProject("webpack");
  const entry = { main: "./main.js", estimate: "./estimate.js" };
  const output = { path: path.join(context, "dist") };
  const stats = await new Promise((resolve, reject) => {
    webpack({ mode: "production", context, entry, output }, (error, found) => (error ? reject(error) : resolve(found)));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  // It finds any picture large, and any module.
  const words = [...errors, ...warnings].map(({ message }) => message).filter((text) => !/size limit/.test(text));
  if (words.length > 0) throw new Error(words.join("\n"));
  await copyPages(context);
  return serveBuilt(context, policy);
}

// ── esbuild and Rollup: an address within the package stays as it is ────────────────────────────────────────

const linesBeside = {
  rest: ["node_modules/gemini-vision-wasm/dist/*.wasm"],
  threads: ['thread: "gemini-vision-wasm/thread"'],
};
const entries = (folder, lines) => ({
  ...{ main: path.join(folder, "main.js"), estimate: path.join(folder, "estimate.js") },
  ...(lines ? { thread: "gemini-vision-wasm/thread" } : {}),
});

async function copyBeside(folder) {
  const dist = path.join(folder, "node_modules/gemini-vision-wasm/dist");
  const modules = (await readdir(dist)).filter((name) => name.endsWith(".wasm"));
  for (const name of modules) await cp(path.join(dist, name), path.join(folder, "dist", name));
}

async function openEsbuild({ policy, lines }) {
  const folder = await makeProject("esbuild");
  const { warnings } = await esbuild({
    ...{ absWorkingDir: folder, entryPoints: entries(folder, lines), outdir: "dist" },
    ...{ bundle: true, format: "esm", splitting: true, logLevel: "silent" },
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  if (lines) await copyBeside(folder);
  await copyPages(folder);
  return serveBuilt(folder, policy);
}

async function openRollup({ policy, lines }) {
  const folder = await makeProject("Rollup");
  const bundle = await rollup({
    input: entries(folder, lines),
    plugins: [nodeResolve({ rootDir: folder })],
    onLog(level, { message }) {
      if (level === "warn") throw new Error(message);
    },
  });
  await bundle.write({ dir: path.join(folder, "dist") });
  if (lines) await copyBeside(folder);
  await copyPages(folder);
  return serveBuilt(folder, policy);
}

// ── Parcel ──────────────────────────────────────────────────────────────────────────────────────────────────

/** The first for entries other than the main one, the second for a policy without inline scripts, the third for threads. */
const parcelSettings = {
  "@parcel/resolver-default": { packageExports: true },
  browserslist: "chrome 100, safari 15",
  "@parcel/bundler-default": { minBundles: 100 },
};
const parcelLines = [
  '"@parcel/resolver-default": { "packageExports": true }',
  '"browserslist": "chrome 100, safari 15"',
  '"@parcel/bundler-default": { "minBundles": 100 }',
];

async function openParcel({ policy, lines }) {
  const folder = await makeProject("Parcel", { manifest: lines ? parcelSettings : {} });
  // It looks for settings where the lock is.
  await writeFile(path.join(folder, "package-lock.json"), "{}");
  await run(process.execPath, [installed("parcel/lib/bin.js"), "build", ...pages, "--no-cache"], { cwd: folder });
  return serveBuilt(folder, policy);
}

// ── Next ────────────────────────────────────────────────────────────────────────────────────────────────────

const external = 'serverExternalPackages: ["gemini-vision-wasm"]';
const next = installed("next/dist/bin/next");

/** One for all builds, of which the later ones take less time. */
let nextProject;

async function openNext({ policy, lines }) {
  nextProject ??= makeProject("Next", { fixtures: ["fixture", "fixture-next"] });
  const folder = await nextProject;
  if (lines) await writeFile(path.join(folder, "next.config.js"), `export default { ${external} };\n`);
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", POLICY: policy };
  await run(process.execPath, [next, "build"], { cwd: folder, env });
  const server = spawn(process.execPath, [next, "start", "-H", "127.0.0.1", "-p", "0"], {
    ...{ cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] },
  });
  const origin = await new Promise((resolve, reject) => {
    let said = "";
    const hear = (piece) => {
      said += piece;
      if (said.includes("Ready")) resolve(/http:\/\/127\.0\.0\.1:\d+/.exec(said)[0]);
    };
    for (const stream of [server.stdout, server.stderr]) stream.on("data", hear);
    server.once("exit", () => reject(new Error(said)));
  });
  return { origin, close: () => server.kill() };
}

// ── all of them ─────────────────────────────────────────────────────────────────────────────────────────────

export const bundlers = [
  { name: `Vite ${vite7.version}`, open: viteBuild("Vite 7", vite7) },
  { name: `Vite ${vite7.version} dev`, open: viteDev("Vite 7", vite7), lines: { rest: [excluded] } },
  { name: `Vite ${vite8.version}`, open: viteBuild("Vite 8", vite8) },
  { name: `Vite ${vite8.version} dev`, open: viteDev("Vite 8", vite8) },
  { name: `webpack ${versionOf("webpack")}`, open: openWebpack },
  { name: `Next ${versionOf("next")} page`, open: openNext, estimatePage: "estimate" },
  { name: `Next ${versionOf("next")} route`, open: openNext, route: "/behave", lines: { threads: [external] } },
  { name: `esbuild ${versionOf("esbuild")}`, open: openEsbuild, lines: linesBeside },
  { name: `Rollup ${versionOf("rollup")}`, open: openRollup, lines: linesBeside },
  {
    name: `Parcel ${versionOf("parcel")}`,
    open: openParcel,
    lines: { rest: parcelLines },
    refuses: /Failed to resolve 'gemini-vision-wasm\//,
  },
];
