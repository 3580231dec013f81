/** A request's body, against JSON.stringify of the same object. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { buildRequest, estimate, prepare } from "gemini-vision-wasm";
import { encodePng, orientedJpeg, scene } from "./pictures.mjs";
import { refused } from "./refused.mjs";

const model = "gemini-3.5-flash";
const png = Buffer.from(encodePng(scene(30, 20), { colorType: 2 }));
const sideways = orientedJpeg(6, scene(60, 90));
const inline = (bytes, mimeType) => ({ inlineData: { mimeType, data: Buffer.from(bytes).toString("base64") } });
const pngPart = inline(png, "image/png");
const user = (...parts) => [{ role: "user", parts }];
const codes = ({ warnings }) => warnings.map(({ code }) => code);

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "request-"));
  await writeFile(path.join(folder, "small.png"), png);
});
after(() => rm(folder, { recursive: true }));

/** Byte for byte, with a mismatch shown as text. */
function assertBody(body, expected) {
  const wanted = Buffer.from(JSON.stringify(expected));
  if (!wanted.equals(body)) assert.equal(Buffer.from(body).toString(), wanted.toString());
  assert.equal(body.byteLength, body.buffer.byteLength, "the body owns its buffer whole");
}

async function check(ask, expected, options) {
  const { path: where, body } = await buildRequest({ model, ...ask }, options);
  assert.equal(where, `models/${model}:${options?.api ?? "generateContent"}`);
  assertBody(body, expected);
}

