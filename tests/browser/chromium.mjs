/** Starts the one Chromium that the browser tests of a file share, and says aloud when there is none. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";

export const executable = process.env.GVW_CHROMIUM ?? "/usr/bin/chromium";

/** For `describe(name, { skip: noChromium }, …)`: false, or why nothing can be tested. */
export const noChromium = existsSync(executable)
  ? false
  : `NOT TESTED: there is no Chromium at ${executable}. Set GVW_CHROMIUM to the path of one.`;
if (noChromium) console.error(noChromium);

export function launchChromium(args = []) {
  return chromium.launch({
    executablePath: executable,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
    ],
  });
}

const screenshots = path.join(import.meta.dirname, "screenshots");

export async function screenshot(page, name) {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}

/**
 * Listens to everything a page should not do. `loud` grows with every console message, uncaught error and refusal by the
 * page's policy, `requests` with every address asked for; both while the page lives.
 */
export async function listen(page) {
  const heard = { loud: [], requests: [] };
  page.on("console", (message) => heard.loud.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => heard.loud.push(`uncaught: ${error.message}`));
  page.on("request", (request) => heard.requests.push(request.url()));
  await page.exposeFunction("reportViolation", (text) => heard.loud.push(`policy: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      window.reportViolation(`${violatedDirective} ${blockedURI}`);
    });
  });
  return heard;
}

/** Addresses that lead away from `origin`; data: and blob: lead nowhere. */
export function leaving(requests, origin) {
  return requests.filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
}
