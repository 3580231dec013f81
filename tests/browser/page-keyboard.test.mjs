/** The page without a mouse: everything is reached, shows that it has the focus, and can be used. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

describe("the page by keyboard", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  /** Presses Tab through the whole page and holds it to what it promises: every stop, in order, each one marked. */
  async function walk(page) {
    await page.evaluate(startOver);
    const stops = await page.evaluate(markStops);
    assert.ok(stops.length > 15, `${stops.length} stops`);
    for (const [i, name] of stops.entries()) {
      await page.keyboard.press("Tab");
      const { stop, isMarked, isInView } = await page.evaluate(focused);
      assert.equal(stop, String(i), `${name} is next`);
      assert.ok(isMarked, `${name} shows that it has the focus`);
      assert.ok(isInView, `${name} is in view`);
    }
  }

  for (const width of [390, 1440]) {
    test(`Tab goes through everything at ${width} pixels, and each stop is seen`, () =>
      visit(served, { viewport: { width, height: 900 } }, async (page) => {
        await walk(page);
        await choose(page, served.sample("sideways.jpg"), served.sample("hills.jpg"));
        await page.getByText("Size and format").click();
        await page.getByText("Options").click();
        await page.getByRole("button", { name: "Ask", exact: true }).click();
        await page.locator(".usage").waitFor();
        for (const tab of ["Ask", "Cost", "Code"]) {
          await page.getByRole("tab", { name: tab, exact: true }).click();
          if (tab === "Cost") await page.getByText("Crop", { exact: true }).click();
          if (tab === "Code") await page.locator("#request").filter({ hasText: "inlineData" }).waitFor();
          await walk(page);
        }
      }));
  }

  test("a control that hides its focus would have been found", () =>
    visit(served, {}, async (page) => {
      await page.locator("#model").evaluate((select) => {
        select.style.outline = "none";
      });
      await assert.rejects(walk(page), /shows that it has the focus/);
    }));

  test("from a picture to its answer without a mouse", () =>
    visit(served, {}, async (page) => {
      const press = (...keys) =>
        keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
      const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);
      const tabTo = async (locator) => {
        for (let i = 0; i < 80; i++) {
          if (await isFocused(locator)) return;
          await press("Tab");
        }
        assert.fail("is never reached");
      };

      // Before the way there: that somebody waits for the dialog reaches the browser later than a key would.
      const dialog = page.waitForEvent("filechooser");
      await tabTo(page.locator("#files"));
      await press("Enter");
      await (await dialog).setFiles([served.sample("hills.jpg"), served.sample("sideways.jpg")]);
      await page.locator(".strip-item").nth(1).waitFor();

      await tabTo(page.locator(".thumb").nth(1));
      await press("Alt+ArrowLeft");
      await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "1: sideways.jpg");
      await press("ArrowRight", "Enter", "Delete"); // arrows alone move nothing
      await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "1: hills.jpg");

      await tabTo(page.locator("#model"));
      await press("ArrowDown");
      assert.notEqual(await page.locator("#model").inputValue(), "gemini-3.8-flash");
      await press("ArrowUp");

      await tabTo(page.getByRole("tab", { name: "Ask", exact: true }));
      await press("ArrowRight");
      assert.equal(await page.getByRole("tab", { name: "Cost" }).getAttribute("aria-selected"), "true");
      await press("End");
      assert.equal(await page.getByRole("tab", { name: "Code" }).getAttribute("aria-selected"), "true");
      await press("Home");

      await tabTo(page.locator('input[name="preset"]:checked'));
      await press("ArrowRight", "ArrowRight", "ArrowRight");
      assert.equal(await page.locator('input[name="preset"]:checked').inputValue(), "detect");
      await tabTo(page.locator("#prompt"));
      await press("ControlOrMeta+Enter");
      await page.locator(".shapes rect.shape").waitFor();
      await tabTo(page.locator(".found button"));
      await page.locator(".shapes .is-active").waitFor();
    }));

  for (const [width, height] of [
    [1024, 700],
    [1440, 900],
  ]) {
    test(`nothing that has the focus lies under the figures, Tab going up at ${width} × ${height}`, () =>
      visit(served, { viewport: { width, height } }, async (page) => {
        await choose(page, served.sample("sideways.jpg"));
        await page.getByRole("tab", { name: "Cost" }).click();
        await page.locator(".costs input:checked").focus();
        const stops = await page.evaluate(markStops);
        const [first, last] = await page.evaluate(() =>
          [document.getElementById("tab-cost"), document.activeElement].map(({ dataset }) => Number(dataset.stop)),
        );
        assert.ok(last - first > 10, `${last - first} stops`);
        for (let i = last - 1; i >= first; i--) {
          await page.evaluate(pushUnderFigures, i);
          await page.keyboard.press("Shift+Tab");
          const { stop, top, bottom } = await page.evaluate(belowFigures);
          assert.equal(stop, String(i));
          assert.ok(top >= bottom, `${stops[i]} at ${top} is below ${bottom}`);
        }
      }));
  }

  test("without a key Ask leads to its field; the refusal is gone once somebody else answers", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.locator("#connection-name").click();
      await page.getByLabel("Gemini API").check();
      await page.getByRole("button", { name: "Close" }).click();
      const ask = page.getByRole("button", { name: "Ask", exact: true });
      for (const _ of [1, 2]) {
        await ask.focus();
        await page.keyboard.press("Enter");
        await page.locator("dialog[open]").waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.id), "api-key");
        await page.keyboard.press("Escape");
        await page.locator("dialog[open]").waitFor({ state: "detached" });
        assert.equal(await ask.evaluate((button) => button === document.activeElement), true);
      }
      const problem = page.locator(".actions-area .problem");
      assert.match(await textOf(problem), /^no-key /);
      await page.locator("#connection-name").click();
      await page.getByLabel("Local emulator").check();
      await page.getByRole("button", { name: "Close" }).click();
      assert.equal(await problem.count(), 0);
    }));

  test("Escape closes a dialog and gives the focus back", () =>
    visit(served, {}, async (page) => {
      for (const name of ["Camera", "Address", "Local emulator"]) {
        const opener = page.getByRole("button", { name });
        await opener.focus();
        await page.keyboard.press("Enter");
        await page.locator("dialog[open]").waitFor();
        assert.equal(await page.evaluate(() => document.activeElement?.closest("dialog") !== null), true, name);
        await page.keyboard.press("Escape");
        await page.locator("dialog[open]").waitFor({ state: "detached" });
        assert.equal(await opener.evaluate((button) => button === document.activeElement), true, name);
      }
      assert.equal(await textOf(page.locator("#connection-name")), "Local emulator");
    }));
});

