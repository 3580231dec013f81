/** One connection for all calls of a client, made when the first one needs it. */

import type { ClientOptions } from "../types.js";
import type { Connection } from "./connection.js";
import type { RequestBuilder } from "./requests.js";

export type Connect = () => Promise<Connection>;

/** A load that failed is not remembered. */
export function connectLater(options: ClientOptions, build: RequestBuilder): Connect {
  let connection: Promise<Connection> | undefined;
  return () => {
    connection ??= import("./connection.js").then((module) => new module.Connection(options, build));
    connection.catch(() => {
      connection = undefined;
    });
    return connection;
  };
}

export async function* listLater<Entry>(
  connect: Connect,
  list: (connection: Connection) => AsyncIterable<Entry>,
): AsyncGenerator<Entry, void, undefined> {
  yield* list(await connect());
}
