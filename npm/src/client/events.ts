/**
 * JSON values out of an event stream, in every framing that the HTML standard allows
 * (html.spec.whatwg.org/multipage/server-sent-events.html), and out of what the service sends in its place: errors without
 * `data:` (also under the type of event streams), and lists of answers where a proxy drops `alt=sse`.
 */

import { ApiError } from "../errors.js";
import { createParser } from "../eventsource-parser.js";
import { type Exchange, isObject } from "./exchange.js";

/** One event, or one line of JSON that never ends. */
const maxEventCharacters = 64 * 1024 * 1024;

/** What openai's shape ends with. */
const endMark = "[DONE]";

export class EventReader {
  readonly #exchange: Exchange;
  readonly #ready: Record<string, unknown>[] = [];
  readonly #decoder = new TextDecoder();
  readonly #parser = createParser({
    maxBufferSize: maxEventCharacters,
    onEvent: ({ data }) => this.#takeEvent(data),
    onError: (error) => this.#takeLine(error.type, error.line),
  });
  /** JSON without `data:`, as far as it has come. */
  #bare = "";
  #failure: ApiError | undefined;
  #ended = false;
  /** The stream said that it is complete. */
  sawEndMark = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The next value; undefined when the stream has ended. @throws ApiError, the signal's reason */
  async next(): Promise<Record<string, unknown> | undefined> {
    for (;;) {
      const value = this.#ready.shift();
      if (value !== undefined) return value;
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended || this.sawEndMark) return undefined;
      const bytes = await this.#exchange.read();
      if (bytes === undefined) this.#end();
      else this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
    }
  }

  /** A last line may lack its end, and a lone CR may have been one. */
  #end(): void {
    this.#ended = true;
    this.#parser.feed(`${this.#decoder.decode()}\n\n`);
    if (this.#bare !== "" && this.#failure === undefined) this.#fail("broke off within JSON");
  }

  #takeEvent(data: string): void {
    if (data.trim() === endMark) this.sawEndMark = true;
    else if (data.trim() !== "") this.#takeJson(data, () => this.#fail("sent an event that is no JSON object"));
  }

  /** Fields that the standard does not know are to be ignored, but not the service's bare JSON, line by line. */
  #takeLine(type: string, line: string | undefined): void {
    if (type === "max-buffer-size-exceeded") this.#fail("sent an event without an end");
    if (line === undefined || (this.#bare === "" && !/^\s*[[{]/.test(line))) return;
    this.#bare += line;
    if (this.#bare.length > maxEventCharacters) this.#fail("sent an event without an end");
    // Only a closing bracket can complete it; parsing at every line would cost the square of its length.
    if (/[\]}]\s*$/.test(line)) this.#takeJson(this.#bare, () => {});
  }

  #takeJson(text: string, otherwise: () => void): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      otherwise();
      return;
    }
    this.#bare = "";
    this.#failure ??= this.#exchange.refusalIn(json);
    if (this.#failure !== undefined) return;
    const values: unknown[] = Array.isArray(json) ? json : [json];
    for (const value of values) {
      if (isObject(value)) this.#ready.push(value);
      else otherwise();
    }
  }

  #fail(what: string): void {
    const { status } = this.#exchange.response;
    this.#failure ??= new ApiError("bad-response", `The service ${what}.`, { status, retryable: true });
  }
}
