/** Begins a batch: inline while it is small, as JSONL through the File API when it is not. */

import { InputError } from "../errors.js";
import { advisedInlineBytes } from "../request-limits.js";
import { signalOf } from "../signal.js";
import type { Batch, BatchRequest, CreateBatchOptions } from "../types.js";
import { Files } from "./files.js";
import { toBatch } from "./remote-batch.js";
import { fileName } from "./remote-file.js";
import type { Requests } from "./requests.js";
import { upload } from "./upload.js";

/** The type that Google's own examples give such files. */
const jsonlType = "application/jsonl";

interface Line {
  readonly key: string | undefined;
  readonly metadata: Record<string, unknown> | undefined;
  /** JSON of one GenerateContentRequest. */
  readonly request: string;
}

/** @throws InputError, ApiError, the signal's reason */
export async function createBatch(requests: Requests, options: CreateBatchOptions): Promise<Batch> {
  const { model, src, config = {} } = options;
  const signal = signalOf(options, config);
  if (typeof model !== "string" || model === "") throw new InputError("bad-argument", "A batch needs a model.");
  const inputConfig = await writeInput(requests, model, src, signal);
  const name = config.displayName === undefined ? "" : `"displayName":${JSON.stringify(config.displayName)},`;
  const body = new TextEncoder().encode(`{"batch":{${name}"inputConfig":${inputConfig}}}`);
  const path = `${model.includes("/") ? model : `models/${model}`}:batchGenerateContent`;
  return toBatch(await requests.transport.json({ path, body, signal, onlyRefused: true }));
}

/** @returns JSON */
async function writeInput(
  requests: Requests,
  model: string,
  src: CreateBatchOptions["src"],
  signal: AbortSignal | undefined,
): Promise<string> {
  if (typeof src === "string") return JSON.stringify({ fileName: fileName(src) });
  if (typeof src !== "object" || src === null) throw new InputError("bad-argument", "src is a list, or a file's name.");
  if ("fileName" in src) return JSON.stringify({ fileName: fileName(src.fileName) });
  const lines = writeLines(requests, model, src, signal);
  const { held, more } = await takeWhileSmall(lines, requests.transport.options.inlineLimitBytes ?? advisedInlineBytes);
  if (held.length === 0) throw new InputError("bad-argument", "src is empty: a batch needs at least one request.");
  if (!more) return `{"requests":{"requests":[${held.map(inlineRequest).join(",")}]}}`;
  const file = await upload(requests.transport, {
    file: toJsonl(held, lines),
    config: { mimeType: jsonlType, displayName: "batch input" },
    signal,
  });
  if (file.state === "PROCESSING") await new Files(requests.transport).waitUntilActive(file, { signal });
  return JSON.stringify({ fileName: file.name });
}

async function* writeLines(
  requests: Requests,
  model: string,
  src: Iterable<BatchRequest> | AsyncIterable<BatchRequest>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder();
  const build = requests.batchBuilder({ signal });
  for await (const { contents, config, key, metadata } of src) {
    const { body } = await build({ model, contents, config });
    yield { request: decoder.decode(body), key, metadata };
  }
}

async function takeWhileSmall(
  lines: AsyncGenerator<Line, void, undefined>,
  limitBytes: number,
): Promise<{ held: Line[]; more: boolean }> {
  const held: Line[] = [];
  let length = 0;
  while (length <= limitBytes) {
    const { done, value } = await lines.next();
    if (done) return { held, more: false };
    held.push(value);
    length += value.request.length;
  }
  return { held, more: true };
}

/** The key goes into the metadata, which comes back with the answer. */
function inlineRequest({ request, key, metadata }: Line): string {
  const all = { ...metadata, ...(key !== undefined && { key }) };
  return `{"request":${request}${Object.keys(all).length > 0 ? `,"metadata":${JSON.stringify(all)}` : ""}}`;
}

/** Line by line, as the upload asks for it: what was held, then the rest. */
function toJsonl(held: readonly Line[], rest: AsyncGenerator<Line, void, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let number = 0;
  return new ReadableStream({
    async pull(controller) {
      const line = held[number] ?? (await rest.next()).value;
      if (line === undefined) return controller.close();
      const key = JSON.stringify(line.key ?? String(number));
      controller.enqueue(encoder.encode(`{"key":${key},"request":${line.request}}\n`));
      number++;
    },
    async cancel() {
      await rest.return();
    },
  });
}
