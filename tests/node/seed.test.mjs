/**
 * Conversations recorded between Google's own client and a server, had again with this client: the same requests go out,
 * the same answers are read the same way. Among them the three examples with inline pictures that this package is made for.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { GeminiClient } from "gemini-vision-wasm";
import { missing, readShared } from "../shared-folder.mjs";
import { fileAnswer, serveFor } from "./local-server.mjs";

const transcripts = ["facts", "wire", "transcripts", "genai"];
const skip = missing(...transcripts);

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "seed-"));
});
after(() => rm(folder, { recursive: true }));

const afterVersion = (address) => address.replace(/^\/v1(beta)?\//, "");
const partsOf = ({ request }) => request.body.json.contents[0].parts;
const mediaOf = (exchange) => partsOf(exchange).flatMap(({ inlineData }) => inlineData ?? []);
const bytesOf = ({ data }) => Buffer.from(data, "base64");

/** Writes the pictures of a recorded request as files, and gives their paths. */
async function filesOf(exchange) {
  const files = [];
  for (const [i, inlineData] of mediaOf(exchange).entries()) {
    const file = path.join(folder, `${i}.${inlineData.mimeType === "image/png" ? "png" : "jpg"}`);
    await writeFile(file, bytesOf(inlineData));
    files.push(file);
  }
  return files;
}

/**
 * Has a recorded conversation again.
 *
 * @param {(ai: GeminiClient, exchange: object, t: object) => Promise<object>} converse
 */
function conversation(name, converse, check = () => {}) {
  test(name, { skip }, async (t) => {
    const { exchanges, result } = readShared(...transcripts, `${name}.json`);
    assert.equal(exchanges.length, 1);
    const [exchange] = exchanges;
    const { request, response } = exchange;
    const { url, requests } = await serveFor(t, (_request, reply) => {
      reply.writeHead(response.status, { "content-type": response.headers["content-type"] });
      reply.end(JSON.stringify(response.body.json, null, 2));
    });
    const ai = new GeminiClient({ apiKey: request.headers["x-goog-api-key"], baseUrl: url, maxRetries: 0 });
    const answer = await converse(ai, exchange, t);
    assert.equal(requests.length, 1);
    const [sent] = requests;
    assert.equal(sent.method, request.method);
    assert.equal(afterVersion(sent.path), afterVersion(request.path));
    assert.equal(sent.headers["x-goog-api-key"], request.headers["x-goog-api-key"]);
    assert.equal(sent.headers["content-type"], request.headers["content-type"]);
    assert.deepEqual(JSON.parse(sent.body), request.body.json);
    const received = response.body.json;
    const text = received.candidates === undefined ? "" : result.text;
    if (request.path.endsWith(":generateContent")) assert.equal(answer.text, text);
    for (const member of ["usageMetadata", "promptFeedback", "modelVersion", "responseId", "totalTokens"]) {
      assert.deepEqual(answer[member], received[member], member);
    }
    assert.deepEqual(answer.candidates ?? [], received.candidates ?? []);
    // Some of the models have gone since, which is said; of the request there is nothing to say.
    const ofRequest = answer.warnings.filter(({ code }) => code !== "model-retired");
    assert.deepEqual(ofRequest, []);
    check(answer);
  });
}

describe("the examples", () => {
  conversation("seed-1-local-images", async (ai, exchange) => {
    const [jetpack, piranha] = await filesOf(exchange);
    return ai.models.generateContent({
      model: "gemini-1.5-pro",
      contents: [
        "Write an advertising jingle showing how the product in the first image could solve the problems shown in the second two images.",
        { media: jetpack },
        { media: piranha },
      ],
    });
  });

  conversation("seed-2-base64-url", async (ai, exchange, t) => {
    const [picture] = mediaOf(exchange);
    const { url } = await serveFor(t, fileAnswer(bytesOf(picture), { ranges: true, type: "image/jpeg" }).answer);
    return ai.models.generateContent({
      model: "models/gemini-1.5-pro",
      contents: [new URL(`${url}/palace.jpg`), "Caption this image."],
    });
  });

  conversation("seed-3-multiple-images", async (ai, exchange, t) => {
    const [one, other] = mediaOf(exchange);
    const server = (picture) => serveFor(t, fileAnswer(bytesOf(picture), { type: "image/jpeg" }).answer);
    const [{ url: url1 }, { url: url2 }] = [await server(one), await server(other)];
    return ai.models.generateContent({
      model: "models/gemini-1.5-pro",
      contents: [
        await fetch(url1),
        await fetch(url2).then((response) => response.arrayBuffer()),
        "Generate a list of all the objects contained in both images.",
      ],
    });
  });

  test("the same base64 by hand, as the examples write it", { skip }, async (t) => {
    const { exchanges } = readShared(...transcripts, "seed-2-base64-url.json");
    const { url, requests } = await serveFor(t, (_request, reply) =>
      reply.end(JSON.stringify(exchanges[0].response.body.json)),
    );
    const ai = new GeminiClient({ apiKey: "k", baseUrl: url });
    const [{ data }] = mediaOf(exchanges[0]);
    await ai.models.generateContent({
      model: "models/gemini-1.5-pro",
      contents: [{ inlineData: { data, mimeType: "image/jpeg" } }, "Caption this image."],
    });
    assert.deepEqual(JSON.parse(requests[0].body), exchanges[0].request.body.json);
  });
});

