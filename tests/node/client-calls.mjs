/** What tests of the client ask, what servers of theirs answer, and what its errors must be like. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ApiError, GeminiClient, GeminiVisionError } from "gemini-vision-wasm";

export const model = "gemini-3.5-flash";
export const key = "AIza-very-secret-key-0123456789";
export const ask = { model, contents: "Hello" };
export const answer = { candidates: [{ content: { role: "model", parts: [{ text: "Hi." }] }, finishReason: "STOP" }] };

export const clientOf = (baseUrl, options = {}) =>
  new GeminiClient({ apiKey: key, baseUrl, maxRetries: 0, ...options });
export const json = (response, status, body, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
export const refusal = (code, status, details = [], message = "No.") => ({ error: { code, message, status, details } });
export const retryInfo = (retryDelay) => ({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay });
export const quota = (quotaId) => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{ quotaId }],
});

/** The error of a call that must fail. The key is in no corner of it. */
export async function failure(promise, code) {
  const error = await promise.then(
    () => assert.fail("it succeeded"),
    (reason) => reason,
  );
  assert.ok(error instanceof ApiError && error instanceof GeminiVisionError, inspect(error));
  assert.equal(error.name, "ApiError");
  assert.equal(error.code, code, error.message);
  assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(key), "the key is in the error");
  return error;
}
