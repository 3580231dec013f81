/** `client.chat.completions`: openai's shape, at the service's compatible endpoint. */

import type { Abortable, ChatCompletion, ChatCompletionChunk, ChatCompletionRequest } from "../types.js";
import { signalOf } from "./requests.js";
import type { Transport } from "./transport.js";

export class Completions {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Sends openai's request; `image_url.url` and the parts of a message may be any source, which is sent inline. With
   * `stream: true` it resolves with the first piece there, and leaving the loop closes the connection.
   *
   * @throws ApiError when the service refuses or cannot be reached; InputError for a source that cannot be sent; the
   *   signal's reason
   */
  create(
    request: ChatCompletionRequest & { stream: true },
    options?: Abortable,
  ): Promise<AsyncIterable<ChatCompletionChunk>>;
  create(
    request: ChatCompletionRequest & { stream?: false | null | undefined },
    options?: Abortable,
  ): Promise<ChatCompletion>;
  async create(request: ChatCompletionRequest, options: Abortable = {}): Promise<unknown> {
    const { complete } = await import("./complete.js");
    return complete(this.#transport, request, signalOf(options));
  }
}

export class OpenAiChat {
  readonly completions: Completions;

  constructor(transport: Transport) {
    this.completions = new Completions(transport);
  }
}
