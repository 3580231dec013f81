/**
 * The package through every bundler, in Chromium under a strict policy: as it comes, and where that does not do, with the lines
 * that the README gives; and the README's table of them.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { sha256 } from "gemini-vision-wasm/sha256";
import { launchChromium, leaving, listen, noChromium } from "../browser/chromium.mjs";
import { given } from "../runtimes/given.mjs";
import { tableOf } from "../support/readme-table.mjs";
import { bundlers } from "./bundlers.mjs";

const table = tableOf("bundlers");
const readme = readFileSync(path.join(import.meta.dirname, "../../README.md"), "utf8");

let browser;
let emulator;
let policy;
before(async () => {
  if (noChromium) return;
  emulator = await startEmulator();
  browser = await launchChromium();
  policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "img-src data:",
    `connect-src 'self' ${emulator.url}`,
  ].join("; ");
});
after(async () => {
  await browser?.close();
  await emulator?.close();
});

/** Words of the client alone, of what it loads with its first call, and of the codecs. */
const wordsOfOthers = ["A client is made with options", "x-goog-api-key", "cannot be encoded as asked"];
/** Bundlers give the modules names of their own. */
const nameOfModule = (bytes) => {
  const digest = createHash("sha256").update(bytes).digest("hex");
  return Object.keys(sha256).find((name) => sha256[name] === digest);
};
const read = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());

/** What a page's program answers, and all that the page did meanwhile. */
async function visit(url) {
  const page = await browser.newPage();
  const { loud, requests } = await listen(page);
  const scripts = new Set();
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.add(request.url());
  });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.run !== undefined);
  const answer = await page.evaluate((data) => globalThis.run(data), given(emulator.url));
  await page.close();
  const modules = requests.filter((address) => address.endsWith(".wasm"));
  return {
    answer,
    code: (await Promise.all([...scripts].map(read))).join("\n"),
    modules: (await Promise.all(modules.map(read))).map(nameOfModule),
    foreign: leaving(requests, new URL(url).origin).filter((address) => !address.startsWith(emulator.url)),
    // Vite's development server greets.
    loud: loud.filter((words) => !words.startsWith("console: [vite]")),
  };
}

async function behaveInRoute(url) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(given(emulator.url)) });
  assert.equal(response.status, 200);
  return response.json();
}

/** What failed of the threads, and of the rest. */
function errorsOf(outcomes) {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const isOfThreads = ({ name }) => name.includes("threads");
  return {
    rest: failed.filter((outcome) => !isOfThreads(outcome)).map(({ error }) => error),
    threads: failed.filter(isOfThreads).map(({ error }) => error),
  };
}

function howItWorks({ rest, threads }) {
  if (rest) return "with a line";
  return threads ? "as it comes, `/worker` with a line" : "as it comes";
}

for (const { name, open, route, estimatePage = "estimate.html", lines = {}, refuses } of bundlers) {
  const needsLines = Object.keys(lines).length > 0;
  /** What a part cannot do without: threads load the same modules. */
  const needed = (part) => lines[part] ?? lines.rest ?? [];
  const column = table.column(name, noChromium);

  describe(name, { skip: noChromium }, () => {
    let host;
    after(() => host?.close());

    test("as it comes, what does not work names its line", { skip: !needsLines }, async () => {
      const opening = open({ policy, lines: false });
      if (refuses) return assert.rejects(opening, refuses);
      const plain = await opening;
      try {
        const outcomes = route ? await behaveInRoute(plain.origin + route) : (await visit(`${plain.origin}/`)).answer;
        const errors = errorsOf(outcomes);
        for (const part of Object.keys(errors)) {
          const wanted = needed(part);
          assert.equal(errors[part].length > 0, wanted.length > 0, `${part}: ${errors[part].join("\n")}`);
          for (const line of wanted) assert.ok(errors[part][0].includes(line), `${line}: ${errors[part][0]}`);
        }
      } finally {
        await plain.close();
      }
    });

    test("everything works", async () => {
      host = await open({ policy, lines: needsLines });
      const visited = route ? undefined : await visit(`${host.origin}/`);
      const errors = errorsOf(visited?.answer ?? (await behaveInRoute(host.origin + route)));
      if (errors.rest.length === 0)
        column.outcome = errors.threads.length === 0 ? howItWorks(lines) : "`/worker` fails";
      assert.deepEqual(errors, { rest: [], threads: [] });
      if (visited === undefined) return;
      const { code, foreign, loud } = visited;
      assert.deepEqual([foreign, loud], [[], []], "it asks nobody else, says nothing and keeps the policy");
      assert.doesNotMatch(code, /["'`]node:[a-z]/, "a module of Node's is named");
      for (const words of wordsOfOthers) assert.ok(code.includes(words), words);
    });

    test("/estimate alone loads core.wasm, no codec and no client", { skip: route !== undefined }, async () => {
      const { answer, code, modules, loud } = await visit(`${host.origin}/${estimatePage}`);
      assert.deepEqual([answer.tokens, modules, loud], [1080, ["core"], []]);
      for (const words of wordsOfOthers) assert.ok(!code.includes(words), words);
    });

    test("the README has its lines", () => {
      for (const line of Object.values(lines).flat()) assert.ok(readme.includes(line), line);
    });
  });
}

test("the README says so", () => table.settle());
