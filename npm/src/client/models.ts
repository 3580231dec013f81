import type {
  Ask,
  CallOptions,
  CountTokensResponse,
  GenerateContentResponse,
  GenerateContentStream,
  ListOptions,
  ModelResource,
} from "../types.js";
import { badShape, toResponse } from "./answer.js";
import { listPages } from "./pages.js";
import { prepareCall, type RequestBuilder } from "./requests.js";
import type { Transport } from "./transport.js";

/** `client.models`, as in `@google/genai`. */
export class Models {
  readonly #transport: Transport;
  readonly #build: RequestBuilder;

  constructor(transport: Transport, build: RequestBuilder) {
    this.#transport = transport;
    this.#build = build;
  }

  /**
   * Sends a request and gives the whole answer. A blocked prompt or an early end is data, not an error: see
   * `promptFeedback` and `candidates[0].finishReason`.
   *
   * @throws ApiError when the service refuses or cannot be reached; what {@link buildRequest} throws; the signal's reason
   */
  async generateContent(ask: Ask, options: CallOptions = {}): Promise<GenerateContentResponse> {
    const { call, warnings } = await prepareCall(this.#transport, this.#build, "generateContent", ask, options);
    return toResponse(await this.#transport.json(call), ask.model, warnings);
  }

  /**
   * The same, piece by piece. It resolves with the first piece there; what goes wrong before is tried again, what goes
   * wrong after is thrown by the loop with the `text` so far.
   */
  async generateContentStream(ask: Ask, options: CallOptions = {}): Promise<GenerateContentStream> {
    const { call, warnings } = await prepareCall(this.#transport, this.#build, "generateContent", ask, options);
    const path = call.path.replace(/:generateContent$/, ":streamGenerateContent");
    // What reads streams is loaded with the first one, so that no page waits for it before.
    const { openContentStream } = await import("./stream.js");
    return openContentStream(this.#transport, { ...call, path, query: { alt: "sse" } }, ask.model, warnings);
  }

  /** Asks the service for a count. Its count and its bill differ for some models; `estimate` follows the bill. */
  async countTokens(ask: Ask, options: CallOptions = {}): Promise<CountTokensResponse> {
    const { call, warnings } = await prepareCall(this.#transport, this.#build, "countTokens", ask, options);
    const json = await this.#transport.json(call);
    const { totalTokens } = json;
    if (typeof totalTokens !== "number") throw badShape("a count without totalTokens");
    return { ...json, totalTokens, warnings };
  }

  /** The models the service offers, page after page. For those this package knows, offline, see `models.list()`. */
  list(options: ListOptions = {}): AsyncIterable<ModelResource> {
    return listPages<ModelResource>(this.#transport, "models", "models", options);
  }
}
