/** One call to the service: key in a header, nothing followed, everything checked, tried again where that may help. */

import { ApiError, GeminiVisionError, InputError } from "./errors.js";
import { errorOf } from "./service-errors.js";
import type { ClientOptions } from "./types.js";

const defaultBaseUrl = "https://generativelanguage.googleapis.com";
const defaultMaxRetries = 2;
/** An answer is text; more than this is none. */
const maxAnswerBytes = 256 * 1024 * 1024;
const maxErrorBytes = 1024 * 1024;

/** Waits between attempts: doubled each time, up to the longest, less a random part so that many clients do not march in step. */
const firstDelayMs = 500;
const longestDelayMs = 60_000;

export interface Call {
  /** Below base URL and version. */
  path: string;
  body: Uint8Array<ArrayBuffer>;
  signal: AbortSignal | undefined;
  headers: Readonly<Record<string, string>> | undefined;
  timeoutMs: number | undefined;
}

export class Transport {
  readonly #options: ClientOptions;
  readonly #root: string;

  /** @throws InputError `bad-argument` for a base URL that is none */
  constructor(options: ClientOptions) {
    const baseUrl = options.baseUrl ?? defaultBaseUrl;
    const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.username !== "") {
      throw new InputError("bad-argument", "baseUrl is an http(s) address without query or credentials.");
    }
    this.#options = options;
    this.#root = `${baseUrl.replace(/\/+$/, "")}/${options.apiVersion ?? "v1beta"}`;
  }

  /** Posts JSON and reads JSON. @throws ApiError, the signal's reason */
  async post(call: Call): Promise<Record<string, unknown>> {
    const { maxRetries = defaultMaxRetries, onRetry } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(call);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!(error instanceof GeminiVisionError) || !error.retryable || attempt > maxRetries) throw error;
        const delayMs = delayBefore(attempt, error);
        if (delayMs > longestDelayMs) throw error;
        onRetry?.({ attempt, delayMs, error });
        await sleep(delayMs, call.signal);
      }
    }
  }

  async #attempt({
    path,
    body,
    signal,
    headers,
    timeoutMs = this.#options.timeoutMs,
  }: Call): Promise<Record<string, unknown>> {
    signal?.throwIfAborted();
    const sent = this.#headers(headers, await this.#key());
    const controller = new AbortController();
    const abort = (): void => controller.abort(signal?.reason);
    const expire = (): void => controller.abort(timedOut(timeoutMs));
    signal?.addEventListener("abort", abort, { once: true });
    const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    try {
      const response = await (this.#options.fetch ?? fetch)(`${this.#root}/${path}`, {
        method: "POST",
        headers: sent,
        body,
        // A redirect would carry the key and the pictures to whomever it names. ("error" would do, but there a later
        // abort does not reach the body in Node.)
        redirect: "manual",
        credentials: "omit",
        signal: controller.signal,
      });
      return await readAnswer(response);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : asApiError(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The caller's, those of the call before those of the client; but key and type are the package's own, however written. */
  #headers(ofCall: Call["headers"], key: string | undefined): Headers {
    const headers = new Headers();
    for (const [name, value] of Object.entries({ ...this.#options.headers, ...ofCall })) {
      try {
        headers.set(name, value);
      } catch {
        // The runtime's own words would quote the value.
        throw new InputError("bad-argument", `The header ${JSON.stringify(name)} cannot be sent.`);
      }
    }
    headers.set("content-type", "application/json");
    headers.delete("x-goog-api-key");
    if (key !== undefined) headers.set("x-goog-api-key", key);
    return headers;
  }

  /** undefined: whoever stands at the caller's own `baseUrl` adds it. */
  async #key(): Promise<string | undefined> {
    const { apiKey, baseUrl } = this.#options;
    const key = typeof apiKey === "function" ? await apiKey() : apiKey;
    if ((key === undefined || key === "") && baseUrl !== undefined) return undefined;
    if (typeof key !== "string" || key === "") throw new InputError("bad-argument", "The client has no apiKey.");
    // What is no header value would be quoted by the runtime's own error.
    if (!/^[\x21-\x7e]*$/.test(key)) throw new InputError("bad-argument", "The apiKey holds characters no key has.");
    return key;
  }
}

function timedOut(timeoutMs: number | undefined): ApiError {
  return new ApiError("timeout", `The service did not answer within ${timeoutMs} ms.`, { retryable: true });
}

function asApiError(error: unknown): unknown {
  if (error instanceof GeminiVisionError) return error;
  const cause = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  const reason = typeof cause === "string" ? ` (${cause})` : "";
  return new ApiError("network", `The connection to the service failed${reason}.`, { cause: error, retryable: true });
}

async function readAnswer(response: Response): Promise<Record<string, unknown>> {
  if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
    void response.body?.cancel().catch(() => {});
    throw new ApiError(
      "redirect-refused",
      "The service answered with a redirect, which is not followed: check baseUrl.",
      {
        status: response.status,
      },
    );
  }
  const text = await readText(response, response.ok ? maxAnswerBytes : maxErrorBytes);
  if (!response.ok) throw errorOf(response.status, response.headers, text);
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Told below, as every other answer that is no JSON object.
  }
  const what = text.trim() === "" ? "nothing" : "something that is no JSON object";
  throw new ApiError("bad-response", `The service answered with ${what}.`, {
    status: response.status,
    retryable: true,
  });
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      void reader.cancel().catch(() => {});
      throw new ApiError("bad-response", `The answer has more than ${maxBytes} bytes.`, { status: response.status });
    }
    text += decoder.decode(value, { stream: true });
  }
  return text + decoder.decode();
}

function delayBefore(attempt: number, error: Error): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : undefined;
  if (asked !== undefined) return asked;
  const backoff = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));
  return backoff * (1 - Math.random() / 4);
}

function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted(); // onRetry may have done it, and an abort that is over makes no event
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
