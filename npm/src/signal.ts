/** The signal of a call. */

import type { Abortable } from "./types.js";

/** By either name and from every place. */
export function signalOf(...places: (Abortable | undefined)[]): AbortSignal | undefined {
  const named = places.flatMap((place) => [place?.signal, place?.abortSignal]).filter((signal) => signal !== undefined);
  const given = [...new Set(named)];
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
