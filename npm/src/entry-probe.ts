/**
 * What a file is, and nothing else.
 *
 * @module gemini-vision-wasm/probe
 */

export { GeminiVisionError, InputError } from "./errors.js";
export { probe } from "./probe.js";
export type { MediaInfo, ProbeOptions, Source, Warning } from "./types.js";
export { init } from "./wasm/load.js";
