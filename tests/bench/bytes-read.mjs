/** How much of a file a probe reads when it is asked for in pieces, as from a disk or a server. */

import { readFileSync } from "node:fs";
import { probeReader } from "../../npm/dist/probe.js";
import { inShared, missing, readShared } from "../shared-folder.mjs";

async function bytesRead(bytes) {
  let count = 0;
  await probeReader({
    byteLength: bytes.length,
    name: "The file",
    declaredType: undefined,
    read: async (offset, length) => {
      const piece = bytes.subarray(offset, offset + length);
      count += piece.length;
      return piece;
    },
    bytes: async () => {
      throw new Error("a probe asks for pieces");
    },
    close: async () => {},
  });
  return count;
}

/** Valid files of the corpus, by format. */
function realFiles() {
  const formats = new Map();
  const folders = ["jpeg", "png", "webp", "heif"];
  for (const { file, kind, category, valid, decodability } of readShared("corpus", "manifest.json")) {
    if (valid !== true || decodability === "disputed" || !folders.includes(category)) continue;
    formats.set(kind, [...(formats.get(kind) ?? []), readFileSync(inShared("corpus", file))]);
  }
  return formats;
}

/**
 * @param {Record<string, Uint8Array>} own files to fall back on where there is no corpus
 * @returns {Promise<string>} the table in Markdown
 */
export async function bytesReadTable(own) {
  const hasCorpus = missing("corpus", "manifest.json") === undefined;
  const formats = hasCorpus ? realFiles() : new Map(Object.entries(own).map(([name, bytes]) => [name, [bytes]]));
  const lines = [
    "| format | files | median bytes read | 90 % | most | median file |",
    "| --- | --- | --- | --- | --- | --- |",
  ];
  for (const [format, files] of [...formats].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = [];
    for (const bytes of files) counts.push(await bytesRead(bytes));
    const at = (list, part) =>
      [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) * part)].toLocaleString("en");
    const size = at(
      files.map(({ length }) => length),
      0.5,
    );
    lines.push(
      `| ${format} | ${files.length} | ${at(counts, 0.5)} | ${at(counts, 0.9)} | ${at(counts, 1)} | ${size} |`,
    );
  }
  return lines.join("\n");
}
