/** `gemini-vision-wasm/worker` in a bare page under a strict policy: the same results, from threads. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { buildExif, encodeJpeg, encodePng, exifSegment, scene } from "../../tools/samples.mjs";
import { launchChromium, leaving, listen, noChromium } from "./chromium.mjs";
import { serveFiles } from "./static-server.mjs";

const dist = path.join(import.meta.dirname, "../node_modules/gemini-vision-wasm/dist");
const sideways = encodeJpeg(scene(96, 64), { segments: [exifSegment(buildExif({ orientation: 6 }))] });
const png = encodePng(scene(40, 30), { colorType: 2 });

describe("the pool in a bare page", { skip: noChromium }, () => {
  let browser;
  let heard;
  let host;
  let page;
  before(async () => {
    host = await serveFiles({
      folders: { "/package/": dist },
      pages: {
        "/index.html": '<!doctype html><title>Pool</title><script type="module" src="page.mjs"></script>',
        "/page.mjs":
          'import * as main from "./package/index.js";\nimport * as worker from "./package/entry-worker.js";\n' +
          "Object.assign(window, { main, worker });\n",
        "/sideways.jpg": sideways,
        "/picture.png": png,
      },
      headers: {
        "Content-Security-Policy":
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'",
      },
    });
    browser = await launchChromium();
    page = await browser.newPage();
    heard = await listen(page);
    await page.goto(`${host.origin}/`);
    await page.waitForFunction(() => window.worker !== undefined);
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  test("every source gives the same bytes as on the main thread", async () => {
    const differing = await page.evaluate(async () => {
      const { main, worker } = window;
      const bytes = new Uint8Array(await (await fetch("/sideways.jpg")).arrayBuffer());
      const pixels = new ImageData(
        Uint8ClampedArray.from({ length: 48 }, (_, i) => i * 5),
        4,
        3,
      );
      const sources = {
        bytes: () => bytes,
        buffer: () => bytes.slice().buffer,
        blob: () => new Blob([bytes], { type: "image/png" }),
        file: () => new File([bytes], "photo.jpg"),
        stream: () => new Blob([bytes]).stream(),
        response: () => fetch("/sideways.jpg"),
        url: () => new URL("/sideways.jpg", location.href),
        data: () => `data:image/jpeg;base64,${btoa(String.fromCharCode(...bytes))}`,
        pixels: () => pixels,
        half: () => bytes.subarray(0, 300),
        path: () => "photo.jpg",
      };
      const outcome = (promise) =>
        promise.then(
          (media) => JSON.stringify({ ...media, bytes: [...media.bytes] }),
          ({ name, code, message, at }) => JSON.stringify({ name, code, message, at }),
        );
      const different = [];
      for (const [name, make] of Object.entries(sources)) {
        const [here, there] = [await outcome(main.prepare(await make())), await outcome(worker.prepare(await make()))];
        if (here !== there) different.push({ name, here, there });
      }
      return different;
    });
    assert.deepEqual(differing, []);
  });

  test("requests are the same, byte for byte; pixels come from a thread", async () => {
    const { same, size } = await page.evaluate(async () => {
      const { main, worker } = window;
      const blob = await (await fetch("/picture.png")).blob();
      const ask = { model: "gemini-3.5-flash", contents: [blob, "Caption this image."] };
      const [here, there] = [await main.buildRequest(ask), await worker.buildRequest(ask)];
      const media = await worker.prepare(blob);
      const { width, height } = await media.toImageData();
      return { same: here.body.join() === there.body.join() && here.body.length > 100, size: [width, height] };
    });
    assert.deepEqual({ same, size }, { same: true, size: [40, 30] });
  });

  test("a pool has its size, takes buffers, aborts and closes", async () => {
    const { left, aborted, closed, formats } = await page.evaluate(async () => {
      const pool = new window.worker.WorkerPool({ size: 2 });
      const bytes = new Uint8Array(await (await fetch("/sideways.jpg")).arrayBuffer());
      const infos = await Promise.all(Array.from({ length: 20 }, () => pool.probe(bytes)));
      await pool.prepare(bytes, { transfer: true });
      const controller = new AbortController();
      const large = { width: 3000, height: 2000, data: new Uint8ClampedArray(3000 * 2000 * 4) };
      const started = performance.now();
      setTimeout(() => controller.abort(new Error("enough")), 50);
      const aborted = await pool.prepare(large, { signal: controller.signal }).catch(({ message }) => message);
      const took = performance.now() - started;
      const png = await (await fetch("/picture.png")).blob();
      const after = await pool.probe(png);
      pool.close();
      const closed = await pool.probe(png).catch(({ code }) => code);
      const formats = [...new Set([...infos, after].map(({ format }) => format))];
      return { left: bytes.length, aborted, took, closed, formats };
    });
    assert.deepEqual(
      { left, aborted, closed, formats },
      { left: 0, aborted: "enough", closed: "bad-argument", formats: ["jpeg", "png"] },
    );
  });

  test("nothing was said, nothing refused, nobody else asked", () => {
    assert.deepEqual(heard.loud, []);
    assert.deepEqual(leaving(heard.requests, host.origin), []);
  });
});
