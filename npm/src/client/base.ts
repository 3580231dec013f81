/** The client without its way of building a request: that is what tells the entries with and without wasm apart. */

import { InputError } from "../errors.js";
import type { ClientOptions } from "../types.js";
import { Models } from "./models.js";
import type { RequestBuilder } from "./requests.js";
import { Transport } from "./transport.js";

/** @see GeminiClient */
export class BaseClient {
  readonly models: Models;

  constructor(options: ClientOptions, build: RequestBuilder) {
    if (typeof options !== "object" || options === null) {
      throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
    }
    const transport = new Transport(options);
    this.models = new Models(transport, build);
  }
}
