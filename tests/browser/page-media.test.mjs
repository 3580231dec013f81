/** The page's ways in, what it says of a medium, and which part of it is sent, in which place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { inShared, missing } from "../shared-folder.mjs";
import { noChromium } from "./chromium.mjs";
import { choose, fact, pageDirectory, servePage, textOf, transferOf, visit } from "./served-page.mjs";
import { serveFiles } from "./static-server.mjs";

describe("media on the page", { skip: noChromium }, () => {
  let served;
  before(async () => {
    served = await servePage({ args: ["--use-fake-device-for-media-stream"] });
  });
  after(() => served?.close());

  const names = (page) => page.locator(".thumb").evaluateAll((all) => all.map((one) => one.ariaLabel));

  async function fetchFrom(page, address) {
    await page.getByRole("button", { name: "Address" }).click();
    await page.getByLabel("Address of a picture").fill(address);
    await page.getByRole("button", { name: "Fetch" }).click();
  }

  test("a first visitor is told what to do, and sees an example that is counted", () =>
    visit(served, {}, async (page, { requests }) => {
      assert.equal(await page.getByText("Drop or paste anything Gemini can see").isVisible(), true);
      // By hand: ⌊√(1120 · 4032 / 3024)⌋ × ⌊√(1120 · 3024 / 4032)⌋ = 38 × 28, and 19 bytes of prompt are about 5 tokens.
      assert.equal(await textOf(page.locator("#tokens")), "1,069");
      assert.match(await textOf(page.locator(".summary")), /input tokens for the example/);
      const unwanted = requests.filter((url) => /samples\/[^/]+$/.test(url) || /codec-.*wasm/.test(url));
      assert.deepEqual(unwanted, [], "samples and the codec stay where they are until somebody wants them");
    }));

  test("chosen in the dialog: a sideways photo with GPS stands upright, and its place stays here", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("sideways.jpg"));
      assert.equal(await textOf(page.locator("#facts-title")), "sideways.jpg");
      assert.equal(await textOf(fact(page, "Type")), "JPEG, 8-bit YCbCr");
      assert.equal(await textOf(fact(page, "Stored")), "1200 × 800");
      assert.equal(await textOf(fact(page, "Orientation")), "6, to be turned 90° right");
      assert.equal(await textOf(fact(page, "Upright")), "800 × 1200");
      assert.match(await textOf(fact(page, "Metadata")), /EXIF not sent\s+GPS not sent/);
      assert.match(await textOf(page.locator(".changes")), /turned right by 90°/i);
      assert.match(await textOf(fact(page, "Bytes")), /^65\.0 KB → \d+\.\d KB, \d+% (more|less)$/);
      assert.equal(await textOf(page.locator(".gps")), "The file holds GPS coordinates. What is sent does not.");
    }));

  test("before and after lie in one frame, and the line between them is dragged or moved by keys", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("sideways.jpg"));
      const turns = await page
        .locator(".compare img")
        .evaluateAll((images) => images.map((image) => getComputedStyle(image).imageOrientation));
      assert.deepEqual(turns, ["from-image", "none"], "the browser is told not to turn what is shown as stored");
      const split = () => page.locator(".compare").evaluate((frame) => frame.style.getPropertyValue("--split"));
      assert.equal(await split(), "50%");
      const { x, y, width, height } = await page.locator(".compare").boundingBox();
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      await page.mouse.move(x + width * 0.8, y + height / 2, { steps: 4 });
      await page.mouse.up();
      const dragged = Number.parseFloat(await split());
      assert.ok(Math.abs(dragged - 80) <= 3, `${dragged}`);
      await page.keyboard.press("ArrowLeft");
      assert.equal(Number.parseFloat(await split()), dragged - 1);
    }));

  test("dropped anywhere: taken, never opened instead of the page", () =>
    visit(served, {}, async (page) => {
      const dataTransfer = await transferOf(page, [
        { file: served.sample("hills.jpg"), type: "image/jpeg" },
        { file: served.sample("hills.png"), type: "image/png" },
      ]);
      const zone = page.locator("#drop-zone");
      await zone.dispatchEvent("dragover", { dataTransfer });
      await page.locator("#drop-zone.over").waitFor();
      await page.locator("#panel").dispatchEvent("drop", { dataTransfer });
      await page.locator(".strip-item").nth(1).waitFor();
      assert.deepEqual(await names(page), ["1: hills.jpg", "2: hills.png"]);
      assert.equal(page.url(), served.url);
    }));

  test("pasted from the clipboard", () =>
    visit(served, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      const base64 = readFileSync(served.sample("hills.png")).toString("base64");
      await page.evaluate(async (text) => {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        await navigator.clipboard.write([new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) })]);
      }, base64);
      await page.keyboard.press("ControlOrMeta+V");
      await page.locator(".strip-item").waitFor();
    }));

  test("an address is fetched by the worker, which knows no key", () =>
    visit(served, {}, async (page) => {
      await fetchFrom(page, `${served.url}samples/hills.jpg`);
      await page.locator(".strip-item").waitFor();
      assert.deepEqual(await names(page), ["1: hills.jpg"]);
    }));

  test("fetched from an address elsewhere: without key, cookie or referrer", async () => {
    const elsewhere = await serveFiles({
      folders: { "/": `${pageDirectory}/samples/` },
      headers: { "access-control-allow-origin": "*" },
    });
    try {
      await visit(served, {}, async (page, heard) => {
        const asked = page.waitForRequest((request) => request.url().startsWith(elsewhere.origin));
        await fetchFrom(page, `${elsewhere.origin}/sideways.jpg`);
        await page.locator(".strip-item").waitFor();
        assert.equal(await textOf(fact(page, "Upright")), "800 × 1200");
        const headers = await (await asked).allHeaders();
        assert.deepEqual(
          ["x-goog-api-key", "cookie", "referer"].map((name) => headers[name]),
          [undefined, undefined, undefined],
        );
        const isThere = (url) => url.startsWith(elsewhere.origin);
        assert.equal(heard.requests.filter(isThere).length, 1);
        heard.requests = heard.requests.filter((url) => !isThere(url));
      });
    } finally {
      await elsewhere.close();
    }
  });

  test("a name in an address that only looks escaped stays as it is written", async () => {
    const elsewhere = await serveFiles({
      pages: { "/100%.jpg": readFileSync(served.sample("hills.jpg")) },
      headers: { "access-control-allow-origin": "*" },
    });
    try {
      await visit(served, {}, async (page, heard) => {
        await fetchFrom(page, `${elsewhere.origin}/100%.jpg`);
        await page.locator(".strip-item").waitFor();
        assert.deepEqual(await names(page), ["1: 100%.jpg"]);
        heard.requests = heard.requests.filter((url) => !url.startsWith(elsewhere.origin));
      });
    } finally {
      await elsewhere.close();
    }
  });

  test("a host that lets no other page read it is named, with what it would take", async () => {
    const closed = await serveFiles({ folders: { "/": `${pageDirectory}/samples/` } });
    try {
      await visit(served, {}, async (page, heard) => {
        await fetchFrom(page, `${closed.origin}/hills.jpg`);
        const problem = page.locator(".tray .problem");
        await problem.waitFor();
        assert.match(await textOf(problem), /^source-unreachable .*hills\.jpg .*\(CORS\)/);
        heard.requests = heard.requests.filter((url) => !url.startsWith(closed.origin));
        // Chromium itself reports what it has kept from a page; nothing else may be there.
        heard.loud = heard.loud.filter((text) => !/blocked by CORS policy|net::ERR_FAILED/.test(text));
      });
    } finally {
      await closed.close();
    }
  });

  test("taken with the camera, which is off again afterwards", () =>
    visit(served, { permissions: ["camera"] }, async (page) => {
      await page.getByRole("button", { name: "Camera" }).click();
      await page.getByRole("button", { name: "Take the picture" }).click();
      await page.locator(".strip-item").waitFor();
      assert.match(await textOf(page.locator("#facts-title")), /^camera-\d{6}\.jpg$/);
      assert.match(await textOf(fact(page, "Type")), /^JPEG/);
      assert.equal(await page.locator("video").count(), 0);
    }));

  test("without leave to use the camera it says what it would take", () =>
    visit(served, {}, async (page) => {
      await page.getByRole("button", { name: "Camera" }).click();
      await page.locator("dialog[open] .problem").waitFor();
      assert.match(
        await textOf(page.locator("dialog[open] .problem")),
        /^camera There is no camera, or it may not be used/,
      );
      assert.equal(await page.getByRole("button", { name: "Take the picture" }).isDisabled(), true);
    }));

  const heic = "fastimage__test.heic";
  test("a HEIC is shown, though this browser cannot", { skip: missing("corpus", "heif", heic) }, () =>
    visit(served, {}, async (page) => {
      await choose(page, inShared("corpus", "heif", heic));
      assert.match(await textOf(fact(page, "Type")), /^HEIC/);
      await page.locator(".stage canvas[aria-busy=false]").waitFor();
      const colours = await page.locator(".stage canvas").evaluate((canvas) => {
        const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
        context.drawImage(canvas, 0, 0);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
      });
      assert.ok(colours > 100, `${colours} colours`);
      await page.locator(".thumb canvas").waitFor();
    }),
  );

  test("how sharp a picture is stands among its facts, with a warning when it is not", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"));
      assert.match(await textOf(fact(page, "Sharpness")), /^\d+\.\d\d, sharp$/);
      const blurred = await sharp(served.sample("hills.jpg")).blur(12).jpeg().toBuffer();
      await choose(page, await served.write("blurred.jpg", blurred));
      assert.match(await textOf(fact(page, "Sharpness")), /^0\.\d\d, blurry$/);
      assert.match(await textOf(page.locator(".facts-card .warning")), /blurry/);
    }));

  test("a name that says something else than the content is pointed out", () =>
    visit(served, {}, async (page) => {
      await choose(page, await served.copy("hills.jpg", "hills.png"));
      assert.equal(await textOf(fact(page, "Type")), "JPEG, 8-bit YCbCr");
      assert.match(await textOf(page.locator(".facts-card .warning")), /mime-mismatch/);
    }));

  test("a part of a picture is drawn or written in numbers, and all of it comes back", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("sideways.jpg"));
      await page.getByText("Crop", { exact: true }).click();
      const { x, y, width, height } = await page.locator(".crop-ground").boundingBox();
      assert.ok(Math.abs(width / height - 800 / 1200) < 0.01, "over the upright picture");
      await page.mouse.move(x + width / 4, y + height / 4);
      await page.mouse.down();
      await page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
      await page.mouse.up();
      await page.locator(".changes").filter({ hasText: "pixels at" }).waitFor();
      const [, ...drawn] = /to (\d+) × (\d+) pixels at \((\d+), (\d+)\)/.exec(await textOf(page.locator(".changes")));
      for (const [i, wanted] of [200, 300, 200, 300].entries()) {
        assert.ok(Math.abs(drawn[i] - wanted) <= 3, `${drawn} is what was drawn`);
      }
      await page.getByLabel("Width", { exact: true }).fill("5000");
      await page.getByLabel("Width", { exact: true }).press("Enter");
      await page
        .locator(".changes")
        .filter({ hasText: `to ${800 - drawn[2]} × ${drawn[1]} pixels` })
        .waitFor();
      await page.getByText("Size and format").click();
      await page.getByText("PNG", { exact: true }).click();
      await page.locator(".changes").filter({ hasText: "written as PNG" }).waitFor();
      assert.match(await textOf(page.locator(".changes")), /pixels at/, "a switch leaves the crop alone");
      await page.getByRole("button", { name: "Whole picture" }).click();
      await page.locator(".changes").filter({ hasNotText: "pixels at" }).waitFor();
    }));

  test("a PDF and a film are counted by page and by second", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("letter.pdf"));
      assert.equal(await textOf(fact(page, "Pages")), "2");
      await choose(page, served.sample("sunset.mp4"));
      assert.equal(await textOf(fact(page, "Duration")), "0:06 min");
      const seconds = await page.locator(".stage video").evaluate(
        (video) =>
          new Promise((resolve, reject) => {
            if (video.duration > 0) resolve(video.duration);
            video.addEventListener("loadedmetadata", () => resolve(video.duration));
            video.addEventListener("error", () => reject(video.error));
          }),
      );
      assert.equal(seconds, 6, "the browser plays it");
    }));

  test("media are put in order, and removed, with and without a mouse", () =>
    visit(served, {}, async (page) => {
      await choose(page, served.sample("hills.jpg"), served.sample("hills.png"), served.sample("sideways.png"));
      await page.locator(".strip-item").nth(2).dragTo(page.locator(".strip-item").nth(0));
      assert.deepEqual(await names(page), ["1: sideways.png", "2: hills.jpg", "3: hills.png"]);
      await page.locator(".thumb").nth(0).press("Alt+ArrowRight");
      assert.deepEqual(await names(page), ["1: hills.jpg", "2: sideways.png", "3: hills.png"]);
      assert.equal(await textOf(page.locator("#intake-status")), "sideways.png is now number 2 of 3.");
      await page.getByRole("button", { name: "Remove sideways.png" }).click();
      assert.deepEqual(await names(page), ["1: hills.jpg", "2: hills.png"]);
    }));

  test("the strip shows the chosen one, and leaves the page where it is", () =>
    visit(served, { viewport: { width: 390, height: 700 } }, async (page) => {
      const copies = await Promise.all(
        Array.from({ length: 9 }, (_, i) => served.copy(i % 2 ? "hills.jpg" : "hills.png", `${i}.picture`)),
      );
      const isShown = () =>
        page.locator(".strip").evaluate((strip) => {
          const [frame, thumb] = [strip, strip.querySelector(".is-selected")].map((one) => one.getBoundingClientRect());
          return thumb.left >= frame.left - 1 && thumb.right <= frame.right + 1;
        });
      await choose(page, ...copies);
      assert.equal(await textOf(page.locator("#facts-title")), "8.picture");
      assert.ok(await isShown(), "the newest");
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      await page.locator("#files").setInputFiles([served.sample("sideways.png")]);
      await page.locator("#facts-title").getByText("sideways.png").waitFor();
      assert.ok(await isShown(), "one more");
      const { y, height } = await page.locator(".strip").boundingBox();
      assert.ok(y + height < 0, "somebody reads far below it");
      await page.locator(".strip").evaluate((strip) => {
        strip.scrollLeft = 0;
      });
      await page.locator(".thumb").first().click();
      await page.locator(".thumb").first().press("Alt+ArrowRight");
      assert.ok(await isShown(), "what was moved");
    }));

  test("what cannot be read is refused by name, and the next file works", () =>
    visit(served, {}, async (page) => {
      const notes = await served.write("notes.txt", "none");
      await page.locator("#files").setInputFiles([notes, served.sample("hills.jpg")]);
      await page.locator(".strip-item").waitFor();
      assert.match(await textOf(page.locator(".tray .problem")), /^unsupported .*notes\.txt/);
    }));
});
