import { createHash } from "node:crypto";
import { readdir, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { batchLifeMs } from "../client/remote-batch.js";
import type { GeminiClient } from "../client.js";
import { ApiError } from "../errors.js";
import { buildRequest } from "../request.js";
import type { Batch, BatchResult, RemoteFile } from "../types.js";
import { WorkerPool } from "../worker/pool.js";
import { beforeBatch } from "./batch-cost.js";
import { askedBefore, Journal, type UploadEntry } from "./batch-journal.js";
import { type Command, complain, exitCodes, print, printJson } from "./command.js";
import { clientFor } from "./connect.js";
import { askConfig } from "./contents.js";
import { count } from "./format.js";
import { type OptionValues, text, UsageError, wholeNumber } from "./options.js";
import { Progress } from "./terminal.js";

const pictureNames = /\.(jpe?g|png|webp|heic|heif)$/i;
const defaultConcurrency = 4;
const defaultJobSize = 1000;

interface Run {
  readonly client: GeminiClient;
  /** Pictures are prepared by as many threads as the machine has use for. */
  readonly pool: WorkerPool;
  readonly journal: Journal;
  readonly folder: string;
  readonly model: string;
  readonly prompt: string;
  readonly values: OptionValues;
  /** What jobs of an earlier run ask about. */
  readonly asked: ReadonlySet<string>;
  /** Why a picture could not be asked about. */
  readonly failures: Map<string, unknown>;
}

export const batchCommand: Command = {
  name: "batch",
  operands: "DIR",
  summary:
    "Asks the same of every picture in a folder by the Batch API, at half the price, within a day. Killed, it goes on " +
    "where it was when it is started again: nothing is uploaded twice. Results are JSONL. Key: GEMINI_API_KEY.",
  options: [
    ...(["model", "prompt", "media-resolution", "max-output-tokens", "output", "journal"] as const),
    ...(["concurrency", "job-size", "base-url", "dry-run", "max-cost"] as const),
  ],
  async run(values, [folder, ...rest]) {
    const model = text(values, "model");
    const prompt = text(values, "prompt");
    if (folder === undefined || rest.length > 0) throw new UsageError("Name one folder.");
    if (model === undefined || prompt === undefined) throw new UsageError("Give a --model and a --prompt.");
    const concurrency = wholeNumber(values, "concurrency", 1, 64) ?? defaultConcurrency;
    const jobSize = wholeNumber(values, "job-size", 1, 100_000) ?? defaultJobSize;
    const client = clientFor(values, { maxConcurrency: concurrency });
    const names = await picturesIn(folder);
    if (names.length === 0) throw new UsageError(`There are no pictures in "${folder}".`);
    const question = JSON.stringify([model, prompt, askConfig(values) ?? null]);
    const journalPath = text(values, "journal") ?? path.join(folder, ".gemini-vision-batch");
    const asked = await askedBefore(journalPath, question);
    const open = names.filter((name) => !asked.has(name));
    const stop = await beforeBatch(values, { folder, model, prompt }, open);
    if (stop !== undefined) return stop;
    const journal = await Journal.open(journalPath, question);
    const pool = new WorkerPool();
    try {
      const run = { client, pool, journal, folder, model, prompt, values, asked, failures: new Map<string, unknown>() };
      await uploadAll(run, names, concurrency);
      pool.close();
      await beginJobs(run, names, jobSize);
      return await collect(run, text(values, "output") ?? path.join(folder, "results.jsonl"));
    } finally {
      pool.close();
      await journal.close();
    }
  },
};

async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new UsageError(`"${folder}" cannot be read: ${error.message}`);
  });
  return entries.flatMap((entry) => (entry.isFile() && pictureNames.test(entry.name) ? [entry.name] : [])).sort();
}

/** So many at a time, so that memory holds so many pictures and no more. */
async function uploadAll(run: Run, names: readonly string[], concurrency: number): Promise<void> {
  const waiting = [...names];
  const progress = new Progress("uploading", names.length, "pictures");
  const work = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        await uploadOne(run, name);
      } catch (error) {
        complain(name, error);
        run.failures.set(name, error);
      }
      progress.advance();
    }
  };
  try {
    await Promise.all(Array.from({ length: concurrency }, work));
  } finally {
    progress.end();
  }
}

