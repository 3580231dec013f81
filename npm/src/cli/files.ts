/** What a command line names, as files: patterns that the shell left alone, and folders. */

import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { typeByName } from "../source/reader.js";
import { UsageError } from "./options.js";

/** More would be a mistake, such as the root of a disk. */
const maxFiles = 100_000;

/**
 * Files stay as they are named. A folder stands for the media in it and below, by their names' endings, in order of their
 * names. A pattern (`*`, `?`, `**`) stands for the files it matches, unless a file has that very name. An address is itself:
 * a "?" in it begins its query.
 *
 * @throws UsageError when a pattern or a folder stands for nothing
 */
export async function expandFiles(operands: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const operand of operands) {
    const status = await stat(operand).catch(() => undefined);
    if (status?.isDirectory() === true) files.push(...(await mediaBelow(operand)));
    else if (status === undefined && !isAddress(operand) && isPattern(operand))
      files.push(...(await matching(operand)));
    // What is not there is complained of when it is read, like everything that cannot be.
    else files.push(operand);
    if (files.length > maxFiles) throw new UsageError(`These are more than ${maxFiles} files.`);
  }
  return files;
}

async function mediaBelow(folder: string): Promise<string[]> {
  const media = (await filesBelow(folder)).filter((file) => typeByName(file) !== undefined);
  if (media.length === 0) throw new UsageError(`The folder "${folder}" holds no pictures.`);
  return media;
}

async function matching(pattern: string): Promise<string[]> {
  const fixed = pattern.split("/").slice(0, pattern.split("/").findIndex(isPattern)).join("/");
  const root = fixed === "" ? (pattern.startsWith("/") ? "/" : ".") : fixed;
  const wanted = toExpression(path.normalize(pattern));
  const found = (await filesBelow(root)).filter((file) => wanted.test(path.normalize(file)));
  if (found.length === 0) throw new UsageError(`Nothing matches "${pattern}".`);
  return found;
}

/** Every file below a folder but hidden ones, in order of their names. Links are not followed: they may lead in circles. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(file)));
    else files.push(file);
    if (files.length > maxFiles) throw new UsageError(`"${folder}" holds more than ${maxFiles} files.`);
  }
  return files;
}

/** What sources are given by besides paths. */
export function isAddress(operand: string): boolean {
  return /^data:/i.test(operand) || (/^(https?|file):/i.test(operand) && URL.canParse(operand));
}

/** What a file is called without its folder, and an address without its query, where signatures stand. */
export function nameOf(operand: string): string {
  if (!isAddress(operand)) return path.basename(operand);
  const { protocol, pathname, hostname } = new URL(operand);
  return protocol === "data:" ? "data" : path.posix.basename(pathname) || hostname;
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

/** "**" crosses folders, "*" and "?" stay within a name. */
function toExpression(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*\*|\*|\?|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    return token === "?" ? "[^/]" : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
