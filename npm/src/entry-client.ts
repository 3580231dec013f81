/**
 * The client alone, without any wasm. Media go out as they are; prepare them with the main
 * entry where they need it.
 *
 * @module gemini-vision-wasm/client
 */

import { BaseClient } from "./client/base.js";
import type { ClientOptions } from "./types.js";

export type { Chats } from "./client/chats.js";
export type { BatchesApi, Completions, FilesApi, Models } from "./client/facade.js";
export { costOf } from "./cost.js";
export type { ApiErrorCode, InputErrorCode } from "./errors.js";
export { ApiError, GeminiVisionError, InputError } from "./errors.js";
export { models } from "./models.js";
export type * from "./types.js";

/** As the main entry's client, but sources are sent byte for byte. */
export class GeminiClient extends BaseClient {
  constructor(options: ClientOptions) {
    // Loaded with the first request, so that no page waits for it before.
    super(options, async (ask, how) => (await import("./request-plain.js")).buildPlainRequest(ask, how));
  }
}
