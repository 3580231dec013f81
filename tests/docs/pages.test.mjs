/** The guides' pages: built by Vite as it comes, opened in Chromium, given the file that the guide names. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { writeSamples } from "../../tools/samples.mjs";
import { launchChromium, listen, noChromium } from "../browser/chromium.mjs";
import { blocksOf, installed, modules, shownOn, toldBy, vite } from "./blocks.mjs";

const head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>A page</title>';
/** What stands around a guide's component in an app. */
const app = `
  import { createRoot } from "react-dom/client";
  import Component from "./Component.jsx";
  createRoot(document.querySelector("#app")).render(<Component />);
`;

/** The files of a page by the language of its block. */
const pageOf = {
  html: (code) => ({ "index.html": `${head}${code}` }),
  jsx: (code) => ({
    "index.html": `${head}<div id="app"></div><script type="module" src="app.jsx"></script>`,
    "app.jsx": app,
    "Component.jsx": code,
  }),
};

describe("pages", { skip: noChromium }, () => {
  let folder;
  let browser;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "pages-"));
    await writeSamples(folder);
    writeFileSync(path.join(folder, "notes.txt"), "text by nobody");
    mkdirSync(path.join(folder, "node_modules"));
    // A copy: a link would be followed to files beside other packages.
    cpSync(installed, path.join(folder, "node_modules/gemini-vision-wasm"), { recursive: true });
    for (const name of ["react", "react-dom", "scheduler"]) {
      symlinkSync(path.join(modules, name), path.join(folder, "node_modules", name));
    }
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  for (const [i, { document, language, code }] of [...blocksOf("html"), ...blocksOf("jsx")].entries()) {
    const told = toldBy(code, /^(?:\/\/|<!--) (\S+ → .*?)(?: -->)?$/gm).map((line) => line.split(" → "));

    test(`${document}: ${told.map(([file]) => file)}`, async () => {
      assert.ok(told.length > 0, "it says what it shows of which file");
      const page = path.join(folder, `page-${i}`);
      mkdirSync(page);
      for (const [name, text] of Object.entries(pageOf[language](code))) writeFileSync(path.join(page, name), text);
      const outDir = path.join(page, "dist");
      const oxc = { jsx: { runtime: "automatic" } }; // as React's plugin says
      await vite.build({ root: page, configFile: false, logLevel: "error", oxc, build: { outDir } });
      await show(outDir, told);
    });
  }

  async function show(pageDirectory, told) {
    const emulator = await startEmulator({ pageDirectory });
    const context = await browser.newContext();
    await context.clock.setFixedTime(shownOn);
    try {
      const page = await context.newPage();
      const { loud } = await listen(page);
      // As the proxy does that the guides speak of.
      await page.route("**/v1beta/**", (route) => {
        const headers = { ...route.request().headers(), "x-goog-api-key": "any" };
        return route.continue({ headers });
      });
      await page.goto(`${emulator.url}/`);
      for (const [file, shown] of told) {
        await page.locator("input[type=file]").setInputFiles(path.join(folder, file));
        await page.locator("output").filter({ hasText: shown }).waitFor({ timeout: 20_000 });
      }
      assert.deepEqual(loud, []);
    } finally {
      await context.close();
      await emulator.close();
    }
  }
});
