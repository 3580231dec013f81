/** What a client offers. Each call is done by {@link Connection}, which is loaded with the first. */

import type {
  Abortable,
  Ask,
  Batch,
  BatchResult,
  CallOptions,
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionRequest,
  CountTokensResponse,
  CreateBatchOptions,
  GenerateContentResponse,
  GenerateContentStream,
  ListOptions,
  ModelResource,
  Named,
  RemoteFile,
  UploadedFile,
  UploadOptions,
  WaitOptions,
} from "../types.js";
import { type Connect, listLater } from "./connect.js";

/** `client.models`, as in `@google/genai`. */
export class Models {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /**
   * Sends a request and gives the whole answer. A blocked prompt or an early end is data, not an error: see
   * `promptFeedback` and `candidates[0].finishReason`.
   *
   * @throws ApiError when the service refuses or cannot be reached; what {@link buildRequest} throws; the signal's reason
   */
  async generateContent(ask: Ask, options: CallOptions = {}): Promise<GenerateContentResponse> {
    return (await this.#connect()).requests.generate(ask, options);
  }

  /**
   * The same, piece by piece. It resolves with the first piece there; what goes wrong before is tried again, what goes
   * wrong after is thrown by the loop with the `text` so far.
   */
  async generateContentStream(ask: Ask, options: CallOptions = {}): Promise<GenerateContentStream> {
    return (await this.#connect()).requests.stream(ask, options);
  }

  /** Asks the service for a count. Its count and its bill differ for some models; `estimate` follows the bill. */
  async countTokens(ask: Ask, options: CallOptions = {}): Promise<CountTokensResponse> {
    return (await this.#connect()).requests.count(ask, options);
  }

  /** The models the service offers, page after page. For those this package knows, offline, see `models.list()`. */
  list(options: ListOptions = {}): AsyncIterable<ModelResource> {
    return listLater(this.#connect, ({ requests }) => requests.models(options));
  }
}

/** `client.files`: the File API. */
export class FilesApi {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /**
   * Uploads any source in pieces, never all of it in memory. What fails is continued where the service says it stands; a
   * last answer that is lost makes no second copy. The digest is compared (in a page up to 64 MB: see `checked`).
   *
   * @throws InputError `truncated` for an empty source, `too-large` above 2 GB, `unsupported` when the type is not known;
   *   ApiError; the signal's reason
   */
  async upload(options: UploadOptions): Promise<UploadedFile> {
    return (await this.#connect()).files.upload(options);
  }

  async get(file: Named): Promise<RemoteFile> {
    return (await this.#connect()).files.get(file);
  }

  /** Newest first, page after page. */
  list(options: ListOptions = {}): AsyncIterable<RemoteFile> {
    return listLater(this.#connect, ({ files }) => files.list(options));
  }

  async delete(file: Named): Promise<void> {
    return (await this.#connect()).files.delete(file);
  }

  /**
   * Looks at a file, less and less often, until it can be used.
   *
   * @throws ApiError `file-failed` when the service could not process it, `timeout`; the signal's reason
   */
  async waitUntilActive(file: Named, options: WaitOptions = {}): Promise<RemoteFile> {
    return (await this.#connect()).files.waitUntilActive(file, options);
  }
}

/** `client.batches`: many questions at once, at half the price, answered within a day. */
export class BatchesApi {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /**
   * Begins a batch. `src` is a list of questions (sources and all, as for `generateContent`), sent inline, or as JSONL
   * through the File API when they are more than `inlineLimitBytes`, 20 MB at most; or the name of such a file. A request
   * that may have arrived is not repeated, since that would be a second batch: see `list`.
   *
   * @throws as `generateContent`; InputError `bad-argument` for `metadata` in what does not fit inline
   */
  async create(options: CreateBatchOptions): Promise<Batch> {
    return (await this.#connect()).batches.create(options);
  }

  async get(batch: Named): Promise<Batch> {
    return (await this.#connect()).batches.get(batch);
  }

  async cancel(batch: Named): Promise<void> {
    return (await this.#connect()).batches.cancel(batch);
  }

  async delete(batch: Named): Promise<void> {
    return (await this.#connect()).batches.delete(batch);
  }

  list(options: ListOptions = {}): AsyncIterable<Batch> {
    return listLater(this.#connect, ({ batches }) => batches.list(options));
  }

  /** Looks at a batch, less and less often, until it has ended, well or not: see `state`. */
  async wait(batch: Named, options: WaitOptions = {}): Promise<Batch> {
    return (await this.#connect()).batches.wait(batch, options);
  }

  /**
   * The answers, one after the other; those of a file are read as they come. Questions that failed have an `error`.
   *
   * @throws ApiError when the batch has not succeeded
   */
  results(batch: Named): AsyncIterable<BatchResult> {
    return listLater(this.#connect, ({ batches }) => batches.results(batch));
  }
}

/** `client.chat.completions`: openai's shape, at the service's compatible endpoint. */
export class Completions {
  readonly #connect: Connect;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /**
   * Sends openai's request; `image_url.url` and the parts of a message may be any source, which is sent inline. With
   * `stream: true` it resolves with the first piece there, and leaving the loop closes the connection.
   *
   * @throws ApiError when the service refuses or cannot be reached; InputError for a source that cannot be sent; the
   *   signal's reason
   */
  create(
    request: ChatCompletionRequest & { stream: true },
    options?: Abortable,
  ): Promise<AsyncIterable<ChatCompletionChunk>>;
  create(
    request: ChatCompletionRequest & { stream?: false | null | undefined },
    options?: Abortable,
  ): Promise<ChatCompletion>;
  async create(request: ChatCompletionRequest, options: Abortable = {}): Promise<unknown> {
    return (await this.#connect()).requests.complete(request, options);
  }
}
