/** Files that Gemini does not take: what the page says of them, and what it can make of them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

describe("what Gemini does not take", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const inFormat = (format) =>
    sharp(served.sample("sideways.jpg"))
      .keepMetadata()
      .toFormat(format)
      .toBuffer()
      .then((bytes) => served.write(`picture.${format}`, bytes));
  const notTaken = {
    avif: () => inFormat("avif"),
    tiff: () => inFormat("tiff"),
    svg: () => served.write("picture.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'),
  };

  for (const [format, make] of Object.entries(notTaken)) {
    test(`${format.toUpperCase()} is not taken and cannot be converted here, and nothing says that it is sent`, () =>
      visit(served, {}, async (page, { requests }) => {
        await choose(page, await make());
        const name = format.toUpperCase();
        const advice = `Gemini does not take ${name}, and this page cannot convert it: it is not sent. Add it as JPEG, PNG or WebP.`;
        await page.locator(".facts-card .warning").getByText(advice).waitFor();
        const facts = await textOf(page.locator(".facts-card"));
        assert.match(facts, /Nothing: as it is, it is not sent\./);
        assert.doesNotMatch(facts, /byte for byte|They are sent|(EXIF|GPS|profile) sent|Save/);
        if (format === "avif") assert.match(facts, /EXIF not sent\s+GPS not sent/);
        assert.doesNotMatch(await textOf(page.locator(".viewer")), /as sent|what is sent|crop/i);
        await page.getByRole("button", { name: "Ask", exact: true }).click();
        const problem = page.locator("#panel .problem");
        assert.equal(await textOf(problem), `unsupported picture.${format}: ${advice}`);
        await page.getByRole("tab", { name: "Code" }).click();
        assert.equal(await textOf(problem), `unsupported picture.${format}: ${advice}`);
        assert.equal(requests.filter((url) => url.includes("GenerateContent")).length, 0);
      }));
  }

  test("GIF is not taken as it is, but written in another format", () =>
    visit(served, {}, async (page) => {
      await choose(page, await inFormat("gif"));
      const advice = "Gemini does not take GIF as it is. Choose JPEG, PNG or WebP under “Size and format”.";
      await page.locator(".facts-card .warning").getByText(advice).waitFor();
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      const problem = page.locator("#panel .problem");
      assert.equal(await textOf(problem), `unsupported picture.gif: ${advice}`);
      await page.locator(".preparations summary").click();
      await page.locator('input[name="format"][value="png"]').check({ force: true });
      await page.locator(".changes").filter({ hasText: "written as PNG" }).waitFor();
      assert.equal(await problem.count(), 0);
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      await page.locator(".usage").waitFor();
    }));
});
