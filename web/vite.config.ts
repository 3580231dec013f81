import { defineConfig } from "vite";
import { makeSamples } from "./make-samples.mjs";

// Before anything looks into public/, for `vite dev` and `vite build` alike.
await makeSamples();

export default defineConfig({
  // Relative addresses, so that the built page works in any folder of any host.
  base: "./",
  build: {
    outDir: "dist",
    target: "es2022",
    // Nothing becomes a data: address: the page's policy lets scripts fetch from its own host only.
    assetsInlineLimit: 0,
    // The polyfill is for browsers that could not run this page anyway.
    modulePreload: { polyfill: false },
  },
  // The package finds its .wasm files beside its own modules, so `vite dev` must leave them where they are.
  optimizeDeps: { exclude: ["gemini-vision-wasm"] },
});
