/** The page's ways in: dialog, drop, clipboard, samples; and what it says of a picture. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { noChromium, screenshot } from "./chromium.mjs";
import { choose, fact, servePage, textOf, transferOf, visit } from "./served-page.mjs";

describe("pictures on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  test("a first visitor is told what to do, and shown no figures of nothing", () =>
    visit(served, {}, async (page, { requests }) => {
      assert.equal(await page.getByText("Drop or paste JPEG or PNG pictures").isVisible(), true);
      assert.match(await textOf(page.locator("#cost-empty")), /^Add a picture .* each of \d+ models/);
      assert.equal(await page.getByRole("table").count(), 0);
      assert.equal(await textOf(page.locator("#chosen")), "");
      const samples = page.locator(".sample");
      assert.deepEqual(await samples.allInnerTexts(), [
        "Sideways JPEG with GPS",
        "Upright JPEG",
        "Sideways PNG",
        "Small PNG",
      ]);
      const loaded = await samples.locator("img").evaluateAll((images) => images.map((image) => image.naturalWidth));
      assert.deepEqual(loaded, [144, 144, 144, 144]);
      assert.deepEqual(
        requests.filter((url) => /samples\/[^/]+$/.test(url) || url.includes("codec")),
        [],
        "samples and the codec are left where they are until somebody wants them",
      );
    }));

  test("chosen in the dialog: a sideways photo with GPS stands upright, and its place stays here", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("sideways.jpg"));
      const picture = page.locator(".picture");
      assert.equal(await textOf(picture.getByRole("heading")), "sideways.jpg");
      assert.equal(await textOf(fact(picture, "Type")), "JPEG, 8-bit YCbCr");
      assert.equal(await textOf(fact(picture, "Stored")), "1200×800");
      assert.equal(await textOf(fact(picture, "Orientation")), "6, to be turned 90° right");
      assert.equal(await textOf(fact(picture, "Upright")), "800×1200");
      assert.match(await textOf(fact(picture, "Metadata")), /EXIF not sent\s+GPS not sent/);
      assert.match(await textOf(fact(picture, "Prepared")), /turned right by 90°/i);
      assert.match(await textOf(fact(picture, "Bytes")), /^65\.0 KB → \d+\.\d KB, \d+% (more|less)$/);
      assert.equal(
        await textOf(picture.locator(".reassurance")),
        "The file holds GPS coordinates. What is sent does not.",
      );
      assert.equal(await textOf(page.locator("#intake-status")), "1 picture ready.");
      const preview = picture.getByRole("img", { name: "sideways.jpg, as it would be sent" });
      const { width, height } = await preview.evaluate(async (image) => {
        await image.decode();
        return { width: image.naturalWidth, height: image.naturalHeight };
      });
      assert.deepEqual({ width, height }, { width: 800, height: 1200 });
    }));

  test("dropped, beside the zone too: taken, never opened instead of the page", () =>
    visit(served, {}, async (page) => {
      const files = [
        { file: served.sample("hills.jpg"), type: "image/jpeg" },
        { file: served.sample("hills.png"), type: "image/png" },
      ];
      const dataTransfer = await transferOf(page, files);
      const zone = page.locator("#drop-zone");
      await zone.dispatchEvent("dragover", { dataTransfer });
      assert.match(await zone.getAttribute("class"), /\bover\b/, "the zone shows that it takes them");
      await page.getByRole("heading", { name: "Request" }).dispatchEvent("drop", { dataTransfer });
      await page.locator(".picture").nth(1).waitFor();
      assert.doesNotMatch(await zone.getAttribute("class"), /\bover\b/);
      assert.deepEqual(await page.locator(".picture h3").allInnerTexts(), ["hills.jpg", "hills.png"]);
      assert.equal(page.url(), served.url);
    }));

  test("pasted from the clipboard", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      const base64 = readFileSync(served.sample("hills.png")).toString("base64");
      await page.evaluate(async (text) => {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const blob = new Blob([bytes], { type: "image/png" });
        await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
      }, base64);
      await page.locator("body").press("ControlOrMeta+V");
      await page.locator(".picture").waitFor();
      assert.equal(await textOf(fact(page.locator(".picture"), "Upright")), "480×320");
    }));

  test("pasting text into the prompt stays what it is", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await page.evaluate(() => navigator.clipboard.writeText("What stands on the shore?"));
      await page.getByLabel("Prompt").fill("");
      await page.getByLabel("Prompt").press("ControlOrMeta+V");
      assert.equal(await page.getByLabel("Prompt").inputValue(), "What stands on the shore?");
      assert.equal(await page.locator(".picture").count(), 0);
    }));

  test("every sample can be tried", () =>
    visit(served, {}, async (page) => {
      const samples = [
        ["Sideways JPEG with GPS", "sideways.jpg", "800×1200"],
        ["Upright JPEG", "hills.jpg", "1200×800"],
        ["Sideways PNG", "sideways.png", "320×480"],
        ["Small PNG", "hills.png", "480×320"],
      ];
      for (const [i, [label, name, upright]] of samples.entries()) {
        await page.getByRole("button", { name: label }).click();
        const picture = page.locator(".picture").nth(i);
        await picture.waitFor();
        assert.equal(await textOf(picture.getByRole("heading")), name);
        assert.equal(await textOf(fact(picture, "Upright")), upright);
      }
    }));

  test("removed: the page is as before, and the keyboard is at the dialog's button", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.png"));
      await page.getByRole("button", { name: "Remove hills.png" }).click();
      await page.locator("#cost-empty").waitFor();
      assert.equal(await page.locator(".picture").count(), 0);
      assert.equal(await page.locator("#files").evaluate((input) => input === document.activeElement), true);
      assert.equal(await page.getByRole("table").count(), 0);
    }));

  test("what is no picture is named, with its reason, and stops no other file", () =>
    visit(served, {}, async (page) => {
      const text = await served.write("notes.txt", "These are no pixels.");
      const empty = await served.write("empty.png", "");
      await choose(page, served.sample("hills.png"));
      await page.locator("#files").setInputFiles([text, empty, served.sample("hills.jpg")]);
      await page.locator(".picture").nth(1).waitFor();
      const problems = page.locator("#intake-problem .problem");
      assert.deepEqual(await problems.allInnerTexts(), [
        "unsupported notes.txt is of no known format.",
        "truncated empty.png is empty.",
      ]);
      await screenshot(page, "problems-1440-light");
      await choose(page, served.sample("hills.jpg"));
      assert.equal(await problems.count(), 0, "the next pictures start with a clean slate");
    }));
});
