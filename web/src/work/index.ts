/** The worker, from the page's side: everything that reads or turns bytes happens there, so that the page never stands still. */

import { PageError } from "../problem.js";
import type { Calls, Reply } from "./protocol.js";

interface Waiting {
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

let worker: Worker | undefined;
const waiting = new Map<number, Waiting>();
let lastId = 0;

/** Called early as well, so that the first medium does not wait for it. */
export function startWorker(): Worker {
  worker ??= openWorker();
  return worker;
}

function openWorker(): Worker {
  const opened = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "media" });
  opened.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) call?.reject(new PageError(data.error.code, data.error.message));
    else call?.resolve(data.output);
  });
  opened.addEventListener("error", (event) => {
    event.preventDefault(); // what waits is told; the console need not be
    const error = new PageError("worker", "The part of this page that reads files did not load. Is the page complete?");
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
    worker = undefined; // the next call starts a fresh one
  });
  return opened;
}

/** @throws PageError with the code of the error in the worker; the signal's reason */
export function work<Name extends keyof Calls>(
  name: Name,
  input: Calls[Name]["input"],
  signal?: AbortSignal,
): Promise<Calls[Name]["output"]> {
  signal?.throwIfAborted();
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve: resolve as (output: unknown) => void, reject });
    signal?.addEventListener("abort", () => {
      waiting.delete(id);
      reject(signal.reason);
    });
    startWorker().postMessage({ id, name, input });
  });
}
