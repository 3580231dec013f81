/** A streamed answer: chunks for a loop, the whole for whoever asks for it. */

import type { GenerateContentChunk, GenerateContentResponse, GenerateContentStream, Warning } from "../types.js";
import { modelWarnings, toChunk, toResponse } from "./answer.js";
import { Merger } from "./merge.js";
import { type PieceReader, Pieces } from "./pieces.js";
import type { Call, Transport } from "./transport.js";

class ChunkReader implements PieceReader<GenerateContentChunk> {
  readonly merger = new Merger();
  readonly #onEnd: StreamOptions["onEnd"];

  constructor(onEnd: StreamOptions["onEnd"]) {
    this.#onEnd = onEnd;
  }

  take(json: Record<string, unknown>): GenerateContentChunk {
    const chunk = toChunk(json);
    this.merger.add(chunk);
    return chunk;
  }

  end(): boolean {
    if (this.merger.complete) this.#onEnd?.(this.merger.whole());
    return this.merger.complete;
  }

  get text(): string {
    return this.merger.text;
  }
}

class ContentStream implements GenerateContentStream {
  readonly #pieces: Pieces<GenerateContentChunk>;
  readonly #finish: () => Promise<GenerateContentResponse>;
  readonly warnings: readonly Warning[];
  #response: Promise<GenerateContentResponse> | undefined;

  constructor(
    pieces: Pieces<GenerateContentChunk>,
    finish: () => Promise<GenerateContentResponse>,
    warnings: readonly Warning[],
  ) {
    this.#pieces = pieces;
    this.#finish = finish;
    this.warnings = warnings;
  }

  get response(): Promise<GenerateContentResponse> {
    if (this.#response === undefined) {
      this.#response = this.#pieces.drain().then(this.#finish);
      // Who only loops hears of a failure in the loop; an unhandled rejection would end the process.
      this.#response.catch(() => {});
    }
    return this.#response;
  }

  [Symbol.asyncIterator](): AsyncIterator<GenerateContentChunk, undefined, undefined> {
    return this.#pieces[Symbol.asyncIterator]();
  }
}

interface StreamOptions {
  model: string;
  warnings: readonly Warning[];
  /** Called with the whole answer before the loop ends; not when it breaks off. */
  onEnd?: ((whole: Record<string, unknown>) => void) | undefined;
}

/** @throws ApiError, the signal's reason */
export async function openContentStream(
  transport: Transport,
  call: Call,
  { model, warnings, onEnd }: StreamOptions,
): Promise<GenerateContentStream> {
  let reader = new ChunkReader(onEnd);
  const newReader = (): ChunkReader => {
    reader = new ChunkReader(onEnd);
    return reader;
  };
  const [pieces, more] = await Promise.all([Pieces.open(transport, call, newReader), modelWarnings(model)]);
  const finish = (): Promise<GenerateContentResponse> => toResponse(reader.merger.whole(), model, warnings);
  return new ContentStream(pieces, finish, [...warnings, ...more]);
}
