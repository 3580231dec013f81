/** The signal of a call. */

import type { Abortable } from "../types.js";

/** By either name and from either place. */
export function signalOf(...places: (Abortable | undefined)[]): AbortSignal | undefined {
  const given = places.flatMap((place) => [place?.signal, place?.abortSignal]).filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any([...new Set(given)]) : given[0];
}
