/** For work that is overtaken by newer work: only the last run may report. */
interface Latest<Input> {
  run(input: Input, delayMs?: number): void;
}

export type Outcome<Result> = { readonly result: Result } | { readonly error: unknown };

/**
 * @param work Gets a signal that aborts when it is overtaken.
 * @param report Called with the outcome of the last run, never with that of one before it.
 */
export function latest<Input, Result>(
  work: (input: Input, signal: AbortSignal) => Promise<Result>,
  report: (outcome: Outcome<Result>) => void,
): Latest<Input> {
  let current = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function start(input: Input, signal: AbortSignal): Promise<void> {
    try {
      const result = await work(input, signal);
      if (!signal.aborted) report({ result });
    } catch (error) {
      if (!signal.aborted) report({ error });
    }
  }

  return {
    run(input, delayMs = 0) {
      clearTimeout(timer);
      current.abort();
      current = new AbortController();
      const { signal } = current;
      if (delayMs === 0) void start(input, signal);
      else timer = setTimeout(() => void start(input, signal), delayMs);
    },
  };
}
