/** How much the page transfers until it has turned a first picture, in a context that knows nothing of it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { noChromium } from "./chromium.mjs";
import { choose, pageDirectory, servePage } from "./served-page.mjs";

const mostTransferBytes = 350_000;

describe("the page's weight", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  test(`everything up to the first turned picture is at most ${mostTransferBytes} bytes of brotli`, async (t) => {
    const context = await served.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const asked = new Set();
    page.on("request", (request) => asked.add(new URL(request.url()).pathname));
    await page.goto(served.url);
    await choose(page, served.sample("sideways.jpg"));
    await context.close();
    const files = [...asked].filter((name) => name === "/" || name.startsWith("/assets/"));
    const sizes = await Promise.all(
      files.map(async (name) => {
        const file = path.join(pageDirectory, name === "/" ? "index.html" : name);
        return brotliCompressSync(await readFile(file)).length;
      }),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    t.diagnostic(`${files.length} files, ${total} bytes`);
    assert.ok(files.some((name) => /codec.*\.wasm$/.test(name)) && total <= mostTransferBytes, `${total} bytes`);
  });
});
