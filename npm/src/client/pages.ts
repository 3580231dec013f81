/** Lists of the service, page after page. */

import { signalOf } from "../signal.js";
import type { ListOptions } from "../types.js";
import { badShape } from "./answer.js";
import { isObject } from "./exchange.js";
import type { Transport } from "./transport.js";

/** An empty list comes as `{}`. @throws ApiError, the signal's reason */
export async function* listPages<Entry>(
  transport: Transport,
  path: string,
  member: string,
  options: ListOptions,
): AsyncGenerator<Entry, void, undefined> {
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const query = { pageSize: options.pageSize, pageToken };
    const json = await transport.json({ method: "GET", path, query, signal: signalOf(options) });
    const entries = json[member] ?? [];
    if (!Array.isArray(entries) || !entries.every(isObject)) throw badShape(`${member} that are no list`);
    yield* entries as Entry[];
    pageToken = typeof json.nextPageToken === "string" && json.nextPageToken !== "" ? json.nextPageToken : undefined;
    if (pageToken !== undefined && seen.has(pageToken)) throw badShape("a page that follows itself");
    if (pageToken !== undefined) seen.add(pageToken);
  } while (pageToken !== undefined);
}
