/** The built page in a folder of a host that serves files and nothing else: no emulator, so Google's API and a key. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launchChromium, noChromium, screenshot } from "./chromium.mjs";
import { pageDirectory, textOf, visit } from "./served-page.mjs";
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

  test("it works in a folder, says that no emulator is there, and asks for a key", () =>
    visit(served, {}, async (page) => {
      const summary = page.locator("#connection-summary");
      assert.equal(await textOf(summary), "No local emulator here: Google's API answers, and wants your key");
      assert.equal(await page.getByLabel("API key").isVisible(), true, "the field for it is open");
      assert.equal(await page.getByLabel("API base URL").inputValue(), google);
      await page.getByRole("button", { name: "Sideways JPEG with GPS" }).click();
      await page.locator(".figures").filter({ hasText: "1,085 input tokens" }).waitFor();
      await page.getByRole("button", { name: "Ask" }).click();
      assert.match(await textOf(page.locator("#ask-problem")), /Google's API wants a key/);
      assert.equal(await page.getByLabel("API key").evaluate((field) => field === document.activeElement), true);
      await screenshot(page, "no-emulator-1440-light");
    }));

  test("the key goes to Google in a header, nowhere else, and is gone with the page", async () => {
    const context = await served.browser.newContext();
    try {
      const page = await context.newPage();
      const requests = [];
      await page.route("**/*", async (route) => {
        const request = route.request();
        requests.push({ url: request.url(), headers: await request.allHeaders(), body: request.postData() ?? "" });
        if (!request.url().startsWith(google)) return route.continue();
        await route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: answer });
      });
      await page.goto(served.url);
      await page.getByLabel("API key").fill(key);
      await page.getByText("Google's API, with your key").waitFor();
      await page.getByRole("button", { name: "Ask" }).click();
      await page.locator(".answer-text").filter({ hasText: "A house by a lake." }).waitFor();
      assert.equal(await page.getByText("nothing was billed").count(), 0);
      const carriers = requests.filter((request) => JSON.stringify(request).includes(key));
      assert.deepEqual(
        carriers.map(({ url }) => url),
        [`${google}/v1beta/models/gemini-3.8-flash:generateContent`],
      );
      assert.equal(carriers[0].headers["x-goog-api-key"], key);
      assert.equal(carriers[0].body.includes(key), false);
      assert.deepEqual(await page.evaluate(stored), { local: 0, session: 0, cookies: "", databases: 0, caches: 0 });
      await page.reload();
      assert.equal(await page.getByLabel("API key").inputValue(), "");
    } finally {
      await context.close();
    }
  });
});

const answer = {
  candidates: [{ content: { role: "model", parts: [{ text: "A house by a lake." }] }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 6, totalTokenCount: 11 },
};

/** In the page: every place where a page can leave something. */
async function stored() {
  return {
    local: localStorage.length,
    session: sessionStorage.length,
    cookies: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
  };
}
