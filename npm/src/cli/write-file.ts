/** Writing so that nobody ever finds half a file, and nothing is lost that was there. */

import { randomBytes } from "node:crypto";
import { link, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { complain } from "./command.js";

/**
 * Writes beside the target and moves it into place. Into a pipe or a device it writes as it is: nothing can be lost there.
 *
 * @param overwrite false: a file that is there already is left alone, even one that appears meanwhile
 * @throws Error when it cannot be written, or is there and must not be overwritten
 */
export async function writeWhole(target: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  const there = await stat(target).catch(() => undefined);
  if (there?.isFile() === false) return writeFile(target, bytes);
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(beside, bytes, { flag: "wx" });
    if (overwrite) await rename(beside, target);
    // A link, unlike a move, fails where a file is in the way.
    else await link(beside, target);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw isThere ? alreadyThere(target, error) : error;
  } finally {
    await rm(beside, { force: true });
  }
}

export function alreadyThere(target: string, cause?: unknown): Error {
  return new Error(`"${target}" is there already; --force overwrites it.`, { cause });
}

/**
 * As {@link writeWhole}, for what has been paid for and must not be lost with an error.
 *
 * @returns false when it could not be written, which has been complained of: it is to be shown instead
 */
export async function keep(target: string, contents: string, overwrite: boolean): Promise<boolean> {
  try {
    await writeWhole(target, Buffer.from(contents), overwrite);
    return true;
  } catch (error) {
    complain(target, error);
    return false;
  }
}
