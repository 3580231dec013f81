/** Batches; what their calls promise stands in facade.ts. */

import { signalOf } from "../signal.js";
import type { Batch, BatchResult, CreateBatchOptions, ListOptions, Named, WaitOptions } from "../types.js";
import { listPages } from "./pages.js";
import { poll } from "./poll.js";
import { batchName, toBatch } from "./remote-batch.js";
import type { Requests } from "./requests.js";

const defaultIntervalMs = 2000;

export class Batches {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  async create(options: CreateBatchOptions): Promise<Batch> {
    const { createBatch } = await import("./create-batch.js");
    return createBatch(this.#requests, options);
  }

  async get(batch: Named): Promise<Batch> {
    const call = { method: "GET", path: batchName(batch?.name), signal: signalOf(batch) } as const;
    return toBatch(await this.#requests.transport.json(call));
  }

  async cancel(batch: Named): Promise<void> {
    await this.#requests.transport.json({ path: `${batchName(batch?.name)}:cancel`, signal: signalOf(batch) });
  }

  async delete(batch: Named): Promise<void> {
    await this.#requests.transport.json({ method: "DELETE", path: batchName(batch?.name), signal: signalOf(batch) });
  }

  async *list(options: ListOptions = {}): AsyncGenerator<Batch, void, undefined> {
    const pages = listPages<Record<string, unknown>>(this.#requests.transport, "batches", "operations", options);
    for await (const operation of pages) yield toBatch(operation);
  }

  wait(batch: Named, options: WaitOptions = {}): Promise<Batch> {
    const { timeoutMs = Number.POSITIVE_INFINITY, intervalMs = defaultIntervalMs } = options;
    const signal = signalOf(options, batch);
    return poll({ timeoutMs, intervalMs, signal, what: batchName(batch?.name) }, async (given) => {
      const found = await this.get({ name: batch.name, signal: given });
      return found.done ? found : undefined;
    });
  }

  async *results(batch: Named): AsyncGenerator<BatchResult, void, undefined> {
    const { readResults } = await import("./batch-results.js");
    yield* readResults(this.#requests.transport, await this.get(batch), signalOf(batch));
  }
}
