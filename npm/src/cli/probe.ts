import { probe } from "../probe.js";
import type { MediaInfo } from "../types.js";
import { type Command, forEachFile, print, printJson, requireFiles } from "./command.js";
import { count, headedTable, seconds, table } from "./format.js";

export const probeCommand: Command = {
  name: "probe",
  operands: "FILE…",
  summary: "Says what files are, from their headers alone; nothing is decoded or sent.",
  options: [],
  async run(values, files) {
    requireFiles(files);
    if (files.length > 1 && values.json !== true) return probeAll(files);
    return forEachFile(files, "probing", async (file) => {
      const info = await probe(file);
      if (values.json === true) printJson({ file, ...info });
      else print(`${file}\n${describe(info)}`);
    });
  },
};

/** Several files: a line each, in one table. */
async function probeAll(files: readonly string[]): Promise<number> {
  const rows = [["file", "type", "bytes", "upright", "turn", "metadata", ""]];
  const exitCode = await forEachFile(files, "probing", async (file) => {
    const info = await probe(file);
    const notes = [
      info.pages !== undefined && `${count(info.pages)} ${info.pages === 1 ? "page" : "pages"}`,
      info.durationSeconds !== undefined && `${seconds(info.durationSeconds)} s`,
      !info.supported && "Gemini refuses it",
      ...info.warnings.map(({ code }) => code),
    ];
    rows.push([
      file,
      info.mimeType,
      count(info.byteLength),
      info.kind === "audio" ? "" : `${count(info.uprightWidth)} × ${count(info.uprightHeight)}`,
      info.orientation === 1 ? "" : String(info.orientation),
      metadata(info),
      notes.filter(Boolean).join(", "),
    ]);
  });
  if (rows.length > 1) print(headedTable(rows, "llrrrll", ""));
  return exitCode;
}

function describe(info: MediaInfo): string {
  const rows = [
    ["type", `${info.mimeType}${info.supported ? "" : " (Gemini refuses it)"}`],
    ["bytes", count(info.byteLength)],
    ...(info.kind === "audio" ? [] : sizeRows(info)),
    ...(info.kind === "image" ? pictureRows(info) : mediaRows(info)),
    ...info.warnings.map(({ code, message }) => ["warning", `${message} (${code})`]),
  ];
  return table(rows, "ll");
}

function sizeRows(info: MediaInfo): string[][] {
  const size = (width: number, height: number) => `${count(width)} × ${count(height)}`;
  return [
    ["stored", size(info.width, info.height)],
    ["upright", size(info.uprightWidth, info.uprightHeight)],
    ["orientation", String(info.orientation)],
  ];
}

function pictureRows(info: MediaInfo): string[][] {
  return [
    ["colour", `${info.bitDepth}-bit ${info.colorModel}${info.hasAlpha ? ", with alpha" : ""}`],
    ["frames", count(info.frames)],
    ["progressive", info.progressive ? "yes" : "no"],
    ["metadata", metadata(info)],
  ];
}

function mediaRows({ pages, durationSeconds, frameRate, hasAudio, ...info }: MediaInfo): string[][] {
  const known = (name: string, value: string | undefined): string[][] => (value === undefined ? [] : [[name, value]]);
  const sound = [
    info.audioCodec,
    info.audioChannels !== undefined && `${info.audioChannels} channels`,
    info.sampleRate !== undefined && `${count(info.sampleRate)} Hz`,
  ].filter(Boolean);
  return [
    ...known("pages", pages === undefined ? undefined : count(pages)),
    ...known("seconds", durationSeconds === undefined ? undefined : seconds(durationSeconds)),
    ...known("frames", frameRate === undefined ? undefined : `${seconds(frameRate)} a second`),
    ...known("pictures", info.videoCodec),
    ...known("sound", hasAudio === false ? "none" : sound.join(", ") || undefined),
  ];
}

function metadata({ metadata: found }: MediaInfo): string {
  const names = Object.entries(found).filter(([, there]) => there);
  return names.map(([name]) => name).join(", ") || "none";
}
