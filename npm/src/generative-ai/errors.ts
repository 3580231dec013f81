/** The errors of `@google/generative-ai`, each with ours as its `cause`. */

import { ApiError, InputError } from "../errors.js";

export class GoogleGenerativeAIError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(`[GoogleGenerativeAI Error]: ${message}`, options);
  }
}

/** A refusal by status. */
export class GoogleGenerativeAIFetchError extends GoogleGenerativeAIError {
  constructor(
    message: string,
    readonly status?: number,
    readonly statusText?: string,
    readonly errorDetails?: readonly unknown[],
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Something handed in cannot be sent. */
export class GoogleGenerativeAIRequestInputError extends GoogleGenerativeAIError {}

/** Aborted, or out of time. */
export class GoogleGenerativeAIAbortError extends GoogleGenerativeAIError {}

/** An answer without text; `response` says why. */
export class GoogleGenerativeAIResponseError<Response> extends GoogleGenerativeAIError {
  constructor(
    message: string,
    readonly response?: Response,
  ) {
    super(message);
  }
}

const statusTexts: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** @param address what was called, which the old client names in its messages */
export function toOldError(error: unknown, address: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof GoogleGenerativeAIError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (signal?.aborted || (error instanceof ApiError && error.code === "timeout")) {
    return new GoogleGenerativeAIAbortError(`Request aborted when fetching ${address}: ${said}`, options);
  }
  if (error instanceof InputError) return new GoogleGenerativeAIRequestInputError(said, options);
  if (!(error instanceof ApiError) || error.code !== "api-error") {
    return new GoogleGenerativeAIError(`Error fetching from ${address}: ${said}`, options);
  }
  const { status, details, message } = error;
  const statusText = statusTexts[status] ?? "";
  const listed = details.length > 0 ? ` ${JSON.stringify(details)}` : "";
  const whole = `Error fetching from ${address}: [${status} ${statusText}] ${message}${listed}`;
  const errorDetails = details.length > 0 ? details : undefined;
  return new GoogleGenerativeAIFetchError(whole, status, statusText, errorDetails, options);
}
