/** Threads of Node's, and of the runtimes that are like it. */

import { builtin } from "../builtin.js";
import type { Report } from "./messages.js";
import { died, type Listener, noThreads, notStarted, type Port } from "./port.js";

/**
 * Megabytes of each thread's heap for young objects. Bytes of pictures lie outside of it, and what a call leaves behind is
 * small: with Node's default of 16 and more, ten thousand pictures cost 24 MB more and not a moment less.
 */
const maxYoungGenerationSizeMb = 4;

/** No literal: a bundler for pages would take it for a file of the page. */
const script = "./thread.js";

/** @returns undefined where there are no threads of Node's */
export function spawnInNode({ onReport, onEnd }: Listener): Port | undefined {
  const threads = builtin("worker_threads");
  if (threads === undefined) return undefined;
  // The command line's own flags are for the program, not for this file: --input-type would make it unreadable.
  const options = { execArgv: [], resourceLimits: { maxYoungGenerationSizeMb } };
  const worker = unlessEmpty(() => new threads.Worker(new URL(script, import.meta.url), options));
  let started = false;
  let reason: Error | undefined;
  worker.on("message", (report: Report) => {
    started = true;
    onReport(report);
  });
  worker.on("error", (error) => {
    reason = error;
  });
  worker.on("exit", () => onEnd(started ? died(reason?.message, reason) : notStarted(reason?.message, reason)));
  worker.unref();
  return {
    post: (order, transfer) => worker.postMessage(order, transfer as import("node:worker_threads").TransferListItem[]),
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

/** workerd has Node's class, and nothing behind it. */
function unlessEmpty<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === "ERR_METHOD_NOT_IMPLEMENTED" ? noThreads(cause) : cause;
  }
}