describe("contents become what the REST API takes", () => {
  const cases = {
    "a text": ["Hello", user({ text: "Hello" })],
    texts: [["Hello", "there"], user({ text: "Hello" }, { text: "there" })],
    "an empty text": [[""], user({ text: "" })],
    "a picture": [png, user(pngPart)],
    "a picture, then a text": [[png, "What?"], user(pngPart, { text: "What?" })],
    "pictures and texts as given": [["a", png, "b", png], user({ text: "a" }, pngPart, { text: "b" }, pngPart)],
    "a text that looks like a path": ["small.png", user({ text: "small.png" })],
    "a text that looks like an address": ["data:image/png;base64,AAAA", user({ text: "data:image/png;base64,AAAA" })],
    "a Part as written": [
      [{ thoughtSignature: "c2ln", text: "a", thought: true }],
      user({ thoughtSignature: "c2ln", text: "a", thought: true }),
    ],
    "a file of the service": [
      [{ fileData: { fileUri: "https://example.test/v1beta/files/a", mimeType: "video/mp4" } }],
      user({ fileData: { fileUri: "https://example.test/v1beta/files/a", mimeType: "video/mp4" } }),
    ],
    "members in the order in which they came": [
      [{ inlineData: { data: "AAAA", mimeType: "image/png" }, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } }],
      user({ inlineData: { data: "AAAA", mimeType: "image/png" }, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } }),
    ],
    "base64 as it was written, even if it is none": [
      [
        { inlineData: { mimeType: "image/png", data: "-_-_-Q" } },
        { inlineData: { mimeType: "image/png", data: 'not base64 \u2028 " \\ \u{1F600}' } },
        { inlineData: { mimeType: "image/png", data: "" } },
      ],
      user(
        { inlineData: { mimeType: "image/png", data: "-_-_-Q" } },
        { inlineData: { mimeType: "image/png", data: 'not base64 \u2028 " \\ \u{1F600}' } },
        { inlineData: { mimeType: "image/png", data: "" } },
      ),
    ],
    "a turn": [{ role: "user", parts: [{ text: "a" }] }, user({ text: "a" })],
    "a turn without a role": [{ parts: [{ text: "a" }] }, [{ parts: [{ text: "a" }] }]],
    "a conversation": [
      [
        { role: "user", parts: [{ text: "Where?" }] },
        { role: "model", parts: [{ functionCall: { name: "look", args: { deep: [{}, [], null] } } }] },
        { role: "function", parts: [{ functionResponse: { name: "look", response: { found: true } } }] },
      ],
      [
        { role: "user", parts: [{ text: "Where?" }] },
        { role: "model", parts: [{ functionCall: { name: "look", args: { deep: [{}, [], null] } } }] },
        { role: "function", parts: [{ functionResponse: { name: "look", response: { found: true } } }] },
      ],
    ],
  };
  for (const [what, [contents, expected]] of Object.entries(cases)) {
    test(what, () => check({ contents }, { contents: expected }));
  }

  test("sources in a turn's parts", async () => {
    const contents = [{ role: "user", parts: [png, "What?", { media: path.join(folder, "small.png") }] }];
    await check({ contents }, { contents: user(pngPart, { text: "What?" }, pngPart) });
  });

  test("media by path, by prepared media, with levels and clips", async () => {
    const prepared = await prepare(sideways);
    const videoMetadata = { fps: 0.5, startOffset: "1s" };
    await check(
      {
        contents: [
          { media: path.join(folder, "small.png"), mediaResolution: "low" },
          { media: prepared, mediaResolution: "MEDIA_RESOLUTION_ULTRA_HIGH" },
          { media: new Blob([png]), videoMetadata },
          prepared,
          "Go.",
        ],
      },
      {
        contents: user(
          { ...pngPart, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } },
          { ...inline(prepared.bytes, "image/jpeg"), mediaResolution: { level: "MEDIA_RESOLUTION_ULTRA_HIGH" } },
          { ...pngPart, videoMetadata },
          inline(prepared.bytes, "image/jpeg"),
          { text: "Go." },
        ),
      },
    );
  });

  test("a source goes out prepared, or as it is", async () => {
    const turned = await prepare(sideways, { quality: 50 });
    await check({ contents: [sideways] }, { contents: user((await prepare(sideways)).toPart()) });
    await check({ contents: [sideways] }, { contents: user(turned.toPart()) }, { prepare: { quality: 50 } });
    await check({ contents: [sideways] }, { contents: user(inline(sideways, "image/jpeg")) }, { prepare: false });
  });

  test("the type is the content's, whatever the source says", async () => {
    const wrong = new Blob([png], { type: "image/jpeg" });
    const request = await buildRequest({ model, contents: [wrong] });
    assertBody(request.body, { contents: user(pngPart) });
    assert.deepEqual(codes(request), ["mime-mismatch"]);
    assert.deepEqual(codes(await buildRequest({ model, contents: [wrong] }, { prepare: false })), ["mime-mismatch"]);
  });

  test("a text alone before a picture alone goes behind it, with a warning", async () => {
    const moved = await buildRequest({ model, contents: ["What?", png] });
    assertBody(moved.body, { contents: user(pngPart, { text: "What?" }) });
    assert.deepEqual(codes(moved), ["text-moved-after-image"]);
    const prepared = await prepare(png);
    assert.deepEqual(codes(await buildRequest({ model, contents: ["What?", prepared] })), ["text-moved-after-image"]);
    const kept = await buildRequest({ model, contents: ["What?", png] }, { order: "as-given" });
    assertBody(kept.body, { contents: user({ text: "What?" }, pngPart) });
    assert.deepEqual(codes(kept), []);
  });

  test("what is spelled out stays where it is put: { media }, parts, turns", async () => {
    const text = { text: "What?" };
    const media = { media: png };
    for (const contents of [
      ["What?", media],
      ["What?", { media: await prepare(png) }],
      ["What?", pngPart],
      [text, png],
      [text, media],
      [text, pngPart],
      [{ role: "user", parts: [text, media] }],
    ]) {
      const request = await buildRequest({ model, contents });
      assertBody(request.body, { contents: user(text, pngPart) });
      assert.deepEqual(codes(request), []);
    }
  });
});

