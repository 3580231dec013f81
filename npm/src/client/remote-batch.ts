/** A batch as the service knows it: by what name, in which shape. */

import { shown } from "../check.js";
import { InputError } from "../errors.js";
import type { Batch } from "../types.js";
import { badShape } from "./answer.js";
import { isObject } from "./exchange.js";

/** A batch may take a day; its files must live as long. */
export const batchLifeMs = 24 * 3600e3;

const ended = ["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"];

/** "abc" or "batches/abc" to "batches/abc". @throws InputError `bad-argument` */
export function batchName(name: string): string {
  const id = typeof name === "string" ? /^(?:batches\/)?([A-Za-z0-9_-]+)$/.exec(name)?.[1] : undefined;
  if (id !== undefined) return `batches/${id}`;
  throw new InputError("bad-argument", `${shown(name)} is no name of a batch, such as "batches/abc".`);
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
