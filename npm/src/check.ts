/** Arguments that make no sense are refused before anything is done with them: by one rule, in one wording. */

import { InputError } from "./errors.js";

/** Longer texts are cut where a message shows them. */
const shownLetters = 80;

/** A wrong value as a message shows it: short, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, shownLetters));
  if (Array.isArray(value)) return "an array";
  if (value instanceof Date) return String(value);
  return typeof value === "object" && value !== null ? "an object" : String(value).slice(0, shownLetters);
}

/** @throws InputError `bad-argument` for what is neither undefined nor a number from `least` to `most` */
export function checkNumber(name: string, value: unknown, least: number, most = Number.POSITIVE_INFINITY): void {
  if (value === undefined || (typeof value === "number" && value >= least && value <= most)) return;
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new InputError("bad-argument", `${name} is a number ${range}, not ${shown(value)}.`);
}

/** @throws InputError `bad-argument` for what is neither undefined nor such a whole number */
export function checkWhole(name: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most)) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new InputError("bad-argument", `${name} is a whole number ${range}, not ${shown(value)}.`);
}

/** @throws InputError `bad-argument` for what is neither undefined nor one of the names */
export function checkName(name: string, value: unknown, names: readonly string[]): void {
  if (value === undefined || names.includes(value as string)) return;
  throw new InputError("bad-argument", `${name} is one of ${names.join(", ")}, not ${shown(value)}.`);
}

/** @throws InputError `bad-argument` for what is neither undefined nor a list of texts */
export function checkTexts(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((item) => typeof item === "string"))) return;
  throw new InputError("bad-argument", `${name} is a list of texts, not ${shown(value)}.`);
}
