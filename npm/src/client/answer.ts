/** The service's answers, checked and made convenient. */

import { ApiError, InputError } from "../errors.js";
import type {
  Candidate,
  Cost,
  GenerateContentChunk,
  GenerateContentResponse,
  UsageMetadata,
  Warning,
} from "../types.js";
import { isObject } from "./exchange.js";

export function badShape(what: string): ApiError {
  return new ApiError("bad-response", `The service answered with ${what}.`, { status: 200 });
}

/** What every answer and every piece of one must look like, whoever has sent it. @throws ApiError `bad-response` */
export function toChunk(json: Record<string, unknown>): GenerateContentChunk {
  // In the JSON of protocol buffers null is "not set".
  const candidates = json.candidates ?? [];
  const promptFeedback = json.promptFeedback ?? undefined;
  if (!Array.isArray(candidates) || !candidates.every(isCandidate)) throw badShape("candidates that are none");
  if (promptFeedback !== undefined && !isObject(promptFeedback)) throw badShape("feedback that is no object");
  return { ...json, text: textOf(candidates), candidates };
}

function isCandidate(value: unknown): value is Candidate {
  if (!isObject(value)) return false;
  const { content } = value;
  if (content === undefined || content === null) return true;
  if (!isObject(content)) return false;
  const parts = content.parts ?? [];
  return Array.isArray(parts) && parts.every((part) => isObject(part) && typeof (part.text ?? "") === "string");
}

/** Which of several a candidate is: a piece of a stream holds one of them, wherever its place in the list. */
export function indexOf({ index }: Candidate, place: number): number {
  return index ?? place;
}

/** Text of the first candidate; thoughts are not part of the answer. */
function textOf(candidates: readonly Candidate[]): string {
  const parts = candidates.find((candidate, place) => indexOf(candidate, place) === 0)?.content?.parts ?? [];
  return parts.map((part) => (part.thought === true ? "" : (part.text ?? ""))).join("");
}

/** @throws ApiError `bad-response` for an answer that says nothing at all */
export async function toResponse(
  json: Record<string, unknown>,
  model: string,
  warnings: readonly Warning[],
  batch = false,
): Promise<GenerateContentResponse> {
  const chunk = toChunk(json);
  if (chunk.candidates.length === 0 && !chunk.promptFeedback && !chunk.usageMetadata) {
    throw badShape("neither candidates nor feedback");
  }
  const cost = await costOfAnswer(chunk.usageMetadata, model, batch);
  return { ...chunk, cost, warnings: [...warnings, ...(await modelWarnings(model))] };
}

/** That the model is gone, as an estimate says it. The table of models is loaded when that of prices is. */
export async function modelWarnings(id: string): Promise<readonly Warning[]> {
  const known = await import("../models.js").catch(() => undefined);
  return known?.retirementWarnings(id) ?? [];
}

/**
 * An answer is worth having even where its price is not known. The table of prices is loaded with the first answer, so
 * that no page waits for it before.
 */
export async function costOfAnswer(
  usage: UsageMetadata | undefined,
  model: string,
  batch = false,
): Promise<Cost | null> {
  if (!isObject(usage)) return null;
  const pricing = await import("../cost.js").catch(() => undefined);
  try {
    return pricing?.costOf(usage, { model, batch }) ?? null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
