/** The same real pictures in Chromium: the package from a bare page, under a strict policy. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { launchChromium, noChromium } from "../browser/chromium.mjs";
import { serveFiles } from "../browser/static-server.mjs";
import { inShared, missing, readShared } from "../shared-folder.mjs";
import { exceptions, isSound } from "./pixels-truth.mjs";

const skip = missing("corpus", "manifest.json") ?? noChromium;
const manifest = skip ? [] : readShared("corpus", "manifest.json");
const kinds = ["jpeg", "png", "webp", "heic"];
const sound = manifest.filter((row) => kinds.some((kind) => isSound(row, kind)) && !(row.file in exceptions));

/** In the page: what is wrong with each file. */
async function findWrong(rows) {
  const { decode } = await import("./package/index.js");
  const { differenceFrom } = await import("./tests/pixels-truth.mjs");
  const wrong = [];
  for (const row of rows) {
    const file = new URL(`corpus/${row.file.split("/").map(encodeURIComponent).join("/")}`, location.href);
    const difference = await decode(file).then(
      (pixels) => differenceFrom(row, pixels),
      (error) => `${error.code}: ${error.message}`,
    );
    if (difference !== undefined) wrong.push(`${row.file}: ${difference}`);
  }
  return wrong;
}

test(`${sound.length} real pictures have the pixels in Chromium that every tool sees`, { skip }, async (t) => {
  assert.ok(sound.length > 600, `only ${sound.length} files`);
  const host = await serveFiles({
    folders: {
      "/package/": path.join(import.meta.dirname, "../node_modules/gemini-vision-wasm/dist"),
      "/tests/": import.meta.dirname,
      "/corpus/": inShared("corpus"),
    },
    pages: { "/index.html": "<!doctype html><title>Pixels</title>" },
    headers: {
      "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
    },
  });
  t.after(host.close);
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${host.origin}/`);
  assert.deepEqual(await page.evaluate(findWrong, sound), []);
});
