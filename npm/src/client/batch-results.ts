/** Answers of a batch: inlined, or lines of a file that is read as it comes. */

import { ApiError } from "../errors.js";
import type { Batch, BatchResult } from "../types.js";
import { badShape, toResponse } from "./answer.js";
import { type Exchange, isObject } from "./exchange.js";
import { fileName } from "./remote-file.js";
import { defaultMaxRetries } from "./retry.js";
import type { Transport } from "./transport.js";

/** One line is one answer, pictures included; of lines there may be any number, 2 GB of input have as many. */
const maxLineCharacters = 64 * 1024 * 1024;

/** @throws ApiError, the signal's reason */
export async function* readResults(
  transport: Transport,
  { name, state, model = "", output = {}, error }: Batch,
  signal: AbortSignal | undefined,
): AsyncGenerator<BatchResult, void, undefined> {
  if (!state.endsWith("_SUCCEEDED")) {
    const reason = error?.message ? `: ${error.message}` : "";
    throw new ApiError("api-error", `${name} has no results: it is ${state}${reason}.`, { status: 200, reason: state });
  }
  const bare = model.replace(/^models\//, "");
  if (output.responsesFile !== undefined) {
    for await (const line of readLines(transport, output.responsesFile, signal)) yield toResult(line, bare);
    return;
  }
  const inlined = isObject(output.inlinedResponses)
    ? (output.inlinedResponses.inlinedResponses ?? [])
    : output.inlinedResponses;
  if (!Array.isArray(inlined)) throw badShape("a batch without results");
  for (const entry of inlined) yield toResult(entry, bare);
}

async function toResult(entry: unknown, model: string): Promise<BatchResult> {
  if (!isObject(entry)) throw badShape("a result that is none");
  const { response, error } = entry;
  const metadata = isObject(entry.metadata) ? entry.metadata : undefined;
  const key = entry.key ?? metadata?.key;
  const head = { ...(key !== undefined && { key: String(key) }), ...(metadata && { metadata }) };
  if (isObject(error)) return { ...head, error };
  if (!isObject(response)) throw badShape("a result without response and error");
  return { ...head, response: await toResponse(response, model, [], true) };
}

/** A failure within the file asks for it once more and leaves out the lines that were given already. */
async function* readLines(
  transport: Transport,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void, undefined> {
  const call = { method: "GET", path: `${fileName(file)}:download`, query: { alt: "media" }, signal } as const;
  let given = 0;
  for (let failures = 0; ; failures++) {
    const exchange = await transport.retrying(call, () => transport.held(call, async (open) => open));
    try {
      let number = 0;
      for await (const line of linesOf(exchange, transport.idleTimeoutMs(call))) {
        if (number++ < given) continue;
        given++;
        yield line;
      }
      return;
    } catch (error) {
      if (
        !(error instanceof ApiError) ||
        !error.retryable ||
        failures >= (transport.options.maxRetries ?? defaultMaxRetries)
      )
        throw error;
    } finally {
      exchange.close();
    }
  }
}

async function* linesOf(exchange: Exchange, idleTimeoutMs: number): AsyncGenerator<unknown, void, undefined> {
  const decoder = new TextDecoder();
  let pending = "";
  for (let ended = false; !ended; ) {
    exchange.allow(idleTimeoutMs);
    const bytes = await exchange.read(Number.POSITIVE_INFINITY);
    exchange.rest();
    ended = bytes === undefined;
    pending += ended ? `${decoder.decode()}\n` : decoder.decode(bytes, { stream: true });
    if (pending.length > maxLineCharacters) throw badShape("a line without end");
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield parse(line);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new ApiError("bad-response", "A line of the results is no JSON.", { status: 200, retryable: true });
  }
}
