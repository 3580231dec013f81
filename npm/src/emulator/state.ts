/** What one emulator remembers. */

import type { Batches } from "./batches.js";
import type { EmulatorClock } from "./clock.js";
import type { EmulatorCall, Faults } from "./faults.js";
import type { FileStore } from "./files.js";
import type { Quota } from "./quota.js";
import type { Uploads } from "./uploads.js";

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

export interface State {
  readonly keys: readonly string[] | undefined;
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly quota: Quota;
  readonly files: FileStore;
  readonly uploads: Uploads;
  readonly batches: Batches;
  readonly log: LoggedRequest[];
}
