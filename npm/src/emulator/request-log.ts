import type { EmulatorCall } from "./faults.js";

/** A request as it came in; keys are not among what is kept. */
export interface LoggedRequest {
  readonly call: EmulatorCall;
  readonly method: string;
  readonly path: string;
  /** Bytes of the body that have arrived. */
  receivedBytes: number;
  /** 0 until an answer is given, and when none is. */
  status: number;
}
