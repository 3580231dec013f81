import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { defineConfig, type Plugin } from "vite";
import { makeSamples } from "./make-samples.mjs";

// Before anything looks into public/, for `vite dev` and `vite build` alike.
await makeSamples();

/** The module that counts is wanted at once: it is fetched beside the scripts, not after them. */
function preloadCore(): Plugin {
  return {
    name: "preload-core",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {} }) {
        const href = Object.keys(bundle).find((name) => /\bcore-[^/]*\.wasm$/.test(name));
        if (href === undefined) throw new Error("core.wasm is not among what was built");
        const attrs = { rel: "preload", as: "fetch", type: "application/wasm", crossorigin: "", href: `./${href}` };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}

const isFile = (name: string): boolean => path.extname(name) !== "";
const inSamples = (name: string): string => `samples/${name.replaceAll(path.sep, "/")}`;

/** Writes the service worker around the list of what the build has made. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async generateBundle(_, bundle) {
      const names = Object.keys(bundle).sort();
      const digest = createHash("sha256");
      for (const name of names) {
        const output = bundle[name];
        digest.update(name).update(output?.type === "chunk" ? output.code : (output?.source ?? ""));
      }
      const source = await readFile(new URL("./service-worker.js", import.meta.url), "utf8");
      const samples = await readdir(new URL("./public/samples", import.meta.url), { recursive: true });
      const files = [...names.filter((name) => name !== "index.html"), ...samples.filter(isFile).map(inSamples).sort()];
      const filled = source
        .replace("__VERSION__", digest.digest("hex").slice(0, 12))
        .replace("__FILES__", JSON.stringify(["./", ...files]));
      this.emitFile({ type: "asset", fileName: "service-worker.js", source: filled });
    },
  };
}

export default defineConfig({
  // Relative addresses, so that the built page works in any folder of any host.
  base: "./",
  plugins: [preloadCore(), serviceWorker()],
  build: {
    outDir: "dist",
    target: "es2022",
    // Nothing becomes a data: address: the page's policy lets scripts fetch from its own host only.
    assetsInlineLimit: 0,
    // The polyfill is for browsers that could not run this page anyway.
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  // The package finds its .wasm files beside its own modules, so `vite dev` must leave them where they are.
  optimizeDeps: { exclude: ["gemini-vision-wasm"] },
});
