/**
 * The public names.
 *
 * @module gemini-vision-wasm
 */

export type { Chats } from "./client/chats.js";
export type { BatchesApi, Completions, FilesApi, Models } from "./client/facade.js";
export { GeminiClient } from "./client.js";
export { costOf } from "./cost.js";
export { toCoco, toSvg } from "./detection-formats.js";
export { detectionPrompt, detectionSchema } from "./detection-prompt.js";
export { DetectionReader, parseDetections } from "./detections.js";
export type { ApiErrorCode, InputErrorCode } from "./errors.js";
export { ApiError, GeminiVisionError, InputError } from "./errors.js";
export { compare, estimate } from "./estimate.js";
export { models } from "./models.js";
export { decode, encode } from "./pixels.js";
export { PreparedMedia, prepare } from "./prepare.js";
export { probe } from "./probe.js";
export { buildRequest } from "./request.js";
export { toStored } from "./stored-detection.js";
export type * from "./types.js";
export { init } from "./wasm/load.js";
