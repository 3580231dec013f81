/** The examples, each run as a person would, against the emulator. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { estimate } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { writeSamples } from "../../tools/samples.mjs";
import { launchChromium, listen, noChromium } from "../browser/chromium.mjs";
import { installCommand, installed, root, vite, viteFolder } from "./blocks.mjs";

const answer = /^This is the local emulator of gemini-vision-wasm; no model has seen this\./;

let folder;
let emulator;
let sentBefore;
let env;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "examples-"));
  cpSync(path.join(root, "npm/examples"), folder, { recursive: true });
  mkdirSync(path.join(folder, "node_modules"));
  cpSync(installed, path.join(folder, "node_modules/gemini-vision-wasm"), { recursive: true });
  symlinkSync(viteFolder, path.join(folder, "node_modules/vite"));
  await writeSamples(path.join(folder, "photos"));
  writeFileSync(path.join(folder, "photos/broken.jpg"), "no picture");
  emulator = await startEmulator();
  env = { PATH: await installCommand(folder), GEMINI_API_KEY: "any-key", GEMINI_BASE_URL: emulator.url };
  Object.assign(process.env, env); // for those that run in this process
});
beforeEach(() => {
  sentBefore = emulator.requests.length;
});
after(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

const photo = (name) => path.join(folder, "photos", name);
const sent = () => emulator.requests.slice(sentBefore).map(({ call }) => call);
const run = (program, args) =>
  new Promise((resolve) =>
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
const importExample = (name) => import(pathToFileURL(path.join(folder, name)));

describe("node", () => {
  const script = (sum, ...names) =>
    run(process.execPath, [path.join(folder, "node/caption.js"), sum, ...names.map((name) => photo(name))]);

  test("captions every picture; a bad one is told and the rest is done", async () => {
    const { code, stdout, stderr } = await script("1", "sideways.jpg", "broken.jpg", "hills.png");
    assert.equal(code, 1);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => path.basename(line.split("\t")[0])),
      ["sideways.jpg", "hills.png"],
    );
    assert.match(lines[0].split("\t")[1], answer);
    assert.match(lines[0], /800×1200/, "upright");
    assert.match(stderr, /broken\.jpg/);
  });

  test("stops before the sum is spent", async () => {
    const contents = [{ media: photo("hills.jpg") }, "Caption this image."];
    const { usd } = (await estimate({ model: "gemini-3.8-flash", contents }, { outputTokens: 200 })).cost;
    const { code, stdout, stderr } = await script(String(usd * 1.2), "hills.jpg", "hills.jpg", "hills.jpg");
    assert.equal(code, 1);
    assert.match(stderr, /may cost \$0\.\d{6}, and \$0\.\d{6} are left/);
    assert.equal(stdout.trimEnd().split("\n").length, sent().length);
    assert.ok(sent().length < 3);
  });
});

describe("vite", { skip: noChromium }, () => {
  test("built, served with its proxy, under its policy: the price, the upright photo, the answer", async () => {
    const project = path.join(folder, "vite");
    await vite.build({ root: project, logLevel: "error" });
    const server = await vite.preview({ root: project, logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const { loud } = await listen(page);
      await page.goto(server.resolvedUrls.local[0]);
      await page.locator("input").setInputFiles(photo("sideways.jpg"));
      await page
        .locator("#price")
        .filter({ hasText: /^1\d{3} tokens, \$0\.00\d{4}$/ })
        .waitFor();
      const size = () =>
        page.locator("img").evaluate((img) => img.decode().then(() => [img.naturalWidth, img.naturalHeight]));
      assert.deepEqual(await size(), [800, 1200]);
      await page.getByText("Ask", { exact: true }).click();
      await page.locator("output").filter({ hasText: answer }).waitFor();
      assert.deepEqual([...new Set(sent())], ["streamGenerateContent"]);
      await page.locator("input").setInputFiles(photo("broken.jpg"));
      await page
        .locator("#price")
        .filter({ hasText: /broken\.jpg is of no known format/ })
        .waitFor();
      assert.deepEqual(loud, []);
    } finally {
      await browser.close();
      await server.close();
    }
  });
});

describe("next", () => {
  const post = async (fields) => {
    const { POST } = await importExample("next/app/api/caption/route.js");
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const response = await POST(new Request("http://localhost/api/caption", { method: "POST", body }));
    return { status: response.status, ...(await response.json()) };
  };
  const blob = (name) => new File([readFileSync(photo(name))], name, { type: "image/jpeg" });

  test("a form's picture in, a caption and its cost out", async () => {
    const { status, caption, usd } = await post({ picture: blob("sideways.jpg") });
    assert.equal(status, 200);
    assert.match(caption, answer);
    assert.match(caption, /800×1200/);
    assert.ok(usd > 0);
  });

  test("what cannot be used is told, and nothing is sent", async () => {
    assert.equal((await post({})).status, 400);
    const broken = await post({ picture: blob("broken.jpg") });
    assert.deepEqual([broken.status, /broken\.jpg/.test(broken.error)], [415, true]);
    assert.deepEqual(sent(), []);
  });

  test("what the service says stays on the server", async () => {
    emulator.inject({ on: "generateContent", type: "status", status: 400, times: 1 });
    assert.deepEqual(await post({ picture: blob("hills.jpg") }), { status: 502, error: "The service did not answer." });
  });
});

describe("worker", () => {
  test("says what a picture is and what each model charges", async () => {
    const { default: worker } = await importExample("worker/index.js");
    const request = (method, body) => worker.fetch(new Request("http://localhost/", { method, body }));
    const { mimeType, width, height, prices } = await (
      await request("POST", readFileSync(photo("sideways.jpg")))
    ).json();
    assert.deepEqual([mimeType, width, height], ["image/jpeg", 800, 1200]);
    const { tokens, cost } = await estimate({ model: "gemini-3.8-flash", contents: { media: photo("sideways.jpg") } });
    const row = prices.find(({ model }) => model === "gemini-3.8-flash");
    assert.deepEqual(row, { model: "gemini-3.8-flash", tokens, usd: cost.usd });
    assert.equal((await request("POST", "no picture")).status, 415);
    assert.equal((await request("GET")).status, 405);
  });
});

describe("shell", () => {
  const script = (most) => run("sh", [path.join(folder, "shell/caption-folder.sh"), "photos", most]);
  const written = () => readdirSync(photo("captioned")).sort();

  test("a folder of photos, the bad one told", async () => {
    const { code, stderr } = await script("0.01");
    assert.equal(code, 1);
    assert.match(stderr, /^gemini-vision: photos\/broken\.jpg: .*\n$/);
    assert.deepEqual(written(), ["hills.jpg", "hills.txt", "sideways.jpg", "sideways.txt"]);
    const caption = readFileSync(photo("captioned/sideways.txt"), "utf8");
    assert.match(caption, answer);
    assert.match(caption, /800×1200/);
  });

  test("nothing is sent beyond the sum", async () => {
    const { code } = await script("0.000001");
    assert.equal(code, 3);
    assert.deepEqual(sent(), []);
    assert.deepEqual(written(), ["hills.jpg", "sideways.jpg"]);
  });
});
