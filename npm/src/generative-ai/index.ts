/**
 * The shapes of `@google/generative-ai`, which Google no longer maintains, on the
 * transport of this package. Change the import, and old code runs; in Node `GEMINI_BASE_URL` names another service.
 *
 * @module gemini-vision-wasm/generative-ai
 */

export type { RequestOptions, SingleRequestOptions } from "./call.js";
export {
  BlockReason,
  DynamicRetrievalMode,
  ExecutableCodeLanguage,
  FinishReason,
  FunctionCallingMode,
  HarmBlockThreshold,
  HarmCategory,
  HarmProbability,
  Outcome,
  POSSIBLE_ROLES,
  SchemaType,
  TaskType,
} from "./enums.js";
export {
  GoogleGenerativeAIAbortError,
  GoogleGenerativeAIError,
  GoogleGenerativeAIFetchError,
  GoogleGenerativeAIRequestInputError,
  GoogleGenerativeAIResponseError,
} from "./errors.js";
export type {
  BaseParams,
  BatchEmbedContentsRequest,
  EmbedContentRequest,
  GenerateContentRequest,
  Message,
  ModelParams,
} from "./input.js";
export {
  type BatchEmbedContentsResponse,
  ChatSession,
  type EmbedContentResponse,
  type GenerateContentResult,
  type GenerateContentStreamResult,
  GenerativeModel,
  GoogleGenerativeAI,
  type StartChatParams,
} from "./model.js";
export type { EnhancedGenerateContentResponse, FunctionCall, GenerateContentResponse } from "./response.js";
