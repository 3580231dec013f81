/** The client without its way of building a request: that is what tells the entries with and without wasm apart. */

import { InputError } from "../errors.js";
import type { ClientOptions } from "../types.js";
import { Chats } from "./chats.js";
import { Models } from "./models.js";
import { type RequestBuilder, Requests } from "./requests.js";
import { Transport } from "./transport.js";

/** @see GeminiClient */
export class BaseClient {
  readonly models: Models;
  readonly chats: Chats;

  constructor(options: ClientOptions, build: RequestBuilder) {
    if (typeof options !== "object" || options === null) {
      throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
    }
    const requests = new Requests(new Transport(options), build);
    this.models = new Models(requests);
    this.chats = new Chats(requests);
  }
}
