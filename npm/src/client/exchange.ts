/** One request and its response: sent, timed, given up by a signal, read within limits, and every failure one of our errors. */

import { ApiError, GeminiVisionError } from "../errors.js";
import { longestTimerMs } from "./deadline.js";
import { errorOf } from "./service-errors.js";

interface Outgoing {
  fetch: typeof fetch | undefined;
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer> | undefined;
  signal: AbortSignal | undefined;
  timeoutMs: number;
  /** Is never to be seen in an error, whatever the service echoes. */
  secret: string | undefined;
}

/** An answer ends up whole in memory, streamed or not; more than this is none. Files are read with limits of their own. */
const maxAnswerBytes = 256 * 1024 * 1024;
const maxErrorBytes = 1024 * 1024;
/** A page cannot see across origins whether a body was compressed, and an empty object is longer compressed than plain. */
const compressionOverheadBytes = 64;
/** Shorter ones would be found in innocent text. */
const shortestSecret = 6;

export class Exchange {
  readonly #controller = new AbortController();
  readonly #outgoing: Outgoing;
  /** Rejects when the caller aborts or time is up; so that not even a fetch that ignores its signal is waited for. */
  readonly #given: Promise<never>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #received = 0;
  #ended = false;
  response!: Response;

  private constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
    outgoing.signal?.throwIfAborted();
    const { signal } = this.#controller;
    this.#given = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    this.#given.catch(() => {});
    outgoing.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Resolves with the exchange once the head of a good answer is there. The caller closes it.
   *
   * @throws ApiError, the signal's reason
   */
  static async open(outgoing: Outgoing): Promise<Exchange> {
    const exchange = new Exchange(outgoing);
    try {
      exchange.allow(outgoing.timeoutMs);
      await exchange.#send();
      return exchange;
    } catch (error) {
      exchange.close();
      throw error;
    }
  }

  readonly #abort = (): void => this.#controller.abort(this.#outgoing.signal?.reason);

  /** From now on so long, and no longer. While somebody waits, the timer may keep the process alive; close() ends it. */
  allow(timeoutMs: number): void {
    clearTimeout(this.#timer);
    if (timeoutMs > longestTimerMs) return;
    const error = new ApiError("timeout", `The service did not answer within ${timeoutMs} ms.`, { retryable: true });
    this.#timer = setTimeout(() => this.#controller.abort(error), timeoutMs);
  }

  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Ends everything; what is still on its way is cut off. */
  close(): void {
    clearTimeout(this.#timer);
    this.#outgoing.signal?.removeEventListener("abort", this.#abort);
    if (!this.#ended) this.#controller.abort(new ApiError("network", "The exchange was closed."));
    this.#ended = true;
  }

  async #send(): Promise<void> {
    const { fetch: given, url, method, headers, body } = this.#outgoing;
    this.response = await this.guard(
      (given ?? fetch)(url, {
        method,
        headers: isStreamed(body, given) ? { ...headers, "content-length": String(body.length) } : headers,
        ...bodyInit(body, given),
        // A redirect would carry the key and the pictures to whomever it names. ("error" would do, but there a later
        // abort does not reach the body in Node.)
        redirect: "manual",
        credentials: "omit",
        signal: this.#controller.signal,
      }),
    );
    this.#refuseRedirect();
    if (!this.response.ok) {
      const text = await this.text(maxErrorBytes);
      throw errorOf(this.response.status, this.response.headers, this.#redact(text));
    }
  }

  #refuseRedirect(): void {
    const { type, status, redirected } = this.response;
    if (type !== "opaqueredirect" && (status < 300 || status >= 400) && !redirected) return;
    const message = "The service answered with a redirect, which is not followed: check baseUrl.";
    throw new ApiError("redirect-refused", message, { status });
  }

  #redact(text: string): string {
    const { secret } = this.#outgoing;
    return secret === undefined || secret.length < shortestSecret ? text : text.replaceAll(secret, "[redacted]");
  }

  /**
   * The next bytes of the body; undefined at its end.
   *
   * @param maxBytes of the body so far @throws ApiError, the signal's reason
   */
  async read(maxBytes = maxAnswerBytes): Promise<Uint8Array | undefined> {
    this.#reader ??= this.response.body?.getReader();
    const next = this.#reader === undefined ? undefined : await this.guard(this.#reader.read());
    if (next === undefined || next.done) {
      this.#ended = true;
      this.#refuseCutBody();
      return undefined;
    }
    this.#received += next.value.length;
    if (this.#received > maxBytes) throw this.#tooLong(maxBytes);
    return next.value;
  }

  /** The runtime's own fetch notices; one that was handed in may not. */
  #refuseCutBody(): void {
    const { headers, status } = this.response;
    const declared = Number(headers.get("content-length") ?? 0);
    if (headers.has("content-encoding") || this.#received + compressionOverheadBytes >= declared) return;
    const message = `The answer broke off after ${this.#received} of ${declared} bytes.`;
    throw new ApiError("bad-response", message, { status, retryable: true });
  }

  #tooLong(maxBytes: number): ApiError {
    return new ApiError("bad-response", `The answer has more than ${maxBytes} bytes.`, {
      status: this.response.status,
    });
  }

  /** The rest of the body. @throws ApiError, the signal's reason */
  async text(maxBytes?: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for (let piece = await this.read(maxBytes); piece !== undefined; piece = await this.read(maxBytes)) {
      text += decoder.decode(piece, { stream: true });
    }
    return text + decoder.decode();
  }

  /** @throws ApiError for what is no JSON object, and for a refusal under a good status; the signal's reason */
  async json(): Promise<Record<string, unknown>> {
    const text = await this.text();
    const { status } = this.response;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      // Told below, as every other answer that is no JSON object.
    }
    const refusal = this.refusalIn(json);
    if (refusal !== undefined) throw refusal;
    if (isObject(json)) return json;
    const what = text.trim() === "" ? "nothing" : "something that is no JSON object";
    throw new ApiError("bad-response", `The service answered with ${what}.`, { status, retryable: true });
  }

