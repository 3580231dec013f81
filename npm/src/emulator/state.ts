/** What one emulator remembers. */

import type { Batches } from "./batches.js";
import type { EmulatorClock } from "./clock.js";
import type { Faults } from "./faults.js";
import type { FileStore } from "./files.js";
import type { Quota } from "./quota.js";
import type { LoggedRequest } from "./request-log.js";
import type { Uploads } from "./uploads.js";

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
