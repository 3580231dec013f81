/** What the README says of formats and of each entry's modules, measured. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { prepare, probe } from "gemini-vision-wasm";
import { encodePdf } from "../../tools/pdf-writer.mjs";
import { writeSamples } from "../../tools/samples.mjs";
import { heic } from "../node/heic-files.mjs";
import { installed, readme } from "./blocks.mjs";

const run = promisify(execFile);

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "entries-"));
  await writeSamples(folder);
  writeFileSync(path.join(folder, "page.pdf"), encodePdf([["A page"]]));
  writeFileSync(path.join(folder, "small.heic"), heic());
  await mkdir(path.join(folder, "node_modules"));
  symlinkSync(installed, path.join(folder, "node_modules/gemini-vision-wasm"));
});
after(() => rm(folder, { recursive: true }));

describe("the modules that an entry loads", () => {
  /** Tells each module that is read, by the one way in which Node's are. */
  const watch = `
    const files = process.getBuiltinModule("fs/promises");
    const { readFile } = files;
    files.readFile = (name, ...rest) => {
      const module = /(\\w+)\\.wasm$/.exec(String(name))?.[1];
      if (module !== undefined) console.log(module);
      return readFile(name, ...rest);
    };
  `;
  const ask = `{ model: "gemini-3.8-flash", contents: [{ media: "hills.jpg" }, { media: "page.pdf" }] }`;
  const reads = `for (const file of ["hills.jpg", "page.pdf"])`;

  /** What there is to load each module for. */
  const programs = {
    "": `
      import { decode, estimate } from "gemini-vision-wasm";
      await estimate(${ask});
      await decode("small.heic");
      await decode("hills.jpg");`,
    "/probe": `
      import { probe } from "gemini-vision-wasm/probe";
      ${reads} await probe(file);`,
    "/estimate": `
      import { estimate } from "gemini-vision-wasm/estimate";
      await estimate(${ask});`,
    "/detections": `
      import { readFile } from "node:fs/promises";
      import { parseDetections } from "gemini-vision-wasm/detections";
      const mask = "data:image/png;base64," + (await readFile("hills.png")).toString("base64");
      await parseDetections(JSON.stringify([{ box_2d: [0, 0, 9, 9], mask, label: "x" }]), { width: 900, height: 900 });`,
    "/emulator": `
      import { readFile } from "node:fs/promises";
      import { startEmulator } from "gemini-vision-wasm/emulator";
      const emulator = await startEmulator();
      const parts = [];
      for (const [name, mimeType] of [["hills.jpg", "image/jpeg"], ["page.pdf", "application/pdf"]]) {
        parts.push({ inlineData: { mimeType, data: (await readFile(name)).toString("base64") } });
      }
      const headers = { "x-goog-api-key": "any", "content-type": "application/json" };
      const body = JSON.stringify({ contents: [{ role: "user", parts }] });
      const address = emulator.url + "/v1beta/models/gemini-3.8-flash:generateContent";
      const { ok } = await fetch(address, { method: "POST", headers, body });
      if (!ok) throw new Error("refused");
      await emulator.close();`,
    "/client": `
      import { createServer } from "node:http";
      import { GeminiClient } from "gemini-vision-wasm/client";
      const answer = JSON.stringify({ candidates: [{ content: { role: "model", parts: [{ text: "a" }] }, finishReason: "STOP" }] });
      const server = createServer((request, response) => request.resume().on("end", () => response.end(answer)));
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      const client = new GeminiClient({ apiKey: "any", baseUrl: "http://127.0.0.1:" + server.address().port });
      await client.models.generateContent(${ask});
      server.closeAllConnections();
      server.close();`,
  };

  for (const [entry, program] of Object.entries(programs)) {
    test(`gemini-vision-wasm${entry}`, async () => {
      const [, cell] = new RegExp(`^\\| \`gemini-vision-wasm${entry}\` [^|]*\\|[^|]*\\|([^|]*)\\|`, "m").exec(readme);
      const said = cell.match(/\b(?:core|media|codec|heif)\b/g) ?? [];
      const args = [`--import=data:text/javascript,${encodeURIComponent(watch)}`, "--input-type=module", "-e", program];
      const { stdout } = await run(process.execPath, args, { cwd: folder });
      assert.deepEqual(stdout.split("\n").filter(Boolean).sort(), said.sort());
    });
  }
});

describe("formats", () => {
  const bitmap = Buffer.alloc(58);
  bitmap.write("BM");
  for (const [at, value] of [
    [2, 58],
    [10, 54],
    [14, 40],
    [18, 1],
    [22, 1],
  ])
    bitmap.writeUInt32LE(value, at);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  const box = (brand, ...rest) =>
    Buffer.concat([Buffer.from([0, 0, 0, 20]), Buffer.from(`ftyp${brand}\0\0\0\0${brand}`), ...rest]);
  const signature = (text, ...rest) => Buffer.concat([Buffer.from(text, "latin1"), ...rest, Buffer.alloc(64)]);
  const tiff = Buffer.from("49492a0008000000020000010300010000000400000001010300010000000400000000000000", "hex");

  const converted = {
    GIF: Buffer.from("R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=", "base64"),
    BMP: bitmap,
  };
  const measured = {
    TIFF: tiff,
    SVG: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>'),
  };
  const unknown = {
    "JPEG XL": signature("\0\0\0\x0cJXL \r\n\x87\n", box("jxl ")),
    "JPEG 2000": signature("\0\0\0\x0cjP  \r\n\x87\n", box("jp2 ")),
    ICO: signature("\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0"),
    PSD: signature("8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x04\0\0\0\x04\0\x08\0\x03"),
  };
  const sentence = /^The ten: .*?\n\n/ms.exec(readme)[0].replaceAll("\n", " ");

  test("the ten are ten, and those that nothing converts are said to be so", async () => {
    assert.match(
      sentence,
      /: JPEG, PNG, WebP, HEIC and HEIF, which Gemini takes; GIF and BMP, .* converts .*; AVIF, TIFF and SVG, /,
    );
    for (const [name, file] of Object.entries(converted)) {
      assert.equal((await probe(file)).supported, false, name);
      assert.equal((await prepare(file, { format: "jpeg" })).mimeType, "image/jpeg", name);
    }
    for (const [name, file] of Object.entries(measured)) {
      assert.equal((await probe(file)).supported, false, name);
      await assert.rejects(prepare(file, { format: "jpeg" }), { code: "unsupported" }, name);
    }
  });

  test("others are of no known format", async () => {
    for (const [name, file] of Object.entries(unknown)) {
      assert.ok(sentence.includes(name), name);
      await assert.rejects(probe(file), { code: "unsupported", message: /of no known format/ }, name);
    }
  });
});
