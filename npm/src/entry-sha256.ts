/**
 * `gemini-vision-wasm/sha256`: the digests of the modules that belong to this version, for whoever serves them from elsewhere
 * or rebuilds them.
 *
 * @module gemini-vision-wasm/sha256
 */

export { sha256 } from "./generated/sha256.js";
