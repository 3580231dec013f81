/** Faults on demand, so that a test can see what its own code does when the service fails. */

import { InputError } from "../errors.js";

/** Which call a fault meets. "files.chunk" is any piece of an upload, the last one too; "files.finalize" only the last. */
export type EmulatorCall =
  | "generateContent"
  | "streamGenerateContent"
  | "countTokens"
  | "models.list"
  | "models.get"
  | "files.start"
  | "files.chunk"
  | "files.finalize"
  | "files.query"
  | "files.cancel"
  | "files.multipart"
  | "files.list"
  | "files.get"
  | "files.delete"
  | "files.download"
  | "batches.create"
  | "batches.list"
  | "batches.get"
  | "batches.cancel"
  | "batches.delete"
  | "chat.completions";

export type FaultKind =
  /** Refused, as the service refuses: nothing is done. */
  | {
      type: "status";
      status: number;
      message?: string;
      retryDelay?: string;
      retryAfter?: string;
      quota?: "minute" | "day";
    }
  /** Something else in place of the answer; `done` has the request carried out first. */
  | { type: "answer"; status?: number; headers?: Record<string, string>; body?: string | object; done?: boolean }
  | { type: "redirect"; location: string; status?: number }
  /** The connection breaks: before anything is done, in the middle of the answer, or when all is done but nothing said. */
  | { type: "reset"; when: "before" | "mid" | "after" }
  /** Nothing more comes: no answer at all, or the first half of one. */
  | { type: "stall"; when: "before" | "mid" }
  /** The answer ends in the middle, though it declared more. */
  | { type: "truncate" }
  /** Answer in pieces of so many bytes. */
  | { type: "pieces"; bytes: number }
  /** The connection breaks when so many bytes of an upload's piece are stored. */
  | { type: "cut-upload"; bytes: number }
  /** Headers added to the answer, or taken from it by undefined. */
  | { type: "headers"; headers: Record<string, string | undefined> };

export type Fault = FaultKind & {
  /** Default: every call. */
  on?: EmulatorCall | readonly EmulatorCall[];
  /** How often it strikes. Default 1. */
  times?: number;
  /** How many calls it lets pass before. Default 0. */
  after?: number;
};

export interface InjectedFault {
  /** How often it has struck. */
  readonly hits: number;
  remove(): void;
}

interface Armed {
  fault: Fault;
  left: number;
  skip: number;
  hits: number;
}

export class Faults {
  #armed: Armed[] = [];

  /** Of several that meet a call, the first injected strikes. @throws InputError `bad-argument` for an unknown type */
  inject(fault: Fault): InjectedFault {
    if (!kinds.includes(fault.type)) {
      throw new InputError(
        "bad-argument",
        `A fault's type is one of ${kinds.join(", ")}, not "${String(fault.type)}".`,
      );
    }
    const armed = { fault, left: fault.times ?? 1, skip: fault.after ?? 0, hits: 0 };
    this.#armed.push(armed);
    return {
      get hits() {
        return armed.hits;
      },
      remove: () => {
        this.#armed = this.#armed.filter((other) => other !== armed);
      },
    };
  }

  take(calls: readonly EmulatorCall[]): Fault | undefined {
    for (const armed of this.#armed) {
      const { on } = armed.fault;
      const meets = on === undefined || [on].flat().some((call) => calls.includes(call));
      if (!meets || armed.left === 0) continue;
      if (armed.skip > 0) {
        armed.skip--;
        continue;
      }
      armed.left--;
      armed.hits++;
      return armed.fault;
    }
    return undefined;
  }
}

const kinds = ["status", "answer", "redirect", "reset", "stall", "truncate", "pieces", "cut-upload", "headers"];
