/** Tokens and cost before anything is sent. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { compare, costOf, estimate, models, prepare, probe } from "gemini-vision-wasm";
import { assertHolds, chainOf } from "./arithmetic.mjs";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";
import { refused } from "./refused.mjs";

const model = "gemini-3.5-flash";
const sideways = orientedJpeg(6, scene(60, 90));
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));
const image = (uprightWidth, uprightHeight) => ({ kind: "image", uprightWidth, uprightHeight });
const codes = ({ warnings }) => warnings.map(({ code }) => code);
const kinds = ({ parts }) => parts.map(({ kind }) => kind);

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "estimate-"));
  await writeFile(path.join(folder, "sideways.jpg"), sideways);
});
after(() => rm(folder, { recursive: true }));

const tokensOf = async (media, options, { id = model, ...config } = {}) =>
  (await estimate({ model: id, contents: { media }, config }, options)).parts[0].tokens;

describe("explanations are arithmetic that holds", () => {
  const sides = [1, 2, 48, 256, 384, 385, 540, 768, 960, 1024, 1151, 1152, 1153, 4032, 65_535];
  const sizes = [
    ...sides.flatMap((width) => sides.map((height) => image(width, height))),
    ...[image(35, 32), image(32, 35), image(1120, 1), image(1121, 1), image(2_147_483_647, 1), image(1, 2_147_483_647)],
  ];
  const pages = [
    { kind: "document", pages: 1 },
    { kind: "document", pages: 1000 },
    { kind: "document", pages: 3, pageSizes: [{ width: 595, height: 842 }] },
    {
      kind: "document",
      pages: 4,
      pageSizes: [
        { width: 595.2755905511812, height: 841.8897637795277 },
        { width: 612, height: 792 },
        { width: 612, height: 792 },
        { width: 5, height: 14_400 },
      ],
    },
    { kind: "document", pages: 1, pageSizes: [{ width: 1_080_000_000, height: 540_000_000 }] },
  ];
  const seconds = [0.04, 0.3, 0.1 + 0.2, 0.788, 1, 1.305, 3.239, 4.488, 10.027, 59.99, 2610, 5400.5];
  const clips = seconds.flatMap((durationSeconds) => [
    { kind: "video", durationSeconds },
    { kind: "video", durationSeconds, hasAudio: false, uprightWidth: 1280, uprightHeight: 720 },
    { kind: "video", durationSeconds, hasAudio: true, uprightWidth: 320, uprightHeight: 1760 },
    { kind: "audio", durationSeconds },
  ]);
  const contents = [...sizes, ...pages, ...clips].map((media) => ({ media }));
  const levels = [undefined, "low", "medium", "high", "ultra_high"];

  test("for every model, size, level, basis and way of travel", async () => {
    let checked = 0;
    for (const { id } of models.list()) {
      for (const mediaResolution of levels) {
        for (const basis of ["observed", "documented"]) {
          const via = checked % 2 === 0 ? "inline" : "files";
          const config = mediaResolution && { mediaResolution };
          const { parts, tokens, complete } = await estimate({ model: id, contents, config }, { basis, via });
          for (const part of parts) assertHolds(part, `${id} ${mediaResolution} ${basis}`);
          assert.equal(
            tokens,
            parts.reduce((sum, part) => sum + part.tokens, 0),
          );
          assert.ok(complete);
          checked += parts.length + 1;
        }
      }
    }
    assert.ok(checked > 50_000, `${checked} explanations`);
  });

  test("clips and frame rates too", async () => {
    const media = { kind: "video", durationSeconds: 61.7, uprightWidth: 640, uprightHeight: 480 };
    const clips = [];
    for (const fps of [0.1, 0.2, 1 / 3, 0.5, 1, 2, 23.976, 24]) {
      for (const range of [
        {},
        { startOffset: "40s" },
        { startOffset: "1.1s", endOffset: "1.4s" },
        { endOffset: "900s" },
      ]) {
        clips.push({ media, videoMetadata: { fps, ...range } });
      }
    }
    for (const id of ["gemini-1.5-flash", "gemini-2.0-flash", "gemini-2.5-flash", model, "gemini-4-carbon"]) {
      for (const part of (await estimate({ model: id, contents: clips })).parts) assertHolds(part, id);
    }
  });

  test("of text", async () => {
    for (const text of ["", "a", "Привет", "写真", "👩‍👩‍👧‍👦", "x".repeat(100_001)]) {
      const [part] = (await estimate({ model, contents: [text, "."] })).parts;
      assertHolds(part);
      assert.equal(part.tokens, Math.ceil(Buffer.byteLength(text) / 4));
      assert.deepEqual([part.kind, part.basis], ["text", "unverified"]);
    }
  });

  test("the evaluator itself sees what is wrong", () => {
    assert.deepEqual(
      chainOf("2 × (3 + 4) − ⌈7 / 2⌉ = ⌊√101⌋ = min(10, 11) = round(9.5): words: 3 = 4"),
      [10, 10, 10, 10],
    );
    assert.throws(() => assertHolds({ tokens: 10, explanation: "2 × 4 = 10: wrong" }));
    assert.throws(() => chainOf("√2: not rounded"));
    assert.throws(() => chainOf("2 ×: nothing"));
    assert.throws(() => chainOf("2 3: two numbers"));
  });
});

describe("the published examples", () => {
  test("960×540 is 1,548 on 1.5 and 2.0 as documented", async () => {
    for (const id of ["gemini-1.5-pro", "gemini-1.5-flash", "gemini-2.0-flash"]) {
      const { parts } = await estimate({ model: id, contents: { media: image(960, 540) } }, { basis: "documented" });
      assert.equal(parts[0].tokens, 1548, id);
      assert.equal(parts[0].basis, "documented");
      assert.deepEqual(parts[0].tiles, { columns: 3, rows: 2, width: 360, height: 360, overview: false });
    }
  });

  test("as billed it is 258 on 1.5 and 2.5, one overview more on 2.0, a grid on 3.x", async () => {
    const part = async (id) => (await estimate({ model: id, contents: { media: image(960, 540) } })).parts[0];
    assert.equal((await part("gemini-1.5-pro")).tokens, 258);
    assert.equal((await part("gemini-2.5-flash")).tokens, 258);
    const two = await part("gemini-2.0-flash");
    assert.deepEqual([two.tokens, two.basis, two.tiles.overview], [1806, "observed", true]);
    const three = await part(model);
    assert.deepEqual([three.tokens, three.grid, three.tiles], [44 * 25, { columns: 44, rows: 25 }, undefined]);
  });

  test("what nobody published or recorded is unverified", async () => {
    const basis = async (id, config) =>
      (await estimate({ model: id, contents: { media: image(9, 9) }, config })).parts[0].basis;
    assert.equal(await basis("gemini-4-carbon"), "unverified");
    assert.equal(await basis(model, { mediaResolution: "medium" }), "unverified");
    assert.equal(await basis(model), "observed");
  });
});

describe("contents", () => {
  test("each kind of thing is counted as what it is", async () => {
    const prepared = await prepare(sideways);
    const { parts, complete, tokens } = await estimate({
      model,
      contents: [
        "Words",
        png,
        prepared,
        { text: "More words" },
        { inlineData: { mimeType: "image/png", data: png.toString("base64") } },
        { inlineData: { mimeType: "text/plain", data: Buffer.from("eight by").toString("base64") } },
        { media: new Blob([sideways]), mediaResolution: "low" },
        { media: path.join(folder, "sideways.jpg") },
        { media: await probe(sideways) },
        { media: { kind: "audio", durationSeconds: 2 } },
        { media: { kind: "video", durationSeconds: 2, hasAudio: false } },
        { media: { kind: "document", pages: 2 } },
        { functionCall: { name: "f", args: {} } },
      ],
      config: { systemInstruction: "Be short", tools: [{ googleSearch: {} }] },
    });
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      "text image image text image text image image image audio video document text text text".split(" "),
    );
    assert.equal(parts[5].tokens, 2);
    assert.equal(parts[2].tokens, parts[7].tokens);
    assert.equal(parts[7].tokens, parts[8].tokens);
    assert.ok(parts[6].tokens < parts[7].tokens / 3);
    assert.equal(parts[9].seconds, 2);
    assert.equal(parts[10].frames, 2);
    assert.equal(parts[11].pages, 2);
    assert.ok(complete);
    assert.equal(
      tokens,
      parts.reduce((sum, part) => sum + part.tokens, 0),
    );
  });

  test("a conversation, and one thing that is no list", async () => {
    const turns = [
      {
        role: "user",
        parts: [{ text: "Hello" }, { inlineData: { mimeType: "image/png", data: png.toString("base64") } }],
      },
      { role: "model", parts: [{ text: "Hi" }] },
    ];
    assert.deepEqual(kinds(await estimate({ model, contents: turns })), ["text", "image", "text"]);
    assert.deepEqual(kinds(await estimate({ model, contents: turns[0] })), ["text", "image"]);
    assert.deepEqual(kinds(await estimate({ model, contents: "Hello" })), ["text"]);
    assert.deepEqual(kinds(await estimate({ model, contents: png })), ["image"]);
  });

  test("a sideways photo counts as it is seen", async () => {
    const { parts } = await estimate({ model, contents: sideways });
    assert.equal(parts[0].tokens, await tokensOf(image(60, 90)));
    assert.match(parts[0].explanation, /60 \/ 90/);
  });

  test("a foreign file cannot be known", async () => {
    const contents = ["What?", { fileData: { fileUri: "https://example.test/files/a", mimeType: "video/mp4" } }];
    const { parts, complete, tokens } = await estimate({ model, contents });
    assert.equal(complete, false);
    assert.deepEqual([parts[1].tokens, parts[1].kind], [null, "file"]);
    assert.match(parts[1].explanation, /^unknown: /);
    assert.equal(tokens, parts[0].tokens);
  });

  test("what was cached cannot be known, and is part of the prompt", async () => {
    const ask = { contents: "And now?", config: { cachedContent: "cachedContents/abc" } };
    const estimates = [await estimate({ model, ...ask }), ...(await compare(ask, { models: [model] }))];
    for (const { complete, parts } of estimates) {
      assert.equal(complete, false);
      const [, cached] = parts;
      assert.deepEqual([cached.kind, cached.tokens], ["cache", null]);
      assert.match(cached.explanation, /^unknown: what was cached/);
    }
  });

  test("inline data that cannot be read here are unknown, not an error", async () => {
    for (const [mimeType, data] of [
      ["video/mp4", Buffer.from("no video at all").toString("base64")],
      ["image/png", "!!!"],
    ]) {
      const { parts, complete } = await estimate({ model, contents: [{ inlineData: { mimeType, data } }] });
      assert.equal(complete, false);
      assert.deepEqual([parts[0].tokens, parts[0].kind], [null, mimeType.split("/")[0]]);
    }
  });

  test("a picture alone goes before a text alone, with a warning, unless told otherwise", async () => {
    const moved = await estimate({ model, contents: ["Caption this.", png] });
    assert.deepEqual(kinds(moved), ["image", "text"]);
    assert.equal(codes(moved)[0], "text-moved-after-image");
    for (const [contents, options] of [
      [["Caption this.", png], { order: "as-given" }],
      [[png, "Caption this."], {}],
      [["Compare", png, png], {}],
      [["Caption this.", { media: png }], {}],
      [[{ text: "Caption this." }, png], {}],
      [["Caption this.", { inlineData: { mimeType: "image/png", data: png.toString("base64") } }], {}],
    ]) {
      const kept = await estimate({ model, contents }, options);
      assert.equal(kinds(kept)[0], contents[0] === png ? "image" : "text");
      assert.deepEqual(
        codes(kept).filter((code) => code === "text-moved-after-image"),
        [],
      );
    }
  });

  test("a source's own warnings come along", async () => {
    const wrong = new Blob([sideways], { type: "image/png" });
    assert.deepEqual(codes(await estimate({ model: "gemini-3.8-flash", contents: wrong })), ["mime-mismatch"]);
  });

  test("what is no content is refused by name", async () => {
    for (const [contents, message] of [
      [undefined, /empty/],
      [null, /empty/],
      [[], /empty/],
      [[null], /null/],
      [[42], /a number/],
      [[[png]], /an array within an array/],
      [[Promise.resolve(png)], /Promise/],
      [[image(1, 1)], /write { media: facts }/],
      [[{}], /plain|Object/],
      [[{ media: undefined }], /without a source/],
      [["text", { role: "user", parts: [] }], /mixes turns/],
    ]) {
      await refused(estimate({ model, contents }), "bad-argument", message);
    }
  });

  test("options that make no sense are refused by name", async () => {
    const wrong = [
      ...["500", Number.NaN, -5, Number.POSITIVE_INFINITY, null].map((outputTokens) => ({ outputTokens })),
      { at: 5n },
      { at: {} },
      ...["basis", "via", "order"].flatMap((name) => ["nonsense", 5, ""].map((value) => ({ [name]: value }))),
    ];
    for (const options of wrong) {
      const message = new RegExp(`^"?${Object.keys(options)[0]}"? is `);
      await refused(estimate({ model, contents: "Hi" }, options), "bad-argument", message);
      await refused(compare({ contents: "Hi" }, options), "bad-argument", message);
    }
    for (const options of [{ models: model }, { models: [5] }, { mediaResolutions: "low" }]) {
      await refused(compare({ contents: "Hi" }, options), "bad-argument", /is a list of texts/);
    }
    assert.equal((await estimate({ model, contents: "Hi" }, { outputTokens: 0.5 })).cost.covers, "input+output");
  });

  test("more than 3,600 images are too many", async () => {
    const media = image(1, 1);
    const many = (count) => Array.from({ length: count }, () => ({ media }));
    assert.equal((await estimate({ model, contents: many(3600) })).parts.length, 3600);
    await refused(estimate({ model, contents: many(3601) }), "too-large", /3600 images/);
  });
});

describe("facts in the place of a file", () => {
  const good = [
    image(1, 1),
    { kind: "document", pages: 1, pageSizes: [{ width: 0.5, height: 14_400 }] },
    { kind: "video", durationSeconds: 0.01 },
    { kind: "audio", durationSeconds: 34_200 },
  ];
  for (const facts of good) {
    test(`taken: ${JSON.stringify(facts)}`, async () => assert.ok((await tokensOf(facts)) > 0));
  }

  const bad = [
    image(0, 1),
    image(-1, 1),
    image(Number.NaN, 1),
    image(Number.POSITIVE_INFINITY, 1),
    image("960", 540),
    image(960.5, 540),
    image(2 ** 32, 1),
    { kind: "image", width: 1, height: 1 },
    { kind: "document" },
    { kind: "document", pages: 0 },
    { kind: "document", pages: 1.5 },
    { kind: "document", pages: 1, pageSizes: [{ width: 0, height: 5 }] },
    { kind: "document", pages: 1, pageSizes: [{ width: 5 }] },
    { kind: "document", pages: 1, pageSizes: 5 },
    { kind: "video", durationSeconds: 0 },
    { kind: "video", durationSeconds: 1, uprightWidth: Number.NaN, uprightHeight: 5 },
    { kind: "video", durationSeconds: 1, uprightWidth: -5, uprightHeight: 5 },
    { kind: "audio", durationSeconds: "3" },
    { kind: "audio", durationSeconds: Number.POSITIVE_INFINITY },
    { kind: "audio", durationSeconds: 1e300 },
    { kind: "hologram", uprightWidth: 1, uprightHeight: 1 },
  ];
  for (const facts of bad) {
    const shown = JSON.stringify(facts, (_, value) => (typeof value === "number" ? String(value) : value));
    test(`refused: ${shown}`, () => refused(estimate({ model, contents: { media: facts } }), "bad-argument", /kind/));
  }

  test("a file's own facts that are not enough are unknown, as the file itself is", async () => {
    const film = { ...(await probe(sideways)), kind: "video", format: "mpeg", mimeType: "video/mpeg" };
    const locked = { ...film, kind: "document", format: "pdf", mimeType: "application/pdf" };
    for (const media of [film, locked, { ...film, kind: "audio" }]) {
      const { complete, parts } = await estimate({ model, contents: { media } });
      assert.equal(complete, false);
      assert.equal(parts[0].tokens, null);
      assert.match(parts[0].explanation, /^unknown: the (file|document) does not tell/);
    }
    await refused(estimate({ model, contents: { media: { ...film, durationSeconds: "5" } } }), "bad-argument", /"5"/);
  });

  test("a refusal names what is wrong, not everything", async () => {
    const facts = { ...(await probe(sideways)), uprightWidth: "x".repeat(1000) };
    const { message } = await refused(estimate({ model, contents: { media: facts } }), "bad-argument", /uprightWidth/);
    assert.ok(message.length < 250 && !message.includes("{"), message);
  });

  test("only the ratio of a page's sides counts, in whatever unit", async () => {
    const page = (width, height) => tokensOf({ kind: "document", pages: 1, pageSizes: [{ width, height }] });
    assert.equal(await page(595, 842), 532);
    for (const scale of [0.01, 1 / 7, 1000, 1_000_000]) assert.equal(await page(595 * scale, 842 * scale), 532);
    assert.equal(await page(1_080_000_000, 540_000_000), 33 * 16);
  });

  test("clips that are none", async () => {
    const media = { kind: "video", durationSeconds: 10 };
    for (const videoMetadata of [{ fps: 0 }, { fps: 25 }, { fps: "1" }, { startOffset: "1" }, { endOffset: "1m" }]) {
      await refused(estimate({ model, contents: { media, videoMetadata } }), "bad-argument");
    }
  });
});

describe("media resolution", () => {
  const picture = image(1000, 1000);

  test("of the request, in every spelling", async () => {
    for (const mediaResolution of ["low", "LOW", "MEDIA_RESOLUTION_LOW"]) {
      const whole = await estimate({ model, contents: { media: picture }, config: { mediaResolution } });
      assert.equal(whole.parts[0].tokens, 256);
      assert.equal(whole.mediaResolution, "MEDIA_RESOLUTION_LOW");
    }
    assert.equal(await tokensOf(picture, {}, { mediaResolution: "MEDIA_RESOLUTION_UNSPECIFIED" }), 1089);
  });

  test("of a part goes before that of the request", async () => {
    const contents = [{ media: picture, mediaResolution: "ultra_high" }, { media: picture }];
    const { parts } = await estimate({ model, contents, config: { mediaResolution: "low" } });
    assert.deepEqual(
      parts.map(({ tokens }) => tokens),
      [47 * 47, 256],
    );
    const part = {
      inlineData: { mimeType: "image/png", data: png.toString("base64") },
      mediaResolution: { level: "MEDIA_RESOLUTION_LOW" },
    };
    const [written] = (await estimate({ model, contents: [part] })).parts;
    assert.equal(written.tokens, await tokensOf(image(30, 20), {}, { mediaResolution: "low" }));
  });

  test("by part on a model that has it for requests only is warned of", async () => {
    const contents = [{ media: picture, mediaResolution: "low" }];
    assert.ok(codes(await estimate({ model: "gemini-2.5-flash", contents })).includes("media-resolution-per-part"));
    assert.ok(!codes(await estimate({ model, contents })).includes("media-resolution-per-part"));
  });

  test("what is none is refused", () =>
    refused(estimate({ model, contents: "x", config: { mediaResolution: "enormous" } }), "bad-argument", /enormous/));
});

describe("cost and context", () => {
  const contents = { media: image(1000, 1000) };

  test("the prompt alone, then with an answer", async () => {
    const { tokens, cost } = await estimate({ model, contents }, { at: "2026-11-24" });
    assert.equal(tokens, 1089);
    assert.deepEqual([cost.covers, cost.inputPerMillion, cost.outputPerMillion], ["input", 1.5, 9]);
    assert.ok(Math.abs(cost.usd - (1089 * 1.5) / 1e6) < 1e-15);
    assert.equal(cost.outputUsd, undefined);
    const more = (await estimate({ model, contents }, { at: "2026-11-24", outputTokens: 1000 })).cost;
    assert.equal(more.covers, "input+output");
    assert.ok(Math.abs(more.outputUsd - 0.009) < 1e-15);
    assert.ok(Math.abs(more.usd - cost.usd - 0.009) < 1e-15);
    const billed = costOf({ promptTokenCount: 1089, candidatesTokenCount: 1000 }, { model, at: "2026-11-24" });
    assert.ok(Math.abs(billed.usd - more.usd) < 1e-15);
  });

  test("prices of another day, and of a batch", async () => {
    const cost = async (options) => (await estimate({ model: "gemini-3.8-flash", contents }, options)).cost;
    const now = await cost({ at: "2026-12-31" });
    const later = await cost({ at: new Date("2027-01-01T00:00:00Z") });
    assert.ok(Math.abs(later.usd / now.usd - 2) < 1e-9);
    const batch = await cost({ at: Date.parse("2026-12-31"), batch: true });
    assert.ok(batch.batch && !now.batch);
    assert.ok(Math.abs(now.usd / batch.usd - 2) < 1e-9);
    await refused(estimate({ model, contents }, { at: "some day" }), "bad-argument");
  });

  test("sound of a video is priced as sound", async () => {
    const id = "gemini-2.5-flash";
    const at = "2026-11-24";
    const clip = { kind: "video", durationSeconds: 100 };
    const loud = await estimate({ model: id, contents: { media: clip } }, { at });
    const silent = await estimate({ model: id, contents: { media: { ...clip, hasAudio: false } } }, { at });
    const sound = loud.tokens - silent.tokens;
    assert.equal(sound, 3200);
    assert.ok(Math.abs(loud.cost.usd - silent.cost.usd - (sound * 1) / 1e6) < 1e-12);
  });

  test("a model without prices has no cost", async () => {
    assert.equal((await estimate({ model: "gemini-1.0-pro-vision", contents })).cost, null);
  });

  test("what does not fit is told", async () => {
    const long = { media: { kind: "audio", durationSeconds: 34_200 } };
    const { fits, contextWindow, tokens } = await estimate({ model: "gemini-2.5-flash", contents: long });
    assert.deepEqual([fits, contextWindow], [false, 1_048_576]);
    assert.equal(tokens, 34_200 * 32);
    assert.ok((await estimate({ model, contents })).fits);
  });

  test("an end that has come, or is near, is told", async () => {
    const at = (day, id) => estimate({ model: id, contents }, { at: day }).then(codes);
    assert.deepEqual(await at("2026-12-01", "gemini-2.5-flash"), ["model-retired"]);
    assert.deepEqual(await at("2026-11-30", "gemini-2.5-flash"), ["model-deprecated"]);
    assert.deepEqual(await at("2026-01-01", "gemini-2.5-flash"), []);
  });

  test("video frames travel inline or by file", async () => {
    const clip = { kind: "video", durationSeconds: 10, uprightWidth: 1280, uprightHeight: 720, hasAudio: false };
    assert.equal(await tokensOf(clip, {}), 660);
    assert.equal(await tokensOf(clip, { via: "files" }), 640);
  });
});

describe("compare", () => {
  const media = image(960, 540);

  test("models in the outer loop, resolutions in the inner one", async () => {
    const rows = await compare(
      { contents: { media } },
      { models: ["gemini-2.5-flash", model], mediaResolutions: ["low", "high"] },
    );
    assert.deepEqual(
      rows.map((row) => [row.model, row.mediaResolution, row.tokens]),
      [
        ["gemini-2.5-flash", "MEDIA_RESOLUTION_LOW", 64],
        ["gemini-2.5-flash", "MEDIA_RESOLUTION_HIGH", 258],
        [model, "MEDIA_RESOLUTION_LOW", 22 * 12],
        [model, "MEDIA_RESOLUTION_HIGH", 44 * 25],
      ],
    );
    const [, , low] = rows;
    const alone = await estimate({ model, contents: { media }, config: { mediaResolution: "low" } });
    assert.deepEqual(low, alone);
  });

  test("without a list: every model that answers on that day, and no other", async () => {
    const rows = await compare({ contents: { media } }, { at: "2026-11-24" });
    const ids = rows.map((row) => row.model);
    assert.equal(new Set(ids).size, ids.length);
    for (const gone of ["gemini-1.5-pro", "gemini-2.0-flash", "gemini-embedding-2", "gemini-3.8-live"]) {
      assert.ok(!ids.includes(gone), gone);
    }
    for (const there of ["gemini-2.5-flash", "gemini-4-carbon", model]) assert.ok(ids.includes(there), there);
    const later = await compare({ contents: { media } }, { at: "2026-12-01" });
    assert.ok(!later.some((row) => row.model === "gemini-2.5-flash"));
  });

  test("a source is read once", async () => {
    let reads = 0;
    const stream = new ReadableStream({
      pull(controller) {
        reads++;
        controller.enqueue(new Uint8Array(png));
        controller.close();
      },
    });
    const rows = await compare({ contents: stream }, { models: [model, "gemini-2.5-flash", "gemini-2.0-flash"] });
    assert.equal(rows.length, 3);
    assert.equal(reads, 1);
  });

  test("an unknown model is named", () =>
    refused(compare({ contents: "x" }, { models: ["gemini-3.5-falsh"] }), "unknown-model", /gemini-3\.5-flash/));
});

describe("errors and aborts", () => {
  test("an unknown model names the nearest id", () =>
    refused(estimate({ model: "gemini-3.5-flahs", contents: "x" }), "unknown-model", /"gemini-3\.5-flash"/));

  test("a damaged source is an error, not a guess", async () => {
    await refused(estimate({ model, contents: [sideways.subarray(0, 50)] }), "truncated");
    await refused(estimate({ model, contents: { media: path.join(folder, "nowhere.jpg") } }), "source-unreachable");
  });

  test("the signal's own reason", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(estimate({ model, contents: [png] }, { signal }), (error) => error === reason);
    await assert.rejects(compare({ contents: [png] }, { signal }), (error) => error === reason);
    for (const config of [{ signal }, { abortSignal: signal }]) {
      await assert.rejects(estimate({ model, contents: "Hi", config }), (error) => error === reason);
      await assert.rejects(compare({ contents: "Hi", config }), (error) => error === reason);
    }
  });

  test("what JSON cannot hold is refused, as a request's is", async () => {
    const circle = {};
    circle.self = circle;
    for (const value of [circle, 5n]) {
      const functionCall = { name: "f", args: { value } };
      await refused(estimate({ model, contents: "Hi", config: { tools: [value] } }), "bad-argument", /JSON/);
      await refused(estimate({ model, contents: [{ functionCall }] }), "bad-argument", /JSON/);
    }
    await refused(estimate(), "bad-argument");
    await refused(compare(), "bad-argument");
  });

  test("null is not set", async () => {
    const { tokens, complete } = await estimate({ model, contents: "Hi", config: null });
    assert.deepEqual([tokens, complete], [1, true]);
    const contents = [
      { media: image(960, 540), videoMetadata: null },
      { text: "Hi", inlineData: null },
    ];
    assert.equal((await estimate({ model, contents, config: { tools: null } })).complete, true);
    const film = { media: { kind: "video", durationSeconds: 3 }, videoMetadata: null };
    assert.equal((await estimate({ model, contents: [film] })).parts[0].seconds, 3);
    const odd = await estimate({ model, contents: [{ inlineData: { mimeType: 5, data: [] } }] });
    assert.equal(odd.complete, false);
  });

  test("a registered model is estimated by the rules it borrows", async () => {
    models.register({ id: "gemini-99-test", like: "gemini-2.0-flash", prices: { input: 1, output: 2 } });
    const { tokens, cost } = await estimate({ model: "gemini-99-test", contents: { media: image(960, 540) } });
    assert.equal(tokens, 1806);
    assert.ok(Math.abs(cost.usd - 0.001806) < 1e-12);
  });
});
