/**
 * The same calls, off the main thread. They share one pool, whose threads start when they are
 * needed; `new WorkerPool({ size })` makes another.
 *
 * @module gemini-vision-wasm/worker
 */

import type { InitOptions } from "./types.js";
import { WorkerPool } from "./worker/pool.js";

export { costOf } from "./cost.js";
export { GeminiVisionError, InputError } from "./errors.js";
export { models } from "./models.js";
export type * from "./types.js";
export type { PoolOptions, TransferOptions } from "./worker/pool.js";
export { WorkerPool };

let shared: WorkerPool | undefined;

function pool(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}

/** As the main entry's, for the threads of the shared pool. */
export function init(options: InitOptions = {}): void {
  pool().init(options);
}

/** @see WorkerPool.probe */
export const probe: WorkerPool["probe"] = (...args) => pool().probe(...args);
/** @see WorkerPool.estimate */
export const estimate: WorkerPool["estimate"] = (...args) => pool().estimate(...args);
/** @see WorkerPool.compare */
export const compare: WorkerPool["compare"] = (...args) => pool().compare(...args);
/** @see WorkerPool.prepare */
export const prepare: WorkerPool["prepare"] = (...args) => pool().prepare(...args);
/** @see WorkerPool.decode */
export const decode: WorkerPool["decode"] = (...args) => pool().decode(...args);
/** @see WorkerPool.encode */
export const encode: WorkerPool["encode"] = (...args) => pool().encode(...args);
/** @see WorkerPool.buildRequest */
export const buildRequest: WorkerPool["buildRequest"] = (...args) => pool().buildRequest(...args);
/** @see WorkerPool.parseDetections */
export const parseDetections: WorkerPool["parseDetections"] = (...args) => pool().parseDetections(...args);
