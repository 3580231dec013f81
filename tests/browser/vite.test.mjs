/** A page that uses `gemini-vision-wasm/worker`, built by Vite as it comes, without a line of configuration. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launchChromium, listen, noChromium } from "./chromium.mjs";
import { serveFiles } from "./static-server.mjs";

const tests = path.join(import.meta.dirname, "..");

const program = `
  import { prepare } from "gemini-vision-wasm/worker";
  const pixels = { width: 2, height: 2, data: new Uint8ClampedArray(16) };
  window.outcome = prepare(pixels).then(({ info }) => info.format, String);
`;

/** Each folder has its own version of Vite. */
async function viteOf(folder) {
  const require = createRequire(path.join(folder, "package.json"));
  const { version } = require("vite/package.json");
  const { build } = await import(pathToFileURL(require.resolve("vite")));
  return { build, major: Number.parseInt(version, 10) };
}

describe("the worker in a page built by Vite", { skip: noChromium }, () => {
  let browser;
  let root;
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), "vite-"));
    await mkdir(path.join(root, "node_modules"));
    const installed = "node_modules/gemini-vision-wasm";
    await cp(path.join(tests, installed), path.join(root, installed), { recursive: true });
    const icon = '<link rel="icon" href="data:,">';
    await writeFile(
      path.join(root, "index.html"),
      `<!doctype html>${icon}<script type="module" src="main.js"></script>`,
    );
    await writeFile(path.join(root, "main.js"), program);
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await rm(root, { recursive: true });
  });

  for (const [major, folder] of [
    [7, tests],
    [8, path.join(tests, "../web")],
  ]) {
    test(`version ${major}`, async () => {
      const vite = await viteOf(folder);
      assert.equal(vite.major, major);
      const outDir = path.join(root, `dist-${major}`);
      await vite.build({ root, configFile: false, logLevel: "error", build: { outDir } });
      const host = await serveFiles({ folders: { "/": outDir } });
      try {
        const page = await browser.newPage();
        const { loud } = await listen(page);
        await page.goto(`${host.origin}/index.html`);
        await page.waitForFunction(() => window.outcome !== undefined);
        assert.equal(await page.evaluate(() => window.outcome), "png");
        assert.deepEqual(loud, []);
      } finally {
        await host.close();
      }
    });
  }
});
