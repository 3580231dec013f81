/** The runtimes, and how the behaviours run in each. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import puppeteer from "puppeteer-core";
import { executable as chromium, launchChromium, noChromium } from "../browser/chromium.mjs";
import { servePage } from "./page.mjs";
import { runInWorkerd } from "./workerd.mjs";

const run = promisify(execFile);
const machine = `${process.platform}-${process.arch}`;
const installed = (...names) => path.join(import.meta.dirname, "node_modules", ...names);
const absent = (binary, what) => (existsSync(binary) ? false : `there is no ${what}`);

/** Of workerd a day, of a browser the numbers that its users know. */
async function versionOf(binary) {
  const { stdout } = await run(binary, ["--version"]);
  return /\d+-\d+-\d+|\d+\.\d+(\.\d+)?/.exec(stdout)[0];
}

/** A runtime that is a command. */
function command(name, binary, args = []) {
  return {
    name,
    missing: absent(binary, `${name} for ${machine} among the packages of tests/runtimes`),
    version: () => versionOf(binary),
    async run(given) {
      const program = path.join(import.meta.dirname, "process.mjs");
      const { stdout } = await run(binary, [...args, program, JSON.stringify(given)]);
      return JSON.parse(stdout);
    },
  };
}

/** A runtime that opens pages. */
function browser(name, binary, missing, launch) {
  return {
    name,
    missing,
    version: () => versionOf(binary),
    async run(given) {
      const host = await servePage(given.baseUrl);
      const started = await launch();
      try {
        const page = await started.newPage();
        await page.goto(`${host.origin}/`);
        await page.waitForFunction(() => window.run !== undefined);
        return await page.evaluate((data) => window.run(data), given);
      } finally {
        await started.close();
        await host.close();
      }
    },
  };
}

const firefox = process.env.GVW_FIREFOX ?? "/usr/bin/firefox-esr";
const launchFirefox = () => puppeteer.launch({ browser: "firefox", executablePath: firefox, headless: true });

const workerd = installed(`@cloudflare/workerd-${machine.replace("x64", "64")}/bin/workerd`);
export const runtimes = [
  ...[20, 22, 24].map((major) => command("Node.js", installed(`node-${major}-${machine}`, "bin/node"))),
  browser("Chromium", chromium, noChromium, launchChromium),
  browser("Firefox", firefox, absent(firefox, `Firefox at ${firefox}; GVW_FIREFOX takes its path`), launchFirefox),
  {
    name: "workerd",
    missing: absent(workerd, `workerd for ${machine} among the packages of tests/runtimes`),
    version: () => versionOf(workerd),
    async run(given) {
      // Its behaviour as of its own day, which has much of Node, and as of one before it had any.
      const dates = [await versionOf(workerd), "2024-01-01"];
      const runs = await Promise.all(dates.map((date) => runInWorkerd(workerd, date, { ...given, threads: false })));
      return runs.flat();
    },
  },
  command("Deno", installed(`@deno/${machine}-glibc/deno`), ["run", "--quiet", "--node-modules-dir=manual", "-NR"]),
  command("Bun", installed(`@oven/bun-${machine}/bin/bun`)),
];
