/** The built page, served by the package's own emulator, and what a person does with it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { launchChromium, leaving, listen } from "./chromium.mjs";

export const pageDirectory = path.join(import.meta.dirname, "../../web/dist");

/**
 * One emulator, one browser and a folder for a test file; `close` ends all three. `sample` is the path of a sample picture,
 * `write` makes a file of one's own and returns its path, `copy` gives a sample another name.
 */
export async function servePage({ args = [] } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), "page-files-"));
  const emulator = await startEmulator({ pageDirectory });
  const browser = await launchChromium(args);
  return {
    url: `${emulator.url}/`,
    browser,
    sample: (name) => path.join(pageDirectory, "samples", name),
    async write(name, content) {
      await writeFile(path.join(folder, name), content);
      return path.join(folder, name);
    },
    async copy(name, newName) {
      return this.write(newName, await readFile(this.sample(name)));
    },
    async close() {
      await browser.close();
      await emulator.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens the page as a first visitor, runs `work`, and then holds the page to its promises. */
export async function visit({ browser, url }, options, work) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  try {
    const page = await context.newPage();
    const heard = await listen(page);
    await page.goto(url);
    await page.locator("#connection-name").filter({ hasNotText: "Looking" }).waitFor();
    await page.locator("#tokens").waitFor();
    await work(page, heard);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve))); // what is being reported is heard first
    assert.deepEqual(leaving(heard.requests, new URL(url).origin), [], "nothing is asked of anybody else");
    assert.deepEqual(heard.loud, [], "the console is silent and the policy is kept");
  } finally {
    await context.close();
  }
}

/** Adds pictures as the file dialog does, and waits until they are on the page. */
export async function choose(page, ...files) {
  const before = await page.locator(".strip-item").count();
  const dialog = page.waitForEvent("filechooser");
  await page.getByText("Choose files").click();
  await (await dialog).setFiles(files);
  await page
    .locator(".strip-item")
    .nth(before + files.length - 1)
    .waitFor();
}

/** A DataTransfer in the page that carries real files. */
export function transferOf(page, files) {
  const contents = files.map(({ file, type }) => ({
    name: path.basename(file),
    type,
    base64: readFileSync(file).toString("base64"),
  }));
  return page.evaluateHandle((entries) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of entries) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type }));
    }
    return transfer;
  }, contents);
}

/** The description beside a term in the list of facts. */
export function fact(page, term) {
  return page.locator(".facts > div", { has: page.getByText(term, { exact: true }) }).locator("dd");
}

/** What a person reads there, without what is hidden. */
export function textOf(locator) {
  // biome-ignore lint/performance/useDomNodeTextContent: the rendered text is what the tests are about
  return locator.innerText();
}
