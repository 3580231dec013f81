/** Calls to the service: key in a header, nothing followed, everything checked, tried again where that may help. */

import { ApiError, InputError } from "../errors.js";
import { Gate } from "../gate.js";
import type { ClientOptions } from "../types.js";
import { withDeadline } from "./deadline.js";
import { Exchange } from "./exchange.js";
import { checkedBase, checkOptions } from "./options.js";
import { withRetries } from "./retry.js";

/** Long thoughts about many pictures take minutes; a connection that is dead takes for ever. */
const defaultTimeoutMs = 600_000;
const defaultIdleTimeoutMs = 120_000;

export type Query = Readonly<Record<string, string | number | undefined>>;

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below base URL and version, "models/x:generateContent"; with a slash in front below the base URL alone. */
  path: string;
  query?: Query | undefined;
  body?: Uint8Array<ArrayBuffer> | undefined;
  contentType?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** How the key travels: in Google's header (default), or as openai's clients send it. */
  auth?: "bearer" | undefined;
  /** Doing it twice would do harm: only what was surely not done is asked for again. */
  onlyRefused?: boolean | undefined;
}

export class Transport {
  readonly options: ClientOptions;
  readonly #base: URL;
  readonly #gate: Gate;

  /** @throws InputError `bad-argument` for a base URL that is none, and for options of the wrong kind */
  constructor(options: ClientOptions) {
    this.options = options;
    checkOptions(options);
    this.#base = checkedBase(options);
    this.#gate = new Gate(options.maxConcurrency);
  }

  get version(): string {
    return this.options.apiVersion ?? "v1beta";
  }

  idleTimeoutMs(call: Call): number {
    return this.options.idleTimeoutMs ?? call.timeoutMs ?? this.options.timeoutMs ?? defaultIdleTimeoutMs;
  }

  /** Sends and reads JSON. @throws ApiError, the signal's reason */
  json(call: Call): Promise<Record<string, unknown>> {
    return this.retrying(call, () => this.once(call, (exchange) => exchange.json()));
  }

  /** Sends, and lets `read` have what it needs of the answer, once. @throws ApiError, the signal's reason */
  async once<Result>(call: Call, read: (exchange: Exchange) => Promise<Result>): Promise<Result> {
    const { exchange, leave } = await this.#open(call);
    try {
      return await read(exchange);
    } finally {
      exchange.close();
      leave();
    }
  }

  /** As {@link once}, but the exchange stays open when `read` resolves: it has been taken over. */
  async held<Result>(call: Call, read: (exchange: Exchange) => Promise<Result>): Promise<Result> {
    const { exchange, leave } = await this.#open(call);
    try {
      const result = await read(exchange);
      exchange.rest();
      return result;
    } catch (error) {
      exchange.close();
      throw error;
    } finally {
      // A loop over a stream may well make another call: were its place taken until the end, both would wait for ever.
      leave();
    }
  }

  retrying<Result>(call: Call, work: () => Promise<Result>): Promise<Result> {
    const { maxRetries, onRetry } = this.options;
    const { signal, onlyRefused, method = "POST", path } = call;
    const told = { method, path: path.startsWith("/") ? path : `/${this.version}/${path}` };
    return withRetries(work, { maxRetries, signal, onlyRefused, onRetry: (event) => onRetry?.({ ...event, ...told }) });
  }

  /**
   * An address that the service gave, as one of ours: host and key of a client that talks to a proxy are the proxy's, and
   * whoever answers must not be able to send key and pictures elsewhere.
   *
   * @throws ApiError `bad-response` when it is none below /upload/
   */
  rebase(address: string): Pick<Call, "path" | "query"> {
    const url = URL.canParse(address, this.#base) ? new URL(address, this.#base) : undefined;
    const at = url?.pathname.indexOf("/upload/") ?? -1;
    if (url === undefined || at < 0) {
      throw new ApiError("bad-response", "The service gave an upload address that is none.", { status: 200 });
    }
    return { path: url.pathname.slice(at), query: Object.fromEntries(url.searchParams) };
  }

  async #open(call: Call): Promise<{ exchange: Exchange; leave: () => void }> {
    const url = this.#address(call);
    const leave = await this.#gate.enter(call.signal);
    const timeoutMs = call.timeoutMs ?? this.options.timeoutMs ?? defaultTimeoutMs;
    try {
      const secret = await this.#key(call.signal, timeoutMs);
      const exchange = await Exchange.open({
        fetch: this.options.fetch,
        url,
        method: call.method ?? "POST",
        headers: this.#headers(call, secret),
        body: call.body,
        signal: call.signal,
        timeoutMs,
        secret,
      });
      return { exchange, leave };
    } catch (error) {
      leave();
      throw error;
    }
  }

  #address({ path, query = {} }: Call): string {
    // A name that is part of the path must not lead out of its place.
    if (/[?#\\\s]|(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path)) {
      throw new InputError("bad-argument", `"${path.slice(0, 80)}" is no name of a model, a file or a batch.`);
    }
    const root = this.#base.href.replace(/\/+$/, "");
    const url = new URL(path.startsWith("/") ? root + path : `${root}/${this.version}/${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /** Ours come last, whatever the case of the caller's. */
  #headers(call: Call, secret: string | undefined): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...this.options.headers, ...call.headers })) {
      requireHeader(name, value);
      headers[name.toLowerCase()] = value;
    }
    delete headers["content-type"];
    if (call.body !== undefined) headers["content-type"] = call.contentType ?? "application/json";
    if (secret === undefined) return headers;
    if (call.auth === "bearer") headers.authorization = `Bearer ${secret}`;
    else headers["x-goog-api-key"] = secret;
    return headers;
  }

  async #key(signal: AbortSignal | undefined, timeoutMs: number): Promise<string | undefined> {
    const { apiKey, baseUrl } = this.options;
    let key = apiKey;
    if (typeof apiKey === "function") {
      const late = new ApiError("timeout", `apiKey() gave no key within ${timeoutMs} ms.`, { retryable: true });
      key = await withDeadline({ timeoutMs, signal, late }, async () => apiKey());
    }
    // Whoever stands at the caller's own baseUrl adds it.
    if ((key === undefined || key === "") && baseUrl !== undefined) return undefined;
    if (typeof key === "string" && key !== "") return requireKey(key);
    throw new InputError("bad-argument", "The client has no apiKey.");
  }
}

/** What no header can hold would be quoted by the runtime's own error, secrets and all. */
function requireHeader(name: string, value: unknown): void {
  const isToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name); // RFC 9110, 5.6.2
  if (isToken && typeof value === "string" && /^[\x20-\x7e\x80-\xff\t]*$/.test(value)) return;
  throw new InputError("bad-argument", `The header ${JSON.stringify(name)} cannot be sent.`);
}

function requireKey(key: string): string {
  if (/^[\x21-\x7e]*$/.test(key)) return key;
  throw new InputError("bad-argument", "The apiKey holds characters no key has.");
}
