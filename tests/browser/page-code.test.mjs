/** The programs that the page offers: copied and run as a person would, they bring the answer that the page got. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

const run = promisify(execFile);
/** Letters that mean something in one of the languages. */
const instruction = 'Say "it\'s" for `it is`, C:\\new for $HOME, 100 % sure: ü.';
const fileName = "it's a $5 picture.jpg";

const commands = {
  JavaScript: { command: process.execPath, file: "ask.mjs" },
  "@google/genai": { command: process.execPath, file: "genai.mjs" },
  openai: { command: process.execPath, file: "openai.mjs" },
  curl: { command: "sh", file: "ask.sh", textOf: (output) => JSON.parse(output).candidates[0].content.parts[0].text },
};

describe("the programs on the page", { skip: noChromium }, () => {
  let served;
  let folder;
  before(async () => {
    served = await servePage();
    folder = await mkdtemp(path.join(tmpdir(), "page-programs-"));
    await symlink(path.join(import.meta.dirname, "../node_modules"), path.join(folder, "node_modules"));
  });
  after(async () => {
    await served?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const permissions = ["clipboard-read", "clipboard-write"];

  /** Adds a picture that has to be turned, sets options, saves what is to be sent, and asks. */
  async function prepare(page) {
    const source = await served.copy("sideways.jpg", fileName);
    await choose(page, source);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: `Save ${fileName} as it would be sent` }).click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), fileName);
    await saved.saveAs(path.join(folder, fileName));
    await page.getByText("Options").click();
    await page.getByLabel("System instruction").fill(instruction);
    await page.getByLabel("Temperature").fill("0.3");
    await page.getByLabel("Prompt").fill(instruction);
  }

  async function answerOnPage(page) {
    await page.getByRole("tab", { name: "Ask", exact: true }).click();
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".usage").waitFor();
    return textOf(page.locator(".answer-text"));
  }

  async function copied(page, language) {
    await page.getByRole("tab", { name: "Code" }).click();
    await page.getByText(language, { exact: true }).click();
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await page.getByRole("button", { name: "Copy code" }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== "");
    return page.evaluate(() => navigator.clipboard.readText());
  }

  async function outputOf(language, code) {
    const { command, file, textOf: read = (output) => output } = commands[language];
    await writeFile(path.join(folder, file), code);
    const env = { PATH: process.env.PATH, GEMINI_API_KEY: "any", GEMINI_BASE_URL: served.url.replace(/\/$/, "") };
    const { stdout } = await run(command, [file], { cwd: folder, env });
    return read(stdout).trim();
  }

  for (const way of ["Inline", "File API"]) {
    test(`${way}: every program brings the answer that the page got`, () =>
      visit(served, { permissions }, async (page) => {
        await prepare(page);
        await page.getByText(way, { exact: true }).click();
        const expected = await answerOnPage(page);
        assert.match(expected, /a system instruction of \d+ characters and 2 parts: image\/jpeg 800×1200 of/);
        for (const language of Object.keys(commands)) {
          assert.equal(await outputOf(language, await copied(page, language)), expected, language);
        }
      }));
  }

  test("what is asked of prepare stands in the package's program, and the prepared file is named as what it is", () =>
    visit(served, { permissions }, async (page) => {
      await prepare(page);
      await page.getByText("Size and format").click();
      await page.getByText("WebP", { exact: true }).click();
      await page.locator(".changes").filter({ hasText: "written as WebP" }).waitFor();
      const expected = await answerOnPage(page);
      assert.match(expected, /image\/webp 800×1200 of/);
      // Whoever has the package has it prepare the file as it came.
      await copyFile(served.sample("sideways.jpg"), path.join(folder, fileName));
      const code = await copied(page, "JavaScript");
      assert.match(code, /\{ prepare: \{ format: "webp" \} \}\);$/m);
      assert.equal(await outputOf("JavaScript", code), expected);
      assert.match(await copied(page, "Python"), /"it's a \$5 picture\.webp"/);
    }));

  test("a crop stands in the package's program, at the picture whose it is", () =>
    visit(served, { permissions }, async (page) => {
      await prepare(page);
      await choose(page, served.sample("hills.jpg"));
      await copyFile(served.sample("hills.jpg"), path.join(folder, "hills.jpg"));
      await copyFile(served.sample("sideways.jpg"), path.join(folder, fileName));
      await page.getByText("Crop", { exact: true }).click();
      await page.getByLabel("Height", { exact: true }).fill("640");
      await page.getByLabel("Height", { exact: true }).press("Enter");
      await page.locator(".changes").filter({ hasText: "to 1200 × 640 pixels" }).waitFor();
      const expected = await answerOnPage(page);
      assert.match(expected, /image\/jpeg 800×1200 .*image\/jpeg 1200×640/);
      assert.equal(await outputOf("JavaScript", await copied(page, "JavaScript")), expected);
    }));

  test("a schema goes into every program that can carry one", () =>
    visit(served, { permissions }, async (page) => {
      await prepare(page);
      await page
        .getByLabel("JSON schema")
        .fill('{ "type": "object", "properties": { "it\'s": { "type": "string" } } }');
      await page.getByRole("tab", { name: "Ask", exact: true }).click();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      const answer = page.getByRole("region", { name: "Answer as JSON" });
      const expected = JSON.parse(await textOf(answer));
      for (const language of Object.keys(commands)) {
        assert.deepEqual(JSON.parse(await outputOf(language, await copied(page, language))), expected, language);
      }
    }));

  for (const way of ["Inline", "File API"]) {
    test(`${way}: Python compiles what it is given`, async (t) => {
      const python = await run("python3", ["--version"]).catch(() => undefined);
      if (python === undefined) return t.skip("NOT TESTED: there is no python3");
      await visit(served, { permissions }, async (page) => {
        await prepare(page);
        await page.getByText(way, { exact: true }).click();
        const code = await copied(page, "Python");
        await writeFile(path.join(folder, "ask.py"), code);
        const check = "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], 'exec')";
        await run("python3", ["-c", check, "ask.py"], { cwd: folder });
        await writeFile(path.join(folder, "broken.py"), `${code})`);
        await assert.rejects(run("python3", ["-c", check, "broken.py"], { cwd: folder }), /SyntaxError/);
      });
    });
  }

  test("a PDF is no picture to the compatible endpoint, and its program says so", () =>
    visit(served, { permissions }, async (page) => {
      await choose(page, served.sample("letter.pdf"));
      assert.match(await copied(page, "openai"), /^\/\/ .* letter\.pdf cannot be sent this way\.$/m);
    }));
});
