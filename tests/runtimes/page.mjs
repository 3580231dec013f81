/** The behaviours in a page without a bundler, under a strict policy, for the browsers. */
import { createHash } from "node:crypto";
import path from "node:path";
import { serveFiles } from "../browser/static-server.mjs";

const importMap = JSON.stringify({
  imports: {
    "gemini-vision-wasm": "/package/index.js",
    "gemini-vision-wasm/worker": "/package/entry-worker.js",
  },
});

/** @param baseUrl the emulator's, which is another origin */
export function servePage(baseUrl) {
  const digest = createHash("sha256").update(importMap).digest("base64");
  return serveFiles({
    folders: {
      "/package/": path.join(import.meta.dirname, "../node_modules/gemini-vision-wasm/dist"),
      "/tests/": import.meta.dirname,
    },
    pages: {
      "/index.html":
        `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${importMap}</script>` +
        '<script type="module" src="page.js"></script>',
      "/page.js": 'import { run } from "/tests/behaviour.mjs";\nwindow.run = run;\n',
    },
    headers: {
      "Content-Security-Policy": [
        "default-src 'none'",
        `script-src 'self' 'wasm-unsafe-eval' 'sha256-${digest}'`,
        "worker-src 'self'",
        "img-src data:",
        `connect-src 'self' ${baseUrl}`,
      ].join("; "),
    },
  });
}
