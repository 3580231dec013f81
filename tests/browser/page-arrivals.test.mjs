/** Ask waits for whatever is on its way into the question: what a preset brings, and media that are being prepared. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

describe("asking before everything is there", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const ask = (page) => page.getByRole("button", { name: "Ask", exact: true });
  const asked = ({ requests }) => requests.filter((url) => url.includes(":streamGenerateContent")).length;

  /** From now on what the page loads of `files` waits until `letGo`, or until `fail`. A service worker would fetch past that. */
  const holdFiles = async (page, files = /\/(assets|samples)\/[^/]+\.(js|jpg)$/) => {
    let decide;
    const decided = new Promise((resolve) => {
      decide = resolve;
    });
    await page.route(files, async (route) => ((await decided) ? route.continue() : route.abort()));
    return { letGo: () => decide(true), fail: () => decide(false) };
  };
  const visitUnserved = (work) =>
    visit(served, { serviceWorkers: "block" }, async (page, heard) => {
      await work(page, heard);
      heard.loud = heard.loud.filter((text) => !/blocked by Playwright/.test(text));
    });

  for (const isEmpty of [false, true]) {
    test(`Ask waits for what a preset brings ${isEmpty ? "to an empty page" : "to a picture"}`, () =>
      visitUnserved(async (page) => {
        if (!isEmpty) await choose(page, served.sample("sideways.jpg"));
        const { letGo } = await holdFiles(page);
        await page.getByText("Detect objects").click();
        await ask(page).click();
        await page.getByText("Waiting for what the preset brings").waitFor();
        letGo();
        await page.locator(".usage").waitFor();
        const words = await page.getByLabel("Prompt").and(page.locator("textarea")).inputValue();
        assert.match(words, /^Detect all prominent objects/);
        await page.locator(".answer").getByText("Text", { exact: true }).click();
        const row = page.locator(".usage").getByRole("row").filter({ hasText: "Prompt tokens" });
        const [estimated, reported] = await row.getByRole("cell").allInnerTexts();
        assert.equal(estimated, reported, "of the prompt that came");
        await page.locator(".answer").getByText("Overlay", { exact: true }).click();
        await page.locator(".shapes rect.shape").waitFor();
      }));
  }

  test("while Ask waits for a preset, Stop ends that and nothing is asked", () =>
    visitUnserved(async (page, heard) => {
      await choose(page, served.sample("sideways.jpg"));
      const { letGo } = await holdFiles(page);
      await page.getByText("Detect objects").click();
      await ask(page).click();
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByText("Stopped.").waitFor();
      letGo();
      await page.waitForFunction(() => document.getElementById("prompt").value.startsWith("Detect"));
      assert.equal(asked(heard), 0);
    }));

  test("a preset whose prompt does not come says so, and nothing is asked", () =>
    visitUnserved(async (page, heard) => {
      await choose(page, served.sample("sideways.jpg"));
      const { fail } = await holdFiles(page);
      await page.getByText("Detect objects").click();
      await ask(page).click();
      fail();
      await page.locator(".presets .problem").waitFor();
      await ask(page).waitFor();
      assert.equal(asked(heard), 0);
      // Chromium itself reports what did not arrive; nothing else may be there.
      heard.loud = heard.loud.filter((text) => !/net::ERR_FAILED/.test(text));
    }));

  /** Adds pictures as the file dialog does, and waits for none of them. */
  const pick = async (page, ...files) => {
    const dialog = page.waitForEvent("filechooser");
    await page.getByText("Choose files").click();
    await (await dialog).setFiles(files);
  };

  /** Adds a picture whose pixels wait for their decoder. */
  const addHeld = async (page) => {
    const held = await holdFiles(page, /\/codec[^/]*\.wasm$/);
    await pick(page, served.sample("sideways.jpg"));
    await ask(page).click();
    await page.getByText("Waiting for media that are being prepared").waitFor();
    return held;
  };

  test("Ask waits for a picture that is being prepared", () =>
    visitUnserved(async (page) => {
      const { letGo } = await addHeld(page);
      letGo();
      await page.locator(".usage").waitFor();
      assert.match(await textOf(page.locator(".answer-text")), /image\/jpeg 800×1200/);
    }));

  test("while Ask waits for a picture, Stop ends that and nothing is asked", () =>
    visitUnserved(async (page, heard) => {
      const { letGo } = await addHeld(page);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByText("Stopped.").waitFor();
      letGo();
      await page.locator(".strip-item").waitFor();
      assert.equal(asked(heard), 0);
    }));

  test("a picture that is refused while Ask waits for it is not left out unknowingly: nothing is asked", () =>
    visit(served, {}, async (page, heard) => {
      await choose(page, served.sample("hills.jpg"));
      const damaged = await served.write("damaged.jpg", "no picture");
      // One after the other, so that the damaged one still waits for its turn when Ask is pressed.
      await pick(page, ...Array(20).fill(served.sample("sideways.jpg")), damaged);
      await ask(page).click();
      await page.getByText("Not asked, because not all of it came.").waitFor();
      assert.match(await textOf(page.locator(".tray .problem")), /damaged\.jpg/);
      assert.equal(asked(heard), 0);
      await ask(page).click();
      await page.locator(".usage").waitFor();
    }));

  test("Ask waits for media that are prepared anew because a switch was moved", () =>
    visit(served, {}, async (page) => {
      await choose(page, ...Array(20).fill(served.sample("sideways.jpg")));
      await page.getByLabel("Turn upright").uncheck();
      await ask(page).click();
      await page.locator(".usage").waitFor();
      const { length } = (await textOf(page.locator(".answer-text"))).match(/image\/jpeg 1200×800/g);
      assert.equal(length, 20, "one after the other was turned back before any was sent");
    }));
});