describe("JSON comes out as JSON.stringify writes it", () => {
  const text = (value) => check({ contents: value }, { contents: user({ text: value }) });
  const strings = [
    'quotes " and \\ and / and \b\f\n\r\t',
    "\u0000\u0001\u001f\u007f\u0080\u00a0",
    "\u2028\u2029\ufeff\ufffe\uffff",
    "Grüße 写真 Привет مرحبا",
    "👩‍👩‍👧‍👦 𝒳 \u{10ffff}",
    "\\ud800 as six letters, \\\\ud800 as seven",
    "payload-0 payload- place:0",
    "x".repeat(300_000),
    "é".repeat(70_000),
  ];
  for (const value of strings) test(JSON.stringify(value).slice(0, 50), () => text(value));

  test("every unit of the basic plane that is a letter", async () => {
    const units = Array.from({ length: 0xd800 }, (_, i) => String.fromCharCode(i)).join("");
    await text(units);
    await text(Array.from({ length: 0x2000 }, (_, i) => String.fromCharCode(0xe000 + i)).join(""));
  });

  test("halves of pairs become U+FFFD, and nothing beside them is lost", async () => {
    const cases = {
      "a\ud800b": "a\ufffdb",
      "a\udfffb": "a\ufffdb",
      "\ud83d": "\ufffd",
      "\ud83d\ud83d\ude00": "\ufffd\u{1f600}",
      "\ude00\ud83d": "\ufffd\ufffd",
      "\\\ud800": "\\\ufffd",
      "\\\\\udc00x": "\\\\\ufffdx",
      "\\ud800\ud800\\": "\\ud800\ufffd\\",
    };
    for (const [given, expected] of Object.entries(cases)) {
      await check({ contents: [given] }, { contents: user({ text: expected }) });
      assert.equal(given.toWellFormed?.() ?? expected, expected);
    }
    await check(
      { contents: "x", config: { "k\ud800": 1 } },
      { contents: user({ text: "x" }), generationConfig: { "k\ufffd": 1 } },
    );
  });

  test("numbers", async () => {
    const numbers = [
      0,
      -0,
      1,
      -1,
      0.1,
      1e-7,
      1e21,
      1.5e300,
      5e-324,
      2 ** 53,
      -(2 ** 31),
      123456789012345680000,
      1 / 3,
      Number.NaN,
    ];
    await check(
      { contents: "x", config: { numbers } },
      { contents: user({ text: "x" }), generationConfig: { numbers } },
    );
  });

  test("values that JSON leaves out or changes", async () => {
    const date = new Date(0);
    const config = {
      a: undefined,
      b: null,
      c: [undefined, () => {}],
      d: date,
      e: { toJSON: () => "own" },
      f: {},
      g: [],
    };
    const { a, ...rest } = config;
    await check({ contents: "x", config }, { contents: user({ text: "x" }), generationConfig: rest });
    assert.equal(a, undefined);
  });

  test("nesting to 100 and no deeper", async () => {
    const nested = (depth) => {
      let value = 1;
      for (let i = 0; i < depth; i++) value = [value];
      return value;
    };
    // request, generationConfig and the array within: each is one.
    await check(
      { contents: "x", config: { deep: nested(98) } },
      { contents: user({ text: "x" }), generationConfig: { deep: nested(98) } },
    );
    await refused(
      buildRequest({ model, contents: "x", config: { deep: nested(99) } }),
      "bad-argument",
      /nested too deeply/,
    );
    await refused(
      buildRequest({ model, contents: "x", config: { deep: nested(3000) } }),
      "bad-argument",
      /nested too deeply/,
    );
    await check({ contents: "y" }, { contents: user({ text: "y" }) });
  });

  test("thousands of members and repeated texts", async () => {
    const labels = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`label-${i}`, `value "${i}"`]));
    await check({ contents: "x", config: { labels } }, { contents: user({ text: "x" }), labels });
  });

  test("shapes made at random", async () => {
    let seed = 20_261_125;
    const random = (below) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const letters = ["a", '"', "\\", "\n", "\u0007", "é", "写", "😀", "\u2028", "/", "<", " "];
    const word = () => Array.from({ length: random(12) }, () => letters[random(letters.length)]).join("");
    const value = (depth) => {
      const kind = random(depth > 5 ? 5 : 7);
      if (kind === 0) return word();
      if (kind === 1) return random(2) === 0;
      if (kind === 2) return null;
      if (kind === 3) return (random(2_000_001) - 1_000_000) / 10 ** random(9);
      if (kind === 4) return random(1e9);
      if (kind === 5) return Array.from({ length: random(6) }, () => value(depth + 1));
      return Object.fromEntries(Array.from({ length: random(6) }, () => [`k${word()}`, value(depth + 1)]));
    };
    for (let i = 0; i < 300; i++) {
      const responseSchema = value(0);
      const parts = Array.from({ length: 1 + random(4) }, () =>
        random(2) ? { text: word() } : inline(word(), "image/png"),
      );
      const expected = { contents: user(...parts), generationConfig: { responseSchema } };
      await check({ contents: parts, config: { responseSchema } }, expected);
    }
  });
});

