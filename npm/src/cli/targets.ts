/** Where results are written: never over a source, never over each other, and under a name that says what they are. */

import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { typeByName } from "../source/reader.js";
import { isAddress, nameOf } from "./files.js";
import { UsageError } from "./options.js";

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
    if (this.#sources.has(place)) return `"${target}" is a source and would be overwritten.`;
    const other = this.#taken.get(place) ?? file;
    if (other !== file) return `"${other}" and "${file}" would both become "${target}".`;
    this.#taken.set(place, file);
    return undefined;
  }
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
