/** What batches are asked and answer. */

import type { Contents, GenerateContentConfig } from "../types.js";
import type { Abortable, GenerateContentResponse } from "./client.js";

/** One question of a batch, as in `@google/genai`; `key` tells answers apart. */
export interface BatchRequest {
  key?: string;
  contents: Contents;
  config?: GenerateContentConfig;
  /** Comes back with the answer, from inline batches only: with it, more than fits inline is `bad-argument`. */
  metadata?: Record<string, unknown>;
}

/** Questions; or the name of an uploaded JSONL file of lines `{ key, request }`. */
export type BatchSource = Iterable<BatchRequest> | AsyncIterable<BatchRequest> | string | { fileName: string };

export interface CreateBatchOptions extends Abortable {
  model: string;
  src: BatchSource;
  config?: { displayName?: string } & Abortable;
}

export interface Batch {
  /** "batches/abc" */
  readonly name: string;
  /** "BATCH_STATE_PENDING", "BATCH_STATE_RUNNING", "BATCH_STATE_SUCCEEDED", "BATCH_STATE_FAILED", … */
  readonly state: string;
  /** No state follows. */
  readonly done: boolean;
  readonly displayName?: string;
  readonly model?: string;
  readonly createTime?: string;
  readonly endTime?: string;
  readonly error?: { code?: number; message?: string };
  /** As the service tells it: `responsesFile`, or `inlinedResponses`. */
  readonly output?: { responsesFile?: string; inlinedResponses?: unknown };
  readonly stats?: Record<string, unknown>;
}

/** One answer of a batch; either `response` or `error` is there. */
export interface BatchResult {
  readonly key?: string;
  readonly metadata?: Record<string, unknown>;
  readonly response?: GenerateContentResponse;
  readonly error?: { code?: number; message?: string; status?: string };
}
