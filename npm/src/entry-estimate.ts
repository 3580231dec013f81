/**
 * Tokens and cost, without codec and client.
 *
 * @module gemini-vision-wasm/estimate
 */

export { costOf } from "./cost.js";
export { ApiError, GeminiVisionError, InputError } from "./errors.js";
export { compare, estimate } from "./estimate.js";
export { models } from "./models.js";
export type * from "./types.js";
export { init } from "./wasm/load.js";
