/** What is done to media before they are sent, as the switches of the page say. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { listedPictures, ultraHdrJpeg } from "../node/hdr-files.mjs";
import { buildExif, exifSegment } from "../node/pictures.mjs";
import { noChromium } from "./chromium.mjs";
import { choose, fact, servePage, textOf, visit } from "./served-page.mjs";

describe("preparations on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  test("switches decide what is done, for what is there already", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("sideways.jpg"));
      await page.getByLabel("Turn upright").uncheck();
      await page.locator(".changes").filter({ hasNotText: "turned" }).waitFor();
      await page.getByLabel("Take out metadata").uncheck();
      await page.getByText("Nothing: it goes out byte for byte.").waitFor();
      assert.match(await textOf(page.locator(".gps")), /Holds GPS coordinates. They are sent too/);
    }));

  test("a switch that moves while a medium is on its way in concerns it as well", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByLabel("Take out metadata").uncheck();
      await page.evaluate(holdNextPrepare);
      await page.locator("#files").setInputFiles(served.sample("sideways.jpg"));
      await page.waitForFunction(() => window.releasePrepare !== undefined);
      await page.getByLabel("Take out metadata").check();
      await page.getByLabel("Turn upright").uncheck();
      await page.evaluate(() => window.releasePrepare());
      await page.locator(".strip-item").nth(1).waitFor();
      assert.equal(await textOf(page.locator("#facts-title")), "sideways.jpg");
      assert.match(await textOf(fact(page, "Metadata")), /GPS not sent/);
      assert.doesNotMatch(await textOf(page.locator(".changes")), /turned/);
    }));

  test("a switch that moves lets in what could not be prepared as they stood before", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      const whole = await readFile(served.sample("hills.jpg"));
      // Without its last marker the picture still decodes, but metadata cannot be taken out of it.
      const cut = await served.write("cut.jpg", whole.subarray(0, whole.length - 2));
      await page.evaluate(holdNextPrepare);
      await page.locator("#files").setInputFiles(cut);
      await page.waitForFunction(() => window.releasePrepare !== undefined);
      await page.getByLabel("Take out metadata").uncheck();
      await page.evaluate(() => window.releasePrepare());
      await page.locator(".strip-item").nth(1).waitFor();
      assert.equal(await page.locator(".tray .problem").count(), 0);
    }));

  test("the gain map of an HDR photo goes, unless it is to be kept", () =>
    visit(served, {}, async (page) => {
      const { bytes } = ultraHdrJpeg({});
      await choose(page, await served.write("hdr.jpg", bytes));
      assert.equal(await picturesSaved(page, "hdr.jpg"), 0);
      const keep = page.getByRole("checkbox", { name: "Keep HDR gain map" });
      assert.equal(await keep.isChecked(), false);
      await page.getByLabel("Take out metadata").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Space");
      assert.equal(await keep.isChecked(), true);
      await page.locator(".changes").filter({ hasText: "XMP" }).waitFor();
      assert.equal(await picturesSaved(page, "hdr.jpg"), 2);
      await page.getByRole("tab", { name: "Code" }).click();
      assert.match(await textOf(page.locator("#program")), /\{ prepare: \{ keepGainMap: true \} \}\);/);
      await page.getByText("Size and format").click();
      await page.getByText("WebP", { exact: true }).click();
      await page.locator(".facts-card .warning").filter({ hasText: "gain-map-lost" }).waitFor();
    }));

  test("where metadata may stay, a gain map is turned with its photo", () =>
    visit(served, {}, async (page) => {
      const stored = 6;
      const { bytes } = ultraHdrJpeg({ stored, segments: [exifSegment(buildExif({ orientation: stored }))] });
      await choose(page, await served.write("hdr.jpg", bytes));
      await page.getByLabel("Take out metadata").uncheck();
      await page.getByLabel("Keep HDR gain map").check();
      await page.locator("#intake-status").filter({ hasText: "1 item ready." }).waitFor();
      assert.equal(await picturesSaved(page, "hdr.jpg"), 2);
    }));

  /** How many pictures the saved JPEG lists, the gain map among them. */
  async function picturesSaved(page, name) {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Save ${name} as it would be sent` }).click();
    return listedPictures(await readFile(await (await download).path())).length;
  }

  test("format, size and quality are changed when somebody asks for it, and every change is listed", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("Nothing: it goes out byte for byte.").waitFor();
      await page.getByText("Size and format").click();
      await page.getByText("WebP", { exact: true }).click();
      await page.getByLabel("Longest side, at most").fill("600");
      await page.getByLabel("Longest side, at most").press("Enter");
      await page.getByLabel("Quality").fill("50");
      await page.locator(".changes").filter({ hasText: "written as WebP of quality 50" }).waitFor();
      assert.match(await textOf(page.locator(".changes")), /to 600 × 400 pixels/);
      assert.match(await textOf(fact(page, "Sent")), /^WEBP, .*600 × 400$/);
      assert.match(await textOf(fact(page, "Bytes")), / \d+% less$/);
      await page.getByLabel("File size, at most").fill("5");
      await page.getByLabel("File size, at most").press("Enter");
      await page.locator(".changes").filter({ hasText: "to fit into 5000 bytes" }).waitFor();
      await page.getByRole("button", { name: "Use the defaults" }).click();
      await page.getByText("Nothing: it goes out byte for byte.").waitFor();
    }));
});

/** In the page: the next medium stays on its way to the worker until `releasePrepare` is called. */
function holdNextPrepare() {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (order) {
    if (order.name !== "prepare") return postMessage.call(this, order);
    Worker.prototype.postMessage = postMessage;
    window.releasePrepare = () => postMessage.call(this, order);
  };
}
