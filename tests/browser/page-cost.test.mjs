/** Tokens, cost and the request on the page. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { buildRequest, estimate, models } from "gemini-vision-wasm";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

const model = "gemini-3.8-flash";
/** An upright JPEG goes out byte for byte, so that its request is known to the last character. */
const upright = "hills.jpg";

describe("cost and request on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const row = (page, id) => page.getByRole("row").filter({ has: page.locator(`input[value="${id}"]`) });
  const cells = (page, id) => row(page, id).getByRole("cell").allInnerTexts();
  const ofPackage = (id, facts, config = {}) =>
    estimate({ model: id, contents: [{ media: { kind: "image", ...facts } }, "Caption this image."], config });

  test("every model that can be asked has its tokens, grid and price", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await page.getByRole("table").waitFor();
      const ids = await page.getByRole("radio").evaluateAll((radios) => radios.map(({ value }) => value));
      assert.ok(ids.length > 10);
      assert.deepEqual(ids, await page.locator("#model option").evaluateAll((all) => all.map(({ value }) => value)));
      const today = new Date().toISOString().slice(0, 10);
      for (const id of ids) {
        assert.ok((models.get(id).retired ?? "9999") > today, `${id} still answers`);
        const expected = await ofPackage(id, { uprightWidth: 1200, uprightHeight: 800 });
        const [tokens, , call, thousand, basis] = await cells(page, id);
        assert.equal(tokens, expected.tokens.toLocaleString("en-US"));
        assertAmount(call, expected.cost.inputUsd, 6);
        assertAmount(thousand, 1000 * expected.cost.inputUsd, 3);
        assert.equal(basis, expected.parts[0].basis);
      }
      // By hand: ⌊√(1120 · 1200 / 800)⌋ × ⌊√(1120 · 800 / 1200)⌋ = 40 × 27, and 19 bytes of prompt are about 5 tokens.
      assert.deepEqual((await cells(page, model)).slice(0, 2), ["1,085", "40×27"]);
    }));

  test("the chosen model's arithmetic is shown, and it comes out", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      const lines = page.locator(".arithmetic li");
      await lines.first().waitFor();
      const [picture, text] = await lines.allInnerTexts();
      assert.match(picture, /^Picture\s/);
      const [, columns, rows, product] = picture.match(/= (\d+) × (\d+) = (\d+)/).map(Number);
      assert.deepEqual([columns, rows, product], [40, 27, 40 * 27]);
      assert.match(text, /^Text\s.*= 5\b/);
      assert.match(await textOf(page.locator(".figures")), /^1,085 input tokens/);
      assert.match(await textOf(page.locator(".arithmetic .note")), /for a million input tokens, .* last checked/);
      assert.match(await textOf(page.locator("#ask-estimate")), /^About 1,085 tokens, \$0\.\d{6}, plus the answer$/);
    }));

  test("a row and the list of models choose the same thing", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await page.getByRole("radio", { name: "gemini-2.5-flash-lite" }).check();
      assert.equal(await page.getByLabel("Model").inputValue(), "gemini-2.5-flash-lite");
      assert.equal(await textOf(page.locator(".chosen-model")), "gemini-2.5-flash-lite");
      await page.locator("#request-line").filter({ hasText: "gemini-2.5-flash-lite:generateContent" }).waitFor();
      await page.getByLabel("Model").selectOption(model);
      assert.equal(await page.getByRole("radio", { name: model }).isChecked(), true);
    }));

  test("prompt and media resolution change figures and request", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await page.getByLabel("Media resolution").selectOption({ label: "Low" });
      const config = { mediaResolution: "MEDIA_RESOLUTION_LOW" };
      const low = await ofPackage(model, { uprightWidth: 1200, uprightHeight: 800 }, config);
      await row(page, model)
        .filter({ hasText: low.tokens.toLocaleString("en-US") })
        .waitFor();
      const request = page.locator("#request");
      assert.match(await textOf(request), /"mediaResolution": "MEDIA_RESOLUTION_LOW"/);
      await page.getByLabel("Prompt").fill('Say "data":"hidden" back.');
      await request.filter({ hasText: 'Say \\"data\\":\\"hidden\\" back.' }).waitFor();
    }));

  test("the request is readable on screen and whole in the clipboard", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await choose(page, served.sample(upright));
      const request = page.locator("#request");
      await request.filter({ hasText: "inlineData" }).waitFor();
      const bytes = readFileSync(served.sample(upright));
      const base64 = bytes.toString("base64");
      const shown = JSON.parse(await textOf(request));
      const [{ inlineData }, { text }] = shown.contents[0].parts;
      assert.equal(text, "Caption this image.");
      assert.deepEqual(inlineData, {
        mimeType: "image/jpeg",
        data: `${base64.slice(0, 24)}… ${base64.length.toLocaleString("en-US")} characters`,
      });
      await page.getByRole("button", { name: "Copy JSON" }).click();
      await page.locator("#copy-status").filter({ hasText: "copied" }).waitFor();
      const ask = { model, contents: [bytes, "Caption this image."] };
      const { path, body } = await buildRequest(ask, { prepare: false });
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), new TextDecoder().decode(body));
      assert.match(await textOf(page.locator("#request-line")), new RegExp(`^POST ${served.url}v1beta/${path} `));
    }));

  test("a clipboard that is closed is a message", () =>
    visit(served, {}, async (page) => {
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      await page.getByRole("button", { name: "Copy JSON" }).click();
      assert.match(await textOf(page.locator("#request-problem .problem")), /^clipboard The browser did not let/);
    }));

  test("with neither picture nor prompt there is nothing to send", () =>
    visit(served, {}, async (page) => {
      await page.getByLabel("Prompt").fill(" ");
      await page.locator("#request").filter({ hasText: "No request." }).waitFor();
      assert.equal(await page.getByRole("button", { name: "Copy JSON" }).isDisabled(), true);
      await page.getByRole("button", { name: "Ask" }).click();
      assert.match(await textOf(page.locator("#ask-problem")), /Add a picture or write a prompt first/);
    }));
});

/** "$0.000814" is the value to so many decimals; which way a five at the end is rounded is nobody's concern. */
function assertAmount(text, value, decimals) {
  assert.match(text, new RegExp(`^\\$\\d+\\.\\d{${decimals}}$`));
  const difference = Math.abs(Number(text.slice(1)) - value);
  assert.ok(difference <= 0.5001 * 10 ** -decimals, `${text} for ${value}`);
}
