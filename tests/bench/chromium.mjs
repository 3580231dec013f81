/** The same races in Chromium, against what the browser has built in. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { launchChromium, noChromium } from "../browser/chromium.mjs";
import { serveFiles } from "../browser/static-server.mjs";
import { rows } from "./measure.mjs";

const dist = path.join(import.meta.dirname, "../../npm/dist");

const bars = {
  "decode 12 MP JPEG to RGBA in the heap": { "createImageBitmap + canvas + getImageData": 0.5 },
  "encode 12 MP JPEG": { "canvas.toBlob": 1 },
  "base64 of 15 MB, bytes to bytes": { "FileReader.readAsDataURL": 0.15 },
  "15 MB of pictures → body bytes": { "base64 + JSON.stringify + TextEncoder": 0.16 },
};

/** @param {Buffer} jpeg of 12 megapixels; @returns its rows, and the browser's version */
export async function benchChromium(jpeg) {
  if (noChromium) return { table: [], version: noChromium };
  const host = await serveFiles({
    folders: { "/dist/": dist, "/bench/": import.meta.dirname },
    pages: { "/index.html": "<!doctype html><title>Bench</title>", "/photo.jpg": jpeg },
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${host.origin}/`);
    const results = await page.evaluate(async () => (await import("./bench/in-page.mjs")).runAll());
    const table = results.flatMap(({ job, result }) => rows(`${job}, in Chromium`, result, bars[job] ?? {}));
    return { table, version: `Chromium ${browser.version()}` };
  } finally {
    await browser.close();
    await host.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const { markdown } = await import("./measure.mjs");
  const { table, version } = await benchChromium(readFileSync(process.argv[2]));
  process.stdout.write(`${version}\n${markdown(table)}\n`);
}
