/** A thread as its pool sees it: one call at a time. */

import { InputError } from "../errors.js";
import type { PrepareProgress } from "../types.js";
import type { CallMessage, PackedError, PackedWasm, Report } from "./messages.js";
import type { Port } from "./port.js";
import { spawn } from "./spawn.js";

interface Running {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  onProgress: ((progress: PrepareProgress) => void) | undefined;
  /** Nothing more is to come of it. */
  done(): void;
}

interface CallOptions {
  buffers: ArrayBuffer[];
  wasm: PackedWasm | undefined;
  signal: AbortSignal | undefined;
  onProgress: ((progress: PrepareProgress) => void) | undefined;
}

export class Thread {
  readonly #port: Port;
  #running: Running | undefined;
  #wasm: PackedWasm | undefined;
  alive = true;

  /** @throws InputError `unsupported` where there are no threads */
  constructor() {
    this.#port = spawn({
      onReport: (report) => this.#settle(report),
      onEnd: (error) => this.end(error),
    });
  }

  /**
   * @returns `result`, rejected at once with the signal's reason; `free`, when the next call may come, or none ever
   * @throws InputError `bad-argument` when an argument cannot be cloned
   */
  call(
    message: Omit<CallMessage, "type" | "reports">,
    options: CallOptions,
  ): { result: Promise<unknown>; free: Promise<void> } {
    const { buffers, wasm, signal, onProgress } = options;
    let free: Promise<void> = Promise.resolve();
    const result = new Promise<unknown>((resolve, reject) => {
      free = new Promise((done) => {
        this.#running = { resolve, reject, onProgress, done };
      });
    });
    try {
      if (wasm !== undefined && wasm !== this.#wasm) this.#port.post({ type: "init", wasm }, []);
      this.#wasm = wasm;
      this.#port.hold(true);
      this.#port.post({ type: "call", ...message, reports: onProgress !== undefined }, buffers);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#finish().reject(new InputError("bad-argument", `An argument cannot go to a worker: ${reason}`, { cause }));
      return { result, free };
    }
    const abort = (): void => {
      this.#running?.reject(signal?.reason);
      this.#port.post({ type: "abort" }, []);
    };
    signal?.addEventListener("abort", abort, { once: true });
    void free.then(() => signal?.removeEventListener("abort", abort));
    return { result, free };
  }

  /** Its call is rejected; there will be none after it. */
  end(error: InputError): void {
    this.alive = false;
    this.#port.end();
    if (this.#running !== undefined) this.#finish().reject(error);
  }

  #settle(report: Report): void {
    if (report.type === "ready" || this.#running === undefined) return;
    if (report.type === "progress") {
      this.#tell(report.progress);
      return;
    }
    const { resolve, reject } = this.#finish();
    if (report.type === "result") resolve(report.result);
    else reject(unpackError(report.error));
  }

  /** What the listener throws is the call's failure, as in the main entry; its thread goes on to the end. */
  #tell(progress: PrepareProgress): void {
    const running = this.#running;
    try {
      running?.onProgress?.(progress);
    } catch (error) {
      running?.reject(error);
    }
  }

  #finish(): Running {
    const running = this.#running as Running;
    this.#running = undefined;
    this.#port.hold(false);
    running.done();
    return running;
  }
}

function unpackError(packed: PackedError): unknown {
  if (packed.kind === "other") return packed.error;
  const { code, message, at, retryable, cause } = packed;
  return new InputError(code, message, { ...(at !== undefined && { at }), retryable, cause });
}
