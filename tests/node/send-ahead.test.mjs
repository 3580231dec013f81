/** transport: what goes inline, what goes through the File API, and that nothing goes there twice while it lives. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { GeminiClient, prepare } from "gemini-vision-wasm";
import { GeminiClient as PlainClient } from "gemini-vision-wasm/client";
import { startEmulator } from "gemini-vision-wasm/emulator";
import sharp from "sharp";
import { movie, wav } from "../support/media-files.mjs";
import { jpeg, png, sidewaysJpeg } from "./emulator-client.mjs";

const model = "gemini-3.5-flash";
/** Of more than 50,000 bytes, which need no preparing. */
const sound = wav({ seconds: 4 });

let folder;
let emulator;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ahead-"));
});
after(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  emulator = await startEmulator({ processingMs: 0 });
});
afterEach(() => emulator.close());

const clientWith = (options, Client = PlainClient) => new Client({ apiKey: "key", baseUrl: emulator.url, ...options });
const uploads = () => emulator.requests.filter(({ call }) => call === "files.start").length;

/** Until a call of this name has come to the emulator. */
async function arrived(name) {
  while (!emulator.requests.some(({ call }) => call === name)) await new Promise((resolve) => setImmediate(resolve));
}

/** Which parts went how, by what the emulator got. */
async function sent(client, contents, options) {
  const bodies = [];
  const answer = await client.models.generateContent({ model, contents }, options);
  const chat = client.chats.create({ model });
  await chat.sendMessage({ message: contents });
  for (const part of chat.getHistory()[0].parts) bodies.push(Object.keys(part)[0]);
  return { parts: bodies, text: answer.text };
}

