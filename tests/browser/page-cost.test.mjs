/** Tokens, cost and code on the page. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { buildRequest, estimate } from "gemini-vision-wasm";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

const model = "gemini-3.8-flash";
/** An upright JPEG goes out byte for byte, so that its request is known to the last character. */
const upright = "hills.jpg";
const levels = ["unspecified", "low", "medium", "high", "ultra_high"];

describe("cost and code on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const open = (page, tab) => page.getByRole("tab", { name: tab }).click();
  const cells = (page, id) => page.locator(`tr[data-model="${id}"]`).getByRole("cell").allInnerTexts();
  const ofPackage = (id, mediaResolution, basis) => {
    const facts = { kind: "image", uprightWidth: 1200, uprightHeight: 800 };
    const contents = [{ media: facts }, "Caption this image."];
    return estimate({ model: id, contents, config: { mediaResolution } }, { basis });
  };

  test("every model has its tokens and price at every resolution, beside the documented ones", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await open(page, "Cost");
      const ids = await page.locator("tr[data-model]").evaluateAll((rows) => rows.map((row) => row.dataset.model));
      assert.ok(ids.length > 10);
      for (const id of ids) {
        const shown = await cells(page, id);
        for (const [i, level] of levels.entries()) {
          const { tokens, cost, parts } = await ofPackage(id, level);
          const [count, usd] = shown[i].split("\n");
          const unsure = parts[0].basis === "unverified" ? "~" : "";
          assert.equal(count, unsure + tokens.toLocaleString("en-US"), `${id} ${level}`);
          assert.ok(Math.abs(Number(usd.slice(1)) - cost.inputUsd) <= 0.5001e-6, `${usd} for ${cost.inputUsd}`);
        }
        const documented = await ofPackage(id, "unspecified", "documented");
        assert.equal(shown[5], documented.tokens.toLocaleString("en-US"));
      }
    }));

  test("the table is sorted by any column, up, down, and back", () =>
    visit(served, {}, async (page) => {
      await open(page, "Cost");
      const months = async () =>
        (await page.locator(".is-month span").allInnerTexts()).map((text) => Number(text.replace(/[$,]/g, "")));
      const before = await months();
      const head = page.getByRole("columnheader", { name: "A month" });
      await head.getByRole("button").click();
      assert.equal(await head.getAttribute("aria-sort"), "ascending");
      assert.deepEqual(
        await months(),
        before.toSorted((a, b) => a - b),
      );
      await head.getByRole("button").click();
      assert.equal(await head.getAttribute("aria-sort"), "descending");
      assert.deepEqual(
        await months(),
        before.toSorted((a, b) => b - a),
      );
      await head.getByRole("button").click();
      assert.deepEqual(await months(), before);
    }));

  test("the table goes into a spreadsheet as it stands", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await choose(page, served.sample(upright));
      await open(page, "Cost");
      await page.getByRole("columnheader", { name: "A month" }).getByRole("button").click();
      await page.getByRole("button", { name: "Copy table" }).click();
      await page.getByText("Copied", { exact: true }).waitFor();
      const [head, ...rows] = (await page.evaluate(() => navigator.clipboard.readText()))
        .split("\n")
        .map((line) => line.split("\t"));
      const ids = await page.locator("tr[data-model]").evaluateAll((all) => all.map((row) => row.dataset.model));
      assert.deepEqual(
        rows.map(([id]) => id),
        ids,
      );
      const row = rows.find(([id]) => id === model);
      const { tokens, cost } = await ofPackage(model, "low");
      assert.equal(row[head.indexOf("Low, tokens")], String(tokens));
      assert.equal(row[head.indexOf("Low, USD")], String(cost.inputUsd));
      assert.equal(row.length, head.length);
    }));

  test("a month is calls a day times thirty, the answer included", () =>
    visit(served, {}, async (page) => {
      await open(page, "Cost");
      await page.getByLabel("Calls a day").fill("200");
      await page.getByLabel("Answer tokens").fill("0");
      const media = { kind: "image", uprightWidth: 4032, uprightHeight: 3024 };
      const { cost } = await estimate({ model, contents: [{ media }, "Caption this image."] });
      const expected = `$${(cost.usd * 200 * 30).toFixed(2)}`;
      await page.locator(`tr[data-model="${model}"] .is-month`).filter({ hasText: expected }).waitFor();
    }));

  test("the arithmetic comes out, and its grid is drawn over the picture", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await page.getByText("Token grid").click();
      const { columns, rows } = await page.locator(".grid-lines").evaluate(({ dataset }) => ({ ...dataset }));
      // By hand: ⌊√(1120 · 1200 / 800)⌋ × ⌊√(1120 · 800 / 1200)⌋ = 40 × 27.
      assert.deepEqual([columns, rows], ["40", "27"]);
      await open(page, "Cost");
      const line = await textOf(page.locator(".arithmetic li").first());
      assert.match(line, /= 40 × 27 = 1080/);
      await page.getByLabel("Model", { exact: true }).selectOption("gemini-2.5-flash");
      assert.equal(await page.locator(".grid-lines").count(), 0, "flat: there is no grid to draw");
    }));

  test("the request is readable on screen and whole in the clipboard", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await choose(page, served.sample(upright));
      await open(page, "Code");
      const request = page.locator("#request");
      await request.filter({ hasText: "inlineData" }).waitFor();
      const bytes = readFileSync(served.sample(upright));
      const base64 = bytes.toString("base64");
      const [{ inlineData }, { text }] = JSON.parse(await textOf(request)).contents[0].parts;
      assert.equal(text, "Caption this image.");
      const folded = `${base64.slice(0, 24)}… ${base64.length.toLocaleString("en-US")} characters`;
      assert.deepEqual(inlineData, { mimeType: "image/jpeg", data: folded });
      await page.getByRole("button", { name: "Copy JSON" }).click();
      await page.getByText("Copied", { exact: true }).waitFor();
      const ask = { model, contents: [bytes, "Caption this image."] };
      const { path, body } = await buildRequest(ask, { prepare: false });
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), new TextDecoder().decode(body));
      assert.match(await textOf(page.locator("#request-line")), new RegExp(`^POST ${served.url}v1beta/${path} `));
    }));

  test("of what is uploaded the request holds the address, as soon as there is one", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample(upright));
      await page.getByText("Options").click();
      await page.getByText("File API", { exact: true }).click();
      const fileData = async (address) => {
        await open(page, "Code");
        await page.locator("#request").filter({ hasText: address }).waitFor();
        return JSON.parse(await textOf(page.locator("#request"))).contents[0].parts[0].fileData;
      };
      assert.deepEqual(await fileData("/files/…"), { mimeType: "image/jpeg", fileUri: `${served.url}v1beta/files/…` });
      await open(page, "Ask");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.locator(".usage").waitFor();
      assert.match((await fileData(/\/files\/\w+"/)).fileUri, /\/v1beta\/files\/\w+$/);
    }));
});