async function uploadOne({ client, pool, journal, folder, asked }: Run, name: string): Promise<void> {
  const file = path.join(folder, name);
  const { size, mtimeMs } = await stat(file);
  const identity = `${size} ${mtimeMs}`;
  const known = journal.uploads.get(name);
  if (known?.identity === identity && (asked.has(name) || lives(known))) return;
  const media = await pool.prepare(file);
  const digest = createHash("sha256").update(media.bytes).digest("hex");
  // Chosen here, so that an upload whose end was not written down is found and not repeated: up to 40 of a-z, 0-9, "-".
  const id = `gv-${journal.run}-${digest.slice(0, 28)}`;
  const stored = await uploadUnlessThere(client, id, media.bytes, { mimeType: media.mimeType, displayName: name });
  const { name: remote, uri, mimeType, expirationTime = "" } = stored;
  await journal.add({ type: "upload", file: name, identity, name: remote, uri, mimeType, expirationTime });
}

function lives({ expirationTime }: UploadEntry): boolean {
  return Date.parse(expirationTime) - Date.now() > batchLifeMs;
}

async function uploadUnlessThere(
  client: GeminiClient,
  id: string,
  file: Uint8Array,
  config: { mimeType: string; displayName: string },
): Promise<RemoteFile> {
  try {
    return await client.files.upload({ file, config: { ...config, name: id } });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return client.files.get({ name: id });
  }
}

/** What no job asks about yet, in jobs of their size; a job that was begun but not written down is looked for first. */
async function beginJobs(run: Run, names: readonly string[], jobSize: number): Promise<void> {
  const { journal, asked } = run;
  const open = names.filter((name) => !asked.has(name) && !run.failures.has(name) && journal.uploads.has(name));
  for (let at = 0; at < open.length; at += jobSize) {
    const displayName = `gv-${journal.run}-${journal.jobs.size}`;
    await journal.add({ type: "job", displayName, files: open.slice(at, at + jobSize) });
  }
  for (const { displayName, files } of journal.jobs.values()) {
    if (journal.created.has(displayName)) continue;
    const batch = (await findBatch(run.client, displayName)) ?? (await createBatch(run, displayName, files));
    await journal.add({ type: "created", displayName, name: batch.name });
  }
}

async function findBatch(client: GeminiClient, displayName: string): Promise<Batch | undefined> {
  for await (const batch of client.batches.list({ pageSize: 100 })) {
    if (batch.displayName === displayName) return batch;
  }
  return undefined;
}

async function createBatch(run: Run, displayName: string, files: readonly string[]): Promise<Batch> {
  const { client, journal, model, prompt, values } = run;
  const config = askConfig(values) ?? {};
  const decoder = new TextDecoder();
  const lines: string[] = [];
  for (const file of files) {
    const { uri, mimeType } = journal.uploads.get(file) as UploadEntry;
    const contents = [{ fileData: { fileUri: uri, mimeType } }, prompt];
    const { body } = await buildRequest({ model, contents, config });
    lines.push(`{"key":${JSON.stringify(file)},"request":${decoder.decode(body)}}\n`);
  }
  const jsonl = new TextEncoder().encode(lines.join(""));
  const input = await uploadUnlessThere(client, `${displayName}-in`, jsonl, {
    mimeType: "application/jsonl",
    displayName,
  });
  return client.batches.create({ model, src: input.name, config: { displayName } });
}

async function* resultsOf(client: GeminiClient, name: string): AsyncGenerator<BatchResult> {
  const batch = await client.batches.wait({ name });
  if (!batch.state.endsWith("_SUCCEEDED")) {
    throw new ApiError("api-error", `${name} ended as ${batch.state}.`, { status: 200, reason: batch.state });
  }
  yield* client.batches.results({ name });
}

/** Waits for every job, then writes all results at once, in the order of the files: a file of results is a whole one. */
async function collect(run: Run, output: string): Promise<number> {
  const { client, journal, failures, values } = run;
  const results = new Map<string, BatchResult | { error: unknown }>();
  const progress = new Progress("waiting", journal.created.size, "jobs");
  try {
    for (const name of journal.created.values()) {
      for await (const result of resultsOf(client, name)) results.set(result.key ?? "", result);
      progress.advance();
    }
  } finally {
    progress.end();
  }
  for (const [name, error] of failures) results.set(name, { error: { message: (error as Error).message } });
  const sorted = [...results].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([file, result]) => `${JSON.stringify({ file, ...result })}\n`);
  await writeFile(`${output}.part`, lines.join(""));
  await rename(`${output}.part`, output);
  const bad = sorted.filter(([, result]) => result.error !== undefined).length;
  const summary = { output, pictures: sorted.length, failed: bad, jobs: journal.created.size };
  if (values.json === true) printJson(summary);
  else
    print(
      `${output}: ${count(sorted.length)} results, ${count(bad)} of them failures, from ${count(summary.jobs)} jobs`,
    );
  return bad === 0 ? exitCodes.done : exitCodes.failed;
}
