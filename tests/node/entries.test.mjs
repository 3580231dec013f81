/** What each entry of the package gives, and what it can do alone. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as whole from "gemini-vision-wasm";
import * as client from "gemini-vision-wasm/client";
import * as detecting from "gemini-vision-wasm/detections";
import * as emulator from "gemini-vision-wasm/emulator";
import * as estimating from "gemini-vision-wasm/estimate";
import * as probing from "gemini-vision-wasm/probe";
import * as working from "gemini-vision-wasm/worker";
import { serveFor } from "./local-server.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";

const run = promisify(execFile);
const errors = ["GeminiVisionError", "InputError"];
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));

const names = {
  ".": [
    whole,
    [
      "ApiError",
      "DetectionReader",
      "GeminiClient",
      "PreparedMedia",
      "buildRequest",
      "compare",
      "costOf",
      "decode",
      "detectionPrompt",
      "detectionSchema",
      "encode",
      "estimate",
      "init",
      "models",
      "parseDetections",
      "prepare",
      "probe",
      "toCoco",
      "toStored",
      "toSvg",
    ],
  ],
  "./probe": [probing, ["init", "probe"]],
  "./estimate": [estimating, ["ApiError", "compare", "costOf", "estimate", "init", "models"]],
  "./detections": [
    detecting,
    ["DetectionReader", "detectionPrompt", "detectionSchema", "init", "parseDetections", "toCoco", "toStored", "toSvg"],
  ],
  "./client": [client, ["ApiError", "GeminiClient", "costOf", "models"]],
  "./worker": [
    working,
    [
      "WorkerPool",
      "buildRequest",
      "compare",
      "costOf",
      "decode",
      "encode",
      "estimate",
      "init",
      "models",
      "parseDetections",
      "prepare",
      "probe",
    ],
  ],
};
for (const [entry, [module, expected]] of Object.entries(names)) {
  test(`${entry} gives these names and no others`, () => {
    assert.deepEqual(Object.keys(module).sort(), [...expected, ...errors].sort());
  });
}

test("./emulator gives its start", () => assert.deepEqual(Object.keys(emulator), ["startEmulator"]));

test("an error of one entry is an error of every other", async () => {
  assert.equal(whole.InputError, probing.InputError);
  assert.equal(whole.ApiError, client.ApiError);
  assert.equal(whole.parseDetections, detecting.parseDetections);
  const error = await probing.probe(new Uint8Array(0)).catch((reason) => reason);
  assert.ok(error instanceof client.InputError && error instanceof estimating.GeminiVisionError);
});

test("they share one core and one table of models", async () => {
  estimating.models.register({ id: "gemini-98-test", like: "gemini-2.5-flash" });
  assert.equal(whole.models.get("gemini-98-test").ruleSet, "gemini-2.5");
  assert.deepEqual(await probing.probe(png), await whole.probe(png));
  const ask = { model: "gemini-98-test", contents: [png] };
  assert.deepEqual(await estimating.estimate(ask), await whole.estimate(ask));
});

const sideways = orientedJpeg(6, scene(60, 90));
const answer = JSON.stringify({ candidates: [{ content: { parts: [{ text: "Hi." }] } }] });

/** Bodies that both clients send for the same request. */
async function bodies(t, ask, options) {
  const { url, requests } = await serveFor(t, (_request, response) => response.end(answer));
  for (const { GeminiClient } of [whole, client]) {
    const { text } = await new GeminiClient({ apiKey: "k", baseUrl: url }).models.generateContent(ask, options);
    assert.equal(text, "Hi.");
  }
  assert.equal(requests[0].path, requests[1].path);
  return requests.map(({ body }) => body.toString());
}

