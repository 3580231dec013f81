import { prepare } from "../prepare.js";
import { typeByName } from "../source/reader.js";
import type { PrepareOptions } from "../types.js";
import { type Command, forEachFile, print, printJson, requireFiles, warn } from "./command.js";
import { facts, table } from "./format.js";
import { optionRows, text, UsageError } from "./options.js";
import { prepareFlags, prepareOptions } from "./prepare-options.js";
import { Targets } from "./targets.js";
import { writeWhole } from "./write-file.js";

export const prepareCommand: Command = {
  name: "prepare",
  operands: "FILE…",
  summary:
    "Turns pictures upright, takes their metadata out, and writes them to --output: a file, or a folder for several.",
  options: ["output", ...prepareFlags, "force"],
  async run(values, files) {
    requireFiles(files);
    const output = text(values, "output");
    if (output === undefined) throw new UsageError("Give an --output; sources are never overwritten.");
    const options = prepareOptions(values);
    const format = options.format ?? (files.length === 1 ? formatByName(output) : undefined);
    const becomes = format === undefined || format === "keep" ? undefined : `image/${format}`;
    const targets = await Targets.plan(output, files, becomes);
    return forEachFile(files, "preparing", async (file) => {
      const media = await prepare(file, { ...options, format });
      const { info, source, changes, warnings, sharpness } = media;
      const target = await targets.of(file, info.mimeType === source.mimeType ? undefined : info.mimeType);
      await writeWhole(target, media.bytes, values.force === true);
      warn(file, warnings);
      if (values.json === true) return printJson({ file, output: target, source, info, changes, warnings, sharpness });
      const steps = changes.length === 0 ? ["byte for byte the source"] : changes.map(({ message }) => message);
      const rows = [["from", facts(source)], ["to", facts(info)], ...steps.map((step) => ["change", step])];
      if (sharpness !== undefined) rows.push(["sharpness", `${sharpness.score.toFixed(2)} of 1`]);
      print(`${file} → ${target}\n${table(rows, "ll")}`);
    });
  },
};

/** Someone who writes "-o picture.webp" wants one. */
function formatByName(output: string): PrepareOptions["format"] {
  const type = typeByName(output);
  return optionRows.format.choices.find((format) => type === `image/${format}`);
}
