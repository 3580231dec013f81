/** What the page looks like, in all its states, widths and themes: nobody is shut out, nothing sticks out. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { noChromium, screenshot } from "./chromium.mjs";
import { servePage, visit } from "./served-page.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the layouts change, and steps between. */
const widths = [...Array.from({ length: 32 }, (_, i) => 360 + 40 * i), 639, 641, 780, 1023, 1024, 1300, 1330].sort();

describe("the page's looks", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  for (const width of [390, 820, 1440]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`axe finds nothing, nothing sticks out at ${width} pixels, ${colorScheme}`, () =>
        visit(served, { viewport: { width, height: 900 }, colorScheme }, async (page) => {
          await assertAccessible(page, "first visit");
          await screenshot(page, `first-visit-${width}-${colorScheme}`);
          await fill(page);
          for (const tab of ["Cost", "Code", "Ask"]) {
            await page.getByRole("tab", { name: tab }).click();
            await assertAccessible(page, tab);
            assert.deepEqual(await page.evaluate(crowding), { pageWidth: width, outside: [], overlapping: [] });
            await screenshot(page, `${tab.toLowerCase()}-${width}-${colorScheme}`);
          }
          for (const name of ["Local emulator", "Camera", "Address"]) {
            await page.getByRole("button", { name }).click();
            await assertAccessible(page, name);
            await screenshot(page, `${name.split(" ").at(-1).toLowerCase()}-${width}-${colorScheme}`);
            await page.keyboard.press("Escape");
          }
        }));
    }
  }

  test("no width makes the page scroll sideways, whatever the table of costs holds", () =>
    visit(served, {}, async (page) => {
      const cost = page.getByRole("tab", { name: "Cost" });
      const calls = page.getByLabel("Calls a day");
      await fill(page);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        for (const tab of ["Ask", "Code", "Cost"]) {
          await page.getByRole("tab", { name: tab }).click();
          const { pageWidth, outside } = await page.evaluate(crowding);
          assert.deepEqual({ pageWidth, outside }, { pageWidth: width, outside: [] }, `${tab} at ${width} pixels`);
        }
        const isWhole = await page.locator(".costs-frame").evaluate((frame) => frame.scrollWidth <= frame.clientWidth);
        assert.ok(isWhole, `all of the table is seen at ${width} pixels`);
      }
      await cost.click();
      await calls.fill("100000000");
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "with millions a month");
      }
    }));

  test("the theme is the system's until somebody chooses one, which lasts", () =>
    visit(served, { colorScheme: "dark" }, async (page) => {
      const lightness = async () => {
        const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        return Math.min(...colour.match(/\d+/g).map(Number));
      };
      const offered = (name) => page.getByRole("button", { name }).waitFor();
      assert.ok((await lightness()) < 50, "dark, as the system is");
      await page.emulateMedia({ colorScheme: "light" });
      await offered("Dark theme");
      assert.ok((await lightness()) > 200, "the system has changed its mind");
      await page.getByRole("button", { name: "Dark theme" }).click();
      await offered("Light theme");
      assert.ok((await lightness()) < 50, "chosen");
      await page.reload();
      await offered("Light theme");
      assert.ok((await lightness()) < 50, "still chosen");
      await page.getByRole("button", { name: "Light theme" }).click();
      await offered("Dark theme");
      assert.ok((await lightness()) > 200);
    }));

  test("axe would have found something", () =>
    visit(served, {}, async (page) => {
      await page.locator("#prompt").evaluate((field) => field.labels[0].remove());
      await assert.rejects(assertAccessible(page, "without a label"), /label/);
    }));

  test("a word in the console, a breach of policy, a request to somebody else would have been heard", async () => {
    const failing = (work, options = {}) => visit(served, options, (page) => page.evaluate(work));
    const elsewhere = () => fetch("http://localhost:1/").catch(() => {});
    await assert.rejects(
      failing(() => console.log("a word")),
      /console: a word/,
    );
    const inline = () => document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }));
    await assert.rejects(failing(elsewhere), /policy: connect-src http:\/\/localhost:1\//);
    await assert.rejects(failing(inline), /policy: script-src-elem inline/);
    await assert.rejects(failing(elsewhere, { bypassCSP: true }), /nothing is asked of anybody else/);
  });

  test("crowding would have been found", () =>
    visit(served, { viewport: { width: 390, height: 900 } }, async (page) => {
      await page.locator(".invitation-title").evaluate((line) => {
        line.style.whiteSpace = "nowrap";
        line.style.fontSize = "3rem";
      });
      const { pageWidth, outside } = await page.evaluate(crowding);
      assert.ok(pageWidth > 390 || outside.length > 0);
    }));

  async function fill(page) {
    const notes = await served.write("a-file-name-that-goes-on-and-on-and-has-no-blank-to-break-at.txt", "none");
    await page.locator("#files").setInputFiles([notes, served.sample("sideways.jpg"), served.sample("hills.png")]);
    await page.locator(".strip-item").nth(1).waitFor();
    await page.locator(".tray .problem").waitFor();
    await page.getByText("Size and format").click();
    await page.getByText("Options").click();
    await page.getByText("Crop", { exact: true }).click();
    await page.getByText("Detect objects").click();
    await page.waitForFunction(() => document.getElementById("prompt").value.startsWith("Detect"));
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".usage").waitFor();
    await page.locator(".shapes").waitFor();
  }
});

/** Injected for the test alone, past the page's policy as developer tools are. */
async function assertAccessible(page, state) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run());
  assert.ok(passes.length > 15, "axe has looked");
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`),
  );
  assert.deepEqual(found, [], state);
}

/** In the page: text that leaves the window or its card, and texts of one row or line that touch each other. */
function crowding() {
  const visible = (element) => element.checkVisibility() && !element.closest(".visually-hidden, thead");
  const boxOf = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
  };
  const leaves = [...document.querySelectorAll("main *, .masthead *")].filter(
    (element) => element.children.length === 0 && element.textContent.trim() !== "" && visible(element),
  );
  const nameOf = (element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 30)}`;
  const outside = leaves.filter((element) => {
    // What is cut with an ellipsis on purpose has its full text in a title; fields draw their text themselves.
    if (element.closest("[title], select, textarea")) return false;
    const frame = (element.closest(".card") ?? document.body).getBoundingClientRect();
    const { left, right } = boxOf(element);
    return left < frame.left - 1 || right > frame.right + 1;
  });
  const overlapping = [];
  for (const row of document.querySelectorAll(
    "tbody tr, .card-head, .facts > div, .arithmetic li, .actions, .sample",
  )) {
    const boxes = leaves.filter((element) => row.contains(element)).map((element) => [element, boxOf(element)]);
    for (const [i, [one, a]] of boxes.entries()) {
      for (const [other, b] of boxes.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1) overlapping.push(`${nameOf(one)} × ${nameOf(other)}`);
      }
    }
  }
  return { pageWidth: document.documentElement.scrollWidth, outside: outside.map(nameOf), overlapping };
}
