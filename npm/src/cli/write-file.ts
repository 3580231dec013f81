/** Writing so that nobody ever finds half a file, and nothing is lost that was there. */

import { randomBytes } from "node:crypto";
import { link, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Writes beside the target and moves it into place.
 *
 * @param overwrite false: a file that is there already is left alone, even one that appears meanwhile
 * @throws Error when it cannot be written, or is there and must not be overwritten
 */
export async function writeWhole(target: string, bytes: Uint8Array, overwrite: boolean): Promise<void> {
  const beside = path.join(path.dirname(target), `.${path.basename(target)}.${randomBytes(6).toString("hex")}`);
  try {
    await writeFile(beside, bytes, { flag: "wx" });
    if (overwrite) await rename(beside, target);
    // A link, unlike a move, fails where a file is in the way.
    else await link(beside, target);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw isThere ? new Error(`"${target}" is there already; --force overwrites it.`, { cause: error }) : error;
  } finally {
    await rm(beside, { force: true });
  }
}
