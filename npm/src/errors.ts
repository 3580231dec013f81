/** Stable codes of {@link InputError}; a caller does something different for each. */
export type InputErrorCode =
  | "truncated" // more bytes would help
  | "malformed" // no further byte will ever help
  | "unsupported" // sound, but not a type this call or Gemini takes
  | "too-large" // beyond a limit of yours or of the service
  | "out-of-memory"
  | "bad-argument"
  | "unknown-model"
  | "source-unreachable"
  | "wasm-load";

/** Stable codes of {@link ApiError}. */
export type ApiErrorCode =
  | "api-error" // the service refused: see status, reason, details
  | "network"
  | "timeout"
  | "bad-response" // an answer of no shape that the service's answers have
  | "redirect-refused"
  | "incomplete-stream" // it ended before the model had finished: see text
  | "file-failed" // the service could not process an uploaded file
  | "digest-mismatch"; // what is stored is not what was sent

/** Base of every error this package throws. `instanceof` works, and so does reading `code`. */
export class GeminiVisionError extends Error {
  override readonly name: string = "GeminiVisionError";
  /** True when the same call may succeed if it is simply made again. */
  readonly retryable: boolean;

  constructor(
    readonly code: InputErrorCode | ApiErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
  }
}

/** Something handed in cannot be used: a damaged file, a wrong argument, an unknown model, a module that does not load. */
export class InputError extends GeminiVisionError {
  override readonly name = "InputError";
  declare readonly code: InputErrorCode;
  /** Byte offset in the source at which the trouble was found. */
  readonly at?: number;

  constructor(
    code: InputErrorCode,
    message: string,
    options: { at?: number; cause?: unknown; retryable?: boolean } = {},
  ) {
    super(code, message, options);
    this.at = options.at;
  }
}

/** What the service, or the way to it, answered instead of a result. */
export class ApiError extends GeminiVisionError {
  override readonly name = "ApiError";
  declare readonly code: ApiErrorCode;
  /** HTTP status, 0 when no response came. */
  readonly status: number;
  /** The service's own status word, such as "RESOURCE_EXHAUSTED", or the ErrorInfo reason, such as "API_KEY_INVALID". */
  readonly reason?: string;
  /** `error.details` as the service sent them. */
  readonly details: readonly unknown[];
  /** How long the service asks to wait, from RetryInfo or Retry-After. */
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  /** What a stream had said until it broke off. */
  readonly text?: string;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: {
      status?: number;
      reason?: string;
      details?: readonly unknown[];
      retryAfterMs?: number;
      requestId?: string;
      text?: string;
      retryable?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(code, message, options);
    this.status = options.status ?? 0;
    this.details = options.details ?? [];
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
    this.requestId = options.requestId;
    this.text = options.text;
  }
}
