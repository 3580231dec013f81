/**
 * Waits before another attempt are cut to a moment, for tests of what happens after them; how long they are is tested
 * elsewhere. Other timers have other lengths: the first two waits lie between 375 and 1,000 ms.
 */
const { setTimeout: wait } = globalThis;
globalThis.setTimeout = (work, ms, ...args) => wait(work, ms > 374 && ms < 1000 ? 1 : ms, ...args);
