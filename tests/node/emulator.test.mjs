/** What the emulator takes and says. What it refuses, its limits and its page have files of their own. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { estimate } from "gemini-vision-wasm";
import { startEmulator } from "gemini-vision-wasm/emulator";
import {
  call,
  countPath,
  generatePath,
  jpeg,
  media,
  model,
  png,
  rawCall,
  sidewaysJpeg,
  textOf,
  user,
} from "./emulator-client.mjs";

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

async function answerTo(body, at = generatePath) {
  const answer = await call(emulator.url, at, body);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

describe("generateContent", () => {
  test("an answer says who speaks and what arrived", async () => {
    const json = await answerTo(user(media("image/jpeg", jpeg), { text: "Caption this image." }));
    const digest = createHash("sha256").update(jpeg).digest("hex").slice(0, 8);
    assert.equal(
      textOf(json),
      "This is the local emulator of gemini-vision-wasm; no model has seen this. It received 2 parts: image/jpeg 48×32 of " +
        `${jpeg.length.toLocaleString("en-US")} bytes, sha256 ${digest}…; text of 19 characters: "Caption this image.".`,
    );
    assert.equal(json.candidates[0].finishReason, "STOP");
    assert.equal(json.candidates[0].content.role, "model");
    assert.equal(json.modelVersion, model);
    assert.match(json.responseId, /^[\w-]{22}$/);
  });

  test("a picture that is not upright is called so", async () => {
    const text = textOf(await answerTo(user(media("image/jpeg", sidewaysJpeg))));
    assert.match(text, /image\/jpeg 32×48 \(upright 48×32, orientation 6\)/);
    assert.match(text, /sideways: part 1 stands upright only where EXIF orientation 6 is applied/);
    const upright = textOf(await answerTo(user(media("image/jpeg", jpeg))));
    assert.doesNotMatch(upright, /sideways|upright/);
  });

  test("the same facts come as JSON when JSON is asked for", async () => {
    const body = {
      ...user(media("image/jpeg", sidewaysJpeg)),
      generationConfig: { responseMimeType: "application/json" },
    };
    const facts = JSON.parse(textOf(await answerTo(body)));
    assert.match(facts.emulator, /no model has seen this/);
    const [{ width, height, uprightWidth, orientation, byteLength, sha256 }] = facts.parts;
    assert.deepEqual([width, height, uprightWidth, orientation, byteLength], [32, 48, 48, 6, sidewaysJpeg.length]);
    assert.equal(sha256, createHash("sha256").update(sidewaysJpeg).digest("hex"));
    assert.match(facts.warnings[0], /^sideways/);
  });

  test("a type whose header cannot be read is described by type, bytes and digest", async () => {
    const text = textOf(await answerTo(user(media("video/mpeg", "no header of any kind"))));
    assert.match(text, /: video\/mpeg of 21 bytes, sha256 [0-9a-f]{8}…\.$/);
  });

  test("usage is the package's own estimate, by modality", async () => {
    const json = await answerTo({
      ...user(media("image/jpeg", sidewaysJpeg), { text: "Caption this image." }, media("image/png", png)),
      systemInstruction: { parts: [{ text: "Be short." }] },
    });
    const contents = [{ media: sidewaysJpeg }, "Caption this image.", { media: png }];
    const own = await estimate({ model, contents, config: { systemInstruction: "Be short." } });
    const sum = (kind) =>
      own.parts.filter((part) => part.kind === kind).reduce((total, { tokens }) => total + tokens, 0);
    const { usageMetadata } = json;
    assert.equal(usageMetadata.promptTokenCount, own.tokens);
    assert.equal(usageMetadata.totalTokenCount, own.tokens + usageMetadata.candidatesTokenCount);
    const details = Object.fromEntries(usageMetadata.promptTokensDetails.map((row) => [row.modality, row.tokenCount]));
    assert.deepEqual(details, { IMAGE: sum("image"), TEXT: sum("text") });
    assert.ok(usageMetadata.candidatesTokenCount > 0);
  });

  test("media resolution counts, for the request and for a part", async () => {
    const picture = media("image/jpeg", jpeg);
    const tokens = async (body) => (await answerTo(body)).usageMetadata.promptTokenCount;
    const low = await tokens({ ...user(picture), generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" } });
    const high = await tokens(user({ ...picture, mediaResolution: { level: "MEDIA_RESOLUTION_ULTRA_HIGH" } }));
    const plain = await tokens(user(picture));
    assert.ok(low < plain && plain < high, `${low} < ${plain} < ${high}`);
  });

  test("snake_case names say the same as camelCase ones", async () => {
    const data = sidewaysJpeg.toString("base64");
    const snake = await answerTo({
      contents: [{ parts: [{ inline_data: { mime_type: "image/jpeg", data } }] }],
      system_instruction: { parts: [{ text: "Be short." }] },
      generation_config: { media_resolution: "MEDIA_RESOLUTION_LOW", response_mime_type: "application/json" },
      safety_settings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    });
    const camel = await answerTo({
      contents: [{ parts: [{ inlineData: { mimeType: "image/jpeg", data } }] }],
      systemInstruction: { parts: [{ text: "Be short." }] },
      generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW", responseMimeType: "application/json" },
      safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_NONE" }],
    });
    assert.deepEqual({ ...snake, responseId: "" }, { ...camel, responseId: "" });
  });

  for (const retired of [
    "gemini-1.0-pro-vision",
    "gemini-1.5-flash",
    "gemini-1.5-pro-latest",
    "gemini-2.0-flash-001",
  ]) {
    test(`the retired id ${retired} is served`, async () => {
      const json = await answerTo(user(media("image/png", png)), `/v1/models/${retired}:generateContent`);
      assert.equal(json.modelVersion, retired);
    });
  }

  const leniencies = {
    "one value for a list": { contents: { parts: { text: "hi" } } },
    "no role": { contents: [{ parts: [{ text: "hi" }] }] },
    "null for not set": { contents: [{ role: null, parts: [{ text: "hi", inlineData: null }] }] },
    "URL-safe base64 without padding": user({ inlineData: { mimeType: "video/mp4", data: "-_-_-Q" } }),
    "numbers as strings": { ...user({ text: "hi" }), generationConfig: { topK: "40", temperature: "0.5" } },
    "enum numbers": { ...user({ text: "hi" }), generationConfig: { mediaResolution: 1 } },
    "schema types in lower case": {
      ...user({ text: "hi" }),
      generationConfig: { responseSchema: { type: "object", properties: { a: { type: "string" } } } },
    },
    "both names of the JSON schema": { ...user({ text: "hi" }), generationConfig: { _responseJsonSchema: { a: [1] } } },
    "what the older client always sends": { ...user({ text: "hi" }), generationConfig: {}, safetySettings: [] },
    "a conversation": {
      contents: [
        { role: "user", parts: [{ text: "hi" }] },
        { role: "model", parts: [{ functionCall: { name: "f", args: { deep: [{}] } }, thoughtSignature: "AAAA" }] },
        { role: "function", parts: [{ functionResponse: { name: "f", response: {} } }] },
      ],
    },
    "tools and labels": {
      ...user({ text: "hi" }),
      tools: [{ functionDeclarations: [{ name: "f", parameters: { type: "OBJECT" } }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
      labels: { team: "a" },
      serviceTier: "flex",
    },
  };
  for (const [what, body] of Object.entries(leniencies)) {
    test(`taken: ${what}`, () => answerTo(body));
  }
});

describe("countTokens", () => {
  test("bare contents and a whole request count alike", async () => {
    const body = user(media("image/png", png), { text: "Describe this." });
    const bare = await answerTo(body, countPath);
    const whole = await answerTo({ generateContentRequest: { model: `models/${model}`, ...body } }, countPath);
    const own = await estimate({ model, contents: [{ media: png }, "Describe this."] });
    assert.deepEqual(bare, whole);
    assert.equal(bare.totalTokens, own.tokens);
    assert.deepEqual(
      bare.promptTokensDetails.map(({ modality }) => modality),
      ["IMAGE", "TEXT"],
    );
  });
});

describe("models", () => {
  test("the list comes in pages, each model with its limits", async () => {
    const names = [];
    let token = "";
    do {
      const { json } = await call(emulator.url, `/v1beta/models?pageSize=7${token && `&pageToken=${token}`}`);
      assert.ok(json.models.length <= 7);
      names.push(...json.models.map(({ name }) => name));
      token = json.nextPageToken ?? "";
    } while (token !== "");
    assert.ok(names.includes("models/gemini-3.5-flash") && names.includes("models/gemini-1.5-pro"));
    assert.equal(new Set(names).size, names.length);
    const { json } = await call(emulator.url, "/v1/models/gemini-3.5-flash");
    assert.equal(json.name, "models/gemini-3.5-flash");
    assert.equal(json.inputTokenLimit, 1048576);
    assert.deepEqual(json.supportedGenerationMethods, ["generateContent", "countTokens"]);
  });
});

describe("on the wire", () => {
  test("JSON is indented, with the escapes of the service", async () => {
    const { text, headers } = await call(emulator.url, generatePath, user({ text: "<b>\u2028</b>" }));
    assert.ok(text.startsWith('{\n  "candidates": [\n'));
    assert.match(text, /\\u003cb\\u003e\\u2028\\u003c\/b\\u003e/);
    assert.equal(headers.get("content-type"), "application/json; charset=UTF-8");
    assert.equal(headers.get("vary"), "Origin, X-Origin, Referer");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("access-control-allow-origin"), null);
  });

  test("the key may stand in the address", async () => {
    const headers = { "x-goog-api-key": "" };
    assert.equal((await call(emulator.url, "/v1beta/models?key=k", undefined, { headers })).status, 200);
  });

  test("a preflight is granted what it asks for, without a key", async () => {
    const response = await fetch(emulator.url + generatePath, {
      method: "OPTIONS",
      headers: {
        origin: "http://app.test",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-goog-api-key",
      },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("access-control-allow-origin"), "http://app.test");
    assert.equal(response.headers.get("access-control-allow-methods"), "POST");
    assert.equal(response.headers.get("access-control-allow-headers"), "content-type,x-goog-api-key");
    assert.equal(response.headers.get("access-control-allow-credentials"), "true");
  });

  test("answers and refusals can be read by another origin", async () => {
    for (const body of [user({ text: "hi" }), {}]) {
      const { headers } = await call(emulator.url, generatePath, body, { headers: { origin: "http://app.test" } });
      assert.equal(headers.get("access-control-allow-origin"), "http://app.test");
      assert.match(headers.get("access-control-expose-headers"), /Content-Type/);
    }
  });

  test("close ends what is still open, at once", async () => {
    const own = await startEmulator();
    const headers = { "x-goog-api-key": "k", "content-length": 1000 };
    const hanging = rawCall(own.url, { path: generatePath, method: "POST", headers, send: (r) => r.write("{") });
    const broken = assert.rejects(hanging, { code: "ECONNRESET" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const begin = performance.now();
    await own.close();
    assert.ok(performance.now() - begin < 1000);
    await broken;
    await assert.rejects(fetch(own.url), TypeError);
  });

  test("a port that is taken is a bad argument", async () => {
    const port = Number(new URL(emulator.url).port);
    await assert.rejects(startEmulator({ port }), { name: "InputError", code: "bad-argument" });
  });
});
