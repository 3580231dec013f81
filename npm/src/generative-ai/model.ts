/** `GenerativeModel` and `ChatSession` of `@google/generative-ai`. */

import { toChunk, toResponse } from "../client/answer.js";
import { openContentStream } from "../client/stream.js";
import type { Call } from "../client/transport.js";
import type { Content, CountTokensResponse, GenerateContentStream } from "../types.js";
import { asOldCall, failingAsOld, jsonBytes, type RequestOptions, type SingleRequestOptions } from "./call.js";
import { GoogleGenerativeAIError, GoogleGenerativeAIRequestInputError } from "./errors.js";
import {
  type BaseParams,
  type BatchEmbedContentsRequest,
  checkHistory,
  type EmbedContentRequest,
  type GenerateContentRequest,
  type Message,
  type ModelParams,
  toContent,
  toInstruction,
  toRequest,
} from "./input.js";
import {
  type EnhancedGenerateContentResponse,
  enhance,
  type GenerateContentResponse,
  isWorthKeeping,
} from "./response.js";

export interface GenerateContentResult {
  response: EnhancedGenerateContentResponse;
}

export interface GenerateContentStreamResult {
  stream: AsyncGenerator<EnhancedGenerateContentResponse>;
  /** Reads to the end by itself, whether or not the stream is looped over. */
  response: Promise<EnhancedGenerateContentResponse>;
}

export interface EmbedContentResponse {
  embedding: { values: number[] };
}

export interface BatchEmbedContentsResponse {
  embeddings: { values: number[] }[];
}

export interface StartChatParams extends BaseParams {
  history?: Content[];
  tools?: unknown[];
  toolConfig?: unknown;
  systemInstruction?: string | Part | Content;
  cachedContent?: string;
}

type Part = Content["parts"][number];

/** What goes along with every request of a model. */
type Defaults = Record<string, unknown>;

async function generate(
  apiKey: string,
  model: string,
  body: Defaults,
  options: SingleRequestOptions,
): Promise<GenerateContentResult> {
  const call: Call = { path: `${model}:generateContent`, body: jsonBytes(body) };
  return asOldCall(apiKey, options, call, async (transport, ready) => {
    const json = await transport.json(ready);
    await toResponse(json, model, []); // what is no answer is refused here as well
    return { response: enhance(json as GenerateContentResponse) };
  });
}

async function generateStream(
  apiKey: string,
  model: string,
  body: Defaults,
  options: SingleRequestOptions,
  onEnd?: (whole: GenerateContentResponse) => void,
): Promise<GenerateContentStreamResult> {
  const call: Call = { path: `${model}:streamGenerateContent`, query: { alt: "sse" }, body: jsonBytes(body) };
  const failing = <Result>(work: () => Promise<Result>): Promise<Result> => failingAsOld(options, call.path, work);
  const stream = await asOldCall(apiKey, options, call, (transport, ready) =>
    openContentStream(transport, ready, { model, warnings: [], onEnd }),
  );
  const response = failing(async () => {
    const { text, cost, warnings, ...whole } = await stream.response;
    return enhance(whole as unknown as GenerateContentResponse);
  });
  response.catch(() => {});
  return { stream: enhanced(stream, failing), response };
}

/** Leaving this loop does not end the stream: `response` may still be wanted. */
async function* enhanced(
  stream: GenerateContentStream,
  failing: <Result>(work: () => Promise<Result>) => Promise<Result>,
): AsyncGenerator<EnhancedGenerateContentResponse> {
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await failing(() => iterator.next());
    if (done) return;
    const { text, ...chunk } = value;
    yield enhance(chunk as unknown as GenerateContentResponse);
  }
}

export class GenerativeModel {
  readonly apiKey: string;
  readonly model: string;
  generationConfig: Record<string, unknown>;
  safetySettings: unknown[];
  tools: unknown[] | undefined;
  toolConfig: unknown;
  systemInstruction: Content | undefined;
  cachedContent: ModelParams["cachedContent"];
  readonly #options: RequestOptions;

  constructor(apiKey: string, params: ModelParams, options: RequestOptions = {}) {
    this.apiKey = apiKey;
    this.model = params.model.includes("/") ? params.model : `models/${params.model}`;
    this.generationConfig = params.generationConfig ?? {};
    this.safetySettings = params.safetySettings ?? [];
    this.tools = params.tools;
    this.toolConfig = params.toolConfig;
    this.systemInstruction = toInstruction(params.systemInstruction);
    this.cachedContent = params.cachedContent;
    this.#options = options;
  }

