/** Asking from the page: the answer, Stop, refusals, and all of it without a mouse. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

describe("asking from the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  test("the emulator answers, and what was used stands beside what was estimated", () =>
    visit(served, {}, async (page, { requests }) => {
      assert.equal(await textOf(page.locator("#connection-summary")), "Local emulator: no key needed");
      await choose(page, served.sample("sideways.jpg"));
      await page.locator(".figures").waitFor();
      await page.getByRole("button", { name: "Ask" }).click();
      await page.locator("#answer").waitFor();
      const text = await textOf(page.locator(".answer-text"));
      assert.match(text, /local emulator/);
      assert.match(text, /image\/jpeg 800×1200/, "an upright picture arrived");
      const usage = page.locator(".usage").getByRole("row").filter({ hasText: "Prompt tokens" });
      assert.deepEqual(await usage.getByRole("cell").allInnerTexts(), ["1,085", "1,085"]);
      assert.match(await textOf(page.locator("#ask-status")), /^gemini-3\.8-flash answered in /);
      assert.match(await textOf(page.locator("#answer .note")), /nothing was billed/);
      assert.equal(requests.filter((url) => url.includes(":generateContent")).length, 1);
    }));

  test("Stop ends the request and gives Ask back, with the focus", () =>
    visit(served, {}, async (page) => {
      const held = Promise.withResolvers?.() ?? withResolvers();
      await page.route("**/*:generateContent", (route) => held.resolve(route)); // and never answers
      await choose(page, served.sample("hills.jpg"));
      const [ask, stop] = ["Ask", "Stop"].map((name) => page.getByRole("button", { name, exact: true }));
      assert.equal(await stop.isVisible(), false);
      await ask.click();
      const request = (await held.promise).request();
      assert.equal(await ask.isVisible(), false);
      assert.equal(await stop.evaluate((button) => button === document.activeElement), true);
      const ended = page.waitForEvent("requestfailed", (failed) => failed === request);
      await stop.click();
      assert.match((await ended).failure().errorText, /ABORTED/);
      await ask.waitFor();
      assert.equal(await textOf(page.locator("#ask-status")), "Stopped.");
      assert.equal(await textOf(page.locator("#ask-problem")), "");
      assert.equal(await ask.evaluate((button) => button === document.activeElement), true);
      await page.unroute("**/*:generateContent");
      await ask.click();
      await page.locator("#answer").waitFor();
    }));

  test("a refusal is shown with its code, and hides no earlier answer's place", () =>
    visit(served, {}, async (page, heard) => {
      await page.locator("#connection-summary").click();
      await page.getByLabel("API key").fill("bad-key");
      await page.getByRole("button", { name: "Ask" }).click();
      const problem = page.locator("#ask-problem .problem");
      await problem.waitFor();
      assert.match(await textOf(problem), /· 400 · API_KEY_INVALID .*API key not valid/);
      assert.equal(await page.locator("#answer").isVisible(), false);
      // Chromium itself reports every refused request in the console; nothing else may be there.
      assert.equal(heard.loud.length, 1);
      assert.match(heard.loud.pop(), /^console: Failed to load resource: .* status of 400/);
      await page.getByLabel("API key").fill("");
      await page.getByRole("button", { name: "Ask" }).click();
      await page.locator("#answer").waitFor();
      assert.equal(await problem.count(), 0);
    }));

  test("an address this page must not talk to is refused in words", () =>
    visit(served, {}, async (page) => {
      await page.locator("#connection-summary").click();
      const address = page.getByLabel("API base URL");
      assert.equal(await address.inputValue(), served.url.replace(/\/$/, ""));
      await address.fill("https://example.com");
      assert.match(await textOf(page.locator("#base-url-problem")), /This page may talk to .* only\./);
      assert.equal(await address.getAttribute("aria-invalid"), "true");
      await page.getByRole("button", { name: "Ask" }).click();
      assert.match(await textOf(page.locator("#ask-problem")), /There is no API address to ask/);
    }));

  test("from the first Tab to the answer without a mouse", () =>
    visit(served, {}, async (page) => {
      const tabTo = async (wanted) => {
        const passed = [];
        while (passed.length < 40) {
          await page.keyboard.press("Tab");
          const { name, outlined } = await page.evaluate(focusOf);
          assert.equal(outlined, true, `the focus on "${name}" can be seen`);
          if (name === wanted) return;
          passed.push(name);
        }
        assert.fail(`"${wanted}" cannot be reached, only ${passed.join(", ")}`);
      };
      const dialog = page.waitForEvent("filechooser"); // set up well before the key that opens it
      await tabTo("Choose files");
      await page.keyboard.press("Enter");
      await (await dialog).setFiles(served.sample("hills.png"));
      await page.locator(".picture").waitFor();
      await tabTo("Small PNG");
      await page.keyboard.press("Enter");
      await page.locator(".picture").nth(1).waitFor();
      await tabTo("Remove hills.png");
      await page.keyboard.press("Space");
      await page.locator("#intake-status").filter({ hasText: "hills.png removed." }).waitFor();
      await tabTo("Prompt");
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("What is this?");
      await tabTo("Model");
      await tabTo("Media resolution");
      await tabTo("Ask");
      await page.keyboard.press("Enter");
      await page.locator(".answer-text").filter({ hasText: "What is this?" }).waitFor();
      await tabTo("gemini-3.8-flash");
      await page.keyboard.press("ArrowDown");
      assert.notEqual(await page.getByLabel("Model").inputValue(), "gemini-3.8-flash");
      await tabTo("Copy JSON");
      await tabTo("Request JSON, payloads folded");
      await page.getByLabel("Prompt").focus();
      await page.keyboard.press("ControlOrMeta+Enter");
      await page.locator("#ask-status").filter({ hasNotText: "gemini-3.8-flash" }).waitFor();
    }));
});

/** In the page: what has the focus, as it is called, and whether that can be seen. */
function focusOf() {
  const element = document.activeElement;
  const name = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent;
  // A field that is hidden from the eye shows its focus on its label.
  const shown = element.matches(".visually-hidden") ? element.closest("label") : element;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  return { name: name.trim(), outlined: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1 };
}

function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
