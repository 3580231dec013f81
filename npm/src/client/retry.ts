/** When to try again, and how long to wait before. */

import { ApiError, GeminiVisionError } from "../errors.js";
import type { RetryEvent } from "../types.js";

export const defaultMaxRetries = 2;

/** Waits between attempts: doubled each time, up to the longest, less a random part so that many clients do not march in step. */
const firstDelayMs = 500;
export const longestDelayMs = 60_000;

/** The service says with these that it has not begun: nothing is done twice by asking again. */
const refusals = [429, 503];

interface RetryPolicy {
  maxRetries: number | undefined;
  signal: AbortSignal | undefined;
  /** Only what was surely not done is asked for again. */
  onlyRefused?: boolean | undefined;
  onRetry(event: Pick<RetryEvent, "attempt" | "delayMs" | "error">): void;
}

function isRetryable(error: unknown, onlyRefused: boolean | undefined): error is GeminiVisionError {
  if (!(error instanceof GeminiVisionError) || !error.retryable) return false;
  return !onlyRefused || (error instanceof ApiError && error.code === "api-error" && refusals.includes(error.status));
}

/** What the service asks for is obeyed to the letter; a longer wait than anybody has patience for is the caller's to decide. */
export function delayBefore(attempt: number, error: unknown): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked;
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return backoff * (1 - Math.random() / 4);
}

export async function withRetries<Result>(work: () => Promise<Result>, policy: RetryPolicy): Promise<Result> {
  const { maxRetries = defaultMaxRetries, signal, onlyRefused } = policy;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt > maxRetries || !isRetryable(error, onlyRefused)) throw error;
      const delayMs = delayBefore(attempt, error);
      if (delayMs > longestDelayMs) throw error;
      policy.onRetry({ attempt, delayMs, error });
      await sleep(delayMs, signal);
    }
  }
}

/** Somebody waits for its end, so its timer keeps the process alive. @throws the signal's reason */
export function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
