import type {
  Ask,
  CallOptions,
  CountTokensResponse,
  GenerateContentResponse,
  GenerateContentStream,
  ListOptions,
  ModelResource,
} from "../types.js";
import { listPages } from "./pages.js";
import type { Requests } from "./requests.js";

/** `client.models`, as in `@google/genai`. */
export class Models {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /**
   * Sends a request and gives the whole answer. A blocked prompt or an early end is data, not an error: see
   * `promptFeedback` and `candidates[0].finishReason`.
   *
   * @throws ApiError when the service refuses or cannot be reached; what {@link buildRequest} throws; the signal's reason
   */
  generateContent(ask: Ask, options: CallOptions = {}): Promise<GenerateContentResponse> {
    return this.#requests.generate(ask, options);
  }

  /**
   * The same, piece by piece. It resolves with the first piece there; what goes wrong before is tried again, what goes
   * wrong after is thrown by the loop with the `text` so far.
   */
  generateContentStream(ask: Ask, options: CallOptions = {}): Promise<GenerateContentStream> {
    return this.#requests.stream(ask, options);
  }

  /** Asks the service for a count. Its count and its bill differ for some models; `estimate` follows the bill. */
  countTokens(ask: Ask, options: CallOptions = {}): Promise<CountTokensResponse> {
    return this.#requests.count(ask, options);
  }

  /** The models the service offers, page after page. For those this package knows, offline, see `models.list()`. */
  list(options: ListOptions = {}): AsyncIterable<ModelResource> {
    return listPages<ModelResource>(this.#requests.transport, "models", "models", options);
  }
}
