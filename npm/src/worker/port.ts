/** One thread as its pool sees it, and why it may not be one. */

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

export function noThreads(cause?: unknown): InputError {
  return new InputError("unsupported", "This runtime has no workers; the main entry has the same calls.", { cause });
}

export function notStarted(reason = "", cause?: unknown): InputError {
  const message =
    `The worker could not be started${reason && `: ${reason}`}. A page's policy needs worker-src 'self'. Vite 7's ` +
    'development server wants optimizeDeps: { exclude: ["gemini-vision-wasm"] }; esbuild and Rollup want a further entry, ' +
    'thread: "gemini-vision-wasm/thread"; Next wants serverExternalPackages: ["gemini-vision-wasm"]; Parcel wants ' +
    '"@parcel/bundler-default": { "minBundles": 100 }.';
  return new InputError("wasm-load", message, { cause, retryable: true });
}

/** Input that stops a module is answered by the thread itself; what ends the whole thread is want of memory. */
export function died(reason = "", cause?: unknown): InputError {
  return new InputError("out-of-memory", `The worker ended over this call${reason && `: ${reason}`}.`, { cause });
}
