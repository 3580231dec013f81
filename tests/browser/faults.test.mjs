/** The table of faults, in Chromium: the client in a bare page of another origin, under a strict policy. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { inChromium, key, rows, runCell } from "../node/fault-table.mjs";
import "../node/short-waits.mjs";
import { launchChromium, listen, noChromium } from "./chromium.mjs";
import { serveFiles } from "./static-server.mjs";

const dist = path.join(import.meta.dirname, "../node_modules/gemini-vision-wasm/dist");

const script = `
  import "/tests/short-waits.mjs";
  import { GeminiClient } from "/package/entry-client.js";
  import { attempt } from "/tests/fault-calls.mjs";
  /** With what is hidden: an error's own members, its cause, its stack. */
  const show = (value) =>
    JSON.stringify(value, (_name, member) =>
      member instanceof Error
        ? Object.fromEntries(Object.getOwnPropertyNames(member).map((name) => [name, member[name]]))
        : member,
    );
  window.attempt = ({ given: { jpeg, ...given }, ...order }) =>
    attempt(GeminiClient, { ...order, given: { ...given, jpeg: bytesOf(jpeg) } }, show);
  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
`;

describe("fault × call in a page", { skip: noChromium, concurrency: 8 }, () => {
  let browser;
  let heard;
  let host;
  let page;
  /** Everything that was sent, without its headers. */
  const sent = [];
  before(async () => {
    host = await serveFiles({
      folders: { "/package/": dist, "/tests/": path.join(import.meta.dirname, "../node") },
      pages: {
        "/index.html": '<!doctype html><title>Faults</title><script type="module" src="page.mjs"></script>',
        "/page.mjs": script,
      },
      headers: {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self' http://127.0.0.1:*",
      },
    });
    browser = await launchChromium();
    page = await browser.newPage();
    heard = await listen(page);
    page.on("request", (request) => sent.push(request.url(), request.postData() ?? ""));
    await page.goto(`${host.origin}/`);
    await page.waitForFunction(() => window.attempt !== undefined);
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  const attemptInPage = ({ given, ...order }) =>
    page.evaluate((all) => window.attempt(all), {
      ...order,
      given: { ...given, jpeg: given.jpeg.toString("base64") },
    });

  for (const [fault, call] of rows) {
    test(`${fault} × ${call}`, async () => {
      await runCell(fault, call, attemptInPage, inChromium);
      assert.ok(!sent.some((text) => text.includes(key)), "the key is in an address or a body");
      sent.length = 0;
      // That a request failed is told by the browser itself.
      assert.deepEqual(
        heard.loud.filter((text) => text.includes(key) || !/Failed to load resource|blocked by CORS/.test(text)),
        [],
      );
    });
  }
});
