/** Batches: questions asked together and answered later, inline or from and into JSONL files. */

import { randomBytes } from "node:crypto";
import { type EmulatorClock, timestamp } from "./clock.js";
import { type FileStore, pageOf, sha256Of } from "./files.js";
import { type Message, readMessage } from "./read-message.js";
import { invalidArgument, ServiceError } from "./service-error.js";

interface Question {
  readonly key: string | undefined;
  readonly metadata: Message | undefined;
  readonly request: unknown;
  /** By the schema; a line of a file is checked when its turn comes, so that a bad one fails alone. */
  readonly isChecked: boolean;
}

interface StoredBatch {
  readonly id: string;
  readonly model: string;
  readonly displayName: string | undefined;
  readonly createdMs: number;
  readonly questions: readonly Question[];
  readonly fromFile: boolean;
  cancelledMs?: number;
  output?: Message;
  failures: number;
}

/** Answers one question as generateContent would. @throws ServiceError */
type Answerer = (model: string, request: Message) => Promise<unknown>;

const defaultPageSize = 10;
const maxPageSize = 100;

export class Batches {
  readonly #clock: EmulatorClock;
  readonly #files: FileStore;
  readonly #durationMs: number;
  readonly #answer: Answerer;
  readonly #batches = new Map<string, StoredBatch>();
  readonly #settling = new Map<string, Promise<void>>();

  constructor(clock: EmulatorClock, files: FileStore, durationMs: number, answer: Answerer) {
    this.#clock = clock;
    this.#files = files;
    this.#durationMs = durationMs;
    this.#answer = answer;
  }

  /** @param message a BatchGenerateContentRequest that has passed the schema. @throws ServiceError */
  create(model: string, message: Message): StoredBatch {
    const { displayName, inputConfig = {} } = (message.batch ?? {}) as { displayName?: string; inputConfig?: Message };
    const { fileName } = inputConfig as { fileName?: string };
    const inline = (inputConfig.requests as Message | undefined)?.requests as Message[] | undefined;
    if ((fileName === undefined) === (inline === undefined)) {
      throw invalidArgument(
        "* BatchGenerateContentRequest.batch.input_config: requests or file_name must be given, and not both\n",
      );
    }
    const questions = fileName === undefined ? (inline ?? []).map(inlineQuestion) : this.#readFile(fileName);
    if (questions.length === 0) throw invalidArgument("* BatchGenerateContentRequest.batch: no requests\n");
    const batch: StoredBatch = {
      id: randomBytes(15).toString("hex"),
      model,
      displayName,
      createdMs: this.#clock.now(),
      questions,
      fromFile: fileName !== undefined,
      failures: 0,
    };
    this.#batches.set(batch.id, batch);
    return batch;
  }

