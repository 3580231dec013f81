/** Recorded bills and counts of the live service, each reproduced to the token. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { estimate } from "gemini-vision-wasm";
import { missing, readShared } from "../shared-folder.mjs";
import { pdf } from "../support/media-files.mjs";
import { assertHolds } from "./arithmetic.mjs";

const skip = missing("facts", "token-truth.json");
const rows = skip ? [] : readShared("facts", "token-truth.json").filter(({ match }) => match === true);

/** Kinds of rows that an estimate does not speak of, each with why. The first that applies counts. */
const leftOut = [
  ["the Vertex host is another service with other bills: no estimate is for it", ({ host }) => host !== "developer"],
  [
    "embeddings are no generateContent: their prompts are counted by another call",
    ({ api }) => api === "batchEmbedContents",
  ],
  ["the live API's frames come one by one over a socket, not in a video with a duration", ({ api }) => api === "live"],
  [
    "countTokens adds one of its own, or counts by the published table where the bill follows the grid",
    ({ api, rule }) => api === "countTokens" && /\+ ?1/.test(rule),
  ],
];

const reasonFor = (row) => leftOut.find(([, applies]) => applies(row))?.[0];
const told = rows.filter((row) => reasonFor(row) === undefined);

/** Black clips whose frames tell only their proportions. */
const sizeOf = ({ width, height, aspect }) =>
  aspect === "4:3" ? [640, 480] : aspect === "16:9" ? [1280, 720] : [width, height];

function mediaOf(row) {
  const [width, height] = sizeOf(row);
  switch (row.media) {
    case "image":
      return [{ kind: "image", uprightWidth: width, uprightHeight: height }];
    case "images":
      return row.items.map(([uprightWidth, uprightHeight]) => ({ kind: "image", uprightWidth, uprightHeight }));
    case "pdf":
      return [{ kind: "document", pages: row.pages, ...(width && { pageSizes: [{ width, height }] }) }];
    case "video": {
      const { seconds: durationSeconds, hasAudio } = row;
      return [{ kind: "video", durationSeconds, hasAudio, uprightWidth: width ?? 854, uprightHeight: height ?? 480 }];
    }
    case "audio":
      return [{ kind: "audio", durationSeconds: row.seconds }];
    default:
      return assert.fail(`a row of an unknown kind: ${row.media}`);
  }
}

/** A document as a function hands it back: an empty one with the row's pages. */
function inFunctionResponse({ pages, width, height }) {
  const data = pdf(Array(pages).fill([width, height])).toString("base64");
  const parts = [{ inlineData: { mimeType: "application/pdf", data } }];
  return { functionResponse: { name: "read", response: {}, parts } };
}

/** What of the estimate the row's number is: some rows were read from one modality, some from the whole. */
async function expectation(row) {
  const { model, via, videoMetadata, mediaResolution } = row;
  const config = mediaResolution ? { mediaResolution } : {};
  const options = { via: via === "fileData" ? "files" : "inline" };
  const estimated = async (media) => {
    const contents = media.map((facts) => ({ media: facts, ...(videoMetadata && { videoMetadata }) }));
    const { parts, tokens, complete } = await estimate({ model, contents, config }, options);
    for (const part of parts) assertHolds(part, model);
    assert.ok(complete);
    return tokens;
  };
  if (row.placement?.startsWith("functionResponse.parts") && via === "inlineData") {
    const { parts } = await estimate({ model, contents: [inFunctionResponse(row)], config }, options);
    return parts.find(({ kind }) => kind === "document").tokens;
  }
  const media = mediaOf(row);
  if (row.media !== "video") return estimated(media);
  // A prompt of eight tokens came along with these.
  if (row.modality === "prompt total") return (await estimated(media)) + 8;
  // Where sound has a number of its own, the row's is that of the frames; else it is within.
  return estimated(row.audioTokens === undefined ? media : [{ ...media[0], hasAudio: false }]);
}

describe("recorded tokens", { skip }, () => {
  for (const row of told) {
    const { model, api, media, tokens, tolerance = 0, pages, seconds } = row;
    const size = sizeOf(row)[0] === undefined ? "" : ` ${sizeOf(row).join("×")}`;
    const more = [pages && `${pages} pages`, seconds && `${seconds} s`, row.via, row.mediaResolution]
      .filter(Boolean)
      .join(", ");
    test(`${model} ${api} ${media}${size} ${more} → ${tokens}`, async () => {
      const estimated = await expectation(row);
      const message = `${estimated} instead of ${tokens} ± ${tolerance}`;
      assert.ok(Math.abs(estimated - tokens) <= tolerance, message);
    });
  }

  test("rows that are left out, by reason", () => {
    for (const [reason] of leftOut) {
      const named = rows.filter((row) => reasonFor(row) === reason);
      assert.ok(named.length > 0, `no row is left out because ${reason}`);
      console.log(`left out: ${reason}`);
      for (const { model, api, host, media, tokens } of named) {
        console.log(`  ${model} ${api} ${host} ${media} ${tokens}`);
      }
    }
    assert.ok(told.length >= 60, `only ${told.length} of ${rows.length} rows are checked`);
  });
});

describe("what Google publishes itself", () => {
  for (const model of ["gemini-1.5-flash", "gemini-1.5-pro", "gemini-2.0-flash"]) {
    test(`960×540 on ${model}: 3 × 2 tiles, 1548 tokens`, async () => {
      const media = { kind: "image", uprightWidth: 960, uprightHeight: 540 };
      const { tokens, parts } = await estimate({ model, contents: { media } }, { basis: "documented" });
      assert.equal(tokens, 1548);
      assert.equal(parts[0].basis, "documented");
    });
  }

  test("small pictures are one tile, and 1.0 Pro Vision knows no other", async () => {
    const tokens = async (model, width, height) => {
      const media = { kind: "image", uprightWidth: width, uprightHeight: height };
      return (await estimate({ model, contents: { media } }, { basis: "documented" })).tokens;
    };
    for (const model of ["gemini-1.5-pro", "gemini-2.0-flash"]) {
      assert.equal(await tokens(model, 384, 384), 258);
      assert.ok((await tokens(model, 385, 384)) > 258);
    }
    assert.equal(await tokens("gemini-1.0-pro-vision", 4000, 3000), 258);
  });
});
