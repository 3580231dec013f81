/** Numbers, facts and tables as people read them. */

import type { EstimateCost, MediaInfo } from "../types.js";
import { paint } from "./terminal.js";
import { widthOf } from "./text-width.js";

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Six places: a picture costs a fraction of a cent. */
export function usd(value: number): string {
  return `$${value.toFixed(6)}`;
}

/** Columns padded to their widest cell: "l" to the left, "r" to the right. The last column is never padded on its right. */
export function table(rows: readonly (readonly string[])[], alignment: string, indent = "  "): string {
  const widths = [...alignment].map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  const lines = rows.map((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? "";
      const padding = " ".repeat(width - widthOf(cell));
      return alignment[column] === "r" ? padding + cell : cell + padding;
    });
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
  return lines.join("\n");
}

/** The first row names the columns. */
export function headedTable(rows: readonly (readonly string[])[], alignment: string, indent = "  "): string {
  const [head = "", ...lines] = table(rows, alignment, indent).split("\n");
  return [paint(process.stdout, "bold", head), ...lines].join("\n");
}

/** "image/jpeg, 800 × 1,200 upright (stored 1,200 × 800, orientation 6), 65,005 bytes, 8-bit ycbcr, EXIF with GPS". */
export function facts(info: MediaInfo): string {
  const stored = `${count(info.width)} × ${count(info.height)}`;
  const upright = `${count(info.uprightWidth)} × ${count(info.uprightHeight)}`;
  const turned = info.orientation !== 1;
  return [
    info.mimeType,
    info.kind === "image" &&
      (turned ? `${upright} upright (stored ${stored}, orientation ${info.orientation})` : stored),
    info.kind === "video" && `${upright}${turned ? " upright" : ""}`,
    info.pages !== undefined && pages(info.pages, info.pageSizes),
    info.durationSeconds !== undefined && `${seconds(info.durationSeconds)} s`,
    info.frameRate !== undefined && `${seconds(info.frameRate)} frames a second`,
    info.kind === "video" && (info.hasAudio ? "with sound" : "silent"),
    `${count(info.byteLength)} bytes`,
    info.kind === "image" && `${info.bitDepth}-bit ${info.colorModel}`,
    info.kind === "image" && info.frames > 1 && `${count(info.frames)} frames`,
    metadata(info),
  ]
    .filter(Boolean)
    .join(", ");
}

/** "12 pages of 595 × 842 points". */
function pages(number: number, sizes: MediaInfo["pageSizes"] = []): string {
  const words = `${count(number)} ${number === 1 ? "page" : "pages"}`;
  const written = [...new Set(sizes.map(({ width, height }) => `${points(width)} × ${points(height)}`))];
  if (written.length === 0) return words;
  return `${words} of ${written.length === 1 ? `${written[0]} points` : "several sizes"}`;
}

function points(value: number): string {
  return count(Math.round(value * 10) / 10);
}

/** To a thousandth: more is arithmetic's, not the file's. */
export function seconds(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function metadata({ metadata: { exif, xmp, icc, iptc, gps } }: MediaInfo): string {
  const names = [exif && (gps ? "EXIF with GPS" : "EXIF"), xmp && "XMP", iptc && "IPTC", icc && "ICC"];
  return names.filter(Boolean).join(", ");
}

export function costLine(cost: EstimateCost | null): string {
  if (cost === null) return "no known price";
  const { inputUsd, outputUsd } = cost;
  const total = outputUsd === undefined ? "for the prompt" : `= ${usd(inputUsd)} prompt + ${usd(outputUsd)} answer`;
  const prices = `$${cost.inputPerMillion} in, $${cost.outputPerMillion} out for a million tokens`;
  const batch = cost.batch ? ", batch" : "";
  return `${usd(cost.usd)} ${total} (${prices}${batch}; prices as of ${cost.pricesAsOf})`;
}
