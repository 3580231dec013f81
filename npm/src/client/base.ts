/** The client without its way of building a request: that is what tells the entries with and without wasm apart. */

import type { ClientOptions } from "../types.js";
import { Chats } from "./chats.js";
import { connectLater } from "./connect.js";
import { BatchesApi, Completions, FilesApi, Models } from "./facade.js";
import { checkOptions } from "./options.js";
import type { RequestBuilder } from "./requests.js";

/** @see GeminiClient */
export class BaseClient {
  readonly models: Models;
  readonly chats: Chats;
  /** openai's shape: `chat.completions.create(…)`. */
  readonly chat: { readonly completions: Completions };
  readonly files: FilesApi;
  readonly batches: BatchesApi;

  constructor(options: ClientOptions, build: RequestBuilder) {
    checkOptions(options);
    const connect = connectLater(options, build);
    this.models = new Models(connect);
    this.chats = new Chats(connect);
    this.chat = { completions: new Completions(connect) };
    this.files = new FilesApi(connect);
    this.batches = new BatchesApi(connect);
  }
}
