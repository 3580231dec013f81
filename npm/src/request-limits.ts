/** How large a request and what is in it may be. */

import { InputError } from "./errors.js";

/** What the service takes in one request since January 2026 (blog.google, "Gemini API: new file limits"). */
export const maxInlineBytes = 100e6;
/** Above this Google's image and audio pages advise the File API. */
export const advisedInlineBytes = 20e6;
/** What a batch takes inline, all questions together (ai.google.dev/gemini-api/docs/batch-api). */
export const maxInlineBatchBytes = 20e6;
/** One PDF, decoded (same announcement; docs/document-processing). */
export const maxPdfBytes = 50e6;

/** @param limit the caller's own @throws InputError `too-large` */
export function refuseLargeBody(length: number, limit: number | undefined): void {
  if (limit === undefined || length <= limit) return;
  throw new InputError("too-large", `The body has ${length} bytes, more than inlineLimitBytes (${limit}).`);
}
