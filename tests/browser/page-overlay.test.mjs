/** What a model finds, drawn over the picture: every kind of it, by hover and by label. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noChromium, screenshot } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

/** The emulator finds the middle of every picture; this one is 800 × 1200 once it is upright. */
const label = "emulated: the middle";

describe("overlays on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  async function detect(page, kind) {
    await choose(page, served.sample("sideways.jpg"));
    await page.getByText("Detect objects").click();
    await page.getByText(kind, { exact: true }).click();
    const sign = { Boxes: "bounding box", Points: "Point to", Outlines: "Outline", Masks: "masks" }[kind];
    await page.waitForFunction((text) => document.getElementById("prompt").value.includes(text), sign);
    await page.getByRole("button", { name: "Ask", exact: true }).click();
    await page.locator(".overlay .shapes").waitFor();
  }

  const attributes = (locator, ...names) =>
    locator.evaluate((shape, wanted) => wanted.map((name) => shape.getAttribute(name)), names);

  test("points", () =>
    visit(served, {}, async (page) => {
      await detect(page, "Points");
      assert.deepEqual(await attributes(page.locator(".shapes circle"), "cx", "cy"), ["400", "600"]);
      await screenshot(page, "overlay-points");
    }));

  test("outlines", () =>
    visit(served, {}, async (page) => {
      await detect(page, "Outlines");
      const [points] = await attributes(page.locator(".shapes polygon"), "points");
      assert.equal(points, "400,300 600,600 400,900 200,600");
      await screenshot(page, "overlay-outlines");
    }));

  test("masks are painted where they lie and nowhere else", () =>
    visit(served, {}, async (page) => {
      await detect(page, "Masks");
      const alphaAt = (x, y) => page.locator("canvas.masks").evaluate(readAlpha, [x, y]);
      await page.locator("canvas.masks").waitFor();
      assert.ok((await alphaAt(400, 600)) > 60, "in the middle of the disc");
      for (const [x, y] of [
        [205, 305],
        [100, 100],
        [700, 1100],
      ]) {
        assert.equal(await alphaAt(x, y), 0, `${x}, ${y}`);
      }
      await screenshot(page, "overlay-masks");
    }));

  test("a shape under the mouse stands out, with its label; labels can be put away", () =>
    visit(served, {}, async (page) => {
      await detect(page, "Boxes");
      const shape = page.locator(".shapes > g");
      const name = page.locator(".shape-label").filter({ hasText: label });
      assert.equal(await name.count(), 1);
      await page.getByRole("button", { name: "Labels" }).click();
      assert.equal(await name.count(), 0);
      await shape.locator("rect.shape").hover();
      await page.locator(".shapes > g.is-active").waitFor();
      assert.equal(await name.count(), 1, "of the shape under the mouse it is shown all the same");
      await page.getByRole("heading", { name: "Answer" }).hover();
      assert.equal(await page.locator(".shapes > g.is-active").count(), 0);
      await screenshot(page, "overlay-boxes");
    }));

  test("what lies within another is within reach, whichever was found first", () =>
    visit(served, {}, async (page) => {
      const found = [
        { label: "inner", box_2d: [400, 400, 600, 600] },
        { label: "outer", box_2d: [100, 100, 900, 900] },
      ];
      const answer = { candidates: [{ content: { parts: [{ text: JSON.stringify(found) }] }, finishReason: "STOP" }] };
      const body = `data: ${JSON.stringify(answer)}\r\n\r\n`;
      await page.route("**/*:streamGenerateContent*", (route) =>
        route.fulfill({ body, headers: { "content-type": "text/event-stream" } }),
      );
      await detect(page, "Boxes");
      await page.locator(".overlay .stage").hover();
      assert.equal(await textOf(page.locator(".found [aria-pressed=true]")), "inner");
    }));

  test("the same answer as JSON and as text", () =>
    visit(served, {}, async (page) => {
      await detect(page, "Boxes");
      await page.getByText("JSON", { exact: true }).click();
      const json = JSON.parse(await textOf(page.getByRole("region", { name: "Answer as JSON" })));
      assert.deepEqual(json, [{ box_2d: [250, 250, 750, 750], label }]);
      await page.getByText("Text", { exact: true }).click();
      assert.match(await textOf(page.locator(".answer-text")), /^```json/);
    }));
});

/** In the page: from a copy, for a canvas that is read often is made differently. */
function readAlpha(canvas, [x, y]) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, -x, -y);
  return context.getImageData(0, 0, 1, 1).data[3];
}
