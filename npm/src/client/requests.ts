/** From what a caller asks to what the service answers: shared by models, chats and batches. */

import { checkNumber } from "../check.js";
import { signalOf } from "../signal.js";
import type { BuildHooks } from "../skeleton.js";
import type {
  Abortable,
  Ask,
  BuildRequestOptions,
  BuiltRequest,
  CallOptions,
  ChatCompletionRequest,
  Content,
  Contents,
  CountTokensResponse,
  GenerateContentResponse,
  GenerateContentStream,
  ListOptions,
  ModelResource,
  Warning,
} from "../types.js";
import { badShape, modelWarnings, toResponse } from "./answer.js";
import { Diversion } from "./diversion.js";
import { leastTimeoutMs } from "./options.js";
import { listPages } from "./pages.js";
import { isGone } from "./remote-file.js";
import { ReadyMedia, type Said, standInFor, toReadyMedia, toSaid, toSaidAgain } from "./said.js";
import { SentFiles } from "./sent-files.js";
import type { Call, Transport } from "./transport.js";

export type RequestBuilder = (ask: Ask, options: BuildRequestOptions & BuildHooks) => Promise<BuiltRequest>;

type Api = "generateContent" | "countTokens";

export class Requests {
  readonly transport: Transport;
  readonly #build: RequestBuilder;
  readonly #files: SentFiles;

  constructor(transport: Transport, build: RequestBuilder) {
    this.transport = transport;
    this.#files = new SentFiles(transport);
    this.#build = build;
  }

  generate(ask: Ask, options: CallOptions): Promise<GenerateContentResponse> {
    return this.#send("generateContent", ask, options, async (call, warnings) =>
      toResponse(await this.transport.json(call), ask.model, warnings),
    );
  }

  async stream(
    ask: Ask,
    options: CallOptions,
    also: { onEnd?: (whole: Record<string, unknown>) => void; warnings?: readonly Warning[] } = {},
  ): Promise<GenerateContentStream> {
    // What reads streams is loaded with the first one, so that no page waits for it before.
    const { openContentStream } = await import("./stream.js");
    return this.#send("generateContent", ask, options, (call, warnings) => {
      const path = call.path.replace(/:generateContent$/, ":streamGenerateContent");
      const how = { model: ask.model, warnings: [...(also.warnings ?? []), ...warnings], onEnd: also.onEnd };
      return openContentStream(this.transport, { ...call, path, query: { alt: "sse" } }, how);
    });
  }

  count(ask: Ask, options: CallOptions): Promise<CountTokensResponse> {
    return this.#send("countTokens", ask, options, async (call, warnings) => {
      const json = await this.transport.json(call);
      const { totalTokens } = json;
      if (typeof totalTokens !== "number") throw badShape("a count without totalTokens");
      return { ...json, totalTokens, warnings: [...warnings, ...(await modelWarnings(ask.model))] };
    });
  }

  models(options: ListOptions): AsyncIterable<ModelResource> {
    return listPages<ModelResource>(this.transport, "models", "models", options);
  }

  async complete(request: ChatCompletionRequest, options: Abortable): Promise<unknown> {
    const { complete } = await import("./complete.js");
    return complete(this.transport, request, signalOf(options));
  }

  /** A message as the turn it becomes. Nothing is sent yet: that is decided anew with every message after. */
  async turn(
    model: string,
    message: Contents,
    options: CallOptions,
  ): Promise<{ question: Said; warnings: readonly Warning[] }> {
    const diversion = this.#diversion(options, undefined);
    const media: ReadyMedia[] = [];
    const hooks: BuildHooks = {
      direct: async (source) => {
        const unread = await diversion.unread(source);
        return unread && new ReadyMedia({ mimeType: unread.mimeType, data: "" }, unread);
      },
      divert: async (payloads) => {
        for (const payload of payloads) media.push(toReadyMedia(payload));
        return new Map(payloads.map((payload, i) => [payload, { ...payload, fileUri: standInFor(i) }]));
      },
    };
    const buildOptions = this.#buildOptions("generateContent", options, diversion);
    const { body, warnings } = await this.#build({ model, contents: message }, { ...buildOptions, ...hooks });
    const { contents } = JSON.parse(new TextDecoder().decode(body)) as { contents: [Content] };
    return { question: toSaid(contents[0], media), warnings };
  }

  /** Turns of a conversation, as they go with the next message. */
  readonly again = toSaidAgain;

  /** Builds the requests of one batch, with large media sent ahead where the client's `transport` says so. */
  batchBuilder(options: CallOptions): (ask: Ask) => Promise<BuiltRequest> {
    const diversion = new Diversion(this.#files, options, { signal: signalOf(options), isForBatch: true });
    return (ask) => this.#build(ask, this.#buildOptions("generateContent", options, diversion));
  }

  #diversion(options: CallOptions, config: Ask["config"]): Diversion {
    return new Diversion(this.#files, options, { signal: signalOf(options, config) });
  }

  #buildOptions(api: Api, { prepare, order }: CallOptions, { hooks, signal }: Diversion) {
    const { inlineLimitBytes, fetch } = this.transport.options;
    return {
      api,
      fetch,
      ...(prepare !== undefined && { prepare }),
      ...(order !== undefined && { order }),
      ...(signal && { signal }),
      // Media that do not fit are sent ahead; what is left has to fit.
      ...(inlineLimitBytes !== undefined && { inlineLimitBytes }),
      ...hooks,
    };
  }

  async #send<Result>(
    api: Api,
    ask: Ask,
    options: CallOptions,
    send: (call: Call, warnings: readonly Warning[]) => Promise<Result>,
  ): Promise<Result> {
    const { httpOptions } = ask?.config ?? {};
    checkNumber("config.httpOptions.timeout", httpOptions?.timeout, leastTimeoutMs);
    const attempt = async (diversion: Diversion): Promise<Result> => {
      const { path, body, warnings } = await this.#build(ask, this.#buildOptions(api, options, diversion));
      const common = { signal: diversion.signal, headers: httpOptions?.headers, timeoutMs: httpOptions?.timeout };
      return send({ ...common, path, body: body as Uint8Array<ArrayBuffer> }, warnings);
    };
    const diversion = this.#diversion(options, ask?.config);
    try {
      return await attempt(diversion);
    } catch (error) {
      // A file that was sent ahead for an earlier request may have been deleted since.
      if (!isGone(error) || !diversion.forgetReused()) throw error;
      return attempt(this.#diversion(options, ask?.config));
    }
  }
}
