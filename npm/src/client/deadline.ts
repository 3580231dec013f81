/** Ends of waiting for what may not end by itself: the caller's signal, and a time that is up. */

/** A longer timer would go off at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** The promise's own outcome, unless the signal aborts before. @throws the signal's reason */
export async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    // Whatever came before it is over: no listener hears of it.
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * What `work` resolves with, if that is in time. While somebody waits, the timer may keep the process alive.
 *
 * @param late what is thrown when time is up
 * @param work is given a signal for both ends, and is not waited for when it does not heed it
 * @throws the signal's reason, what `work` throws
 */
export async function withDeadline<Value>(
  { timeoutMs, signal, late }: { timeoutMs: number; signal: AbortSignal | undefined; late: Error },
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const abort = (): void => end.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = timeoutMs > longestTimerMs ? undefined : setTimeout(() => end.abort(late), timeoutMs);
  try {
    return await unlessAborted(work(end.signal), end.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
