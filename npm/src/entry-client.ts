/**
 * `gemini-vision-wasm/client`: the client alone, without any wasm. Media go out as they are; prepare them with the main
 * entry where they need it.
 */

import { BaseClient } from "./client/base.js";
import { buildPlainRequest } from "./request-plain.js";
import type { ClientOptions } from "./types.js";

export { ApiError, GeminiVisionError, InputError } from "./errors.js";
export type * from "./types.js";

/** As the main entry's client, but sources are sent byte for byte. */
export class GeminiClient extends BaseClient {
  constructor(options: ClientOptions) {
    super(options, buildPlainRequest);
  }
}
