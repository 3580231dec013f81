/**
 * What the package does, in any runtime: this file runs unchanged in each of them, and so imports nothing but the package.
 * What it is given are addresses and files as data: addresses, all of it text.
 */
import { buildRequest, estimate, GeminiClient, prepare, probe } from "gemini-vision-wasm";
import * as pool from "gemini-vision-wasm/worker";

const model = "gemini-3.5-flash";

/** Compares by what JSON says of both. */
function same(actual, expected) {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value));
  if (found !== wanted) throw new Error(`it is ${found}, not ${wanted}`);
}

const codeOf = (promise) =>
  promise.then(
    () => "no error",
    ({ code, message }) => code ?? message,
  );

const behaviours = {
  async "estimates without a file"() {
    const media = { kind: "image", uprightWidth: 96, uprightHeight: 64 };
    const { tokens, complete } = await estimate({ model, contents: { media } });
    // ⌊√(1120 · 96 / 64)⌋ × ⌊√(1120 · 64 / 96)⌋ = 40 × 27
    same([tokens, complete], [1080, true]);
  },

  async "probes a picture and a sound"({ jpeg, wav }) {
    const { format, orientation, width, height, uprightWidth, uprightHeight } = await probe(jpeg);
    same([format, orientation, width, height, uprightWidth, uprightHeight], ["jpeg", 6, 64, 96, 96, 64]);
    const { kind, durationSeconds } = await probe(wav);
    same([kind, durationSeconds], ["audio", 2]);
  },

  async "turns a sideways JPEG and PNG upright"({ jpeg, png }) {
    for (const [source, format] of Object.entries({ jpeg, png }).map(([name, url]) => [url, name])) {
      const { info, changes } = await prepare(source);
      same([info.format, info.orientation, info.width, info.height], [format, 1, 96, 64]);
      same(changes[0].code, "turned-upright");
    }
  },

  async "decodes a HEIC"({ heic }) {
    const { info } = await prepare(heic, { format: "png" });
    same([info.format, info.width, info.height], ["png", 64, 48]);
  },

  async "builds a request"({ png }) {
    const { path, body } = await buildRequest({ model, contents: [{ media: png }, "What?"] }, { prepare: false });
    const { mimeType, data } = JSON.parse(new TextDecoder().decode(body)).contents[0].parts[0].inlineData;
    same([path, `data:${mimeType};base64,${data}`], [`models/${model}:generateContent`, png]);
  },

  async "asks, whole and streamed"({ baseUrl, jpeg }) {
    const { models } = new GeminiClient({ apiKey: "any", baseUrl });
    const ask = { model, contents: [{ media: jpeg }, "Caption this image."] };
    const { text, usageMetadata } = await models.generateContent(ask);
    same([/image\/jpeg 96×64/.test(text), usageMetadata.promptTokenCount], [true, (await estimate(ask)).tokens]);
    let streamed = "";
    for await (const piece of await models.generateContentStream(ask)) streamed += piece.text;
    same(streamed, text);
  },

  async "refuses damage by its code, and goes on"({ jpeg, png }) {
    same(await codeOf(prepare(jpeg.slice(0, -400))), "truncated");
    same(await codeOf(prepare(new TextEncoder().encode("no picture"))), "unsupported");
    same((await prepare(png)).info.format, "png");
  },

  async "does the same in threads"({ jpeg, threads }) {
    if (!threads) return same(await codeOf(pool.prepare(jpeg)), "unsupported");
    const there = await pool.prepare(jpeg);
    same(there.toBase64(), (await prepare(jpeg)).toBase64());
  },
};

/** Every behaviour, one after the other: its name, and what was wrong. */
export async function run(given) {
  const outcomes = [];
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const error = await behaviour(given).then(
      () => undefined,
      (reason) => String(reason?.stack ?? reason),
    );
    outcomes.push({ name, error });
  }
  return outcomes;
}
