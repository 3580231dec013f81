/** What Gemini takes of what is here, and what is to be done about the rest. */

import type { Prepared } from "./work/protocol.js";

/** Whether the page could write it in another format: what it has judged, it has decoded. */
export function isConvertible({ sharpness }: Prepared): boolean {
  return sharpness !== undefined;
}

/** Why it is never sent as it is, and what helps; null for what Gemini takes. */
export function whyNotTaken(prepared: Prepared): string | null {
  const { supported, format, kind } = prepared.info;
  if (supported) return null;
  const name = format.toUpperCase();
  if (isConvertible(prepared)) {
    return `Gemini does not take ${name} as it is. Choose JPEG, PNG or WebP under “Size and format”.`;
  }
  const instead = kind === "image" ? "as JPEG, PNG or WebP" : "in another format";
  return `Gemini does not take ${name}, and this page cannot convert it: it is not sent. Add it ${instead}.`;
}
