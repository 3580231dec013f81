/** From what a caller asks to a call of the transport. */

import type { Abortable, Ask, BuildRequestOptions, BuiltRequest, CallOptions, Warning } from "../types.js";
import type { Call, Transport } from "./transport.js";

export type RequestBuilder = (ask: Ask, options: BuildRequestOptions) => Promise<BuiltRequest>;

/** The signal of a call, by either name and from either place. */
export function signalOf(...places: (Abortable | undefined)[]): AbortSignal | undefined {
  const given = places.flatMap((place) => [place?.signal, place?.abortSignal]).filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any([...new Set(given)]) : given[0];
}

export async function prepareCall(
  transport: Transport,
  build: RequestBuilder,
  api: "generateContent" | "countTokens",
  ask: Ask,
  options: CallOptions,
): Promise<{ call: Call; warnings: readonly Warning[] }> {
  const { prepare, order } = options;
  const { httpOptions } = ask.config ?? {};
  const { inlineLimitBytes } = transport.options;
  const signal = signalOf(options, ask.config);
  const { path, body, warnings } = await build(ask, {
    api,
    ...(prepare !== undefined && { prepare }),
    ...(order !== undefined && { order }),
    ...(signal && { signal }),
    ...(inlineLimitBytes !== undefined && { inlineLimitBytes }),
  });
  const call: Call = {
    path,
    body: body as Uint8Array<ArrayBuffer>,
    signal,
    headers: httpOptions?.headers,
    timeoutMs: httpOptions?.timeout,
  };
  return { call, warnings };
}