  #readFile(fileName: string): Question[] {
    const { bytes, byteLength } = this.#files.getActive(fileName.replace(/^files\//, ""));
    if (bytes.length < byteLength) throw invalidArgument("The emulator keeps no batch file as large as this.");
    const lines = bytes
      .toString("utf8")
      .split("\n")
      .filter((line) => line.trim() !== "");
    return lines.map((line, i) => {
      try {
        const { key, request } = JSON.parse(line) as { key?: string; request?: unknown };
        return { key, metadata: undefined, request, isChecked: false };
      } catch {
        throw invalidArgument(`Line ${i + 1} of ${fileName} is no JSON.`);
      }
    });
  }

  /** @throws ServiceError 404 */
  get(id: string): StoredBatch {
    const batch = this.#batches.get(id);
    if (batch !== undefined) return batch;
    throw new ServiceError("NOT_FOUND", `Requested entity was not found: batches/${id}`);
  }

  delete(id: string): void {
    this.#batches.delete(this.get(id).id);
  }

  cancel(id: string): void {
    const batch = this.get(id);
    if (this.#isDue(batch)) throw new ServiceError("FAILED_PRECONDITION", `The batch ${id} has ended already.`);
    batch.cancelledMs ??= this.#clock.now();
  }

  #isDue({ createdMs }: StoredBatch): boolean {
    return this.#clock.now() >= createdMs + this.#durationMs;
  }

  stateOf(batch: StoredBatch): string {
    if (batch.cancelledMs !== undefined) return "BATCH_STATE_CANCELLED";
    if (this.#isDue(batch)) return "BATCH_STATE_SUCCEEDED";
    const running = this.#clock.now() >= batch.createdMs + this.#durationMs / 2;
    return running ? "BATCH_STATE_RUNNING" : "BATCH_STATE_PENDING";
  }

  async list(query: URLSearchParams): Promise<unknown> {
    const { entries, nextPageToken } = pageOf(
      [...this.#batches.values()].reverse(),
      query,
      defaultPageSize,
      maxPageSize,
    );
    const operations = await Promise.all(entries.map((batch) => this.describe(batch, false)));
    return { ...(operations.length > 0 && { operations }), ...(nextPageToken !== undefined && { nextPageToken }) };
  }

  /** Like an operation. Lists leave the inlined answers out, as the service does. */
  async describe(batch: StoredBatch, withAnswers = true): Promise<unknown> {
    const state = this.stateOf(batch);
    if (state === "BATCH_STATE_SUCCEEDED") await this.#settle(batch);
    const ended = state === "BATCH_STATE_SUCCEEDED" || state === "BATCH_STATE_CANCELLED";
    const output = withAnswers || batch.fromFile ? batch.output : undefined;
    const metadata = {
      "@type": "type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch",
      model: `models/${batch.model}`,
      ...(batch.displayName !== undefined && { displayName: batch.displayName }),
      ...(output && { output }),
      createTime: timestamp(batch.createdMs),
      ...(ended && { endTime: timestamp(batch.cancelledMs ?? batch.createdMs + this.#durationMs) }),
      updateTime: timestamp(this.#clock.now()),
      batchStats: this.#statsOf(batch, state),
      state,
      name: `batches/${batch.id}`,
    };
    return {
      name: `batches/${batch.id}`,
      metadata,
      ...(ended && { done: true }),
      ...(state === "BATCH_STATE_SUCCEEDED" && output && { response: output }),
      ...(state === "BATCH_STATE_CANCELLED" && { error: { code: 1, message: "Operation cancelled." } }),
    };
  }

  #statsOf({ questions, failures }: StoredBatch, state: string): unknown {
    const total = questions.length;
    if (state !== "BATCH_STATE_SUCCEEDED") return { requestCount: String(total), pendingRequestCount: String(total) };
    const counts = { requestCount: String(total), successfulRequestCount: String(total - failures) };
    return failures > 0 ? { ...counts, failedRequestCount: String(failures) } : counts;
  }

  /** Once, however many look at it at the same time. */
  #settle(batch: StoredBatch): Promise<void> {
    const running = this.#settling.get(batch.id) ?? this.#answerAll(batch);
    this.#settling.set(batch.id, running);
    return running;
  }

  async #answerAll(batch: StoredBatch): Promise<void> {
    const answers: Message[] = [];
    for (const question of batch.questions) {
      const { key, metadata } = question;
      const answer = await this.#answerOne(batch, question);
      if ("error" in answer) batch.failures++;
      answers.push({ ...answer, ...(key !== undefined && { key }), ...(metadata && { metadata }) });
    }
    batch.output = batch.fromFile
      ? { responsesFile: this.#writeFile(batch, answers) }
      : { inlinedResponses: { inlinedResponses: answers } };
  }

  async #answerOne({ model }: StoredBatch, { request, isChecked }: Question): Promise<Message> {
    try {
      const message = isChecked ? (request as Message) : readMessage("GenerateContentRequest", request, "v1beta");
      return { response: await this.#answer(model, message) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { error: (error.toBody() as { error: unknown }).error };
    }
  }

  #writeFile(batch: StoredBatch, answers: readonly Message[]): string {
    const bytes = Buffer.from(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
    const { id } = this.#files.add({
      displayName: `${batch.displayName ?? batch.id} output`,
      mimeType: "jsonl",
      byteLength: bytes.length,
      sha256: sha256Of(bytes),
      bytes,
      name: `batch-${batch.id}`,
      generated: true,
    });
    return `files/${id}`;
  }
}

function inlineQuestion({ request, metadata }: Message): Question {
  return { key: undefined, metadata: metadata as Message | undefined, request, isChecked: true };
}
