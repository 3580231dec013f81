/** The client without its way of building a request: that is what tells the entries with and without wasm apart. */

import { costOf } from "./cost.js";
import { ApiError, InputError } from "./errors.js";
import { Transport } from "./transport.js";
import type {
  Ask,
  BuildRequestOptions,
  BuiltRequest,
  CallOptions,
  Candidate,
  ClientOptions,
  Cost,
  CountTokensResponse,
  GenerateContentResponse,
  Part,
  UsageMetadata,
  Warning,
} from "./types.js";

export type RequestBuilder = (ask: Ask, options: BuildRequestOptions) => Promise<BuiltRequest>;

/** `client.models`, as in `@google/genai`. */
export class Models {
  readonly #transport: Transport;
  readonly #build: RequestBuilder;
  readonly #options: ClientOptions;

  constructor(transport: Transport, build: RequestBuilder, options: ClientOptions) {
    this.#transport = transport;
    this.#build = build;
    this.#options = options;
  }

  /**
   * Sends a request and gives the whole answer. A blocked prompt or an early end is data, not an error: see
   * `promptFeedback` and `candidates[0].finishReason`.
   *
   * @throws ApiError when the service refuses or cannot be reached; what {@link buildRequest} throws; the signal's reason
   */
  async generateContent(ask: Ask, options: CallOptions = {}): Promise<GenerateContentResponse> {
    const { json, warnings } = await this.#call("generateContent", ask, options);
    return toResponse(json, ask.model, warnings);
  }

  /** Asks the service for a count. Its count and its bill differ for some models; `estimate` follows the bill. */
  async countTokens(ask: Ask, options: CallOptions = {}): Promise<CountTokensResponse> {
    const { json, warnings } = await this.#call("countTokens", ask, options);
    const { totalTokens } = json;
    if (typeof totalTokens !== "number") throw badShape("a count without totalTokens");
    return { ...json, totalTokens, warnings };
  }

  async #call(api: "generateContent" | "countTokens", ask: Ask, { signal, prepare, order }: CallOptions) {
    const { config } = ask;
    const abort = signal ?? config?.signal ?? config?.abortSignal;
    const { path, body, warnings } = await this.#build(ask, {
      api,
      prepare,
      order,
      signal: abort,
      inlineLimitBytes: this.#options.inlineLimitBytes,
    });
    const json = await this.#transport.post({
      path,
      body: body as Uint8Array<ArrayBuffer>,
      signal: abort,
      headers: config?.httpOptions?.headers,
      timeoutMs: config?.httpOptions?.timeout,
    });
    return { json, warnings };
  }
}

/** @see GeminiClient */
export class BaseClient {
  readonly models: Models;

  constructor(options: ClientOptions, build: RequestBuilder) {
    if (typeof options !== "object" || options === null) {
      throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
    }
    this.models = new Models(new Transport(options), build, options);
  }
}

function badShape(what: string): ApiError {
  return new ApiError("bad-response", `The service answered with ${what}.`, { status: 200 });
}

function toResponse(
  json: Record<string, unknown>,
  model: string,
  warnings: readonly Warning[],
): GenerateContentResponse {
  const { candidates = [], promptFeedback, usageMetadata } = json;
  if (!Array.isArray(candidates)) throw badShape("candidates that are no list");
  if (candidates.length === 0 && promptFeedback === undefined && usageMetadata === undefined) {
    throw badShape("neither candidates nor feedback");
  }
  return {
    ...json,
    text: textOf(candidates),
    candidates,
    cost: costOfAnswer(usageMetadata as UsageMetadata | undefined, model),
    warnings,
  };
}

/** Text of the first candidate; thoughts are not part of the answer. */
function textOf(candidates: readonly Candidate[]): string {
  const parts: unknown = candidates[0]?.content?.parts;
  if (!Array.isArray(parts)) return "";
  const texts = (parts as (Part | null)[]).filter((part) => part?.thought !== true).map((part) => part?.text);
  return texts.filter((text) => typeof text === "string").join("");
}

/** An answer is worth having even where its price is not known. */
function costOfAnswer(usage: UsageMetadata | undefined, model: string): Cost | null {
  if (usage === undefined) return null;
  try {
    return costOf(usage, { model });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
