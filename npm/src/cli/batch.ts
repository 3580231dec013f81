import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { batchLifeMs } from "../client/remote-batch.js";
import type { GeminiClient } from "../client.js";
import { ApiError } from "../errors.js";
import { buildRequest } from "../request.js";
import { refuseType } from "../sendable.js";
import type { Batch, RemoteFile } from "../types.js";
import { WorkerPool } from "../worker/pool.js";
import { beforeBatch } from "./batch-cost.js";
import { askedBefore, Journal, type UploadEntry } from "./batch-journal.js";
import { collect } from "./batch-results.js";
import { type Command, complain } from "./command.js";
import { clientFor } from "./connect.js";
import { askConfig } from "./contents.js";
import { type OptionValues, text, UsageError, wholeNumber } from "./options.js";
import { plannedOutput } from "./targets.js";
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
  /** Why a picture could not be asked about. */
  readonly failures: Map<string, unknown>;
}

export const batchCommand: Command = {
  name: "batch",
  operands: "DIR",
  summary:
    "Asks the same of every picture in a folder by the Batch API, at half the price, within a day. Killed, it goes on " +
    "where it was when it is started again: nothing is uploaded twice. Pictures of a job that failed or expired are asked " +
    "about again by the next run. Results are JSONL. Key: GEMINI_API_KEY.",
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
    const output = await outputFor(values, folder, names);
    const question = JSON.stringify([model, prompt, askConfig(values) ?? null]);
    const journalPath = text(values, "journal") ?? path.join(folder, ".gemini-vision-batch");
    const asked = await askedBefore(journalPath, question);
    const planned = names.filter((name) => !asked.has(name));
    const { failures, stop } = await beforeBatch(values, { folder, model, prompt }, planned);
    if (stop !== undefined) return stop;
    const journal = await Journal.open(journalPath, question);
    const pool = new WorkerPool();
    try {
      const run = { client, pool, journal, folder, model, prompt, values, failures: new Map(failures) };
      await findBegunJobs(run);
      const { asked } = journal;
      const open = names.filter((name) => !asked.has(name));
      await uploadAll(run, open, concurrency);
      pool.close();
      await beginJobs(run, open, jobSize);
      return await collect(run, output);
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

/** Each run writes its results anew: what is there are those of an earlier one. */
async function outputFor(values: OptionValues, folder: string, names: readonly string[]): Promise<string> {
  const sources = names.map((name) => path.join(folder, name));
  return (await plannedOutput({ ...values, force: true }, sources)) ?? path.join(folder, "results.jsonl");
}

/** So many at a time, so that memory holds so many pictures and no more. */
async function uploadAll(run: Run, names: readonly string[], concurrency: number): Promise<void> {
  const waiting = names.filter((name) => !run.failures.has(name));
  const progress = new Progress("uploading", waiting.length, "pictures");
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

async function uploadOne({ client, pool, journal, folder }: Run, name: string): Promise<void> {
  const file = path.join(folder, name);
  const { size, mtimeMs } = await stat(file);
  const identity = `${size} ${mtimeMs}`;
  const known = journal.uploads.get(name);
  if (known?.identity === identity && lives(known)) return;
  const { bytes, mimeType: type } = await pool.prepare(file);
  refuseType(type);
  const stored = await uploadUnlessThere(client, `gv-${journal.run}`, bytes, { mimeType: type, displayName: name });
  const { name: remote, uri, mimeType, expirationTime = "" } = stored;
  await journal.add({ type: "upload", file: name, identity, name: remote, uri, mimeType, expirationTime });
}

function lives({ expirationTime }: Pick<RemoteFile, "expirationTime">): boolean {
  return !expirationTime || Date.parse(expirationTime) - Date.now() > batchLifeMs;
}

/** The service takes up to 40 of a-z, 0-9 and "-". */
const maxIdCharacters = 40;

/**
 * The name follows from what it holds, so that an upload whose end was not written down is found and not repeated. One that
 * will not live long enough is done again, by another name.
 */
async function uploadUnlessThere(
  client: GeminiClient,
  prefix: string,
  file: Uint8Array,
  config: { mimeType: string; displayName: string },
): Promise<RemoteFile> {
  for (let shortLived = ""; ; ) {
    const digest = createHash("sha256").update(file).update(shortLived).digest("hex");
    const name = `${prefix}-${digest}`.slice(0, maxIdCharacters);
    try {
      return await client.files.upload({ file, config: { ...config, name } });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
    }
    const found = await client.files.get({ name });
    if (lives(found)) return found;
    shortLived = found.expirationTime as string;
  }
}

/** A job that was begun, but not written down as created, is looked for at the service; one that is not there never was. */
async function findBegunJobs({ client, journal }: Run): Promise<void> {
  const begun = [...journal.jobs.keys()].filter((displayName) => !journal.created.has(displayName));
  if (begun.length === 0) return;
  const names = new Map<string | undefined, string>();
  for await (const { displayName, name } of client.batches.list({ pageSize: 100 })) names.set(displayName, name);
  for (const displayName of begun) {
    const name = names.get(displayName);
    await journal.add(name === undefined ? { type: "reopened", displayName } : { type: "created", displayName, name });
  }
}

/** In jobs of their size. */
async function beginJobs(run: Run, names: readonly string[], jobSize: number): Promise<void> {
  const { journal, failures } = run;
  const ready = names.filter((name) => !failures.has(name));
  for (let at = 0; at < ready.length; at += jobSize) {
    const displayName = `gv-${journal.run}-${journal.jobCount}`;
    const files = ready.slice(at, at + jobSize);
    await journal.add({ type: "job", displayName, files });
    const { name } = await createBatch(run, displayName, files);
    await journal.add({ type: "created", displayName, name });
  }
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
  const input = await uploadUnlessThere(client, displayName, jsonl, { mimeType: "application/jsonl", displayName });
  return client.batches.create({ model, src: input.name, config: { displayName } });
}
