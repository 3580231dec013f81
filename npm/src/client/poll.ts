/** Looks again and again, less and less often. */

import { ApiError } from "../errors.js";
import { withDeadline } from "./deadline.js";
import { sleep } from "./retry.js";

const growth = 1.5;
const longestIntervalMs = 30_000;
/** Time for the last look, which would be too late at the very end. */
const lastLookMs = 1000;

interface PollOptions {
  timeoutMs: number;
  /** Before the second look. */
  intervalMs: number;
  signal: AbortSignal | undefined;
  what: string;
}

/**
 * @param look undefined: not yet. Its signal aborts when nobody waits for it any more
 * @throws ApiError `timeout`, what `look` throws, the signal's reason
 */
export function poll<Found>(
  { timeoutMs, intervalMs: firstMs, signal, what }: PollOptions,
  look: (signal: AbortSignal) => Promise<Found | undefined>,
): Promise<Found> {
  const late = new ApiError("timeout", `${what} was not ready within ${timeoutMs} ms.`, { retryable: true });
  const lastLookAt = performance.now() + timeoutMs - Math.min(lastLookMs, timeoutMs / 2);
  return withDeadline({ timeoutMs, signal, late }, async (given) => {
    for (let intervalMs = firstMs; ; intervalMs = Math.min(longestIntervalMs, intervalMs * growth)) {
      const found = await look(given);
      if (found !== undefined) return found;
      const leftMs = lastLookAt - performance.now();
      await sleep(leftMs > 0 ? Math.min(intervalMs, leftMs) : intervalMs, given);
    }
  });
}
