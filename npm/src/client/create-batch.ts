/** Begins a batch: inline while it is small, as JSONL through the File API when it is not. */

import { InputError } from "../errors.js";
import { maxInlineBatchBytes } from "../request-limits.js";
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
  readonly request: Uint8Array;
}

const encoder = new TextEncoder();

/** @throws InputError, ApiError, the signal's reason */
export async function createBatch(requests: Requests, options: CreateBatchOptions): Promise<Batch> {
  const { model, src, config = {} } = options ?? {};
  const signal = signalOf(options, config);
  if (typeof model !== "string" || model === "") throw new InputError("bad-argument", "A batch needs a model.");
  const name = config.displayName === undefined ? "" : `"displayName":${JSON.stringify(config.displayName)},`;
  const [head, tail] = [encoder.encode(`{"batch":{${name}"inputConfig":`), encoder.encode("}}")];
  const inputConfig = await writeInput(requests, model, src, { signal, otherBytes: head.length + tail.length });
  const body = concatenate([head, ...inputConfig, tail]);
  const path = `${model.includes("/") ? model : `models/${model}`}:batchGenerateContent`;
  return toBatch(await requests.transport.json({ path, body, signal, onlyRefused: true }));
}

interface InputOptions {
  signal: AbortSignal | undefined;
  /** What the body holds besides. */
  otherBytes: number;
}

/** @returns pieces of JSON */
async function writeInput(
  requests: Requests,
  model: string,
  src: CreateBatchOptions["src"],
  { signal, otherBytes }: InputOptions,
): Promise<Uint8Array[]> {
  if (typeof src === "string") return fileInput(fileName(src));
  if (typeof src !== "object" || src === null) throw new InputError("bad-argument", "src is a list, or a file's name.");
  if ("fileName" in src) return fileInput(fileName(src.fileName));
  const { transport } = requests;
  const limitBytes = Math.min(transport.options.inlineLimitBytes ?? maxInlineBatchBytes, maxInlineBatchBytes);
  const lines = writeLines(requests, model, src, signal);
  try {
    const { held, more } = await takeWhileSmall(lines, limitBytes - otherBytes);
    if (held.length === 0) throw new InputError("bad-argument", "src is empty: a batch needs at least one request.");
    if (!more) return inlineInput(held);
    const file = await upload(transport, {
      file: toJsonl(held, lines, limitBytes),
      config: { mimeType: jsonlType, displayName: "batch input" },
      signal,
    });
    if (file.state === "PROCESSING") await new Files(transport).waitUntilActive(file, { signal });
    return fileInput(file.name);
  } finally {
    await lines.return();
  }
}

async function* writeLines(
  requests: Requests,
  model: string,
  src: Iterable<BatchRequest> | AsyncIterable<BatchRequest>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Line, void, undefined> {
  const build = requests.batchBuilder({ signal });
  for await (const { contents, config, key, metadata } of src) {
    const { body } = await build({ model, contents, config });
    yield { request: body, key, metadata };
  }
}

async function takeWhileSmall(
  lines: AsyncGenerator<Line, void, undefined>,
  limitBytes: number,
): Promise<{ held: Line[]; more: boolean }> {
  const held: Line[] = [];
  let length = lengthOf(inlineInput(held));
  while (length <= limitBytes) {
    const { done, value } = await lines.next();
    if (done) return { held, more: false };
    held.push(value);
    length += lengthOf(inlineRequest(value, held.length === 1));
  }
  return { held, more: true };
}

function fileInput(name: string): Uint8Array[] {
  return [encoder.encode(JSON.stringify({ fileName: name }))];
}

function inlineInput(lines: readonly Line[]): Uint8Array[] {
  const requests = lines.flatMap((line, i) => inlineRequest(line, i === 0));
  return [encoder.encode('{"requests":{"requests":['), ...requests, encoder.encode("]}}")];
}

/** The key goes into the metadata, which comes back with the answer. */
function inlineRequest({ request, key, metadata }: Line, isFirst: boolean): Uint8Array[] {
  const all = { ...metadata, ...(key !== undefined && { key }) };
  const also = Object.keys(all).length > 0 ? `,"metadata":${JSON.stringify(all)}` : "";
  return [encoder.encode(`${isFirst ? "" : ","}{"request":`), request, encoder.encode(`${also}}`)];
}

/** Line by line, as the upload asks for it: what was held, then the rest. */
function toJsonl(
  held: readonly Line[],
  rest: AsyncGenerator<Line, void, undefined>,
  limitBytes: number,
): ReadableStream<Uint8Array> {
  let number = 0;
  return new ReadableStream({
    async pull(controller) {
      const line = held[number] ?? (await rest.next()).value;
      if (line === undefined) return controller.close();
      refuseMetadata(line, limitBytes);
      const key = JSON.stringify(line.key ?? String(number));
      const pieces = [encoder.encode(`{"key":${key},"request":`), line.request, encoder.encode("}\n")];
      controller.enqueue(concatenate(pieces));
      number++;
    },
  });
}

/** Lines of a file hold a key and a request, and nothing else (ai.google.dev/gemini-api/docs/batch-api). */
function refuseMetadata({ metadata }: Line, limitBytes: number): void {
  if (metadata === undefined || Object.keys(metadata).length === 0) return;
  const message = `metadata comes back from inline batches only, and this one has more than ${limitBytes} bytes: tell the answers apart by \`key\`, or make several batches of it.`;
  throw new InputError("bad-argument", message);
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
