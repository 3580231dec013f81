/** What the jobs of a batch run have answered, as one file. */

import { rename, writeFile } from "node:fs/promises";
import { isGone } from "../client/remote-file.js";
import type { GeminiClient } from "../client.js";
import { ApiError } from "../errors.js";
import type { BatchResult } from "../types.js";
import type { Journal } from "./batch-journal.js";
import { complain, exitCodes, print, printJson } from "./command.js";
import { count } from "./format.js";
import type { OptionValues } from "./options.js";
import { Progress } from "./terminal.js";

interface Asked {
  readonly client: GeminiClient;
  readonly journal: Journal;
  readonly values: OptionValues;
  /** Why a picture could not be asked about. */
  readonly failures: ReadonlyMap<string, unknown>;
}

type Result = Pick<BatchResult, "response" | "error">;

/**
 * Waits for every job, then writes all results at once, in the order of the files: a file of results is a whole one. Files
 * of a job without answers have errors for results; if it will never have any, the next run asks about them again.
 *
 * @returns the exit code
 */
export async function collect({ client, journal, failures, values }: Asked, output: string): Promise<number> {
  const results = new Map<string, Result>();
  const jobs = [...journal.created];
  const progress = new Progress("waiting", jobs.length, "jobs");
  try {
    for (const [displayName, name] of jobs) {
      const files = journal.jobs.get(displayName)?.files ?? [];
      const answers = await answersOf(client, name);
      if ("error" in answers) {
        complain(name, answers.error);
        if (answers.isFinal) await journal.add({ type: "reopened", displayName });
      }
      for (const file of files) results.set(file, resultOf(answers, file));
      progress.advance();
    }
  } finally {
    progress.end();
  }
  for (const [name, error] of failures) results.set(name, { error: { message: (error as Error).message } });
  const failed = await write(results, output);
  const summary = { output, pictures: results.size, failed, jobs: jobs.length };
  if (values.json === true) printJson(summary);
  else
    print(
      `${output}: ${count(summary.pictures)} results, ${count(failed)} of them failures, from ${count(summary.jobs)} jobs`,
    );
  return failed === 0 ? exitCodes.done : exitCodes.failed;
}

interface Unanswered {
  readonly error: ApiError;
  /** It will never have answers. */
  readonly isFinal: boolean;
}

/**
 * By file; or why there are none.
 *
 * @throws what may go better another time, such as a connection that fails
 */
async function answersOf(client: GeminiClient, name: string): Promise<ReadonlyMap<string, BatchResult> | Unanswered> {
  let hasEnded = false;
  try {
    await client.batches.wait({ name });
    hasEnded = true;
    const answers = new Map<string, BatchResult>();
    for await (const result of client.batches.results({ name })) answers.set(result.key ?? "", result);
    return answers;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // When the job itself could be seen, a refusal is no matter of the key: the file of its answers is gone.
    const isMissing = hasEnded ? isGone(error) : error.status === 404;
    const isFinal = isMissing || endedWithout(error);
    if (isFinal || (hasEnded && error.code === "bad-response")) return { error, isFinal };
    throw error;
  }
}

/** Failed, cancelled or expired. */
function endedWithout({ code, status }: ApiError): boolean {
  return code === "api-error" && status === 200;
}

function resultOf(answers: ReadonlyMap<string, BatchResult> | Unanswered, file: string): Result {
  if (!("error" in answers)) return answers.get(file) ?? { error: { message: "Its job has no answer for it." } };
  const { message, reason } = answers.error;
  return { error: { message, ...(reason !== undefined && { status: reason }) } };
}

/** @returns how many of them are failures */
async function write(results: ReadonlyMap<string, Result>, output: string): Promise<number> {
  const sorted = [...results].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([file, result]) => `${JSON.stringify({ file, ...result })}\n`);
  await writeFile(`${output}.part`, lines.join(""));
  await rename(`${output}.part`, output);
  return sorted.filter(([, result]) => result.error !== undefined).length;
}
