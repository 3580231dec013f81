/** The optional facts/corpus folder beside the checkout. Tests that need it say so and are skipped where it is not there. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../shared", import.meta.url));

export const inShared = (...names) => path.join(folder, ...names);

/** Why a test is skipped; undefined when everything is there. */
export function missing(...names) {
  const wanted = inShared(...names);
  if (existsSync(wanted)) return undefined;
  const reason = `${path.join("../shared", ...names)} is not there: the facts/corpus folder beside the checkout`;
  console.log(`SKIPPED: ${reason}`);
  return reason;
}

export const readShared = (...names) => JSON.parse(readFileSync(inShared(...names), "utf8"));