  /** The service's refusal, as it also stands in answers that began well. Files and batches have an `error` among others. */
  refusalIn(json: unknown): ApiError | undefined {
    const first: unknown = Array.isArray(json) ? json[0] : json;
    const error = isObject(first) ? first.error : undefined;
    if (!isObject(error) || Object.keys(first as object).length > 1) return undefined;
    const status = typeof error.code === "number" ? error.code : this.response.status;
    return errorOf(status, this.response.headers, this.#redact(JSON.stringify({ error })));
  }

  /** @throws the signal's reason, or every other failure as an ApiError */
  async guard<Value>(promise: Promise<Value>): Promise<Value> {
    try {
      return await Promise.race([promise, this.#given]);
    } catch (error) {
      const { aborted, reason } = this.#controller.signal;
      if (aborted) throw reason;
      throw error instanceof GeminiVisionError ? error : networkError(error);
    }
  }
}

/** A smaller copy does no harm. */
const leastStreamedBytes = 1024 * 1024;
const streamedPieceBytes = 64 * 1024;

/**
 * Node's fetch copies the bytes of a body, and for a file of 2 GB the copies pile up faster than they are collected. From a
 * stream it takes them as they are; that has no length, so it is told. Others know better, or must not be told.
 */
function isStreamed(body: Uint8Array | undefined, given: typeof fetch | undefined): body is Uint8Array {
  const { process, Bun, Deno } = globalThis as {
    process?: { release?: { name?: string } };
    Bun?: unknown;
    Deno?: unknown;
  };
  const isNode = process?.release?.name === "node" && Bun === undefined && Deno === undefined;
  return isNode && given === undefined && body !== undefined && body.length >= leastStreamedBytes;
}

function bodyInit(body: Uint8Array<ArrayBuffer> | undefined, given: typeof fetch | undefined): RequestInit {
  if (body === undefined || !isStreamed(body, given)) return body === undefined ? {} : { body };
  let at = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(body.subarray(at, at + streamedPieceBytes));
      at += streamedPieceBytes;
      if (at >= body.length) controller.close();
    },
  });
  return { body: stream, duplex: "half" } as RequestInit;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function networkError(error: unknown): ApiError {
  const cause = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  const reason = typeof cause === "string" ? ` (${cause})` : "";
  // Node's fetch has limits of its own: five minutes for the head, five for a silence in the body.
  const code = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(String(cause)) ? "timeout" : "network";
  return new ApiError(code, `The connection to the service failed${reason}.`, { cause: error, retryable: true });
}
