/** One thread, made alike: a worker of the page, or one of Node's. */

import { InputError } from "../errors.js";
import type { Order, Report } from "./messages.js";

export interface Listener {
  onReport(report: Report): void;
  /** It can do nothing more. */
  onEnd(error: InputError): void;
}

export interface Port {
  post(order: Order, transfer: Transferable[]): void;
  /** A thread that has nothing to do must not keep a process alive. */
  hold(holds: boolean): void;
  end(): void;
}

/** @throws InputError `unsupported` where there are no threads */
export function spawn(listener: Listener): Port {
  const node = nodeThreads();
  if (node !== undefined) return spawnInNode(node, listener);
  if (typeof Worker === "function") return spawnInPage(listener);
  throw new InputError("unsupported", "This runtime has no workers; the main entry has the same calls.");
}

/** Named in a way that no bundler can see and stumble over. */
function nodeThreads(): typeof import("node:worker_threads") | undefined {
  return globalThis.process?.getBuiltinModule?.("node:worker_threads");
}

function spawnInPage({ onReport, onEnd }: Listener): Port {
  // Bundlers look for exactly these words.
  const worker = new Worker(new URL("./thread.js", import.meta.url), { type: "module" });
  let started = false;
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    started = true;
    onReport(data);
  };
  worker.onerror = (event) => {
    event.preventDefault(); // told to whoever called, not to the console
    worker.terminate();
    onEnd(started ? died(event.message) : notStarted(event.message));
  };
  return {
    post: (order, transfer) => worker.postMessage(order, transfer),
    hold: () => {},
    end: () => worker.terminate(),
  };
}

/**
 * Megabytes of each thread's heap for young objects. Bytes of pictures lie outside of it, and what a call leaves behind is
 * small: with Node's default of 16 and more, ten thousand pictures cost 24 MB more and not a moment less.
 */
const maxYoungGenerationSizeMb = 4;

/** No literal: a bundler for pages would take it for a file of the page. */
const script = "./thread.js";

function spawnInNode({ Worker }: typeof import("node:worker_threads"), { onReport, onEnd }: Listener): Port {
  // The command line's own flags are for the program, not for this file: --input-type would make it unreadable.
  const worker = new Worker(new URL(script, import.meta.url), {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb },
  });
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

function notStarted(reason = "", cause?: unknown): InputError {
  const message =
    `The worker could not be started${reason && `: ${reason}`}. A page's policy needs worker-src 'self'; with Vite's ` +
    "development server put optimizeDeps: { exclude: ['gemini-vision-wasm'] } into its configuration.";
  return new InputError("wasm-load", message, { cause, retryable: true });
}

/** Input that stops a module is answered by the thread itself; what ends the whole thread is want of memory. */
function died(reason = "", cause?: unknown): InputError {
  return new InputError("out-of-memory", `The worker ended over this call${reason && `: ${reason}`}.`, { cause });
}
