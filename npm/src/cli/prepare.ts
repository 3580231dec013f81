import { realpath, stat } from "node:fs/promises";
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
    const targetOf = (file: string): string => (toFolder ? path.join(output, path.basename(file)) : output);
    await refuseLosses(files, targetOf);
    return forEachFile(files, async (file) => {
      const target = targetOf(file);
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

/** Nothing is written when a result would take the place of a source, or of another result. */
async function refuseLosses(files: readonly string[], targetOf: (file: string) => string): Promise<void> {
  const real = (file: string): Promise<string> => realpath(file).catch(() => path.resolve(file));
  const sources = new Set(await Promise.all(files.map(real)));
  const targets = new Map<string, string>();
  for (const file of files) {
    const target = await real(targetOf(file));
    if (sources.has(target)) throw new UsageError(`"${targetOf(file)}" is a source and would be overwritten.`);
    const other = targets.get(target);
    if (other !== undefined) throw new UsageError(`"${other}" and "${file}" would both become "${targetOf(file)}".`);
    targets.set(target, file);
  }
}

async function isFolder(output: string): Promise<boolean> {
  return stat(output).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
