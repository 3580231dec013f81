/** Conversations: what was said goes along with every message. */

import { InputError } from "../errors.js";
import type {
  Ask,
  Candidate,
  Chat,
  ChatOptions,
  Content,
  GenerateContentConfig,
  GenerateContentResponse,
  GenerateContentStream,
  Part,
  SendMessageOptions,
} from "../types.js";
import type { Connect } from "./connect.js";
import type { Said } from "./said.js";

/** `client.chats`, as in `@google/genai`. */
export class Chats {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** @throws InputError `bad-argument` without a model */
  create(options: ChatOptions): Chat {
    if (typeof options?.model !== "string") throw new InputError("bad-argument", "A chat needs a model.");
    return new Conversation(this.#connect, options);
  }
}

class Conversation implements Chat {
  readonly #connect: Connect;
  readonly #model: string;
  readonly #config: GenerateContentConfig | undefined;
  #history: readonly Said[];
  /** Waits for the answer to the message before, which is part of what the next one says; never rejects. */
  #untilAnswered: () => Promise<unknown> = async () => {};

  constructor(connect: Connect, { model, config, history = [] }: ChatOptions) {
    this.#connect = connect;
    this.#model = model;
    this.#config = config;
    this.#history = structuredClone(history);
  }

  getHistory(): Content[] {
    return this.#history.map((said) => ({
      ...said,
      parts: said.parts?.map((part) => part?.media?.toPart(part) ?? structuredClone(part as Part)),
    }));
  }

  sendMessage(options: SendMessageOptions): Promise<GenerateContentResponse> {
    return this.#afterLast(async () => {
      const { requests, ask, question, warnings } = await this.#compose(options);
      const answer = await requests.generate(ask, options);
      this.#remember(question, contentIn(answer));
      return { ...answer, warnings: [...warnings, ...answer.warnings] };
    });
  }

  /**
   * The turn is remembered when the stream has come to its end; one that is left early is not. The next message reads what
   * is left of it, and keeps that for the loop: so it waits for nobody who may never come to read.
   */
  sendMessageStream(options: SendMessageOptions): Promise<GenerateContentStream> {
    const work = async (): Promise<GenerateContentStream> => {
      const { requests, ask, question, warnings } = await this.#compose(options);
      const onEnd = (whole: Record<string, unknown>): void => this.#remember(question, contentIn(whole));
      return requests.stream(ask, options, { onEnd, warnings });
    };
    return this.#afterLast(work, (stream) => stream.response);
  }

  /** @param wholeOf asked for only when another message waits for it */
  #afterLast<Result>(work: () => Promise<Result>, wholeOf?: (result: Result) => Promise<unknown>): Promise<Result> {
    const result = this.#untilAnswered().then(work);
    this.#untilAnswered = () => result.then(wholeOf).catch(() => {});
    return result;
  }

  /** Pictures are made ready once, and go as they are, within the request or ahead of it, with every message after. */
  async #compose(options: SendMessageOptions) {
    const { requests } = await this.#connect();
    const { message, config, ...how } = (options ?? {}) as SendMessageOptions;
    const { question, warnings } = await requests.turn(this.#model, message, how);
    this.#history = requests.again(this.#history);
    const contents = [...this.#history, question] as Content[];
    const ask: Ask = { model: this.#model, contents, config: { ...this.#config, ...config } };
    return { requests, ask, question, warnings };
  }

  /** A question without an answer would only confuse what follows. */
  #remember(question: Said, answer: Content | undefined): void {
    if (answer === undefined || answer.parts.length === 0) return;
    this.#history = [...this.#history, question, { ...structuredClone(answer), role: answer.role ?? "model" }];
  }
}

/** What the model said first, if it said anything. */
function contentIn(answer: { candidates?: unknown }): Content | undefined {
  const content = (answer.candidates as Candidate[] | undefined)?.[0]?.content;
  return content && { ...content, parts: content.parts ?? [] };
}
