import { probe } from "../probe.js";
import type { MediaInfo } from "../types.js";
import { type Command, forEachFile, print, printJson, requireFiles } from "./command.js";
import { count, table } from "./format.js";

export const probeCommand: Command = {
  name: "probe",
  operands: "FILE…",
  summary: "Says what files are, from their headers alone; nothing is decoded or sent.",
  options: [],
  async run(values, files) {
    requireFiles(files);
    if (files.length > 1 && values.json !== true) return probeAll(files);
    return forEachFile(files, async (file) => {
      const info = await probe(file);
      if (values.json === true) printJson({ file, ...info });
      else print(`${file}\n${describe(info)}`);
    });
  },
};

/** Several files: a line each, in one table. */
async function probeAll(files: readonly string[]): Promise<number> {
  const rows = [["file", "type", "bytes", "upright", "turn", "metadata", ""]];
  const exitCode = await forEachFile(files, async (file) => {
    const info = await probe(file);
    const notes = [!info.supported && "Gemini refuses it", ...info.warnings.map(({ code }) => code)];
    rows.push([
      file,
      info.mimeType,
      count(info.byteLength),
      `${count(info.uprightWidth)} × ${count(info.uprightHeight)}`,
      info.orientation === 1 ? "" : String(info.orientation),
      metadata(info),
      notes.filter(Boolean).join(", "),
    ]);
  });
  if (rows.length > 1) print(table(rows, "llrrrll", ""));
  return exitCode;
}

function describe(info: MediaInfo): string {
  const rows = [
    ["type", `${info.mimeType}${info.supported ? "" : " (Gemini refuses it)"}`],
    ["bytes", count(info.byteLength)],
    ["stored", `${count(info.width)} × ${count(info.height)}`],
    ["upright", `${count(info.uprightWidth)} × ${count(info.uprightHeight)}`],
    ["orientation", String(info.orientation)],
    ["colour", `${info.bitDepth}-bit ${info.colorModel}${info.hasAlpha ? ", with alpha" : ""}`],
    ["frames", count(info.frames)],
    ["progressive", info.progressive ? "yes" : "no"],
    ["metadata", metadata(info)],
    ...(info.pages === undefined ? [] : [["pages", count(info.pages)]]),
    ...(info.durationSeconds === undefined ? [] : [["seconds", String(info.durationSeconds)]]),
    ...(info.hasAudio === undefined ? [] : [["sound", info.hasAudio ? "yes" : "no"]]),
    ...info.warnings.map(({ code, message }) => ["warning", `${message} (${code})`]),
  ];
  return table(rows, "ll");
}

function metadata({ metadata: found }: MediaInfo): string {
  const names = Object.entries(found).filter(([, there]) => there);
  return names.map(([name]) => name).join(", ") || "none";
}
