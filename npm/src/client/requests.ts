/** From what a caller asks to what the service answers: shared by models, chats and batches. */

import type {
  Abortable,
  Ask,
  BuildRequestOptions,
  BuiltRequest,
  CallOptions,
  Content,
  Contents,
  CountTokensResponse,
  GenerateContentResponse,
  GenerateContentStream,
  Warning,
} from "../types.js";
import { badShape, toResponse } from "./answer.js";
import type { Call, Transport } from "./transport.js";

export type RequestBuilder = (ask: Ask, options: BuildRequestOptions) => Promise<BuiltRequest>;

type Api = "generateContent" | "countTokens";

/** The signal of a call, by either name and from either place. */
export function signalOf(...places: (Abortable | undefined)[]): AbortSignal | undefined {
  const given = places.flatMap((place) => [place?.signal, place?.abortSignal]).filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any([...new Set(given)]) : given[0];
}

export class Requests {
  readonly transport: Transport;
  readonly #build: RequestBuilder;

  constructor(transport: Transport, build: RequestBuilder) {
    this.transport = transport;
    this.#build = build;
  }

  async generate(ask: Ask, options: CallOptions): Promise<GenerateContentResponse> {
    const { call, warnings } = await this.#call("generateContent", ask, options);
    return toResponse(await this.transport.json(call), ask.model, warnings);
  }

  async stream(
    ask: Ask,
    options: CallOptions,
    also: { onEnd?: (whole: Record<string, unknown>) => void; warnings?: readonly Warning[] } = {},
  ): Promise<GenerateContentStream> {
    const { call, warnings } = await this.#call("generateContent", ask, options);
    const path = call.path.replace(/:generateContent$/, ":streamGenerateContent");
    // What reads streams is loaded with the first one, so that no page waits for it before.
    const { openContentStream } = await import("./stream.js");
    return openContentStream(
      this.transport,
      { ...call, path, query: { alt: "sse" } },
      {
        model: ask.model,
        warnings: [...(also.warnings ?? []), ...warnings],
        onEnd: also.onEnd,
      },
    );
  }

  async count(ask: Ask, options: CallOptions): Promise<CountTokensResponse> {
    const { call, warnings } = await this.#call("countTokens", ask, options);
    const json = await this.transport.json(call);
    const { totalTokens } = json;
    if (typeof totalTokens !== "number") throw badShape("a count without totalTokens");
    return { ...json, totalTokens, warnings };
  }

  /** What a caller hands over, as the one turn it becomes. */
  async turn(
    model: string,
    message: Contents,
    options: CallOptions,
  ): Promise<{ content: Content; warnings: readonly Warning[] }> {
    const { body, warnings } = await this.build("generateContent", { model, contents: message }, options);
    const { contents } = JSON.parse(new TextDecoder().decode(body)) as { contents: [Content] };
    return { content: contents[0], warnings };
  }

  build(api: Api, ask: Ask, options: CallOptions): Promise<BuiltRequest> {
    const { prepare, order } = options;
    const { inlineLimitBytes } = this.transport.options;
    const signal = signalOf(options, ask.config);
    return this.#build(ask, {
      api,
      ...(prepare !== undefined && { prepare }),
      ...(order !== undefined && { order }),
      ...(signal && { signal }),
      ...(inlineLimitBytes !== undefined && { inlineLimitBytes }),
    });
  }

  async #call(api: Api, ask: Ask, options: CallOptions): Promise<{ call: Call; warnings: readonly Warning[] }> {
    const { path, body, warnings } = await this.build(api, ask, options);
    const { httpOptions } = ask.config ?? {};
    const call: Call = {
      path,
      body: body as Uint8Array<ArrayBuffer>,
      signal: signalOf(options, ask.config),
      headers: httpOptions?.headers,
      timeoutMs: httpOptions?.timeout,
    };
    return { call, warnings };
  }
}
