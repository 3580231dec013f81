/** What a share link says may have been written by hand, or by somebody unkind: only what fits is taken out of it. */

import type { MediaFacts } from "gemini-vision-wasm";
import { mostCount, type Preparation } from "./state.js";

type Check = (value: unknown) => boolean;
type Told = Readonly<Partial<Record<string, unknown>>>;

/** Its members; none of what is no object. */
export function membersOf(value: unknown): Told {
  return typeof value === "object" && value !== null ? (value as Told) : {};
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isSwitch(value: unknown): boolean {
  return typeof value === "boolean";
}

function isWholeUpTo(most: number, least = 1): Check {
  return (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** What the page's own fields take. */
export const isCount = isWholeUpTo(mostCount, 0);

/** null: the model's own. */
export function isTemperature(value: unknown): boolean {
  return value === null || (typeof value === "number" && value >= 0 && value <= 2);
}

export function oneOf(...choices: readonly unknown[]): Check {
  return (value) => choices.includes(value);
}

// ── what is done to media ───────────────────────────────────────────────────────────────────────────────────

/**
 * Only what differs from the package's own choice is ever named. That metadata stay is no link's to say: whoever follows it
 * would send along where their own pictures were taken.
 */
const preparations: Readonly<Record<Exclude<keyof Preparation, "stripMetadata">, Check>> = {
  upright: oneOf(false),
  keepGainMap: oneOf(true),
  format: oneOf("jpeg", "png", "webp"),
  quality: isWholeUpTo(100),
  maxEdge: isWholeUpTo(Number.MAX_SAFE_INTEGER),
  maxBytes: isWholeUpTo(Number.MAX_SAFE_INTEGER),
};

/** What of it a link carries, and only where it fits. */
export function preparationOf(value: unknown): Preparation {
  const told = membersOf(value);
  const fitting = Object.entries(preparations).filter(([name, fits]) => fits(told[name]));
  return Object.fromEntries(fitting.map(([name]) => [name, told[name]]));
}

// ── media ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface SharedMedium {
  readonly name: string;
  readonly facts: MediaFacts;
}

/** What one request takes (ai.google.dev/gemini-api/docs/image-understanding): more would only be drawn. */
const mostMedia = 3600;

/** The package's estimate refuses what is beyond: a number of 32 bits, a year, a page's side at its largest user unit. */
const isWhole = isWholeUpTo(2 ** 32 - 1);
const mostSeconds = 366 * 24 * 60 * 60;
const mostPoints = 2 ** 31;

function isAboveZeroUpTo(most: number): Check {
  return (value) => typeof value === "number" && value > 0 && value <= most;
}
const isDuration = isAboveZeroUpTo(mostSeconds);
const isPoints = isAboveZeroUpTo(mostPoints);

/** 0 stands for a side that is not known. */
function isSideOrUnknown(value: unknown): boolean {
  return value === undefined || value === 0 || isWhole(value);
}

function arePageSizes(value: unknown): boolean {
  return Array.isArray(value) && value.map(membersOf).every(({ width, height }) => isPoints(width) && isPoints(height));
}

function isCountable(facts: unknown): facts is MediaFacts {
  const { kind, ...told } = membersOf(facts);
  switch (kind) {
    case "image":
      return isWhole(told.uprightWidth) && isWhole(told.uprightHeight);
    case "document":
      return isWhole(told.pages) && (told.pageSizes === undefined || arePageSizes(told.pageSizes));
    case "audio":
      return isDuration(told.durationSeconds);
    case "video": {
      const isSized = isSideOrUnknown(told.uprightWidth) && isSideOrUnknown(told.uprightHeight);
      return isDuration(told.durationSeconds) && isSized && (told.hasAudio === undefined || isSwitch(told.hasAudio));
    }
    default:
      return false;
  }
}

function isShared(value: unknown): value is SharedMedium {
  const { name, facts } = membersOf(value);
  return isText(name) && isCountable(facts);
}

/** Those that can be counted. */
export function mediaOf(value: unknown): SharedMedium[] {
  return Array.isArray(value) ? value.slice(0, mostMedia).filter(isShared) : [];
}
