/** Files and prompt of a command line as the contents of one request. */

import { prepare } from "../prepare.js";
import type { ContentItem, GenerateContentConfig } from "../types.js";
import { forEachFile, warn } from "./command.js";
import { maxOutputTokens, mediaResolution, type OptionValues, text, UsageError } from "./options.js";
import { prepareOptions } from "./prepare-options.js";

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
  const how = prepareOptions(values);
  const config = askConfig(values);
  const contents: ContentItem[] = [];
  const changes: string[] = [];
  const failed = await forEachFile(files, "preparing", async (file) => {
    const media = await prepare(file, how);
    warn(file, media.warnings);
    contents.push(media);
    changes.push(...media.changes.map(({ message }) => `${file}: ${message}`));
  });
  if (failed !== 0) return undefined;
  if (prompt !== undefined) contents.push(prompt);
  return { ask: { model, contents, ...(config && { config }) }, changes };
}

/** What the command line says of the answer and of how media are looked at; undefined when it says nothing. */
export function askConfig(values: OptionValues): GenerateContentConfig | undefined {
  const resolution = mediaResolution(values);
  const longest = maxOutputTokens(values);
  if (resolution === undefined && longest === undefined) return undefined;
  return { ...(resolution && { mediaResolution: resolution }), ...(longest && { maxOutputTokens: longest }) };
}
