/** Looks again and again, less and less often. */

import { ApiError } from "../errors.js";
import { sleep } from "./retry.js";

const growth = 1.5;
const longestIntervalMs = 30_000;

interface PollOptions {
  timeoutMs: number;
  /** Before the second look. */
  intervalMs: number;
  signal: AbortSignal | undefined;
  what: string;
}

/** @param look undefined: not yet. @throws ApiError `timeout`, what `look` throws, the signal's reason */
export async function poll<Found>(options: PollOptions, look: () => Promise<Found | undefined>): Promise<Found> {
  const { timeoutMs, signal, what } = options;
  const end = performance.now() + timeoutMs;
  for (let intervalMs = options.intervalMs; ; intervalMs = Math.min(longestIntervalMs, intervalMs * growth)) {
    const found = await look();
    if (found !== undefined) return found;
    const leftMs = end - performance.now();
    if (leftMs <= 0)
      throw new ApiError("timeout", `${what} was not ready within ${timeoutMs} ms.`, { retryable: true });
    await sleep(Math.min(intervalMs, leftMs), signal);
  }
}
