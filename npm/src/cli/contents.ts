/** Files and prompt of a command line as the contents of one request. */

import { prepare } from "../prepare.js";
import type { ContentItem, GenerateContentConfig } from "../types.js";
import { forEachFile, warn } from "./command.js";
import { mediaResolution, type OptionValues, text, UsageError } from "./options.js";

export interface Gathered {
  ask: { model: string; contents: ContentItem[]; config?: GenerateContentConfig };
  /** What preparing did, a line each. */
  changes: string[];
}

/**
 * Prepares every file. A request without some of them would be another question, so one failure stops the lot, after
 * all have been complained of.
 */
export async function gather(values: OptionValues, files: string[]): Promise<Gathered | undefined> {
  const model = text(values, "model");
  const prompt = text(values, "prompt");
  if (model === undefined) throw new UsageError('Give a --model; "gemini-vision models" lists them.');
  if (files.length === 0 && prompt === undefined) throw new UsageError("Name at least one file, or give a --prompt.");
  const contents: ContentItem[] = [];
  const changes: string[] = [];
  const failed = await forEachFile(files, async (file) => {
    const media = await prepare(file);
    warn(file, media.warnings);
    contents.push(media);
    changes.push(...media.changes.map(({ message }) => `${file}: ${message}`));
  });
  if (failed !== 0) return undefined;
  if (prompt !== undefined) contents.push(prompt);
  const resolution = mediaResolution(values);
  return { ask: { model, contents, ...(resolution && { config: { mediaResolution: resolution } }) }, changes };
}
