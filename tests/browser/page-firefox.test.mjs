/** The page in Firefox: once through what most people come for. Everything else is tested in Chromium. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { leaving } from "./chromium.mjs";
import { launchFirefox, noFirefox } from "./firefox.mjs";
import { pageDirectory } from "./served-page.mjs";

describe("the page in Firefox", { skip: noFirefox }, () => {
  let emulator;
  let browser;
  before(async () => {
    emulator = await startEmulator({ pageDirectory });
    browser = await launchFirefox();
  });
  after(async () => {
    await browser?.close();
    await emulator?.close();
  });

  const textOf = (page, selector) => page.$eval(selector, (element) => element.textContent);
  const waitForText = (page, selector, text) =>
    page.waitForFunction(
      (one, wanted) => document.querySelector(one)?.textContent.includes(wanted),
      {},
      selector,
      text,
    );

  test("a photo is turned, counted, asked about and shown as a request; the console stays silent", async () => {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    const loud = [];
    const requests = [];
    page.on("console", (message) => loud.push(message.text()));
    page.on("pageerror", (error) => loud.push(error.message));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`${emulator.url}/`);
    await waitForText(page, "#tokens", "1,069");

    const files = await page.$("#files");
    await files.uploadFile(path.join(pageDirectory, "samples", "sideways.jpg"));
    await waitForText(page, "#tokens", "1,085");
    await waitForText(page, ".changes", "turned right by 90°");
    await page.waitForFunction(() => {
      const images = [...document.querySelectorAll(".compare img")];
      return images.length === 2 && images.every(({ naturalWidth }) => naturalWidth > 0);
    });

    await page.click(".actions .primary");
    await waitForText(page, ".usage", "Prompt tokens");
    assert.match(await textOf(page, ".answer-text"), /image\/jpeg 800×1200/);

    await page.click("#tab-code");
    await waitForText(page, "#request", "inlineData");
    assert.deepEqual(leaving(requests, new URL(emulator.url).origin), []);
    assert.deepEqual(loud, []);
  });
});
