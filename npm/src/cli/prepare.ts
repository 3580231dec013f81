import { stat } from "node:fs/promises";
import path from "node:path";
import { prepare } from "../prepare.js";
import { type Command, forEachFile, print, printJson, requireFiles, warn } from "./command.js";
import { facts, table } from "./format.js";
import { text, UsageError, wholeNumber } from "./options.js";
import { writeWhole } from "./write-file.js";

export const prepareCommand: Command = {
  name: "prepare",
  operands: "FILE…",
  summary:
    "Turns pictures upright, takes their metadata out, and writes them to --output: a file, or a folder for several.",
  options: ["output", "quality", "keep-metadata", "force"],
  async run(values, files) {
    requireFiles(files);
    const output = text(values, "output");
    if (output === undefined) throw new UsageError("Give an --output; sources are never overwritten.");
    const toFolder = await isFolder(output);
    if (files.length > 1 && !toFolder) throw new UsageError(`"${output}" is no folder, and there are several files.`);
    const quality = wholeNumber(values, "quality", 1, 100);
    return forEachFile(files, async (file) => {
      const target = toFolder ? path.join(output, path.basename(file)) : output;
      if (path.resolve(target) === path.resolve(file)) throw new UsageError(`"${file}" would be overwritten.`);
      const media = await prepare(file, {
        ...(quality && { quality }),
        stripMetadata: values["keep-metadata"] !== true,
      });
      await writeWhole(target, media.bytes, values.force === true);
      warn(file, media.warnings);
      const { info, source, changes, warnings } = media;
      if (values.json === true) return printJson({ file, output: target, source, info, changes, warnings });
      const steps = changes.length === 0 ? ["byte for byte the source"] : changes.map(({ message }) => message);
      const rows = [["from", facts(source)], ["to", facts(info)], ...steps.map((step) => ["change", step])];
      print(`${file} → ${target}\n${table(rows, "ll")}`);
    });
  },
};

async function isFolder(output: string): Promise<boolean> {
  return stat(output).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
