/** Everything that talks to the service. It is loaded with the first call, so that no page waits for it before. */

import type { ClientOptions } from "../types.js";
import { Batches } from "./batches.js";
import { Files } from "./files.js";
import { type RequestBuilder, Requests } from "./requests.js";
import { Transport } from "./transport.js";

export class Connection {
  readonly transport: Transport;
  readonly requests: Requests;
  readonly files: Files;
  readonly batches: Batches;

  constructor(options: ClientOptions, build: RequestBuilder) {
    this.transport = new Transport(options);
    this.requests = new Requests(this.transport, build);
    this.files = new Files(this.transport);
    this.batches = new Batches(this.requests);
  }
}
