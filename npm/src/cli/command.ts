/** What a command is, and what all of them do alike. */

import { GeminiVisionError } from "../errors.js";
import type { Warning } from "../types.js";
import { describeOptions, type OptionName, type OptionValues, UsageError } from "./options.js";

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
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** One line on stderr: what it is about, what went wrong, and the stable code. */
export function complain(subject: string, error: unknown): void {
  const code = error instanceof GeminiVisionError ? ` (${error.code})` : "";
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`gemini-vision: ${subject}: ${withoutSubject(message, subject)}${code}\n`);
}

/** The package's messages begin with the file's name, which stands in front of them here already. */
function withoutSubject(message: string, subject: string): string {
  const named = [`${subject} `, `"${subject}" `].find((beginning) => message.startsWith(beginning));
  return named === undefined ? message : message.slice(named.length);
}

export function warn(subject: string, warnings: readonly Warning[]): void {
  for (const { code, message } of warnings) {
    process.stderr.write(`gemini-vision: ${subject}: warning: ${withoutSubject(message, subject)} (${code})\n`);
  }
}

/** Does every file in turn; one that fails is complained of and does not stop the rest. @returns the exit code */
export async function forEachFile(files: readonly string[], handle: (file: string) => Promise<void>): Promise<number> {
  let exitCode = 0;
  for (const file of files) {
    try {
      await handle(file);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      complain(file, error);
      exitCode = 1;
    }
  }
  return exitCode;
}

export function requireFiles(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError("Name at least one file.");
}
