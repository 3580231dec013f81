/** What the emulator must refuse, and in which words: one row a fault. A row's message is the whole of it, or a pattern. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startEmulator } from "gemini-vision-wasm/emulator";
import {
  assertRefusal,
  call,
  countPath,
  generatePath,
  jpeg,
  media,
  model,
  png,
  riffWebp,
  user,
} from "./emulator-client.mjs";

const v1Path = `/v1/models/${model}:generateContent`;
const unreadable =
  "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting";
const deep = (levels) => (levels === 0 ? {} : { items: deep(levels - 1) });
const withConfig = (generationConfig) => ({ ...user({ text: "hi" }), generationConfig });
const invalid = (where, reason) => `Invalid value at '${where}' ${reason}`;
const unknown = (name, where, reason = "Cannot find field.") =>
  `Invalid JSON payload received. Unknown name "${name}"${where === "" ? "" : ` at '${where}'`}: ${reason}`;

/** [what, body, message, path]: all of them 400 INVALID_ARGUMENT. */
const badRequests = [
  ["an unknown field at the root", { ...user({ text: "hi" }), colour: "blue" }, unknown("colour", "")],
  ["an unknown field in a part", user({ x: 1 }), unknown("x", "contents[0].parts[0]")],
  ["an unknown field in snake case", user({ inline_dat: {} }), unknown("inline_dat", "contents[0].parts[0]")],
  ["an unknown field in the config", withConfig({ wasm: 1 }), unknown("wasm", "generation_config")],
  [
    "an unknown field in a map",
    withConfig({ responseSchema: { type: "OBJECT", properties: { a: { typ: "STRING" } } } }),
    unknown("typ", "generation_config.response_schema.properties[0].value"),
  ],
  [
    "two faults at once",
    { ...user({ text: 5 }), colour: 1 },
    `${invalid("contents[0].parts[0].text", "(TYPE_STRING), 5")}\n${unknown("colour", "")}`,
  ],
  [
    "a list where there is one value",
    user({ text: ["a"] }),
    unknown("text", "contents[0].parts[0]", "Proto field is not repeating, cannot start list."),
  ],
  [
    "an object where there is a scalar",
    user({ text: {} }),
    unknown("text", "contents[0].parts[0]", "Starting an object on a scalar field."),
  ],
  [
    "a string where there is a message",
    { contents: ["hi"] },
    invalid("contents[0]", '(type.googleapis.com/google.ai.generativelanguage.v1beta.Content), "hi"'),
  ],
  [
    "an enum value that is none",
    withConfig({ mediaResolution: "HUGE" }),
    invalid(
      "generation_config.media_resolution",
      '(type.googleapis.com/google.ai.generativelanguage.v1beta.GenerationConfig.MediaResolution), "HUGE"',
    ),
  ],
  [
    "the level that only parts have",
    withConfig({ mediaResolution: "MEDIA_RESOLUTION_ULTRA_HIGH" }),
    /GenerationConfig\.MediaResolution\), "MEDIA_RESOLUTION_ULTRA_HIGH"$/,
  ],
  ["a fraction for a whole number", withConfig({ topK: 1.5 }), invalid("generation_config.top_k", "(TYPE_INT32), 1.5")],
  [
    "a word for a number",
    withConfig({ temperature: "hot" }),
    invalid("generation_config.temperature", '(TYPE_FLOAT), "hot"'),
  ],
  [
    "a number for a truth",
    withConfig({ thinkingConfig: { includeThoughts: 1 } }),
    invalid("generation_config.thinking_config.include_thoughts", "(TYPE_BOOL), 1"),
  ],
  [
    "an offset without its unit",
    user({ ...media("video/mp4", "x"), videoMetadata: { startOffset: "40" } }),
    /'contents\[0\]\.parts\[0\]\.video_metadata\.start_offset' .*duration must end with 's'$/,
  ],
  [
    "a data URL for base64",
    user({ inlineData: { mimeType: "image/png", data: "data:image/png;base64,AAAA" } }),
    invalid(
      "contents[0].parts[0].inline_data.data",
      '(TYPE_BYTES), Base64 decoding failed for "data:image/png;base64,AAAA"',
    ),
  ],
  ["base64 cut short", user({ inlineData: { mimeType: "image/png", data: "AAAAA" } }), /Base64 decoding failed/],
  ["base64 padded wrongly", user({ inlineData: { mimeType: "image/png", data: "AA=A" } }), /Base64 decoding failed/],
  [
    "base64 padded for nothing",
    user({ inlineData: { mimeType: "video/mp4", data: "AAAA=" } }),
    /Base64 decoding failed/,
  ],
  [
    "base64 with a line break",
    user({ inlineData: { mimeType: "image/png", data: "AAAA\n" } }),
    /Base64 decoding failed/,
  ],
  [
    "two kinds of data in one part",
    user({ text: "a", ...media("image/png", png) }),
    invalid("contents[0].parts[0]", "(oneof), oneof field 'data' is already set. Cannot set 'inlineData'"),
  ],
  ["JSON that breaks off", '{"contents": [', /^Invalid JSON payload received\. /],
  ["no JSON at all", "hello", /^Invalid JSON payload received\. /],
  ["a list at the root", "[]", unknown("", "", "Root element must be a message.")],
  ["text that is not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), /non UTF-8/],
  [
    "JSON nested too deep",
    withConfig({ responseSchema: deep(101) }),
    "Invalid JSON payload received. Message too deep. Max recursion depth reached for key 'items'",
  ],
  ["an empty body", "", "* GenerateContentRequest.contents: contents is not specified\n"],
  ["no contents", { contents: [] }, "* GenerateContentRequest.contents: contents is not specified\n"],
  ["no parts", user(), "* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.\n"],
  [
    "a part without data",
    user({ text: "a" }, { thought: true }),
    "* GenerateContentRequest.contents[0].parts[1].data: required oneof field 'data' must have one initialized field\n",
  ],
  [
    "a role that is none",
    { contents: [{ role: "me", parts: [{ text: "a" }] }] },
    "Please use a valid role: user, model.",
  ],
  ["a type that Gemini refuses", user(media("image/bmp", "BM")), "Unsupported MIME type: image/bmp"],
  ["a type that is none", user(media("png", png)), "Unsupported MIME type: png"],
  ["a picture without a type", user({ inlineData: { data: "AAAA" } }), /mime_type must not be empty/],
  ["a JPEG said to be a PNG", user(media("image/png", jpeg)), unreadable],
  ["a PNG said to be HEIC", user(media("image/heic", png)), unreadable],
  ["a JPEG said to be a video", user(media("video/mp4", jpeg)), unreadable],
  ["a PNG said to be a document", user(media("application/pdf", png)), unreadable],
  ["WebP said to be JPEG", user(media("image/jpeg", riffWebp)), unreadable],
  ["text said to be JPEG", user(media("image/jpeg", "not an image at all")), unreadable],
  ["no bytes at all", user(media("image/jpeg", "")), unreadable],
  ["a JPEG that ends in its header", user(media("image/jpeg", jpeg.subarray(0, 60))), unreadable],
  ["a PNG that ends in its header", user(media("image/png", png.subarray(0, 20))), unreadable],
  ["a PNG that ends before its pixels", user(media("image/png", png.subarray(0, 40))), unreadable],
  [
    "an address to fetch",
    user({ fileData: { fileUri: "https://example.com/a.jpg" } }),
    "Invalid or unsupported file uri: https://example.com/a.jpg",
  ],
  [
    "resolution of a part on /v1",
    user({ ...media("image/png", png), mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } }),
    unknown("mediaResolution", "contents[0].parts[0]"),
    v1Path,
  ],
  [
    "contents twice in countTokens",
    { ...user({ text: "a" }), generateContentRequest: { model: `models/${model}`, ...user({ text: "a" }) } },
    /mutually exclusive/,
    countPath,
  ],
  [
    "countTokens of another model",
    { generateContentRequest: { model: "models/gemini-2.5-pro", ...user({ text: "a" }) } },
    /model must be models\/gemini-3\.5-flash/,
    countPath,
  ],
  ["countTokens without a model", { generateContentRequest: user({ text: "a" }) }, /model is not specified/, countPath],
  [
    "countTokens with a config beside it",
    { ...user({ text: "a" }), generationConfig: {} },
    /Cannot find field/,
    countPath,
  ],
  [
    "a query parameter that is none",
    user({ text: "a" }),
    unknown("colour", "", "Cannot bind query parameter. Field 'colour' could not be found in request message."),
    `${generatePath}?colour=blue`,
  ],
];

