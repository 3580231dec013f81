/** Every option of every command, once: how it is parsed and how the help shows it. */

import { parseArgs } from "node:util";
import type { MediaResolution } from "../types.js";

export interface OptionRow {
  type: "string" | "boolean";
  short?: string;
  /** What stands for the value in the help; shells complete PATH and DIR by files, ID by models. */
  value?: string;
  /** The only values there are. */
  choices?: readonly string[];
  help: string;
}

export const optionRows = {
  model: { type: "string", short: "m", value: "ID", help: "model id, such as gemini-3.8-flash" },
  models: { type: "string", value: "ID,ID,…", help: "model ids to compare; default: every current one" },
  prompt: { type: "string", short: "p", value: "TEXT", help: "text that goes with the files" },
  "media-resolution": {
    type: "string",
    value: "LEVEL",
    choices: ["low", "medium", "high", "ultra_high"],
    help: "low, medium, high or ultra_high",
  },
  "max-output-tokens": { type: "string", value: "N", help: "longest answer, thoughts included" },
  "dry-run": { type: "boolean", help: "say what it would cost, and send nothing; needs no key" },
  "max-cost": {
    type: "string",
    value: "USD",
    help: "send nothing if it may cost more: the prompt, and the answer if --max-output-tokens bounds it",
  },
  basis: {
    type: "string",
    value: "BASIS",
    choices: ["observed", "documented"],
    help: "observed (default): as billed; documented: as published",
  },
  at: { type: "string", value: "DATE", help: "day whose prices count; default today" },
  batch: { type: "boolean", help: "prices of the Batch API" },
  "output-tokens": { type: "string", value: "N", help: "expected length of the answer, added to the cost" },
  via: {
    type: "string",
    value: "WAY",
    choices: ["inline", "files"],
    help: "inline (default) or files: films cost less by the File API",
  },
  together: { type: "boolean", help: "one request of all files, not one for each" },
  "base-url": { type: "string", value: "URL", help: "another service; default $GEMINI_BASE_URL, then Google's" },
  detect: { type: "string", value: "ITEMS", help: 'find these in a picture: "cats, dogs"' },
  kind: {
    type: "string",
    value: "KIND",
    choices: ["boxes", "points", "polygons", "masks", "boxes3d"],
    help: "what --detect finds: boxes (default), points, polygons, masks or boxes3d",
  },
  output: { type: "string", short: "o", value: "PATH", help: "where to write" },
  "max-edge": { type: "string", value: "PIXELS", help: "longest side; a longer one is made smaller" },
  "max-pixels": { type: "string", value: "N", help: "most pixels; more are made fewer" },
  "max-bytes": { type: "string", value: "N", help: "most bytes: lowers the quality, then the size" },
  format: {
    type: "string",
    value: "FORMAT",
    choices: ["keep", "jpeg", "png", "webp"],
    help: "keep (default), jpeg, png or webp",
  },
  quality: { type: "string", value: "1-100", help: "for a JPEG or WebP that has to be encoded again" },
  crop: { type: "string", value: "X,Y,WIDTH,HEIGHT", help: "a part of the upright picture, in pixels" },
  background: { type: "string", value: "#RRGGBB", help: "behind what is clear in a picture" },
  "keep-orientation": { type: "boolean", help: "leave the picture turned as it is stored" },
  "keep-metadata": { type: "boolean", help: "leave EXIF, GPS and the rest in" },
  "keep-gain-map": { type: "boolean", help: "leave the gain map of an HDR photo in" },
  sharpness: { type: "boolean", help: "judge how sharp the picture is, and warn of a blurry one" },
  force: { type: "boolean", help: "overwrite what is there already" },
  fold: { type: "boolean", help: "indent the JSON and fold the payloads, for reading" },
  all: { type: "boolean", help: "also models that are gone" },
  port: { type: "string", value: "N", help: "default 8787; 0 takes any free one" },
  page: { type: "string", value: "DIR", help: "a built page to serve at /" },
  stream: { type: "boolean", help: "print the answer as it comes" },
  wait: { type: "boolean", help: "until the file can be used" },
  "mime-type": { type: "string", value: "TYPE", help: "of the files; default: by content, then by name" },
  journal: { type: "string", value: "PATH", help: "what has been done so far; default DIR/.gemini-vision-batch" },
  concurrency: { type: "string", value: "N", help: "pictures at a time; default 4" },
  "job-size": { type: "string", value: "N", help: "pictures a batch job; default 1000" },
  json: { type: "boolean", help: "JSON for programs, one line a result" },
  help: { type: "boolean", short: "h", help: "this text" },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof optionRows;

export type OptionValues = Partial<Record<OptionName, string | boolean>>;

/** A command line that makes no sense; ends with exit code 2. */
export class UsageError extends Error {}

export function parseCommandLine(args: string[], names: readonly OptionName[]) {
  const options = Object.fromEntries(
    names.map((name) => {
      const { type, short }: OptionRow = optionRows[name];
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as OptionValues, files: positionals };
  } catch (error) {
    const [reason] = (error as Error).message.split(". ");
    throw new UsageError(`${reason}; --help lists the options.`);
  }
}

/** Arguments are seen by every user of the machine and kept by the shell; this one is not even repeated in the message. */
export function refuseKeyFlag(args: readonly string[]): void {
  if (!args.some((arg) => /^--?(api[-_]?)?key(=|$)/i.test(arg))) return;
  throw new UsageError("The key is never an argument, where others could read it: set GEMINI_API_KEY instead.");
}

/** Help lines of some options, aligned. */
export function describeOptions(names: readonly OptionName[]): string {
  const rows = names.map((name) => {
    const { short, value, help }: OptionRow = optionRows[name];
    const flag = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return { flag, help };
  });
  const width = Math.max(...rows.map(({ flag }) => flag.length));
  return rows.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}\n`).join("");
}

export function text(values: OptionValues, name: OptionName): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

/** A whole number in its range, or undefined when the option is not there. */
export function wholeNumber(
  values: OptionValues,
  name: OptionName,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const given = text(values, name);
  if (given === undefined) return undefined;
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} takes a whole number ${range}, not "${given}".`);
}

/** Options whose row names their choices. */
type ChoiceName = {
  [Name in OptionName]: (typeof optionRows)[Name] extends { choices: readonly string[] } ? Name : never;
}[OptionName];

export function oneOf<Name extends ChoiceName>(values: OptionValues, name: Name) {
  type Choice = (typeof optionRows)[Name]["choices"][number];
  const given = text(values, name);
  const { choices } = optionRows[name];
  if (given === undefined || (choices as readonly string[]).includes(given)) return given as Choice | undefined;
  throw new UsageError(`--${name} takes ${choices.join(", ")}, not "${given}".`);
}

export function mediaResolution(values: OptionValues): MediaResolution | undefined {
  return oneOf(values, "media-resolution");
}

/** The longest answer that is asked for: it bounds the cost. */
export function maxOutputTokens(values: OptionValues): number | undefined {
  return wholeNumber(values, "max-output-tokens", 1, 10_000_000);
}

/** The options that an estimate takes, checked. */
export function estimateOptions(values: OptionValues) {
  const at = text(values, "at");
  if (at !== undefined && Number.isNaN(Date.parse(at))) throw new UsageError(`--at takes a date, not "${at}".`);
  const basis = oneOf(values, "basis");
  const outputTokens = wholeNumber(values, "output-tokens", 0, 10_000_000);
  const via = oneOf(values, "via");
  return {
    ...(via && { via }),
    ...(basis && { basis }),
    ...(at !== undefined && { at }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(values.batch === true && { batch: true }),
  };
}
