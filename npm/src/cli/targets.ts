/** Where results are written: never over a source, never over each other, and under a name that says what they are. */

import { access, constants, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { typeByName } from "../source/reader.js";
import { isAddress, nameOf } from "./files.js";
import { type OptionValues, text, UsageError } from "./options.js";
import { alreadyThere } from "./write-file.js";

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
};

/** A name keeps its ending unless that stands for another type. */
function named(target: string, mimeType: string): string {
  const extension = extensions[mimeType];
  if (extension === undefined || typeByName(target) === mimeType) return target;
  return path.join(path.dirname(target), `${path.parse(target).name}${extension}`);
}

export class Targets {
  readonly #output: string;
  readonly #isFolder: boolean;
  readonly #sources: ReadonlySet<string>;
  /** Real path of a target to the source it is of. */
  readonly #taken = new Map<string, string>();

  private constructor(output: string, isFolder: boolean, sources: ReadonlySet<string>) {
    this.#output = output;
    this.#isFolder = isFolder;
    this.#sources = sources;
  }

  /**
   * @param mimeType what all of them become, if that is known beforehand
   * @throws UsageError when one result would take the place of a source or of another: nothing is written then
   */
  static async plan(output: string, files: readonly string[], mimeType: string | undefined): Promise<Targets> {
    const isFolder = await isDirectory(output);
    if (files.length > 1 && !isFolder) throw new UsageError(`"${output}" is no folder, and there are several files.`);
    const targets = new Targets(output, isFolder, new Set(await Promise.all(files.map(real))));
    for (const file of files) {
      const complaint = await targets.#claim(file, targets.#targetOf(file, mimeType));
      if (complaint !== undefined) throw new UsageError(complaint);
    }
    return targets;
  }

  /**
   * @param mimeType what it has become, if that is not what it was
   * @throws Error when something else is of that name, which could not be known beforehand
   */
  async of(file: string, mimeType: string | undefined): Promise<string> {
    const target = this.#targetOf(file, mimeType);
    const complaint = await this.#claim(file, target);
    if (complaint !== undefined) throw new Error(complaint);
    return target;
  }

  /** Someone who names a file has named it; in a folder the ending says what a picture has become. */
  #targetOf(file: string, mimeType: string | undefined): string {
    if (!this.#isFolder) return this.#output;
    const target = path.join(this.#output, nameOf(file));
    return mimeType === undefined ? target : named(target, mimeType);
  }

  async #claim(file: string, target: string): Promise<string | undefined> {
    const place = await real(target);
    if (this.#sources.has(place)) return overSource(target);
    const other = this.#taken.get(place) ?? file;
    if (other !== file) return `"${other}" and "${file}" would both become "${target}".`;
    this.#taken.set(place, file);
    return undefined;
  }
}

/**
 * --output of a command that makes one result of all its files, looked at before anything is done or paid for.
 *
 * @returns undefined without --output
 * @throws UsageError when it is a source or a folder; Error when it is there already without --force, or cannot be written
 */
export async function plannedOutput(values: OptionValues, files: readonly string[]): Promise<string | undefined> {
  const output = text(values, "output");
  if (output === undefined) return undefined;
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory() === true) throw new UsageError(`"${output}" is a folder; name a file in it.`);
  const sources = await Promise.all(files.map(real));
  if (sources.includes(await real(output))) throw new UsageError(overSource(output));
  if (there?.isFile() === false) return output; // a pipe or a device
  if (there !== undefined && values.force !== true) throw alreadyThere(output);
  const folder = path.dirname(output);
  if (!(await isDirectory(folder))) throw new Error(`"${output}" cannot be written: there is no folder "${folder}".`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new Error(`"${output}" cannot be written: the folder "${folder}" is not to be written to.`, { cause });
  });
  return output;
}

function overSource(target: string): string {
  return `"${target}" is a source and would be overwritten.`;
}

/** Also of a source that is given by its file: address. */
function real(file: string): Promise<string> {
  const place = /^file:/i.test(file) && isAddress(file) ? new URL(file) : file;
  return realpath(place).catch(() => path.resolve(file));
}

async function isDirectory(output: string): Promise<boolean> {
  return stat(output).then(
    (status) => status.isDirectory(),
    () => false,
  );
}
