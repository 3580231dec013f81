/** Share links: what they bring, and that one written by hand, or by somebody unkind, keeps nobody from the page. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noChromium } from "./chromium.mjs";
import { choose, servePage, textOf, visit } from "./served-page.mjs";

const model = "gemini-3.8-flash";
const prompt = "Caption this image.";
const hills = { name: "hills.jpg", facts: { kind: "image", uprightWidth: 1200, uprightHeight: 800 } };
/** One of each shape of JSON. */
const values = [null, true, -1, 0.5, "", "x", [], ["x"], {}, { x: null }];

describe("share links", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage();
  });
  after(() => served?.close());

  const open = (page, tab) => page.getByRole("tab", { name: tab }).click();
  const switches = (page) => page.locator(".switches input").evaluateAll((all) => all.map(({ checked }) => checked));
  const names = (page) => page.locator(".thumb").evaluateAll((all) => all.map((one) => one.ariaLabel));

  /** Opens the page by a link that carries `shared`, text or JSON, in place of what it shows. */
  async function follow(page, shared) {
    const text = typeof shared === "string" ? shared : JSON.stringify(shared);
    await page.goto("about:blank");
    await page.goto(`${served.url}#share=${Buffer.from(text).toString("base64url")}`);
    await page.locator("#tokens").waitFor();
    assert.equal(page.url(), served.url);
  }

  test("a share link brings the settings and the sizes, and neither bytes nor key", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      await page.getByLabel("Prompt").fill("Whose house is this?");
      await page.getByLabel("Turn upright").uncheck();
      await page.getByLabel("Take out metadata").uncheck();
      await page.getByLabel("Keep HDR gain map").check();
      await page.getByText("all defaults").click();
      await page.getByLabel("Show thoughts").check();
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByText("Copied", { exact: true }).waitFor();
      const tokens = await textOf(page.locator("#tokens"));
      const link = await page.evaluate(() => navigator.clipboard.readText());
      assert.ok(link.length < 1500, "no bytes are in it");
      await page.goto("about:blank");
      await page.goto(link);
      await page.locator("#tokens").filter({ hasText: tokens }).waitFor();
      assert.equal(await page.getByLabel("Prompt").inputValue(), "Whose house is this?");
      assert.equal(page.url(), served.url, "the address is clean again");
      assert.deepEqual(await switches(page), [false, true, true], "no link lets metadata go along");
      await open(page, "Code");
      const program = await textOf(page.locator("#program"));
      assert.match(program, /thinkingConfig: \{ includeThoughts: true \}/);
      assert.match(program, /\{ prepare: \{ upright: false, keepGainMap: true \} \}\);/);
      assert.equal(await page.locator(".grid-lines").count(), 1, "of a size the grid is all there is to see");
      await open(page, "Ask");
      await page.getByRole("button", { name: "Ask", exact: true }).click();
      assert.match(await textOf(page.locator(".actions-area .problem")), /^no-bytes /);
    }));

  test("what is no link of this page leaves it as a first visitor finds it", () =>
    visit(served, {}, async (page) => {
      for (const text of ["", "{", "no JSON", ...values.map((value) => JSON.stringify(value))]) {
        await follow(page, text);
        assert.equal(await page.getByLabel("Prompt").inputValue(), prompt, text);
        assert.equal(await textOf(page.locator("#tokens")), "1,069", text);
      }
      await page.goto("about:blank");
      await page.goto(`${served.url}#share=%%%`);
      await page.locator("#tokens").waitFor();
    }));

  test("settings, preparations and media that are none count as not said", () =>
    visit(served, {}, async (page) => {
      for (const value of values) {
        await follow(page, { settings: value, preparation: value, media: [hills] });
        assert.equal(await page.getByLabel("Prompt").inputValue(), prompt, JSON.stringify(value));
        assert.deepEqual(await names(page), ["1: hills.jpg"]);
        assert.deepEqual(await switches(page), [true, true, false]);
        await follow(page, { settings: { prompt: "Why?" }, media: value });
        assert.equal(await page.getByLabel("Prompt").inputValue(), "Why?", JSON.stringify(value));
      }
    }));

  test("every setting and preparation of a wrong kind is passed over, the others are taken", () =>
    visit(served, {}, async (page) => {
      for (const value of [...values, "gemini-1-ultra", 1e308]) {
        const settings = Object.fromEntries(
          ["model", "resolution", "thinking", "transport", "tab", "callsPerDay", "answerTokens"].map((name) => [
            name,
            value,
          ]),
        );
        const texts = typeof value === "string" ? {} : { prompt: value, systemInstruction: value, schemaText: value };
        const asked = typeof value === "boolean" ? {} : { includeThoughts: value, batch: value };
        const switched = typeof value === "boolean" ? {} : { upright: value, stripMetadata: false, keepGainMap: value };
        const preparation = {
          ...switched,
          format: value,
          quality: value,
          maxEdge: value,
          maxBytes: value,
          crop: value,
        };
        await follow(page, {
          settings: { ...settings, ...texts, ...asked, temperature: -1 },
          preparation,
          media: [hills],
        });
        const said = JSON.stringify(value);
        assert.equal(await page.getByLabel("Model", { exact: true }).inputValue(), model, said);
        assert.equal(await page.getByLabel("Prompt").inputValue(), prompt, said);
        assert.deepEqual(await switches(page), [true, true, false], said);
        assert.match(await textOf(page.locator(".preparations summary")), /as they are/, said);
        assert.equal(await page.locator(".problem").count(), 0, said);
        await page.getByText("all defaults").waitFor();
        await open(page, "Cost");
        assert.equal(await page.getByLabel("Calls a day").inputValue(), "1000", said);
        assert.equal(await page.getByLabel("Answer tokens").inputValue(), "300", said);
        await open(page, "Code");
        assert.doesNotMatch(await textOf(page.locator("#program")), /prepare|temperature/, said);
      }
    }));

  test("media that cannot be counted are left out, and of the others nothing but what is counted comes in", () =>
    visit(served, {}, async (page) => {
      const { facts } = hills;
      const document = { kind: "document", pages: 2 };
      const video = { kind: "video", durationSeconds: 6 };
      const wrong = [
        ...values.flatMap((value) => [
          { kind: value },
          { ...facts, uprightWidth: value },
          { ...document, pages: value },
          { ...video, durationSeconds: typeof value === "number" ? -1 : value },
          { ...video, uprightWidth: value },
          ...(value === true ? [] : [{ ...video, hasAudio: value }]),
          ...(Array.isArray(value) && value.length === 0 ? [] : [{ ...document, pageSizes: value }]),
          { ...document, pageSizes: [value] },
          { ...document, pageSizes: [{ width: value, height: 0 }] },
          { kind: "audio", durationSeconds: typeof value === "number" ? -1 : value },
        ]),
        { kind: "audio", durationSeconds: 1e308 },
        { ...document, pages: 1e308 },
        { ...facts, uprightHeight: 1e308 },
      ];
      const media = wrong.map((one, i) => ({ name: `${i}`, facts: one }));
      const unnamed = values.filter((value) => typeof value !== "string").map((name) => ({ name, facts }));
      const sound = [
        { ...hills, facts: { ...facts, warnings: 5, mimeType: {} } },
        { name: "letter.pdf", facts: { ...document, pageSizes: [{ width: 595.28, height: 841.89 }] } },
        { name: "film.mp4", facts: { ...video, hasAudio: false, uprightWidth: 640, uprightHeight: 360 } },
        { name: "sound.mp3", facts: { kind: "audio", durationSeconds: 0.5 } },
      ];
      await follow(page, { media: [...values, ...media, ...unnamed, ...sound] });
      assert.deepEqual(await names(page), ["1: hills.jpg", "2: letter.pdf", "3: film.mp4", "4: sound.mp3"]);
      await open(page, "Cost");
      await page.locator(".arithmetic li").nth(4).waitFor();
      assert.equal(await page.locator(".problem").count(), 0);
    }));

  test("a link as long as addresses can be is taken, with as many media as a request has at most", () =>
    visit(served, {}, async (page) => {
      page.setDefaultTimeout(120_000); // thousands of media are drawn and counted
      const text = "What? ".repeat(100_000);
      await follow(page, { settings: { prompt: text, systemInstruction: "x", model: text }, media: [hills] });
      assert.equal((await page.getByLabel("Prompt").inputValue()).length, text.length);
      assert.equal(await page.getByLabel("Model", { exact: true }).inputValue(), model);
      const many = Array.from({ length: 15_000 }, () => ({ name: "", facts: { kind: "audio", durationSeconds: 1 } }));
      await follow(page, { media: many });
      await page.locator(".strip-item").first().waitFor();
      assert.equal(await page.locator(".strip-item").count(), 3600);
    }));
});
