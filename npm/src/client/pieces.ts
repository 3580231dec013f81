/** A stream as pieces: read when asked for, each given out once, and no half that passes for a whole. */

import { ApiError } from "../errors.js";
import { EventReader } from "./events.js";
import type { Exchange } from "./exchange.js";
import type { Call, Transport } from "./transport.js";

/** What is made of one kind of stream. */
export interface PieceReader<Piece> {
  take(json: Record<string, unknown>): Piece;
  /** Called once, at the end. @returns whether it is one */
  end(sawEndMark: boolean): boolean;
  /** What it had said so far. */
  readonly text: string;
}

const done = { done: true, value: undefined } as const;

export class Pieces<Piece> implements AsyncIterable<Piece> {
  readonly #exchange: Exchange;
  readonly #events: EventReader;
  readonly #reader: PieceReader<Piece>;
  readonly #idleTimeoutMs: number;
  /** Read, but not given out yet. */
  readonly #queue: Piece[] = [];
  #reading: Promise<void> | undefined;
  #taken = 0;
  #ended = false;
  #error: unknown;

  private constructor(exchange: Exchange, reader: PieceReader<Piece>, idleTimeoutMs: number) {
    this.#exchange = exchange;
    this.#events = new EventReader(exchange);
    this.#reader = reader;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /**
   * Opens a stream and waits for its first piece: until then nobody has seen anything, and all of it may be tried again.
   *
   * @throws ApiError, the signal's reason
   */
  static open<Piece>(transport: Transport, call: Call, newReader: () => PieceReader<Piece>): Promise<Pieces<Piece>> {
    const start = async (exchange: Exchange): Promise<Pieces<Piece>> => {
      const pieces = new Pieces(exchange, newReader(), transport.idleTimeoutMs(call));
      await pieces.#readOne();
      if (pieces.#error !== undefined) throw pieces.#error;
      return pieces;
    };
    return transport.retrying(call, () => transport.held(call, start));
  }

  [Symbol.asyncIterator](): AsyncIterator<Piece, undefined, undefined> {
    return {
      next: async () => {
        while (this.#queue.length === 0 && !this.#ended) await this.#readMore();
        const value = this.#queue.shift();
        if (value !== undefined) return { done: false, value };
        if (this.#error !== undefined) throw this.#error;
        return done;
      },
      return: async () => {
        this.close();
        return done;
      },
    };
  }

  /** Reads to the end; what nobody has asked for is kept. @throws as the loop would */
  async drain(): Promise<void> {
    while (!this.#ended) await this.#readMore();
    if (this.#error !== undefined) throw this.#error;
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#queue.length = 0;
    this.#error = incomplete(this.#reader.text, "The stream was left before its end");
    this.#exchange.close();
  }

  /** One read at a time, however many wait for it. The clock runs only while somebody waits. */
  #readMore(): Promise<void> {
    this.#exchange.allow(this.#idleTimeoutMs);
    this.#reading ??= this.#readOne().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readOne(): Promise<void> {
    try {
      const json = await this.#events.next();
      if (this.#ended) return;
      if (json === undefined) return this.#end();
      this.#queue.push(this.#reader.take(json));
      this.#taken++;
      this.#exchange.rest();
    } catch (error) {
      if (this.#ended) return;
      this.#ended = true;
      this.#error = this.#taken === 0 ? error : withText(error, this.#reader.text);
      this.#exchange.close();
    }
  }

  #end(): void {
    if (!this.#reader.end(this.#events.sawEndMark)) throw this.#lacking();
    this.#ended = true;
    this.#exchange.close();
  }

  #lacking(): ApiError {
    const { headers, status } = this.#exchange.response;
    const isStream = /event-stream|json/.test(headers.get("content-type") ?? "event-stream");
    if (this.#taken > 0 || isStream)
      return incomplete(this.#reader.text, "The stream ended before the model had finished");
    return new ApiError("bad-response", "The service answered with no event stream.", { status, retryable: true });
  }
}

function incomplete(text: string, what: string, cause?: unknown): ApiError {
  const message = `${what}; \`text\` holds what had come.`;
  return new ApiError("incomplete-stream", message, { status: 200, text, retryable: true, cause });
}

/** A connection that broke leaves half an answer; whatever else went wrong keeps its name and gets the text. */
function withText(error: unknown, text: string): unknown {
  if (!(error instanceof ApiError) || error.code === "incomplete-stream") return error;
  if (error.code === "network") return incomplete(text, "The connection broke before the model had finished", error);
  const { code, message, status, reason, details, retryAfterMs, requestId, retryable, cause } = error;
  return new ApiError(code, message, {
    ...{ status, details, text, retryable, cause },
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && { requestId }),
  });
}
