/** What the methods of `@google/generative-ai` take, as contents of a request. */

import type { Content, Part } from "../types.js";
import { POSSIBLE_ROLES } from "./enums.js";
import { GoogleGenerativeAIError } from "./errors.js";

/** What is asked: a text, or texts and parts. */
export type Message = string | (string | Part)[];

export interface BaseParams {
  generationConfig?: Record<string, unknown>;
  safetySettings?: unknown[];
}

export interface ModelParams extends BaseParams {
  model: string;
  tools?: unknown[];
  toolConfig?: unknown;
  systemInstruction?: string | Part | Content;
  cachedContent?: { name?: string; model?: string; [field: string]: unknown };
}

export interface GenerateContentRequest extends BaseParams {
  contents: Content[];
  tools?: unknown[];
  toolConfig?: unknown;
  systemInstruction?: string | Part | Content;
  cachedContent?: string;
}

export interface EmbedContentRequest {
  content: Content;
  taskType?: string;
  title?: string;
}

export interface BatchEmbedContentsRequest {
  requests: EmbedContentRequest[];
}

/** In the order given; answers of functions have a role of their own, and do not mix with the rest. */
export function toContent(message: Message): Content {
  const list = typeof message === "string" ? [message] : Array.from(message);
  const parts = list.map((item) => (typeof item === "string" ? { text: item } : item));
  if (parts.length === 0) throw new GoogleGenerativeAIError("No content is provided for sending chat message.");
  const answers = parts.filter((part) => "functionResponse" in part);
  if (answers.length > 0 && answers.length < parts.length) {
    throw new GoogleGenerativeAIError("Within a single message, FunctionResponse cannot be mixed with other parts.");
  }
  return { role: answers.length > 0 ? "function" : "user", parts };
}

export function toInstruction(input: ModelParams["systemInstruction"] | null): Content | undefined {
  if (input === undefined || input === null) return undefined;
  if (typeof input === "string") return { role: "system", parts: [{ text: input }] };
  if (Array.isArray((input as Content).parts)) return { role: "system", ...(input as Content) };
  return { role: "system", parts: [input as Part] };
}

export function toRequest(input: GenerateContentRequest | Message): Partial<GenerateContentRequest> {
  if (typeof input === "string" || Array.isArray(input)) return { contents: [toContent(input)] };
  const { systemInstruction } = input;
  return systemInstruction ? { ...input, systemInstruction: toInstruction(systemInstruction) as Content } : input;
}

/** @throws GoogleGenerativeAIError for a history the service would refuse */
export function checkHistory(history: readonly Content[]): void {
  for (const [i, { role, parts }] of history.entries()) {
    if (i === 0 && role !== "user") {
      throw new GoogleGenerativeAIError(`First content should be with role 'user', got ${role}`);
    }
    if (!(POSSIBLE_ROLES as readonly unknown[]).includes(role)) {
      throw new GoogleGenerativeAIError(
        `Each item should include role field. Got ${role} but valid roles are: ${JSON.stringify(POSSIBLE_ROLES)}`,
      );
    }
    if (!Array.isArray(parts) || parts.length === 0) {
      throw new GoogleGenerativeAIError("Each Content should have at least one part");
    }
  }
}
