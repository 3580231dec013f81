/** Request options of `@google/generative-ai` to our transport. */

import { defaultBaseUrl } from "../client/options.js";
import { type Call, Transport } from "../client/transport.js";
import type { ClientOptions } from "../types.js";
import { toOldError } from "./errors.js";

export interface RequestOptions {
  /** Milliseconds for each attempt. */
  timeout?: number;
  apiVersion?: string;
  apiClient?: string;
  baseUrl?: string;
  customHeaders?: Headers | Record<string, string>;
}

export interface SingleRequestOptions extends RequestOptions {
  signal?: AbortSignal;
}

/** Old code says nowhere which service it means; in Node the environment can. */
function baseUrlOf({ baseUrl }: RequestOptions): Pick<ClientOptions, "baseUrl"> {
  const given = baseUrl || (globalThis.process?.env?.GEMINI_BASE_URL as string | undefined);
  return given ? { baseUrl: given } : {};
}

function transportOf(apiKey: string, options: RequestOptions): Transport {
  const { timeout, apiVersion, customHeaders } = options;
  const headers = customHeaders instanceof Headers ? Object.fromEntries(customHeaders) : customHeaders;
  return new Transport({
    apiKey: apiKey ?? "",
    ...baseUrlOf(options),
    ...(timeout !== undefined && timeout >= 0 && { timeoutMs: Math.max(1, timeout) }),
    ...(apiVersion && { apiVersion }),
    ...(headers && { headers }),
  });
}

/** Does a piece of work for a call. @throws as the old client */
export function asOldCall<Result>(
  apiKey: string,
  options: SingleRequestOptions,
  call: Call,
  work: (transport: Transport, call: Call) => Promise<Result>,
): Promise<Result> {
  const { signal } = options;
  return failingAsOld(options, call.path, () => work(transportOf(apiKey, options), { ...call, signal }));
}

export async function failingAsOld<Result>(
  options: SingleRequestOptions,
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { baseUrl = defaultBaseUrl } = baseUrlOf(options);
    throw toOldError(error, `${baseUrl}/${options.apiVersion || "v1beta"}/${path}`, options.signal);
  }
}

export function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
