/** Starts Debian's Firefox over WebDriver BiDi, which Playwright does not speak, and says aloud when there is none. */
import { existsSync } from "node:fs";
import puppeteer from "puppeteer-core";

const executable = process.env.GVW_FIREFOX ?? "/usr/bin/firefox-esr";

/** For `describe(name, { skip: noFirefox }, …)`: false, or why nothing can be tested. */
export const noFirefox = existsSync(executable)
  ? false
  : `NOT TESTED: there is no Firefox at ${executable}. Set GVW_FIREFOX to the path of one.`;
if (noFirefox) console.error(noFirefox);

export function launchFirefox() {
  return puppeteer.launch({ browser: "firefox", executablePath: executable, headless: true });
}