/** [what, status, word, message, path, body, headers]. */
const otherRefusals = [
  [
    "no key",
    403,
    "PERMISSION_DENIED",
    /unregistered callers/,
    generatePath,
    user({ text: "a" }),
    { "x-goog-api-key": "" },
  ],
  [
    "a bad key",
    400,
    "INVALID_ARGUMENT",
    /^API key not valid\./,
    generatePath,
    user({ text: "a" }),
    { "x-goog-api-key": "bad" },
  ],
  [
    "an unknown model",
    404,
    "NOT_FOUND",
    "models/gemini-nonexistent is not found for API version v1beta, or is not supported for generateContent. " +
      "Call ListModels to see the list of available models and their supported methods.",
    "/v1beta/models/gemini-nonexistent:generateContent",
    user({ text: "a" }),
  ],
  [
    "a model that gives no text",
    404,
    "NOT_FOUND",
    /not supported for generateContent/,
    "/v1/models/gemini-embedding-2:generateContent",
    user({ text: "a" }),
  ],
  [
    "facts of an unknown model",
    404,
    "NOT_FOUND",
    "Model is not found: models/x for api version v1beta",
    "/v1beta/models/x",
  ],
  ["an unknown path", 404, "NOT_FOUND", /not found/, "/v1beta/nothing"],
  ["an unknown version", 404, "NOT_FOUND", /not found/, "/v2/models"],
  ["the root", 404, "NOT_FOUND", /not found/, "/"],
  ["an unknown method", 404, "NOT_FOUND", /not found/, `/v1beta/models/${model}:paint`, {}],
  ["GET where POST is meant", 404, "NOT_FOUND", /not found/, generatePath],
  ["POST where GET is meant", 404, "NOT_FOUND", /not found/, "/v1beta/models", {}],
  ["an address without a host", 404, "NOT_FOUND", /not found/, "//"],
  [
    "a file that is not there",
    403,
    "PERMISSION_DENIED",
    "You do not have permission to access the File abc or it may not exist.",
    generatePath,
    user({ fileData: { fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc" } }),
  ],
];

let emulator;
before(async () => {
  emulator = await startEmulator();
});
after(() => emulator.close());

describe("what is refused", () => {
  for (const [what, body, message, path = generatePath] of badRequests) {
    test(what, async () => assertRefusal(await call(emulator.url, path, body), 400, "INVALID_ARGUMENT", message));
  }
  for (const [what, status, word, message, path, body, headers] of otherRefusals) {
    test(what, async () => assertRefusal(await call(emulator.url, path, body, { headers }), status, word, message));
  }
});

describe("refusals in detail", () => {
  test("faults in a body are listed as field violations", async () => {
    const { json } = await call(emulator.url, generatePath, { ...user({ x: 1 }), colour: 1 });
    assert.deepEqual(json.error.details, [
      {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        fieldViolations: [
          { field: "contents[0].parts[0]", description: unknown("x", "contents[0].parts[0]") },
          { description: unknown("colour", "") },
        ],
      },
    ]);
  });

  test("a bad key is told by its reason, and never repeated", async () => {
    const headers = { "x-goog-api-key": "bad-secret-key" };
    const { json, text } = await call(emulator.url, generatePath, user({ text: "a" }), { headers });
    assert.equal(json.error.details[0].reason, "API_KEY_INVALID");
    assert.equal(json.error.details[0].metadata.service, "generativelanguage.googleapis.com");
    assert.ok(!text.includes("bad-secret-key"));
  });

  test("only the given keys are good", async () => {
    const own = await startEmulator({ apiKeys: ["bad-but-mine"] });
    try {
      const ask = (key) => call(own.url, generatePath, user({ text: "a" }), { headers: { "x-goog-api-key": key } });
      assert.equal((await ask("bad-but-mine")).status, 200);
      assert.equal((await ask("test-key")).status, 400);
    } finally {
      await own.close();
    }
  });

  test("an answer names many faults, but not without end", async () => {
    const { json } = await call(emulator.url, generatePath, user(...Array.from({ length: 500 }, () => ({ x: 1 }))));
    assert.equal(json.error.details[0].fieldViolations.length, 50);
  });
});
