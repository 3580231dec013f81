/**
 * Waits before another attempt are cut to a moment, for tests of what happens after them; how long they are is tested
 * elsewhere. The first two lie between 375 and 1,000 ms, and for their random part are no whole number, as other timers are.
 */
const { setTimeout: wait } = globalThis;
globalThis.setTimeout = (work, ms, ...args) =>
  wait(work, ms > 374 && ms < 1000 && !Number.isInteger(ms) ? 1 : ms, ...args);
