/** Batches; what their calls promise stands in facade.ts. */

import { InputError } from "../errors.js";
import type { Abortable, Batch, BatchResult, CreateBatchOptions, ListOptions, WaitOptions } from "../types.js";
import { badShape } from "./answer.js";
import { isObject } from "./exchange.js";
import { listPages } from "./pages.js";
import { poll } from "./poll.js";
import type { Requests } from "./requests.js";
import { signalOf } from "./signal.js";

const defaultIntervalMs = 2000;

const ended = ["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"];

/** "abc" or "batches/abc" to "batches/abc". @throws InputError `bad-argument` */
export function batchName(name: string): string {
  const id = /^(?:batches\/)?([A-Za-z0-9_-]+)$/.exec(String(name))?.[1];
  if (id !== undefined) return `batches/${id}`;
  throw new InputError("bad-argument", `"${String(name).slice(0, 80)}" is no name of a batch, such as "batches/abc".`);
}

/** Like an operation: what matters stands in its metadata. @throws ApiError `bad-response` */
export function toBatch(json: Record<string, unknown>): Batch {
  const { name, metadata = {}, error, response } = json as { [member: string]: unknown };
  if (typeof name !== "string" || !isObject(metadata)) throw badShape("a batch without name or metadata");
  const { state, displayName, model, createTime, endTime, batchStats, output = response } = metadata;
  const told = String(state ?? "BATCH_STATE_UNSPECIFIED");
  return {
    name,
    state: told,
    done: json.done === true || ended.some((end) => told.endsWith(`_${end}`)),
    ...(typeof displayName === "string" && { displayName }),
    ...(typeof model === "string" && { model }),
    ...(typeof createTime === "string" && { createTime }),
    ...(typeof endTime === "string" && { endTime }),
    ...(isObject(error) && { error }),
    ...(isObject(output) && { output }),
    ...(isObject(batchStats) && { stats: batchStats }),
  };
}

export class Batches {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async create(options: CreateBatchOptions): Promise<Batch> {
    const { createBatch } = await import("./create-batch.js");
    return createBatch(this.#requests, options);
  }

  async get({ name, ...options }: { name: string } & Abortable): Promise<Batch> {
    const call = { method: "GET", path: batchName(name), signal: signalOf(options) } as const;
    return toBatch(await this.#requests.transport.json(call));
  }

  async cancel({ name, ...options }: { name: string } & Abortable): Promise<void> {
    await this.#requests.transport.json({ path: `${batchName(name)}:cancel`, signal: signalOf(options) });
  }

  async delete({ name, ...options }: { name: string } & Abortable): Promise<void> {
    await this.#requests.transport.json({ method: "DELETE", path: batchName(name), signal: signalOf(options) });
  }

  async *list(options: ListOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const pages = listPages<Record<string, unknown>>(this.#requests.transport, "batches", "operations", options);
    for await (const operation of pages) yield toBatch(operation);
  }

  wait(batch: { name: string } & Abortable, options: WaitOptions = {}): Promise<Batch> {
    const { timeoutMs = Number.POSITIVE_INFINITY, intervalMs = defaultIntervalMs } = options;
    const signal = signalOf(options, batch);
    return poll({ timeoutMs, intervalMs, signal, what: batchName(batch.name) }, async () => {
      const found = await this.get({ name: batch.name, signal });
      return found.done ? found : undefined;
    });
  }

  async *results(batch: { name: string } & Abortable): AsyncGenerator<BatchResult, void, undefined> {
    const { readResults } = await import("./batch-results.js");
    yield* readResults(this.#requests.transport, await this.get(batch), signalOf(batch));
  }
}