describe("auto", () => {
  test("what fits goes inline", async () => {
    const { parts } = await sent(clientWith({}), [jpeg, png, "Hi"]);
    assert.deepEqual(parts, ["inlineData", "inlineData", "text"]);
    assert.equal(uploads(), 0);
  });

  test("beyond the limit the largest go ahead, as few as make the rest fit; each once", async () => {
    const client = clientWith({ inlineLimitBytes: 50_000 });
    const { parts, text } = await sent(client, [jpeg, sound, png, "Hi"]);
    assert.deepEqual(parts, ["inlineData", "fileData", "inlineData", "text"]);
    assert.match(text, /audio\/wav .*of [\d,]+ bytes/);
    assert.equal(uploads(), 1);
    await sent(client, { media: new Blob([sound]) });
    assert.equal(uploads(), 2, "a Blob of the same content is another object, and is not read to be compared");
  });

  test("options of a medium stay with it", async () => {
    const client = clientWith({ transport: "files" });
    const chat = client.chats.create({ model });
    await chat.sendMessage({ message: [{ media: jpeg, mediaResolution: "low" }] });
    const [part] = chat.getHistory()[0].parts;
    assert.match(part.fileData.fileUri, /\/v1beta\/files\//);
    assert.deepEqual(part.mediaResolution, { level: "MEDIA_RESOLUTION_LOW" });
  });

  test("a sideways picture is made upright before it goes ahead", async () => {
    const client = clientWith({ transport: "files" }, GeminiClient);
    const { text } = await sent(client, [sidewaysJpeg, "What is this?"]);
    assert.match(text, /image\/jpeg 48×32 of/);
    assert.doesNotMatch(text, /sideways/);
    assert.equal(uploads(), 1);
    const prepared = await prepare(sidewaysJpeg);
    await sent(client, [prepared]);
    assert.equal(uploads(), 1, "the same bytes are known by their digest");
    await sent(client, [new Blob([sidewaysJpeg])], { prepare: false });
    assert.equal(uploads(), 2);
  });

  test("a large file that needs no preparing is not even read into memory; path, size and time tell it", async () => {
    const file = path.join(folder, "large.pdf");
    await writeFile(file, sound);
    const client = clientWith({ inlineLimitBytes: 50_000 }, GeminiClient);
    for (let i = 0; i < 2; i++) await client.models.generateContent({ model, contents: [{ media: file }, "Hi"] });
    assert.equal(uploads(), 1);
    await utimes(file, 1, 1);
    await client.models.generateContent({ model, contents: [{ media: file }, "Hi"] });
    assert.equal(uploads(), 2);
    const blob = new Blob([sound]);
    for (let i = 0; i < 2; i++) await client.models.generateContent({ model, contents: [blob, "Hi"] });
    assert.equal(uploads(), 3);
  });

  test("a picture that Gemini refuses is refused at every size, and goes nowhere", async () => {
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: "#c08040" } });
    const file = path.join(folder, "picture.avif");
    await writeFile(
      file,
      await picture
        .withExif({ IFD3: { GPSLatitudeRef: "N" } })
        .avif()
        .toBuffer(),
    );
    for (const Client of [PlainClient, GeminiClient]) {
      for (const options of [{}, { inlineLimitBytes: 100 }, { transport: "files" }]) {
        for (const how of [{}, { prepare: false }]) {
          for (const media of [file, new Blob([await readFile(file)])]) {
            const asked = clientWith(options, Client).models.generateContent({ model, contents: { media } }, how);
            await assert.rejects(asked, { name: "InputError", code: "unsupported", message: /image\/avif/ });
          }
        }
      }
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("requests at the same time share one upload; one that is aborted spoils it for none", async () => {
    const client = clientWith({ transport: "files" });
    const ask = { model, contents: [sound, "Hi"] };
    emulator.inject({ on: "files.finalize", type: "stall", when: "before" });
    const controller = new AbortController();
    const first = client.models.generateContent(ask, { signal: controller.signal });
    const others = [client.models.generateContent(ask), client.models.countTokens(ask)];
    const early = new AbortController();
    const impatient = client.models.generateContent(ask, { signal: early.signal });
    await arrived("files.finalize");
    early.abort("enough");
    await assert.rejects(impatient, (reason) => reason === "enough");
    controller.abort("left");
    await assert.rejects(first, (reason) => reason === "left");
    await Promise.all(others);
    assert.equal(uploads(), 2);
    assert.equal(emulator.fileNames.length, 1);
  });

  test("an abort before it waits for another's upload is heard", { timeout: 30_000 }, async () => {
    const client = clientWith({ transport: "files" });
    const blob = new Blob([sound]);
    const ask = { model, contents: [blob, "Hi"] };
    emulator.inject({ on: "files.finalize", type: "stall", when: "before" });
    const controller = new AbortController();
    const first = client.models.generateContent(ask, { signal: controller.signal });
    await arrived("files.finalize");
    const early = new AbortController();
    blob.slice = (...range) => {
      early.abort("left");
      return Blob.prototype.slice.apply(blob, range);
    };
    const second = client.models.generateContent(ask, { signal: early.signal });
    await assert.rejects(second, (reason) => reason === "left");
    controller.abort("left");
    await assert.rejects(first, (reason) => reason === "left");
  });

  test("a file about to expire, or deleted behind our back, is sent again", async () => {
    const client = clientWith({ transport: "files" });
    const ask = { model, contents: [sound, "Hi"] };
    await client.models.generateContent(ask);
    await client.files.delete({ name: emulator.fileNames[0] });
    await client.models.generateContent(ask);
    assert.equal(uploads(), 2);
    await client.files.delete({ name: emulator.fileNames[0] });
    let text = "";
    for await (const chunk of await client.models.generateContentStream(ask)) text += chunk.text;
    assert.match(text, /audio\/wav/);
    assert.equal(uploads(), 3);
    // By the service's clock it has only minutes to live when it is sent.
    emulator.clock.set(Date.now() - 48 * 3600e3 + 60_000);
    const other = clientWith({ transport: "files" });
    for (let i = 0; i < 2; i++) await other.models.generateContent(ask);
    assert.equal(uploads(), 5);
  });

  test("a video is waited for", async () => {
    await emulator.close();
    emulator = await startEmulator({ processingMs: 40 });
    const mp4 = movie({ seconds: 2, width: 64, height: 48 });
    const { text } = await clientWith({ transport: "files" }).models.generateContent({ model, contents: [mp4, "Hi"] });
    assert.match(text, /video\/mp4/);
  });
});

describe("inline", () => {
  test("sends everything inline, or refuses what is beyond a limit of the caller's", async () => {
    const { parts } = await sent(clientWith({ transport: "inline" }), [sound, "Hi"]);
    assert.deepEqual(parts, ["inlineData", "text"]);
    for (const Client of [PlainClient, GeminiClient]) {
      const client = clientWith({ transport: "inline", inlineLimitBytes: 10_000 }, Client);
      const asked = client.models.generateContent({ model, contents: ["x".repeat(20_000)] });
      await assert.rejects(asked, { code: "too-large" });
    }
    assert.equal(uploads(), 0);
  });
});

describe("chats", () => {
  const sounds = [1, 2, 3, 4].map((number) => wav({ seconds: 2 + number / 100 }));
  const kinds = (chat) => chat.getHistory().flatMap(({ parts }) => parts.map((part) => Object.keys(part)[0]));
  const deleteAll = async (client) => {
    for (const name of emulator.fileNames) await client.files.delete({ name });
  };

  test("a file deleted behind our back is sent again, with any message after", async () => {
    const file = path.join(folder, "said.wav");
    await writeFile(file, sound);
    for (const [options, media] of [
      [{ transport: "files" }, sound],
      [{ inlineLimitBytes: 50_000 }, new Blob([sound])],
      [{ inlineLimitBytes: 50_000 }, { media: file, mediaResolution: "low" }],
    ]) {
      const from = uploads();
      const client = clientWith(options);
      const chat = client.chats.create({ model });
      await chat.sendMessage({ message: [media, "Hi"] });
      const first = chat.getHistory()[0].parts[0];
      await deleteAll(client);
      assert.match((await chat.sendMessage({ message: [media, "And this?"] })).text, /audio\/wav .*audio\/wav/s);
      assert.equal(uploads(), from + 2);
      const again = chat.getHistory()[0].parts[0];
      assert.notEqual(again.fileData.fileUri, first.fileData.fileUri);
      assert.deepEqual(again.mediaResolution, first.mediaResolution);
      await deleteAll(client);
      assert.match((await (await chat.sendMessageStream({ message: "More?" })).response).text, /audio\/wav/);
      assert.equal(uploads(), from + 3);
    }
  });

  test("a file that is gone from the disk goes on where it was sent to", async () => {
    const file = path.join(folder, "soon-gone.wav");
    await writeFile(file, sound);
    const chat = clientWith({ inlineLimitBytes: 50_000 }).chats.create({ model });
    await chat.sendMessage({ message: [{ media: file }, "Hi"] });
    await rm(file);
    assert.match((await chat.sendMessage({ message: "More?" })).text, /audio\/wav/);
    assert.equal(uploads(), 1);
  });

  test("however many messages with media, no request grows beyond the limit", async () => {
    const inlineLimitBytes = 60_000;
    const bodies = [];
    const counting = (url, init) => {
      if (url.endsWith(":generateContent")) bodies.push(init.body.length);
      return fetch(url, init);
    };
    for (const Client of [PlainClient, GeminiClient]) {
      const client = clientWith({ inlineLimitBytes, fetch: counting }, Client);
      const chat = client.chats.create({ model });
      for (const media of sounds) await chat.sendMessage({ message: [media, "Hi"] });
      assert.equal(kinds(chat).filter((kind) => kind === "fileData").length, 3);
      const whole = clientWith({ transport: "inline" }, Client).chats.create({ model, history: chat.getHistory() });
      await whole.sendMessage({ message: "More?" });
    }
    assert.ok(bodies.length === 8 && Math.max(...bodies) < inlineLimitBytes, bodies.join());
    assert.ok(bodies.every((length) => length > 40_000));
  });

  test("so does a history that was kept elsewhere; what a model said stays as it is", async () => {
    const inlineData = (bytes) => ({ inlineData: { mimeType: "audio/wav", data: bytes.toString("base64") } });
    const signed = { ...inlineData(sounds[3]), thoughtSignature: "YQ==" };
    const history = [
      { role: "user", parts: [{ ...inlineData(sounds[0]), mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } }] },
      { role: "model", parts: [{ text: "What?" }, signed] },
      { role: "user", parts: [inlineData(sounds[1]), { text: "That." }] },
    ];
    const chat = clientWith({ inlineLimitBytes: 60_000 }).chats.create({ model, history });
    assert.deepEqual(chat.getHistory(), history);
    await chat.sendMessage({ message: [sounds[2], "Hi"] });
    assert.equal(uploads(), 3);
    const said = chat.getHistory();
    assert.deepEqual(said[0].parts[0].mediaResolution, { level: "MEDIA_RESOLUTION_LOW" });
    assert.deepEqual(said[1], history[1]);
    assert.deepEqual(kinds(chat).slice(0, 6), ["fileData", "text", "inlineData", "fileData", "text", "fileData"]);
  });

  test("memory that the caller uses again changes nothing of what was said", async () => {
    const bytes = Buffer.from(jpeg);
    const chat = clientWith({}).chats.create({ model });
    await chat.sendMessage({ message: [bytes, "Hi"] });
    bytes.fill(0);
    await chat.sendMessage({ message: "More?" });
    assert.equal(chat.getHistory()[0].parts[0].inlineData.data, jpeg.toString("base64"));
  });
});

describe("batches", () => {
  test("files of earlier requests are looked at first: gone or soon gone, they are sent again", async () => {
    const client = clientWith({ transport: "files" });
    const src = [1, 2].map((number) => ({ key: `q${number}`, contents: [sound, "Hi"] }));
    const looks = () => emulator.requests.filter(({ call }) => call === "files.get").length;
    await client.models.generateContent({ model, ...src[0] });
    await client.batches.create({ model, src });
    assert.deepEqual([uploads(), looks()], [1, 1]);
    await client.files.delete({ name: emulator.fileNames[0] });
    await client.batches.create({ model, src });
    assert.deepEqual([uploads(), emulator.fileNames.length], [2, 1]);
    // By the service's clock there are hours left, but no day.
    emulator.clock.set(Date.now() - 40 * 3600e3);
    const other = clientWith({ transport: "files" });
    await other.models.generateContent({ model, ...src[0] });
    emulator.clock.set(Date.now());
    await other.batches.create({ model, src });
    assert.equal(uploads(), 4);
  });
});
