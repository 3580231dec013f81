// Estimates of documents, films and sounds against what the service has been recorded to bill:
//   node --test tests/corpus/media-truth.mjs
// Needs the package in tests/node_modules (npm run build) and the records beside the repository.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { estimate } from "gemini-vision-wasm";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const records = resolve(root, "../shared/facts/token-truth.json");
const skip = !existsSync(records) && `no records at ${records}`;
if (skip) console.log(`SKIPPED: ${skip}`);

/** Tokens of the prompt's words in the rows that give the whole prompt's. */
const promptTokens = 8;

const rows = skip
  ? []
  : JSON.parse(readFileSync(records, "utf8")).filter(
      ({ media, match, api, host }) =>
        ["pdf", "video", "audio"].includes(media) && match && api === "generateContent" && host === "developer",
    );

function factsOf(row) {
  const size = row.aspect === "4:3" ? { width: 640, height: 480 } : { width: row.width, height: row.height };
  switch (row.media) {
    case "pdf":
      return { kind: "document", pages: row.pages, ...(size.width && { pageSizes: Array(row.pages).fill(size) }) };
    case "video":
      return {
        kind: "video",
        durationSeconds: row.seconds,
        ...(size.width && { uprightWidth: size.width, uprightHeight: size.height }),
        hasAudio: row.hasAudio,
      };
    default:
      return { kind: "audio", durationSeconds: row.seconds };
  }
}

/** An empty PDF with the pages of the row, as a function hands it back. */
async function inFunctionResponse({ pages, width, height }) {
  const { pdf } = await import("../support/media-files.mjs");
  const data = pdf(Array(pages).fill([width, height])).toString("base64");
  const parts = [{ inlineData: { mimeType: "application/pdf", data } }];
  return { functionResponse: { name: "read", response: {}, parts } };
}

async function mediaTokens(row) {
  const { fps } = row;
  const nested = row.placement?.startsWith("functionResponse.parts") && row.via === "inlineData";
  const media = nested
    ? await inFunctionResponse(row)
    : { media: factsOf(row), ...(fps && row.media === "video" && { videoMetadata: { fps } }) };
  const config = row.mediaResolution ? { mediaResolution: `MEDIA_RESOLUTION_${row.mediaResolution}` } : undefined;
  const { parts } = await estimate(
    { model: row.model, contents: [media], ...(config && { config }) },
    { via: row.via === "fileData" ? "files" : "inline", at: "2026-01-01" },
  );
  return parts.filter(({ kind }) => kind !== "text").reduce((sum, { tokens }) => sum + tokens, 0);
}

for (const row of rows) {
  const { model, media, via = "", placement = "", seconds, pages, width, height, tokens, audioTokens = 0 } = row;
  const subject = media === "pdf" ? `${pages} pages ${width} x ${height}` : `${seconds} s`;
  test(`${model}: ${media}, ${subject} ${via} ${placement}`, async () => {
    // Where sound is billed beside the pictures, a silent clip's 44 tokens of it are the service's own affair.
    const billed = tokens + (row.hasAudio ? audioTokens : 0) - (row.modality === "prompt total" ? promptTokens : 0);
    const estimated = await mediaTokens(row);
    assert.ok(Math.abs(estimated - billed) <= (row.tolerance ?? 0), `estimated ${estimated}, billed ${billed}`);
  });
}

test("there are records", { skip }, () => assert.ok(rows.length >= 25, `${rows.length}`));
