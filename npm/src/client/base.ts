/** The client without its way of building a request: that is what tells the entries with and without wasm apart. */

import { InputError } from "../errors.js";
import type { ClientOptions } from "../types.js";
import { Batches } from "./batches.js";
import { Chats } from "./chats.js";
import { OpenAiChat } from "./completions.js";
import { Files } from "./files.js";
import { Models } from "./models.js";
import { type RequestBuilder, Requests } from "./requests.js";
import { Transport } from "./transport.js";

/** @see GeminiClient */
export class BaseClient {
  readonly models: Models;
  readonly chats: Chats;
  /** openai's shape: `chat.completions.create(…)`. */
  readonly chat: OpenAiChat;
  readonly files: Files;
  readonly batches: Batches;

  constructor(options: ClientOptions, build: RequestBuilder) {
    if (typeof options !== "object" || options === null) {
      throw new InputError("bad-argument", "A client is made with options: new GeminiClient({ apiKey }).");
    }
    const transport = new Transport(options);
    const requests = new Requests(transport, build);
    this.models = new Models(requests);
    this.chats = new Chats(requests);
    this.chat = new OpenAiChat(transport);
    this.batches = new Batches(requests);
    this.files = new Files(transport);
  }
}
