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
    return forEachFile(files, async (file) => {
      const info = await probe(file);
      if (values.json === true) printJson({ file, ...info });
      else print(`${file}\n${describe(info)}`);
    });
  },
};

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
