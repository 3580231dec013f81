/** The package's files as they are published, imported by a bare page without a bundler under a strict policy. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import { buildExif, encodeJpeg, encodePng, exifChunk, exifSegment, scene, storedAs } from "../../tools/samples.mjs";
import { launchChromium, leaving, listen, noChromium } from "./chromium.mjs";
import { serveFiles } from "./static-server.mjs";

const dist = path.join(import.meta.dirname, "../node_modules/gemini-vision-wasm/dist");
const model = "gemini-3.8-flash";

/** Small, with a mark that tells all eight turns apart. */
const upright = scene(96, 64);
const exifOf = (orientation) => buildExif({ orientation });
const withOrientation = {
  jpeg: (orientation) => stored.jpeg(orientation, { segments: [exifSegment(exifOf(orientation))] }),
  png: (orientation) => stored.png(orientation, { chunks: { beforeIdat: [exifChunk(exifOf(orientation))] } }),
};
/** The same pixels, with nothing that says how they are to be turned. */
const stored = {
  jpeg: (orientation, options) => encodeJpeg(storedAs(orientation, upright), { quality: 90, ...options }),
  png: (orientation, options) => encodePng(storedAs(orientation, upright), { colorType: 2, ...options }),
};

describe("the package in a bare page", { skip: noChromium }, () => {
  let emulator;
  let host;
  let browser;
  let page;
  let heard;

  before(async () => {
    emulator = await startEmulator();
    host = await serveFiles({
      folders: { "/package/": dist },
      pages: {
        "/index.html": '<!doctype html><title>Bare</title><script type="module" src="page.mjs"></script>',
        "/page.mjs": 'import * as vision from "./package/index.js";\nwindow.vision = vision;\n',
      },
      headers: {
        "Content-Security-Policy": [
          "default-src 'none'",
          "script-src 'self' 'wasm-unsafe-eval'",
          `connect-src 'self' ${emulator.url}`,
        ].join("; "),
      },
    });
    browser = await launchChromium();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
    await emulator?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    heard = await listen(page);
    await page.goto(`${host.origin}/`);
    await page.waitForFunction(() => window.vision !== undefined);
    await page.evaluate(() => {
      window.blobOf = (base64, type) =>
        new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
    });
  });

  /** Ends a test: nothing was said, nothing refused, and nobody but `friends` was asked. */
  async function quiet(...friends) {
    assert.deepEqual(heard.loud, []);
    const foreign = leaving(heard.requests, host.origin).filter((url) => !friends.some((one) => url.startsWith(one)));
    assert.deepEqual(foreign, []);
    await page.close();
  }

  const asBase64 = (bytes) => Buffer.from(bytes).toString("base64");

  test("probe and estimate a Blob, with the small module alone", async () => {
    const { info, estimate } = await page.evaluate(
      async ([base64, id]) => {
        const blob = window.blobOf(base64, "image/jpeg");
        const { probe, estimate } = window.vision;
        return {
          info: await probe(blob),
          estimate: await estimate({ model: id, contents: [{ media: await probe(blob) }] }),
        };
      },
      [asBase64(withOrientation.jpeg(6)), model],
    );
    assert.deepEqual(
      [info.format, info.width, info.height, info.orientation, info.uprightWidth, info.uprightHeight],
      ["jpeg", 64, 96, 6, 96, 64],
    );
    // By hand: ⌊√(1120 · 96 / 64)⌋ × ⌊√(1120 · 64 / 96)⌋ = 40 × 27.
    assert.equal(estimate.tokens, 1080);
    const loaded = heard.requests.filter((url) => url.endsWith(".wasm"));
    assert.deepEqual(loaded, [`${host.origin}/package/core.wasm`]);
    await quiet();
  });

  for (const [format, most] of [
    ["jpeg", 2],
    ["png", 0],
  ]) {
    test(`prepare turns all eight ${format} orientations as the browser itself does`, async () => {
      for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
        const files = [withOrientation, stored].map((make) => asBase64(make[format](orientation)));
        const { size, changes, difference, unturned } = await page.evaluate(compareWithBrowser, [
          ...files,
          `image/${format}`,
        ]);
        assert.deepEqual(size, [96, 64]);
        assert.equal(changes[0], orientation === 1 ? "metadata-removed" : "turned-upright");
        assert.ok(difference <= most, `orientation ${orientation}: pixels differ by ${difference} on average`);
        // The comparison would see a wrong turn: the pixels as stored are far off.
        if ([2, 3, 4].includes(orientation)) assert.ok(unturned > 10, `${unturned}`);
      }
      await quiet();
    });
  }

  test("build a request around a Blob", async () => {
    const png = stored.png(1);
    const { path: where, text } = await page.evaluate(
      async ([base64, id]) => {
        const contents = [window.blobOf(base64, "image/png"), "Caption this image."];
        const { path, body } = await window.vision.buildRequest({ model: id, contents });
        return { path, text: new TextDecoder().decode(body) };
      },
      [asBase64(png), model],
    );
    assert.equal(where, `models/${model}:generateContent`);
    const parts = [{ inlineData: { mimeType: "image/png", data: asBase64(png) } }, { text: "Caption this image." }];
    assert.equal(text, JSON.stringify({ contents: [{ role: "user", parts }] }));
    await quiet();
  });

  test("ask the emulator from another origin: the estimate is what it counts", async () => {
    const { answer, counted, estimated } = await page.evaluate(
      async ([base64, id, baseUrl]) => {
        const { estimate, GeminiClient } = window.vision;
        const ask = { model: id, contents: [window.blobOf(base64, "image/jpeg"), "Caption this image."] };
        const { models } = new GeminiClient({ apiKey: "any", baseUrl });
        const { text, usageMetadata } = await models.generateContent(ask);
        const { totalTokens } = await models.countTokens(ask);
        return { answer: { text, usageMetadata }, counted: totalTokens, estimated: (await estimate(ask)).tokens };
      },
      [asBase64(withOrientation.jpeg(8)), model, emulator.url],
    );
    assert.match(answer.text, /image\/jpeg 96×64/, "it arrived upright");
    assert.equal(answer.usageMetadata.promptTokenCount, estimated);
    assert.equal(counted, estimated);
    await quiet(emulator.url);
  });

  test("a wasm address answered with HTML is wasm-load with the mend, and can be mended", async () => {
    const { code, message, format } = await page.evaluate(
      async (base64) => {
        const { init, probe } = window.vision;
        const blob = window.blobOf(base64, "image/png");
        init({ wasm: { core: "/index.html" } });
        const { code, message } = await probe(blob).catch((error) => error);
        init({ wasm: { core: "/package/core.wasm" } });
        return { code, message, format: (await probe(blob)).format };
      },
      asBase64(withOrientation.png(1)),
    );
    assert.equal(code, "wasm-load");
    assert.match(message, /\/index\.html: the answer is an HTML page\..*optimizeDeps.*gemini-vision-wasm.*init\(/s);
    assert.equal(format, "png");
    await quiet();
  });

  test("a path is no source where there are no files", async () => {
    const { name, code, message } = await page.evaluate(async () => {
      const { name, code, message } = await window.vision.probe("photo.jpg").catch((error) => error);
      return { name, code, message };
    });
    assert.deepEqual({ name, code }, { name: "InputError", code: "bad-argument" });
    assert.match(message, /there are no files/);
    await quiet();
  });
});

/** In the page: our upright pixels against those of createImageBitmap, which knows nothing of us. */
async function compareWithBrowser([base64, storedBase64, type]) {
  const blob = window.blobOf(base64, type);
  const pixelsOf = (bitmap) => {
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
  };
  const meanDifference = (one, other) => {
    let sum = 0;
    for (let i = 0; i < one.length; i++) sum += Math.abs(one[i] - other[i]);
    return sum / one.length;
  };
  const prepared = await window.vision.prepare(blob);
  const expected = await createImageBitmap(blob);
  const ours = await createImageBitmap(prepared.toBlob());
  const decoded = await prepared.toImageData();
  const asStored = await createImageBitmap(window.blobOf(storedBase64, type));
  return {
    size: [ours.width, ours.height],
    changes: prepared.changes.map(({ code }) => code),
    difference: Math.max(
      meanDifference(pixelsOf(ours), pixelsOf(expected)),
      meanDifference(decoded.data, pixelsOf(expected)),
    ),
    unturned: meanDifference(pixelsOf(asStored), pixelsOf(expected)),
  };
}