describe("config is split as the REST API has it", () => {
  const contents = "x";
  const sent = { contents: user({ text: "x" }) };

  test("members of the request, of generationConfig, and of the client", async () => {
    const tools = [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT" } }] }];
    const root = {
      tools,
      toolConfig: { functionCallingConfig: { mode: "ANY" } },
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
      cachedContent: "cachedContents/a",
      labels: { team: "a" },
      serviceTier: "flex",
    };
    const generationConfig = {
      temperature: 0.2,
      topK: 40,
      thinkingConfig: { thinkingLevel: "LOW" },
      somethingNew: [1],
    };
    const { signal } = new AbortController();
    const client = { signal, abortSignal: signal, httpOptions: { timeout: 5, headers: { a: "b" } } };
    await check(
      { contents, config: { ...root, ...client, ...generationConfig } },
      { ...sent, ...root, generationConfig },
    );
  });

  test("a system instruction that is null is none", async () => {
    const config = { systemInstruction: null };
    for (const api of ["generateContent", "countTokens"]) await check({ contents, config }, sent, { api });
    const { body } = await buildRequest({ model, contents, config }, { api: "openai" });
    assertBody(body, { model, messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] });
  });

  test("an empty config adds nothing", async () => {
    await check({ contents, config: {} }, sent);
    await check({ contents, config: { temperature: undefined } }, sent);
  });

  test("media resolution in every spelling", async () => {
    for (const mediaResolution of ["low", "LOW", "MEDIA_RESOLUTION_LOW"]) {
      await check(
        { contents, config: { mediaResolution } },
        { ...sent, generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" } },
      );
    }
    await refused(buildRequest({ model, contents, config: { mediaResolution: "huge" } }), "bad-argument", /huge/);
    for (const name of ["api", "order"]) {
      await refused(
        buildRequest({ model, contents: "x" }, { [name]: "nonsense" }),
        "bad-argument",
        /one of.*"nonsense"/,
      );
    }
  });

  const instruction = { role: "user", parts: [{ text: "Be short." }] };
  const forms = {
    "a string": ["Be short.", instruction],
    "a Part": [{ text: "Be short." }, instruction],
    "an array of strings and Parts": [
      ["Be short.", { text: "And kind." }],
      { role: "user", parts: [{ text: "Be short." }, { text: "And kind." }] },
    ],
    "a Content": [
      { role: "system", parts: [{ text: "Be short." }] },
      { role: "system", parts: [{ text: "Be short." }] },
    ],
    "a Content without a role": [{ parts: [{ text: "Be short." }] }, { parts: [{ text: "Be short." }] }],
  };
  for (const [what, [systemInstruction, expected]] of Object.entries(forms)) {
    test(`systemInstruction as ${what}`, () =>
      check({ contents, config: { systemInstruction } }, { ...sent, systemInstruction: expected }));
  }
});

describe("countTokens", () => {
  const api = "countTokens";

  test("bare contents stay bare", () =>
    check({ contents: [png, "x"] }, { contents: user(pngPart, { text: "x" }) }, { api }));

  test("anything more is wrapped with its model", async () => {
    const request = { contents: user({ text: "x" }), generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" } };
    await check(
      { contents: "x", config: { mediaResolution: "low" } },
      { generateContentRequest: { model: `models/${model}`, ...request } },
      { api },
    );
  });
});

describe("paths", () => {
  const pathOf = async (id, api) => (await buildRequest({ model: id, contents: "x" }, { api })).path;

  test("a bare name gets models/, any other is left", async () => {
    assert.equal(await pathOf("gemini-3.8-flash"), "models/gemini-3.8-flash:generateContent");
    assert.equal(await pathOf("models/gemini-3.8-flash", "countTokens"), "models/gemini-3.8-flash:countTokens");
    assert.equal(await pathOf("tunedModels/mine-1"), "tunedModels/mine-1:generateContent");
  });

  test("no model is no request, and a name cannot lead elsewhere", async () => {
    for (const id of [
      undefined,
      "",
      5,
      "../files/a",
      "models/../x",
      "a?key=b",
      "a#b",
      "models/a:generateContent",
      "a b",
    ]) {
      await refused(buildRequest({ model: id, contents: "x" }), "bad-argument");
    }
  });
});

test("memory that a runtime takes from a pool is not sent", async (t) => {
  const pool = Buffer.from("somebody's key ".repeat(1000));
  t.mock.method(Buffer, "allocUnsafeSlow", (length) => pool.subarray(0, length));
  const { body } = await buildRequest({ model, contents: "What?" });
  assert.equal(Buffer.allocUnsafeSlow.mock.callCount(), 1);
  assert.deepEqual(JSON.parse(Buffer.from(body)), { contents: [{ role: "user", parts: [{ text: "What?" }] }] });
});

describe("limits", () => {
  test("inlineLimitBytes, to the byte", async () => {
    const { body } = await buildRequest({ model, contents: [png] });
    await check({ contents: [png] }, { contents: user(pngPart) }, { inlineLimitBytes: body.length });
    const options = { inlineLimitBytes: body.length - 1 };
    await refused(buildRequest({ model, contents: [png] }, options), "too-large", /inlineLimitBytes/);
  });

  test("above 20 MB a warning, above 100 MB an end", async () => {
    const data = (length) => ({ inlineData: { mimeType: "image/png", data: "A".repeat(length) } });
    assert.deepEqual(codes(await buildRequest({ model, contents: [data(19_999_000)] })), []);
    assert.deepEqual(codes(await buildRequest({ model, contents: [data(20_000_000)] })), ["over-inline-limit"]);
    const part = data(50_000_000);
    await refused(buildRequest({ model, contents: [part, part] }), "too-large", /100000000/);
  });

  test("3,600 images and not one more", async () => {
    const part = { inlineData: { mimeType: "image/png", data: "AAAA" } };
    const many = (count) => Array.from({ length: count }, () => part);
    await check({ contents: many(3600) }, { contents: user(...many(3600)) });
    await refused(buildRequest({ model, contents: many(3601) }), "too-large", /3600 images/);
    const turns = (count) => Array.from({ length: count }, () => ({ role: "user", parts: [part] }));
    await refused(buildRequest({ model, contents: turns(3601) }), "too-large", /3600 images/);
  });

  test("raw pixels are sent as a PNG, and as they are not at all", async () => {
    const pixels = scene(4, 3);
    await check({ contents: [pixels] }, { contents: user((await prepare(pixels)).toPart()) });
    await refused(buildRequest({ model, contents: [pixels] }, { prepare: false }), "bad-argument");
  });
});

describe("errors", () => {
  test("facts cannot be sent", () =>
    refused(
      buildRequest({ model, contents: { media: { kind: "image", uprightWidth: 1, uprightHeight: 1 } } }),
      "bad-argument",
      /not sent/,
    ));

  test("what is no content", async () => {
    for (const contents of [undefined, null, [], [null], [[png]], [{}], [Promise.resolve(png)], [png, { parts: [] }]]) {
      await refused(buildRequest({ model, contents }), "bad-argument");
    }
  });

  test("a value that JSON cannot write", async () => {
    const circle = {};
    circle.self = circle;
    for (const responseSchema of [circle, 5n]) {
      await refused(buildRequest({ model, contents: "x", config: { responseSchema } }), "bad-argument");
    }
  });

  test("a type that is not taken: how to make one that is, where that can be done here", async () => {
    const gif = Buffer.from("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=", "base64");
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>');
    const taken = /prepare\(source, \{ format: "jpeg" \}\) makes one/;
    await refused(buildRequest({ model, contents: [gif] }), "unsupported", taken);
    assert.equal((await prepare(gif, { format: "jpeg" })).mimeType, "image/jpeg");
    await refused(buildRequest({ model, contents: [svg] }), "unsupported", /nor can it be decoded here/);
    await refused(prepare(svg, { format: "jpeg" }), "unsupported");
    for (const media of [gif, svg]) {
      // Counted all the same, with the words by which sending it would be refused.
      const { warnings, complete } = await estimate({ model, contents: [media] });
      const { message } = await buildRequest({ model, contents: [media] }).catch((error) => error);
      assert.deepEqual([warnings[0], complete], [{ code: "unsupported", message }, true]);
    }
  });

  test("null is not set", async () => {
    await check({ contents: "x", config: null }, { contents: user({ text: "x" }) });
    const part = { text: "x", inlineData: null };
    await check({ contents: [part] }, { contents: user(part) });
    await refused(buildRequest(), "bad-argument");
  });

  test("a damaged picture, a missing file", async () => {
    await refused(buildRequest({ model, contents: [sideways.subarray(0, 80)] }), "truncated");
    await refused(buildRequest({ model, contents: { media: path.join(folder, "nowhere.png") } }), "source-unreachable");
  });

  test("the signal's own reason, from options or config", async () => {
    const reason = new Error("stop");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(buildRequest({ model, contents: [png] }, { signal }), (error) => error === reason);
    for (const config of [{ signal }, { abortSignal: signal }]) {
      await assert.rejects(buildRequest({ model, contents: [png], config }), (error) => error === reason);
      const both = buildRequest({ model, contents: [png], config }, { signal: new AbortController().signal });
      await assert.rejects(both, (error) => error === reason, "one does not hide the other");
    }
  });

  test("many at once do not mix", async () => {
    const pictures = Array.from({ length: 20 }, (_, i) => Buffer.from(encodePng(scene(5 + i, 4), { colorType: 2 })));
    const requests = await Promise.all(
      pictures.map((picture, i) => buildRequest({ model, contents: [new Blob([picture]), `number ${i}`] })),
    );
    for (const [i, { body }] of requests.entries()) {
      assertBody(body, { contents: user(inline(pictures[i], "image/png"), { text: `number ${i}` }) });
    }
  });
});