describe("options", () => {
  conversation("options", async (ai, exchange) =>
    ai.models.generateContent({
      model: "gemini-3-flash",
      contents: [{ media: (await filesOf(exchange))[0] }, "Go."],
      config: {
        systemInstruction: "You describe images for blind people.",
        temperature: 0.2,
        topP: 0.9,
        topK: 40,
        maxOutputTokens: 200,
        stopSequences: ["END"],
        safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "BLOCK_ONLY_HIGH" }],
        mediaResolution: "low",
        thinkingConfig: { thinkingLevel: "LOW" },
      },
    }),
  );

  conversation("media-resolution-part", async (ai, exchange) => {
    const [jpeg, png] = await filesOf(exchange);
    return ai.models.generateContent({
      model: "gemini-3-flash",
      contents: [{ media: jpeg, mediaResolution: "high" }, { media: png, mediaResolution: "low" }, "Compare."],
    });
  });

  conversation("count-tokens", async (ai, exchange) => {
    const [one, other] = mediaOf(exchange).map(bytesOf);
    return ai.models.countTokens({ model: "gemini-2.5-flash", contents: ["Describe this.", one, other] });
  });
});

describe("answers", () => {
  const say = (prompt) => async (ai, exchange) => {
    const [picture] = await filesOf(exchange);
    return ai.models.generateContent({ model: "gemini-2.5-flash", contents: [prompt, { media: picture }] });
  };

  conversation("thought", say("wire:thought"), ({ candidates, cost, usageMetadata }) => {
    assert.equal(candidates[0].content.parts[0].thought, true);
    assert.equal(candidates[0].content.parts[1].thoughtSignature, "c2lnbmF0dXJl");
    const { candidatesTokenCount, thoughtsTokenCount } = usageMetadata;
    assert.ok(Math.abs(cost.outputUsd - ((candidatesTokenCount + thoughtsTokenCount) * 2.5) / 1e6) < 1e-12);
  });

  conversation("max-tokens", say("wire:max-tokens"), ({ candidates }) =>
    assert.equal(candidates[0].finishReason, "MAX_TOKENS"),
  );

  conversation("blocked-candidate", say("wire:safety"), ({ text, candidates }) => {
    assert.equal(text, "Partly");
    assert.equal(candidates[0].finishReason, "SAFETY");
  });

  conversation("blocked-prompt", say("wire:block"), ({ text, promptFeedback, cost }) => {
    assert.equal(text, "");
    assert.equal(promptFeedback.blockReason, "SAFETY");
    assert.ok(cost.inputUsd > 0);
  });

  conversation("no-candidates", say("wire:no-candidates"), ({ text }) => assert.equal(text, ""));
});

describe("refusals", () => {
  for (const name of [
    "error-400-key",
    "error-400-mime",
    "error-400-image",
    "error-404-model",
    "error-429",
    "error-503",
  ]) {
    test(name, { skip }, async (t) => {
      const { exchanges } = readShared(...transcripts, `${name}.json`);
      const { response } = exchanges.at(-1);
      const { url } = await serveFor(t, (_request, reply) =>
        reply.writeHead(response.status).end(JSON.stringify(response.body.json)),
      );
      const ai = new GeminiClient({ apiKey: "k", baseUrl: url, maxRetries: 0 });
      const error = await ai.models
        .generateContent({ model: "gemini-2.5-flash", contents: "x" })
        .catch((reason) => reason);
      const { code, message, status, details = [] } = response.body.json.error;
      assert.deepEqual([error.name, error.code, error.status, error.message], ["ApiError", "api-error", code, message]);
      assert.deepEqual(error.details, details);
      const reason = details.find((detail) => detail["@type"].endsWith("ErrorInfo"))?.reason;
      assert.equal(error.reason, reason ?? status);
      const delay = details.find((detail) => detail["@type"].endsWith("RetryInfo"))?.retryDelay;
      assert.equal(error.retryAfterMs, delay && Number.parseFloat(delay) * 1000);
    });
  }
});
