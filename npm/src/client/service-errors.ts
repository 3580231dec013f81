/** The service's refusals, google.rpc.Status as JSON, to {@link ApiError}. */

import { ApiError } from "../errors.js";

/** Worth another try: ai.google.dev/gemini-api/docs/troubleshooting, and what Google's own client retries. */
const retryableStatuses = [408, 429, 500, 502, 503, 504];

/** Of an error page no more than this is shown. */
const maxShownCharacters = 200;

interface Detail {
  "@type"?: unknown;
  reason?: unknown;
  retryDelay?: unknown;
  violations?: unknown;
}

export function errorOf(status: number, headers: Headers, text: string): ApiError {
  const error = statusIn(text);
  const details = Array.isArray(error?.details) ? (error.details as Detail[]) : [];
  const reason = reasonOf(details) ?? (typeof error?.status === "string" ? error.status : undefined);
  const retryAfterMs = retryInfo(details) ?? retryAfter(headers.get("retry-after"));
  const requestId = headers.get("x-request-id") ?? headers.get("x-goog-request-id") ?? undefined;
  const message = typeof error?.message === "string" && error.message !== "" ? error.message : summary(status, text);
  return new ApiError("api-error", message, {
    status,
    details,
    retryable: retryableStatuses.includes(status) && !isDailyQuota(details),
    reason,
    retryAfterMs,
    requestId,
  });
}

/** `{ error }`, or the same in a list, which is how the OpenAI-compatible endpoint sends it. */
function statusIn(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    const first = (Array.isArray(json) ? json[0] : json) as { error?: unknown } | null;
    if (typeof first?.error === "object" && first.error !== null) return first.error as Record<string, unknown>;
  } catch {
    // an HTML page, or nothing
  }
  return undefined;
}

function summary(status: number, text: string): string {
  const shown = text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const short = shown.length > maxShownCharacters ? `${shown.slice(0, maxShownCharacters)}…` : shown;
  return `The service answered with HTTP status ${status}${short === "" ? "." : `: ${short}`}`;
}

function ofType(details: readonly Detail[], type: string): Detail[] {
  return details.filter((detail) => typeof detail?.["@type"] === "string" && detail["@type"].endsWith(`.${type}`));
}

function reasonOf(details: readonly Detail[]): string | undefined {
  const reason = ofType(details, "ErrorInfo")[0]?.reason;
  return typeof reason === "string" ? reason : undefined;
}

/** "53s" → 53000. */
function retryInfo(details: readonly Detail[]): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(String(ofType(details, "RetryInfo")[0]?.retryDelay))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

/** A quota by the day will not come back while anybody waits. */
function isDailyQuota(details: readonly Detail[]): boolean {
  return ofType(details, "QuotaFailure").some(({ violations }) =>
    (Array.isArray(violations) ? violations : []).some((violation) => /PerDay/i.test(String(violation?.quotaId))),
  );
}
