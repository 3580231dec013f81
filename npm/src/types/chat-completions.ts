/** Chat completions, in openai's shape. */

import type { ContentItem } from "../types.js";
import type { Cost } from "./client.js";

/** A part of a message, in openai's shape; `image_url.url` takes any source too. */
export type ChatPart =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: unknown; detail?: string } }
  | { type: string; [field: string]: unknown };

export interface ChatMessage {
  role: string;
  /** Text, openai's parts, or whatever `contents` takes: pictures of any source. */
  content?: string | null | (ChatPart | Exclude<ContentItem, string>)[];
  [field: string]: unknown;
}

/** openai's request; fields not named here go out as they are. */
export interface ChatCompletionRequest {
  model: string;
  messages: ChatMessage[];
  stream?: boolean | null;
  [field: string]: unknown;
}

export interface ChatCompletionUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
  [field: string]: unknown;
}

export interface ChatCompletion {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    index: number;
    finish_reason: string | null;
    message: { role: string; content: string | null; [field: string]: unknown };
    [field: string]: unknown;
  }[];
  readonly usage?: ChatCompletionUsage;
  /** From `usage` and the price table; null when either is missing. */
  readonly cost: Cost | null;
}

export interface ChatCompletionChunk {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    index: number;
    finish_reason?: string | null;
    delta: { role?: string; content?: string | null; [field: string]: unknown };
    [field: string]: unknown;
  }[];
  readonly usage?: ChatCompletionUsage;
}