test("./client sends what the main entry sends, but media as they are", async (t) => {
  const config = { systemInstruction: "Be short.", temperature: 0.1, mediaResolution: "low" };
  const contents = [
    new Blob([png]),
    { media: sideways, mediaResolution: "high" },
    "half \ud800 \\ud800 é\u2028",
    { text: "y" },
  ];
  const [own, plain] = await bodies(t, { model: "gemini-3.5-flash", contents, config }, { prepare: false });
  assert.equal(plain, own);
  const moved = await bodies(t, { model: "models/gemini-3.5-flash", contents: ["What?", png] });
  assert.equal(moved[1], moved[0]);
  assert.match(moved[1], /^\{"contents":\[\{"role":"user","parts":\[\{"inlineData"/);
});

test("./client knows types by their first bytes, and refuses what it cannot make", async (t) => {
  const { url, requests } = await serveFor(t, (_request, response) => response.end(answer));
  const send = (media, options) =>
    new client.GeminiClient({ apiKey: "k", baseUrl: url, ...options }).models.generateContent({
      model: "m",
      contents: [{ media }],
    });
  const isoMedia = (major, ...compatible) =>
    Buffer.from(
      `\0\0\0${String.fromCharCode(16 + 4 * compatible.length)}ftyp${major}\0\0\0\0${compatible.join("")}avif`,
      "latin1",
    );
  const types = [
    [sideways, "image/jpeg"],
    [png, "image/png"],
    [Buffer.from("RIFF\0\0\0\0WEBPVP8 "), "image/webp"],
    [Buffer.from("RIFF\0\0\0\0WAVEfmt "), "audio/wav"],
    [isoMedia("heic"), "image/heic"],
    [isoMedia("mif1"), "image/heif"],
    [isoMedia("mif1", "mif1", "heic"), "image/heic"],
    [isoMedia("isom", "isom", "avc1"), "video/mp4"],
    [isoMedia("M4V ", "M4V ", "M4A ", "mp42"), "video/mp4"],
    [isoMedia("3gp5", "3gp5", "isom"), "video/3gpp"],
    [new Blob([isoMedia("odd ", "isom")], { type: "video/mpeg" }), "video/mpeg"],
    [isoMedia("qt  "), "video/quicktime"],
    [Buffer.from("%PDF-1.7"), "application/pdf"],
    [new Blob(["words"], { type: "text/plain" }), "text/plain"],
  ];
  for (const [media, mimeType] of types) {
    await send(media);
    const [content] = JSON.parse(requests.at(-1).body).contents;
    assert.equal(content.parts[0].inlineData.mimeType, mimeType);
  }
  const refused = [
    isoMedia("avif", "avif", "mif1"),
    isoMedia("mif1", "miaf", "avif"),
    isoMedia("M4A ", "M4A ", "isom"),
    isoMedia("crx ", "crx ", "isom"),
    new Blob(["GIF89a"], { type: "image/gif" }),
    Buffer.from("who knows"),
  ];
  for (const media of refused) await assert.rejects(send(media), { code: "unsupported" });
  await assert.rejects(send(scene(2, 2)), { code: "unsupported" });
  await assert.rejects(send({ kind: "image", uprightWidth: 1, uprightHeight: 1 }), { code: "bad-argument" });
  await assert.rejects(send(png, { inlineLimitBytes: 10, transport: "inline" }), { code: "too-large" });
  const circle = { model: "m", contents: "x", config: {} };
  circle.config.responseSchema = circle;
  await assert.rejects(new client.GeminiClient({ apiKey: "k", baseUrl: url }).models.generateContent(circle), {
    code: "bad-argument",
  });
});

test("./client works where there is no WebAssembly at all", async (t) => {
  const { url } = await serveFor(t, (_request, response) => response.end(answer));
  const script = `
    await fetch(${JSON.stringify(url)}); // Node's own fetch is made of it
    delete globalThis.WebAssembly;
    const { GeminiClient } = await import("gemini-vision-wasm/client");
    const client = new GeminiClient({ apiKey: "k", baseUrl: ${JSON.stringify(url)} });
    const data = Uint8Array.from(${JSON.stringify([...png.subarray(0, 64)])});
    const { text, cost } = await client.models.generateContent({ model: "gemini-3.5-flash", contents: [data, "What?"] });
    process.stdout.write(text + cost);`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd });
  assert.equal(stdout, "Hi.null");
});

test("no entry does anything before it is asked to", async () => {
  const script = `
    const calls = [];
    for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"]) {
      WebAssembly[name] = () => calls.push(name);
    }
    globalThis.fetch = () => calls.push("fetch");
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    for (const entry of ["", "/probe", "/estimate", "/client", "/emulator"]) await import("gemini-vision-wasm" + entry);
    const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
    process.stdout.write(JSON.stringify([calls, added]));`;
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd });
  assert.deepEqual([stdout, stderr], ["[[],[]]", ""]);
});
