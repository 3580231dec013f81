/** What a client takes, and what it answers. */

import type { ApiError } from "../errors.js";
import type {
  Ask,
  Content,
  ContentItem,
  GenerateContentConfig,
  ModalityTokenCount,
  PrepareOptions,
  UsageMetadata,
  Warning,
} from "../types.js";

/** What a client says of an attempt that failed. No key, header or body is in it. */
export interface RetryEvent {
  /** 1 for the first. */
  readonly attempt: number;
  readonly delayMs: number;
  readonly error: Error;
  readonly method: string;
  /** Without host and query. */
  readonly path: string;
}

export interface ClientOptions {
  /**
   * Travels only in a header to `baseUrl`. A function is asked before each attempt, and has `timeoutMs` for its answer. It
   * may be left out where `baseUrl` is a proxy of yours that adds it.
   */
  apiKey?: string | (() => string | Promise<string>);
  baseUrl?: string;
  apiVersion?: string;
  /** Default: the runtime's own. Sources behind an address are fetched through it too, without key and `headers`. */
  fetch?: typeof fetch;
  /** For every request to `baseUrl`, and for nobody else. */
  headers?: Record<string, string>;
  /** For each attempt, from its beginning to the end of its answer; of a stream, for each wait. Default 10 minutes. */
  timeoutMs?: number;
  /** The longest silence within a stream. Default 2 minutes, or `timeoutMs` if that is given. */
  idleTimeoutMs?: number;
  /** Attempts after the first. Default 2. */
  maxRetries?: number;
  /** Attempts under way at a time. A stream counts until its first piece is there. Default: no limit. */
  maxConcurrency?: number;
  /** "auto" (default): inline up to `inlineLimitBytes`, through the File API beyond. */
  transport?: "auto" | "inline" | "files";
  /** Largest request body. Default 20e6, which is what Google advises. */
  inlineLimitBytes?: number;
  onRetry?: (event: RetryEvent) => void;
}

/** `signal`, or `abortSignal` as `@google/genai` calls it. */
export interface Abortable {
  signal?: AbortSignal | undefined;
  abortSignal?: AbortSignal | undefined;
}

/** What the service knows by a name: a file, a batch. */
export interface Named extends Abortable {
  name: string;
}

export interface CallOptions extends Abortable {
  prepare?: PrepareOptions | false;
  order?: "text-after-image" | "as-given";
}

export interface Candidate {
  content?: Content;
  finishReason?: string;
  index?: number;
  [field: string]: unknown;
}

/** USD an answer cost, from its usageMetadata. */
export interface Cost {
  readonly usd: number;
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly effectiveFrom: string;
  readonly pricesAsOf: string;
}

export interface GenerateContentResponse {
  /** Text of the first candidate without thoughts; "" when it has none (see candidates and promptFeedback for why). */
  readonly text: string;
  readonly candidates: readonly Candidate[];
  readonly promptFeedback?: { blockReason?: string; [field: string]: unknown };
  readonly usageMetadata?: UsageMetadata;
  readonly modelVersion?: string;
  readonly responseId?: string;
  /** From usageMetadata and the price table; null when either is missing. */
  readonly cost: Cost | null;
  /** Of what was sent, and of a model that is gone. */
  readonly warnings: readonly Warning[];
}

/** A piece of a streamed answer; `text` is what is new in it. */
export interface GenerateContentChunk extends Omit<GenerateContentResponse, "cost" | "warnings"> {}

/** Pieces as they come. Leaving the loop closes the connection. */
export interface GenerateContentStream extends AsyncIterable<GenerateContentChunk> {
  /**
   * The whole answer. Asking for it reads the stream to its end; pieces not looped over yet are kept for the loop. It
   * rejects as the loop throws: with {@link ApiError} `incomplete-stream` when the model had not finished.
   */
  readonly response: Promise<GenerateContentResponse>;
  readonly warnings: readonly Warning[];
}

export interface CountTokensResponse {
  readonly totalTokens: number;
  readonly promptTokensDetails?: readonly ModalityTokenCount[];
  readonly warnings: readonly Warning[];
  [field: string]: unknown;
}

/** A model as the service lists it. */
export interface ModelResource {
  readonly name: string;
  readonly displayName?: string;
  readonly inputTokenLimit?: number;
  readonly outputTokenLimit?: number;
  readonly supportedGenerationMethods?: readonly string[];
  [field: string]: unknown;
}

export interface ListOptions extends Abortable {
  /** Entries a request asks for; all pages are gone through in any case. */
  pageSize?: number;
}

export interface ChatOptions {
  model: string;
  config?: GenerateContentConfig;
  history?: Content[];
}

export interface SendMessageOptions extends CallOptions {
  message: ContentItem | ContentItem[];
  /** For this message, over the chat's own. */
  config?: GenerateContentConfig;
}

/**
 * A conversation. A turn enters the history when its answer is complete, question and answer together. A message waits for
 * the answer to the one before, and reads to its end a stream that nobody has read. What is more than `inlineLimitBytes`
 * with all that was said before travels through the File API, the media of earlier messages too.
 */
export interface Chat {
  sendMessage(options: SendMessageOptions): Promise<GenerateContentResponse>;
  sendMessageStream(options: SendMessageOptions): Promise<GenerateContentStream>;
  /** A copy; media as they were sent last, within the request or as a file that the service keeps for two days. */
  getHistory(): Content[];
}

export type { ApiError, Ask };
