/** How much the page transfers, how soon it counts, and that it never stands still: in contexts that know nothing of it. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import sharp from "sharp";
import { noChromium } from "./chromium.mjs";
import { choose, pageDirectory, servePage, transferOf } from "./served-page.mjs";

const mostTransferBytes = 350_000;
const mostEstimateMs = 150;
const mostNavigationMs = 1000;
/** What the browser itself calls a long task. */
const longTaskMs = 50;
const contexts = 5;

describe("the page's speed", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  async function cold(work) {
    const context = await served.browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const page = await context.newPage();
      return await work(page);
    } finally {
      await context.close();
    }
  }

  const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const inWords = (times) => times.map((ms) => ms.toFixed(0)).join(", ");

  /** What else runs on a machine can only add: one quiet round of ten tells what the page itself takes. */
  async function quietRound(measure, isGood) {
    for (let round = 1; ; round++) {
      const measured = await measure();
      if (round === 10 || isGood(measured)) return measured;
    }
  }

  test(`first estimate within ${mostEstimateMs} ms of evaluation and ${mostNavigationMs} ms of navigation, medians of ${contexts}`, async (t) => {
    const measure = async () => {
      const times = [];
      for (let i = 0; i < contexts; i++) times.push(await cold((page) => timeOfEstimate(page, served.url)));
      return {
        evaluation: times.map(({ evaluated, shown }) => shown - evaluated),
        navigation: times.map(({ shown }) => shown),
      };
    };
    const isGood = ({ evaluation, navigation }) =>
      median(evaluation) <= mostEstimateMs && median(navigation) < mostNavigationMs;
    const { evaluation, navigation } = await quietRound(measure, isGood);
    t.diagnostic(`from evaluation ${inWords(evaluation)} ms, from navigation ${inWords(navigation)} ms`);
    assert.ok(isGood({ evaluation, navigation }), `${inWords(evaluation)}; ${inWords(navigation)}`);
  });

  test(`while pictures of 12 megapixels are dropped, counted, asked about and covered by masks, no task takes ${longTaskMs} ms`, async (t) => {
    const photo = await sharp(served.sample("sideways.jpg"))
      .resize(4032, 3024, { fit: "fill" })
      .withMetadata()
      .jpeg({ quality: 90 })
      .toBuffer();
    const files = [await served.write("one.jpg", photo), await served.write("two.jpg", photo)];
    const tasks = await quietRound(
      () => cold((page) => longTasksOfVisit(page, served.url, files)),
      (found) => found.length === 0,
    );
    t.diagnostic(`long tasks: ${inWords(tasks.map(({ duration }) => duration)) || "none"}`);
    assert.deepEqual(tasks, []);
  });

  test(`while the page comes up, no task takes ${longTaskMs} ms`, async (t) => {
    const tasks = await quietRound(
      () => cold((page) => longTasksOfStart(page, served.url)),
      (found) => found.length === 0,
    );
    t.diagnostic(`long tasks: ${inWords(tasks.map(({ duration }) => duration)) || "none"}`);
    assert.deepEqual(tasks, []);
  });

  test("a task that takes long would have been found", () =>
    cold(async (page) => {
      await page.addInitScript(recordLongTasks);
      await page.goto(served.url);
      await page.locator("#tokens").waitFor();
      await page.evaluate((ms) => {
        setTimeout(() => {
          const end = performance.now() + 1.5 * ms;
          while (performance.now() < end);
        });
        return new Promise((resolve) => setTimeout(resolve, 3 * ms));
      }, longTaskMs);
      assert.ok((await page.evaluate(takeLongTasks)).length > 0);
    }));

  test(`everything up to the first turned picture is at most ${mostTransferBytes} bytes of brotli`, (t) =>
    cold(async (page) => {
      const asked = new Set();
      page.on("request", (request) => asked.add(new URL(request.url()).pathname));
      await page.goto(served.url);
      await choose(page, served.sample("sideways.jpg"));
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
    }));
});

/** When the first count stands in the page, as its own clock says. */
async function timeOfEstimate(page, url) {
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.getElementById("tokens") === null) return;
      observer.disconnect();
      performance.mark("shown");
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.locator("#tokens").waitFor();
  return page.evaluate(() => {
    const at = (name) => performance.getEntriesByName(name)[0].startTime;
    return { evaluated: at("page-evaluated"), shown: at("shown") };
  });
}

/** Until all is there that was not asked for: every model's count, the worker. */
async function longTasksOfStart(page, url) {
  // The browser's own search for fonts comes with the first text of any page.
  await page.setContent("<p>Text, <b>bold</b> and <code>code</code>");
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.addInitScript(recordLongTasks);
  const worker = page.waitForEvent("worker");
  await page.goto(url);
  await page.locator("#tokens").waitFor();
  await worker;
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  return page.evaluate(takeLongTasks);
}

/** From the drop of two photos to the answer, by way of everything that is counted and shown of them. */
async function longTasksOfVisit(page, url, files) {
  await page.addInitScript(recordLongTasks);
  await page.goto(url);
  await page.locator("#tokens").waitFor();
  // Making files out of base64 is this test's work, not the page's: what it takes is left out.
  const dataTransfer = await transferOf(
    page,
    files.map((file) => ({ file, type: "image/jpeg" })),
  );
  const begin = await page.evaluate(() => performance.now());
  await page.locator("#drop-zone").dispatchEvent("drop", { dataTransfer });
  await page.locator(".strip-item").nth(1).waitFor();
  for (const mode of ["As sent", "Token grid"])
    await page.locator(".viewer-tools").getByText(mode, { exact: true }).click();
  await page.getByRole("tab", { name: "Cost" }).click();
  await page.getByRole("columnheader", { name: "A month" }).getByRole("button").click();
  await page.getByRole("tab", { name: "Code" }).click();
  await page.locator("#request").filter({ hasText: "inlineData" }).waitFor();
  await page.getByRole("tab", { name: "Ask", exact: true }).click();
  await page.getByLabel("Prompt").pressSequentially(" Count the trees.");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.locator(".usage").waitFor();
  await page.getByText("Detect objects").click();
  await page.getByText("Masks", { exact: true }).click();
  await page.waitForFunction(() => document.getElementById("prompt").value.includes("masks"));
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.locator("canvas.masks").waitFor();
  await page.locator(".found button").hover();
  await page.locator(".shapes .is-active").waitFor();
  const tasks = await page.evaluate(takeLongTasks);
  return tasks.filter(({ startTime }) => startTime > begin);
}

/** In the page, before its own scripts. */
function recordLongTasks() {
  window.longTasks = [];
  window.longTaskObserver = new PerformanceObserver((list) => window.longTasks.push(...list.getEntries()));
  window.longTaskObserver.observe({ type: "longtask", buffered: true });
}

/** In the page: what has been reported, and what was about to be. */
function takeLongTasks() {
  const all = [...window.longTasks, ...window.longTaskObserver.takeRecords()];
  return all.map(({ startTime, duration }) => ({ startTime, duration }));
}