  async generateContent(
    request: GenerateContentRequest | Message,
    options: SingleRequestOptions = {},
  ): Promise<GenerateContentResult> {
    return generate(this.apiKey, this.model, this.#body(request), { ...this.#options, ...options });
  }

  async generateContentStream(
    request: GenerateContentRequest | Message,
    options: SingleRequestOptions = {},
  ): Promise<GenerateContentStreamResult> {
    return generateStream(this.apiKey, this.model, this.#body(request), { ...this.#options, ...options });
  }

  startChat(params: StartChatParams = {}): ChatSession {
    return new ChatSession(this.apiKey, this.model, { ...this.#defaults, ...params }, this.#options);
  }

  /** A whole request is counted, the model's own settings included. */
  async countTokens(
    request: { contents?: Content[]; generateContentRequest?: GenerateContentRequest } | Message,
    options: SingleRequestOptions = {},
  ): Promise<CountTokensResponse> {
    const bare = typeof request === "string" || Array.isArray(request);
    if (!bare && request.contents !== undefined && request.generateContentRequest !== undefined) {
      throw new GoogleGenerativeAIRequestInputError("countTokens takes contents or generateContentRequest, not both.");
    }
    const counted = bare
      ? { contents: [toContent(request)] }
      : (request.generateContentRequest ?? { contents: request.contents ?? [] });
    const body = { generateContentRequest: { model: this.model, ...this.#defaults, ...counted } };
    return (await this.#json("countTokens", body, options)) as unknown as CountTokensResponse;
  }

  /** A vector for a text or a picture; what it is for can be said in `taskType`. */
  async embedContent(
    request: EmbedContentRequest | Message,
    options: SingleRequestOptions = {},
  ): Promise<EmbedContentResponse> {
    const bare = typeof request === "string" || Array.isArray(request);
    const body = bare ? { content: toContent(request) } : request;
    return (await this.#json("embedContent", body, options)) as unknown as EmbedContentResponse;
  }

  async batchEmbedContents(
    { requests }: BatchEmbedContentsRequest,
    options: SingleRequestOptions = {},
  ): Promise<BatchEmbedContentsResponse> {
    const body = { requests: requests.map((request) => ({ ...request, model: this.model })) };
    return (await this.#json("batchEmbedContents", body, options)) as unknown as BatchEmbedContentsResponse;
  }

  #json(task: string, body: object, options: SingleRequestOptions): Promise<Record<string, unknown>> {
    const call: Call = { path: `${this.model}:${task}`, body: jsonBytes(body) };
    return asOldCall(this.apiKey, { ...this.#options, ...options }, call, (transport, ready) => transport.json(ready));
  }

  get #defaults(): Defaults {
    const { generationConfig, safetySettings, tools, toolConfig, systemInstruction, cachedContent } = this;
    return {
      generationConfig,
      safetySettings,
      tools,
      toolConfig,
      systemInstruction,
      cachedContent: cachedContent?.name,
    };
  }

  #body(request: GenerateContentRequest | Message): Defaults {
    return { ...this.#defaults, ...toRequest(request) };
  }
}

export class ChatSession {
  readonly model: string;
  readonly params: StartChatParams | undefined;
  readonly #apiKey: string;
  readonly #options: RequestOptions;
  readonly #history: Content[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(apiKey: string, model: string, params?: StartChatParams, options: RequestOptions = {}) {
    this.#apiKey = apiKey;
    this.model = model;
    this.params = params;
    this.#options = options;
    checkHistory(params?.history ?? []);
    this.#history = params?.history ?? [];
  }

  async getHistory(): Promise<Content[]> {
    await this.#last;
    return this.#history;
  }

  sendMessage(message: Message, options: SingleRequestOptions = {}): Promise<GenerateContentResult> {
    return this.#afterLast(async () => {
      const content = toContent(message);
      const result = await generate(this.#apiKey, this.model, this.#body(content), { ...this.#options, ...options });
      this.#remember(content, result.response);
      return result;
    });
  }

  sendMessageStream(message: Message, options: SingleRequestOptions = {}): Promise<GenerateContentStreamResult> {
    return this.#afterLast(async () => {
      const content = toContent(message);
      const onEnd = (whole: GenerateContentResponse): void => this.#remember(content, whole);
      return generateStream(this.#apiKey, this.model, this.#body(content), { ...this.#options, ...options }, onEnd);
    });
  }

  /** A stream reads itself to its end, so the next message may wait for it. */
  #afterLast<Result extends { response: unknown }>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.then(({ response }) => response).catch(() => {});
    return result;
  }

  #body(content: Content): Defaults {
    const { history, systemInstruction, ...settings } = this.params ?? {};
    const contents = [...this.#history, content];
    return { ...settings, systemInstruction: toInstruction(systemInstruction), contents };
  }

  #remember(content: Content, response: GenerateContentResponse): void {
    if (!isWorthKeeping(response)) return;
    const said = toChunk(response).candidates[0]?.content;
    this.#history.push(content, { role: "model", parts: [], ...said });
  }
}

/** A model's maker, as `new GoogleGenerativeAI(apiKey)`. */
export class GoogleGenerativeAI {
  readonly apiKey: string;

  constructor(apiKey: string) {
    this.apiKey = apiKey;
  }

  getGenerativeModel(params: ModelParams, options?: RequestOptions): GenerativeModel {
    if (!params?.model) {
      throw new GoogleGenerativeAIError(
        "Must provide a model name. Example: genai.getGenerativeModel({ model: 'my-model-name' })",
      );
    }
    return new GenerativeModel(this.apiKey, params, options);
  }

  getGenerativeModelFromCachedContent(
    cachedContent: { name?: string; model?: string; [field: string]: unknown },
    params: Partial<ModelParams> = {},
    options?: RequestOptions,
  ): GenerativeModel {
    const { name, model } = cachedContent;
    if (!name || !model) {
      throw new GoogleGenerativeAIRequestInputError("Cached content must contain `name` and `model` fields.");
    }
    return new GenerativeModel(this.apiKey, { ...params, model, cachedContent }, options);
  }
}
