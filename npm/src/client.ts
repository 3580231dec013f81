import { BaseClient } from "./client/base.js";
import { buildWith } from "./request.js";
import type { ClientOptions } from "./types.js";

/**
 * A client of the Gemini API. Takes every {@link Source} in `contents`, prepared on the way.
 *
 * The key travels only in a header, only to `baseUrl`. In a page everybody can read it: there, give a `baseUrl` of a proxy
 * of your own that adds it.
 *
 * @throws InputError `bad-argument` for a `baseUrl` that is no http(s) address
 */
export class GeminiClient extends BaseClient {
  constructor(options: ClientOptions) {
    super(options, buildWith);
  }
}
