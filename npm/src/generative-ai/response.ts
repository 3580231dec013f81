/** Answers with the methods of `@google/generative-ai`. */

import type { Candidate, Part, UsageMetadata } from "../types.js";
import { GoogleGenerativeAIResponseError } from "./errors.js";

export interface GenerateContentResponse {
  candidates?: Candidate[];
  promptFeedback?: { blockReason?: string; blockReasonMessage?: string; [field: string]: unknown };
  usageMetadata?: UsageMetadata;
  [field: string]: unknown;
}

export interface FunctionCall {
  name: string;
  args: object;
}

export interface EnhancedGenerateContentResponse extends GenerateContentResponse {
  /** @throws GoogleGenerativeAIResponseError for a blocked prompt or answer */
  text(): string;
  /** The first of {@link functionCalls}. */
  functionCall(): FunctionCall | undefined;
  functionCalls(): FunctionCall[] | undefined;
}

/** With these the old client refuses to give text. MAX_TOKENS is not among them. */
const badReasons = ["RECITATION", "SAFETY", "LANGUAGE"];

export function enhance(response: GenerateContentResponse): EnhancedGenerateContentResponse {
  const parts = (what: string): Part[] => {
    refuseBlocked(response, what);
    return response.candidates?.[0]?.content?.parts ?? [];
  };
  const functionCalls = (): FunctionCall[] | undefined => {
    const calls = parts("Function call").flatMap(({ functionCall }) => (functionCall as FunctionCall) ?? []);
    return calls.length > 0 ? calls : undefined;
  };
  return Object.assign(response, {
    text: () => parts("Text").map(textOfPart).join(""),
    functionCalls,
    functionCall: () => functionCalls()?.[0],
  });
}

/** Code and its outcome come as fenced blocks; thoughts are not told from the rest. */
function textOfPart({ text, executableCode, codeExecutionResult }: Part): string {
  const { language, code } = (executableCode ?? {}) as { language?: string; code?: string };
  const { output } = (codeExecutionResult ?? {}) as { output?: string };
  return [
    text ?? "",
    executableCode === undefined ? "" : `\n\`\`\`${language}\n${code}\n\`\`\`\n`,
    codeExecutionResult === undefined ? "" : `\n\`\`\`\n${output}\n\`\`\`\n`,
  ].join("");
}

function refuseBlocked(response: GenerateContentResponse, what: string): void {
  const { candidates = [], promptFeedback } = response;
  const blocked = reasonOfBlock(response);
  if (candidates.length > 0) {
    if (blocked !== "") throw new GoogleGenerativeAIResponseError(blocked, response);
  } else if (promptFeedback !== undefined) {
    throw new GoogleGenerativeAIResponseError(`${what} not available. ${blocked}`, response);
  }
}

function reasonOfBlock({ candidates = [], promptFeedback }: GenerateContentResponse): string {
  const [candidate] = candidates;
  if (candidate === undefined) {
    if (promptFeedback === undefined) return "";
    const { blockReason, blockReasonMessage } = promptFeedback;
    return `Response was blocked${blockReason ? ` due to ${blockReason}` : ""}${blockReasonMessage ? `: ${blockReasonMessage}` : ""}`;
  }
  const { finishReason, finishMessage } = candidate;
  if (finishReason === undefined || !badReasons.includes(finishReason)) return "";
  return `Candidate was blocked due to ${finishReason}${finishMessage ? `: ${String(finishMessage)}` : ""}`;
}

/** Whether a turn may enter a chat's history: something was said, and every part of it holds something. */
export function isWorthKeeping({ candidates = [] }: GenerateContentResponse): boolean {
  const parts = candidates[0]?.content?.parts;
  if (parts === undefined || parts.length === 0) return false;
  return parts.every((part) => Object.keys(part).length > 0 && part.text !== "");
}
