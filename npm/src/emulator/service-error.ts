/** Refusals in the words and the shape of the service: google.rpc.Status as JSON. */

const httpStatus = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

type StatusWord = keyof typeof httpStatus;

/** The word of an HTTP status; the service has none for those that only proxies send. */
export function wordOf(code: number): string {
  return Object.entries(httpStatus).find(([, status]) => status === code)?.[0] ?? "UNKNOWN";
}

/** One fault in a body; `field` is left out at the root, as the service does. */
export interface FieldViolation {
  field?: string;
  description: string;
}

export class ServiceError extends Error {
  readonly code: number;

  constructor(
    readonly status: StatusWord,
    message: string,
    readonly details: readonly unknown[] = [],
  ) {
    super(message);
    this.code = httpStatus[status];
  }

  toBody(): unknown {
    const { code, message, status, details } = this;
    return { error: details.length > 0 ? { code, message, status, details } : { code, message, status } };
  }
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError("INVALID_ARGUMENT", message);
}

export function badRequest(fieldViolations: readonly FieldViolation[]): ServiceError {
  const message = fieldViolations.map(({ description }) => description).join("\n");
  return new ServiceError("INVALID_ARGUMENT", message, [
    { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations },
  ]);
}

export function keyMissing(): ServiceError {
  return new ServiceError(
    "PERMISSION_DENIED",
    "Method doesn't allow unregistered callers (callers without established identity). " +
      "Please use API Key or other form of API consumer identity to call this API.",
  );
}

export function keyInvalid(): ServiceError {
  const message = "API key not valid. Please pass a valid API key.";
  return new ServiceError("INVALID_ARGUMENT", message, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      metadata: { service: "generativelanguage.googleapis.com" },
    },
    { "@type": "type.googleapis.com/google.rpc.LocalizedMessage", locale: "en-US", message },
  ]);
}

export function imageUnreadable(): ServiceError {
  return invalidArgument(
    "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
  );
}

export function bodyTooLarge(limitBytes: number): ServiceError {
  return invalidArgument(`Request payload size exceeds the limit: ${limitBytes} bytes.`);
}
