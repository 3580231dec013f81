/** Asking from the page: presets, the answer as it comes, Stop, overlays, refusals, uploads. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

describe("asking from the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const ask = (page) => page.getByRole("button", { name: "Ask", exact: true });
  const asGoogle = async (page, key) => {
    await page.locator("#connection-name").click();
    await page.getByLabel("Gemini API").check();
    await page.getByLabel("API key").fill(key);
    await page.getByLabel("API address").fill(served.url);
    await page.getByRole("button", { name: "Close" }).click();
  };

  test("the emulator answers, and what was used stands beside what was estimated", () =>
    visit(served, {}, async (page, { requests }) => {
      assert.equal(await textOf(page.locator("#connection-name")), "Local emulator");
      await choose(page, served.sample("sideways.jpg"));
      await ask(page).click();
      await page.locator(".usage").waitFor();
      assert.match(await textOf(page.locator(".answer-text")), /local emulator.*image\/jpeg 800×1200/s);
      const usage = page.locator(".usage").getByRole("row").filter({ hasText: "Prompt tokens" });
      assert.deepEqual(await usage.getByRole("cell").allInnerTexts(), ["1,085", "1,085"]);
      const cost = page.locator(".usage").getByRole("row", { name: /^Cost \$/ });
      const dollars = (await cost.getByRole("cell").allInnerTexts()).map((text) => Number(text.slice(1)));
      assert.ok(
        dollars.every((usd) => usd > 0.0008) && dollars[0] !== dollars[1],
        "for 300 tokens, for those that came",
      );
      assert.match(await textOf(page.locator("#answer")), /for an answer of 300 tokens.*nothing was billed/s);
      assert.equal(requests.filter((url) => url.includes(":streamGenerateContent")).length, 1);
    }));

  test("a preset brings its prompt and, to an empty page, its samples; detections are drawn and saved", () =>
    visit(served, {}, async (page) => {
      await page.getByText("Detect objects").click();
      await page.locator(".strip-item").waitFor();
      await page.getByLabel("Find", { exact: true }).fill("the house");
      await page
        .getByLabel("Prompt")
        .and(page.locator("textarea"))
        .evaluate(
          (field) =>
            new Promise((resolve) => {
              const timer = setInterval(() => {
                if (!field.value.startsWith("Detect the house.")) return;
                clearInterval(timer);
                resolve();
              }, 10);
            }),
        );
      await ask(page).click();
      const shape = page.locator(".shapes rect.shape");
      await shape.waitFor();
      // box_2d [250, 250, 750, 750] of 800 × 1200.
      const box = await shape.evaluate((rect) => ["x", "y", "width", "height"].map((name) => +rect.getAttribute(name)));
      assert.deepEqual(box, [200, 300, 400, 600]);
      await page.locator(".found button").focus();
      await page.locator(".shapes .is-active").waitFor();
      for (const [name, begin] of Object.entries({ SVG: "<svg", PNG: "\u0089PNG", COCO: "{" })) {
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name, exact: true }).click();
        const content = await readFile(await (await download).path(), "latin1");
        assert.ok(content.startsWith(begin), name);
      }
    }));

  test("thoughts that were asked for stand beside the answer, not in it", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("all defaults").click();
      await page.getByLabel("Show thoughts").check();
      await ask(page).click();
      await page.locator(".usage").waitFor();
      await page.locator(".thoughts summary").click();
      assert.match(await textOf(page.locator(".thoughts .answer-text")), /^No thought was spent on/);
      assert.doesNotMatch(await textOf(page.locator(".answer > .answer-text")), /No thought/);
      const row = page.locator(".usage").getByRole("row").filter({ hasText: "Thought tokens" });
      assert.match((await row.getByRole("cell").allInnerTexts()).at(-1), /^[1-9]\d*$/);
    }));

  test("a preset that wants more says so, and adds samples only when told to", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("Jingle from three").click();
      assert.equal(await page.locator(".strip-item").count(), 1);
      await page.getByRole("button", { name: "Add 2 samples" }).click();
      await page.locator(".strip-item").nth(2).waitFor();
      assert.match(await page.getByLabel("Prompt").inputValue(), /^Write an advertising jingle/);
    }));

  test("Stop ends the request and gives Ask back", () =>
    visit(served, {}, async (page) => {
      let asked;
      const held = new Promise((resolve) => {
        asked = resolve;
      });
      await page.route("**/*:streamGenerateContent*", (route) => asked(route)); // and never answers
      await choose(page, served.sample("hills.jpg"));
      await ask(page).click();
      const request = (await held).request();
      const ended = page.waitForEvent("requestfailed", (failed) => failed === request);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      assert.match((await ended).failure().errorText, /ABORTED/);
      await ask(page).waitFor();
      assert.equal(await textOf(page.locator("#ask-status")), "Stopped.");
    }));

  test("a count that differs from the estimate stands beside it", () =>
    visit(served, {}, async (page) => {
      await page.route("**/*:countTokens", (route) => route.fulfill({ json: { totalTokens: 1125 } }));
      await choose(page, served.sample("hills.jpg"));
      await page.getByRole("button", { name: "Count" }).click();
      await page.getByText("gemini-3.8-flash counts 1,125 tokens, the estimate is 1,085.").waitFor();
    }));

  for (const width of [390, 1440]) {
    test(`the example is for the estimate alone: without media nothing is asked or counted, at ${width} pixels`, () =>
      visit(served, { viewport: { width, height: 900 } }, async (page, { requests }) => {
        const problem = page.locator(".problem");
        for (const name of ["Ask", "Count", "Ask"]) {
          await page.getByRole("button", { name, exact: true }).click();
          await page.waitForFunction(() => document.activeElement.id === "files");
          assert.match(await textOf(problem), /^no-media .* is an example\. Add a picture or a sample\.$/);
          await page.waitForFunction(
            (element) => {
              const { top, bottom } = element.getBoundingClientRect();
              return top >= 0 && bottom <= innerHeight;
            },
            await problem.elementHandle(),
          );
        }
        await page.getByLabel("Prompt").and(page.locator("textarea")).press("ControlOrMeta+Enter");
        await page.waitForFunction(() => document.activeElement.id === "files");
        await choose(page, served.sample("hills.jpg"));
        assert.equal(await problem.count(), 0, "once there is a picture the refusal is gone");
        assert.deepEqual(
          requests.filter((url) => /:(streamGenerateContent|countTokens)/.test(url)),
          [],
        );
        await ask(page).click();
        await page.locator(".usage").waitFor();
      }));
  }

  test("a refusal is shown with its code", () =>
    visit(served, {}, async (page, heard) => {
      await choose(page, served.sample("hills.jpg"));
      await asGoogle(page, "bad-key");
      await ask(page).click();
      const problem = page.locator(".actions-area .problem");
      await problem.waitFor();
      assert.match(await textOf(problem), /· 400 · API_KEY_INVALID .*API key not valid/);
      // Chromium itself reports every refused request in the console; nothing else may be there.
      assert.match(heard.loud.pop(), /^console: Failed to load resource: .* status of 400/);
    }));

  test("an address this page must not talk to is refused in words", () =>
    visit(served, {}, async (page) => {
      await page.locator("#connection-name").click();
      await page.getByLabel("Gemini API").check();
      const address = page.getByLabel("API address");
      await address.fill("https://example.com");
      assert.match(await textOf(page.locator(".dialog[open] .problem")), /This page may talk to .* only\./);
      assert.equal(await address.getAttribute("aria-invalid"), "true");
    }));

  test("through the File API: uploaded once, asked by address, and never uploaded again", () =>
    visit(served, {}, async (page, { requests }) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("Options").click();
      await page.getByText("File API", { exact: true }).click();
      for (const _ of [1, 2]) {
        await ask(page).click();
        await page.locator(".usage").waitFor();
      }
      const uploads = requests.filter((url) => /\/upload\/v1beta\/files$/.test(url));
      assert.equal(uploads.length, 1);
      assert.match(await textOf(page.locator(".route")), /uploaded first and live for 48 hours/);
    }));

  for (const name of ["Local emulator", "Stand-in in this page"]) {
    test(`a film costs otherwise once it is uploaded, and is estimated so: ${name}`, () =>
      visit(served, {}, async (page) => {
        await page.locator("#connection-name").click();
        await page.getByLabel(name).check();
        await page.getByRole("button", { name: "Close" }).click();
        await choose(page, served.sample("sunset.mp4"));
        await page.getByText("Options").click();
        const totals = [];
        for (const way of ["Inline", "File API"]) {
          await page.getByText(way, { exact: true }).click();
          await ask(page).click();
          await page.locator(".usage").waitFor();
          const row = page.locator(".usage").getByRole("row").filter({ hasText: "Prompt tokens" });
          const [estimated, reported] = await row.getByRole("cell").allInnerTexts();
          assert.equal(estimated, reported, way);
          totals.push(estimated);
          await page.getByRole("button", { name: "Count" }).click();
          await page.getByText(`counts ${estimated} tokens, as estimated.`).waitFor();
        }
        // Six frames: of a grid within 70 cells each, or of 64 tokens each; and five tokens of text.
        assert.deepEqual(totals, ["365", "389"]);
        await page.locator(".summary").getByText("Ultra").click();
        await page.getByRole("button", { name: "Remove sunset.mp4" }).click();
        await choose(page, served.sample("hills.jpg"));
        await page.getByRole("button", { name: "Count" }).click();
        await page.getByText("tokens, as estimated.").waitFor();
      }));
  }

  test("an upload shows how far it is and can be cancelled; the next question uploads anew", () =>
    visit(served, {}, async (page, { requests }) => {
      let began;
      const held = new Promise((resolve) => {
        began = resolve;
      });
      const bytes = (request) => request.headers()["x-goog-upload-command"]?.startsWith("upload");
      const hold = (route) => (bytes(route.request()) ? began(route) : route.continue()); // and never lets it go on
      await page.route("**/upload/**", hold);
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("Options").click();
      await page.getByText("File API", { exact: true }).click();
      await ask(page).click();
      const request = (await held).request();
      await page.getByRole("progressbar", { name: "Uploading hills.jpg" }).waitFor();
      assert.match(await textOf(page.locator(".upload")), /0 bytes of \d+\.\d KB/);
      const ended = page.waitForEvent("requestfailed", (failed) => failed === request);
      await page.getByRole("button", { name: "Cancel upload" }).click();
      assert.match((await ended).failure().errorText, /ABORTED/);
      await ask(page).waitFor();
      assert.equal(await page.getByRole("progressbar").count(), 0);
      assert.equal(requests.filter((url) => url.includes("GenerateContent")).length, 0, "nothing was asked");
      await page.unroute("**/upload/**", hold);
      await ask(page).click();
      await page.locator(".usage").waitFor();
    }));

  test("what is asked is what stood there when Ask was pressed, whatever is changed during the upload", () =>
    visit(served, {}, async (page) => {
      let letGo;
      const free = new Promise((resolve) => {
        letGo = resolve;
      });
      await page.route("**/upload/**", (route) => free.then(() => route.continue()));
      await choose(page, served.sample("hills.jpg"));
      await page.getByText("Options").click();
      await page.getByText("File API", { exact: true }).click();
      await page.getByLabel("Prompt").fill("The first question.");
      await ask(page).click();
      await page.getByRole("progressbar", { name: "Uploading hills.jpg" }).waitFor();
      await page.getByLabel("Prompt").fill("The second question.");
      await page.getByRole("button", { name: "Remove hills.jpg" }).click();
      letGo();
      await page.locator(".usage").waitFor();
      assert.match(
        await textOf(page.locator(".answer-text")),
        /2 parts: image\/jpeg 1200×800 .* "The first question\."/,
      );
    }));

  test("system instruction, temperature, thinking and schema are in the request", () =>
    visit(served, {}, async (page) => {
      await page.getByText("Options").click();
      await page.getByLabel("System instruction").fill("Be brief.");
      await page.getByLabel("Temperature").fill("0.2");
      await page.locator('input[name="thinking"][value="low"]').check({ force: true });
      await page.getByLabel("JSON schema").fill('{ "type": "object" }');
      await page.getByRole("tab", { name: "Code" }).click();
      const request = page.locator("#request");
      await request.filter({ hasText: "generationConfig" }).waitFor();
      const { systemInstruction, generationConfig } = JSON.parse(await textOf(request));
      assert.equal(systemInstruction.parts[0].text, "Be brief.");
      assert.deepEqual(generationConfig, {
        temperature: 0.2,
        thinkingConfig: { thinkingLevel: "LOW" },
        responseMimeType: "application/json",
        responseJsonSchema: { type: "object" },
      });
    }));
});
