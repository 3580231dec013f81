/** The built page in a folder of a host that serves files and nothing else: the stand-in answers, or Google's API and a key. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium, noChromium } from "./chromium.mjs";
import { choose, pageDirectory, textOf, visit } from "./served-page.mjs";
import { serveFiles } from "./static-server.mjs";

const google = "https://generativelanguage.googleapis.com";
const key = "a-key-of-my-own";

describe("the page on a plain host", { skip: noChromium }, () => {
  let host;
  let served;
  before(async () => {
    host = await serveFiles({ folders: { "/some/folder/": pageDirectory } });
    served = { url: `${host.origin}/some/folder/`, browser: await launchChromium() };
  });
  after(async () => {
    await served?.browser.close();
    await host?.close();
  });

  const ask = (page) => page.getByRole("button", { name: "Ask", exact: true });

  test("the stand-in answers without a network, says what it is, and its count is the estimate", () =>
    visit(served, {}, async (page) => {
      assert.equal(await textOf(page.locator("#connection-name")), "Stand-in, no model");
      await page.getByRole("button", { name: "Sideways photo with GPS" }).click();
      await page.locator("#tokens").filter({ hasText: "1,085" }).waitFor();
      await ask(page).click();
      await page.locator(".usage").waitFor();
      assert.match(
        await textOf(page.locator(".answer-text")),
        /stand-in of this page; no model has seen this.*800×1200/s,
      );
      const usage = page.locator(".usage").getByRole("row").filter({ hasText: "Prompt tokens" });
      assert.deepEqual(await usage.getByRole("cell").allInnerTexts(), ["1,085", "1,085"]);
    }));

  test("after its first visit it works without a network", async () => {
    const context = await served.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(served.url);
      await page.evaluate(() => navigator.serviceWorker.ready);
      await context.setOffline(true);
      await page.reload();
      await page.locator("#files").setInputFiles(`${pageDirectory}/samples/sideways.jpg`);
      await page.locator("#tokens").filter({ hasText: "1,085" }).waitFor();
      assert.equal(await page.getByText("turned right by 90°").isVisible(), true, "the codec is there too");
      await page.getByRole("button", { name: "Remove sideways.jpg" }).click();
      await page.getByRole("button", { name: "Film of six seconds" }).click();
      await page.locator("#facts-title").filter({ hasText: "sunset.mp4" }).waitFor();
      await ask(page).click();
      await page.locator(".answer-text").filter({ hasText: "no model has seen this" }).waitFor();
    } finally {
      await context.close();
    }
  });

  test("the key goes to Google in a header, nowhere else, and is gone with the page", async () => {
    const context = await served.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    try {
      const page = await context.newPage();
      const requests = [];
      await context.route("**/*", async (route) => {
        const request = route.request();
        requests.push({ url: request.url(), headers: await request.allHeaders(), body: request.postData() ?? "" });
        if (!request.url().startsWith(google)) return route.continue();
        const headers = { "access-control-allow-origin": "*", "content-type": "text/event-stream" };
        await route.fulfill({ headers, body: `data: ${JSON.stringify(answer)}\r\n\r\n` });
      });
      await page.goto(served.url);
      await page.locator("#connection-name").click();
      await page.getByLabel("Gemini API").check();
      await page.getByLabel("API key").fill(key);
      await page.getByRole("button", { name: "Close" }).click();
      await choose(page, `${pageDirectory}/samples/hills.jpg`);
      await ask(page).click();
      await page.locator(".answer-text").filter({ hasText: "A house by a lake." }).waitFor();
      const carriers = requests.filter((request) => JSON.stringify(request).includes(key));
      assert.equal(carriers.length, 1);
      assert.match(carriers[0].url, new RegExp(`^${google}/v1beta/models/gemini-3\\.8-flash:streamGenerateContent`));
      assert.equal(carriers[0].headers["x-goog-api-key"], key);
      assert.equal(carriers[0].url.includes(key) || carriers[0].body.includes(key), false);
      assert.deepEqual(await page.evaluate(stored), { local: 0, session: 0, cookies: "", databases: 0 });
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByText("Copied", { exact: true }).waitFor();
      const [, shared] = (await page.evaluate(() => navigator.clipboard.readText())).split("#share=");
      const link = Buffer.from(shared, "base64url").toString();
      assert.match(link, /Caption this image/);
      assert.equal(link.includes(key), false);
      await page.locator("#connection-name").click();
      await page.getByText("Keep the key until this tab is closed").click();
      assert.equal(
        await page.evaluate(() => sessionStorage.length),
        1,
        "kept for the tab, since somebody asked for it",
      );
      await page.getByText("Keep the key until this tab is closed").click();
      await page.reload();
      await page.locator("#connection-name").filter({ hasNotText: "Looking" }).waitFor();
      assert.equal(await textOf(page.locator("#connection-name")), "Stand-in, no model");
    } finally {
      await context.close();
    }
  });
});

const answer = {
  candidates: [{ content: { role: "model", parts: [{ text: "A house by a lake." }] }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 6, totalTokenCount: 11 },
};

/** In the page: places where a page can leave something; the page's own files in its cache are none of a person's. */
async function stored() {
  return {
    local: localStorage.length,
    session: sessionStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
  };
}
