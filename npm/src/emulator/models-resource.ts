/** `models` as the service lists them, from the package's own table; retired ids answer too, for old code's sake. */

import { InputError } from "../errors.js";
import { models } from "../models.js";
import type { ModelInfo } from "../types.js";
import { pageOf } from "./files.js";
import { ServiceError } from "./service-error.js";

const defaultPageSize = 50;
const maxPageSize = 1000;

/** Calls that a model takes. Embedding models give no tokens out, live ones talk over a socket. */
function methodsOf(model: ModelInfo): string[] {
  if (model.outputTokenLimit === 0) return ["embedContent"];
  return model.ruleSet.endsWith("-live") ? ["bidiGenerateContent"] : ["generateContent", "countTokens"];
}

function toResource(model: ModelInfo): unknown {
  return {
    name: `models/${model.id}`,
    version: model.released ?? "unknown",
    displayName: model.id,
    description: `Token rules of ${model.ruleSet}; answered by the local emulator of gemini-vision-wasm.`,
    inputTokenLimit: model.contextWindow,
    outputTokenLimit: model.outputTokenLimit,
    supportedGenerationMethods: methodsOf(model),
  };
}

function find(id: string): ModelInfo | undefined {
  try {
    return models.get(id);
  } catch (error) {
    if (error instanceof InputError && error.code === "unknown-model") return undefined;
    throw error;
  }
}

export function listModels(query: URLSearchParams): unknown {
  const { entries, nextPageToken } = pageOf(models.list(), query, defaultPageSize, maxPageSize);
  return { models: entries.map(toResource), ...(nextPageToken !== undefined && { nextPageToken }) };
}

/** @throws ServiceError 404 */
function findModel(id: string, version: string): ModelInfo {
  const model = find(id);
  if (model !== undefined) return model;
  throw new ServiceError("NOT_FOUND", `Model is not found: models/${id} for api version ${version}`);
}

/** @throws ServiceError 404 */
export function getModel(id: string, version: string): unknown {
  return toResource(findModel(id, version));
}

/** As openai's client reads it; the service keeps its own prefix, and says nothing of the day. */
function toOpenAiResource({ id }: ModelInfo): unknown {
  return { id: `models/${id}`, object: "model", owned_by: "google", display_name: id };
}

/** All at once: openai's list has no pages. */
export function listOpenAiModels(): unknown {
  return { object: "list", data: models.list().map(toOpenAiResource) };
}

/** @param id with or without the prefix that the list has. @throws ServiceError 404 */
export function getOpenAiModel(id: string, version: string): unknown {
  return toOpenAiResource(findModel(id.replace(/^models\//, ""), version));
}

/** @throws ServiceError when the model is unknown or takes no such call */
export function requireModel(id: string, method: string, version: string): void {
  const model = find(id);
  if (model !== undefined && methodsOf(model).includes(method)) return;
  throw new ServiceError(
    "NOT_FOUND",
    `models/${id} is not found for API version ${version}, or is not supported for ${method}. ` +
      "Call ListModels to see the list of available models and their supported methods.",
  );
}