/** In the page: the next Tab is the first. Taking the focus away alone leaves the place where it was. */
function startOver() {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}

/** In the page: numbers what Tab should reach, and names it. Of radio buttons with one name only one is a stop. */
function markStops() {
  for (const marked of document.querySelectorAll("[data-stop]")) delete marked.dataset.stop;
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  const isGroupStop = (radio) => {
    const group = all.filter(({ type, name }) => type === "radio" && name === radio.name);
    return radio.checked || (!group.some(({ checked }) => checked) && group[0] === radio);
  };
  const stops = all.filter(
    (element) =>
      element.tabIndex >= 0 &&
      !element.disabled &&
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.closest("dialog:not([open])") &&
      (element.type !== "radio" || isGroupStop(element)),
  );
  for (const [i, element] of stops.entries()) element.dataset.stop = String(i);
  return stops.map(({ tagName, id, ariaLabel, textContent }) => `${tagName} ${id} ${ariaLabel ?? textContent}`);
}

/** In the page: what has the focus, and whether that is seen: on it, beside it for what is drawn by a label, or around it. */
function focused() {
  const element = document.activeElement;
  const drawn = [element, element.nextElementSibling, element.parentElement, element.closest(".compare")];
  const isMarked = drawn.some((one) => {
    if (one === null) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
  });
  const { top, bottom } = element.getBoundingClientRect();
  return { stop: element.dataset.stop, isMarked, isInView: bottom > 0 && top < innerHeight };
}

/** In the page: scrolls so that a stop lies under the figures, as far as the page can be scrolled. */
function pushUnderFigures(stop) {
  const { top } = document.querySelector(`[data-stop="${stop}"]`).getBoundingClientRect();
  const { bottom, height } = document.querySelector(".summary").getBoundingClientRect();
  scrollBy(0, top - (bottom - height / 5));
}

/** In the page: where what has the focus begins, and where the figures that lie over the page end. */
function belowFigures() {
  const { bottom } = document.querySelector(".summary").getBoundingClientRect();
  const { dataset, labels } = document.activeElement;
  const { top } = (labels?.[0] ?? document.activeElement).getBoundingClientRect();
  return { stop: dataset.stop, top, bottom };
}
