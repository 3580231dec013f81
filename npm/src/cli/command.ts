/** What a command is, and what all of them do alike. */

import { GeminiVisionError } from "../errors.js";
import type { Warning } from "../types.js";
import { describeOptions, type OptionName, type OptionValues, UsageError } from "./options.js";
import { hideBar, Progress, paint } from "./terminal.js";

/** What a command ends with, and what the help says of it. */
export const exitCodes = {
  done: 0,
  /** Of many files, the rest is done. */
  failed: 1,
  usage: 2,
  tooDear: 3,
} as const;

export interface Command {
  name: string;
  /** What stands after the name in the help. */
  operands: string;
  summary: string;
  options: readonly OptionName[];
  /** @returns the exit code */
  run(values: OptionValues, files: string[]): Promise<number>;
}

export function helpOf(command: Command): string {
  const usage = `Usage: gemini-vision ${[command.name, command.operands, "[options]"].filter(Boolean).join(" ")}`;
  return `${usage}\n\n${command.summary}\n\n${describeOptions([...command.options, "json", "help"])}`;
}

export function print(text: string): void {
  if (process.stdout.isTTY) hideBar();
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** One line on stderr: what it is about, what went wrong, and the stable code. */
export function complain(subject: string, error: unknown): void {
  const code = error instanceof GeminiVisionError ? ` (${error.code})` : "";
  const message = error instanceof Error ? error.message : String(error);
  say("red", `${subject}: ${withoutSubject(message, subject)}${code}`);
}

/** A line on stderr that says who is speaking. */
function say(style: "red" | "yellow", text: string): void {
  hideBar();
  process.stderr.write(`${paint(process.stderr, style, "gemini-vision:")} ${text}\n`);
}

/** The package's messages begin with the file's name, which stands in front of them here already. */
function withoutSubject(message: string, subject: string): string {
  const named = [`${subject} `, `"${subject}" `].find((beginning) => message.startsWith(beginning));
  return named === undefined ? message : message.slice(named.length);
}

const warned = new Set<string>();

/** Once each: of a model that is gone, the answer says again what was said before it was asked. */
export function warn(subject: string, warnings: readonly Warning[]): void {
  for (const { code, message } of warnings) {
    const line = `${subject}: warning: ${withoutSubject(message, subject)} (${code})`;
    if (warned.has(line)) continue;
    warned.add(line);
    say("yellow", line);
  }
}

/**
 * Does every file in turn; one that fails is complained of and does not stop the rest.
 *
 * @param doing what a bar says of it, where there are several: "preparing"
 * @returns the exit code
 */
export async function forEachFile(
  files: readonly string[],
  doing: string,
  handle: (file: string) => Promise<void>,
): Promise<number> {
  let exitCode: number = exitCodes.done;
  const progress = files.length > 1 ? new Progress(doing, files.length, "files") : undefined;
  try {
    for (const file of files) {
      try {
        await handle(file);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        complain(file, error);
        exitCode = exitCodes.failed;
      }
      progress?.advance();
    }
  } finally {
    progress?.end();
  }
  return exitCode;
}

export function requireFiles(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError("Name at least one file.");
}
