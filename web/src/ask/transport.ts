/** Inline or through the File API, and why. */

import { computed } from "@preact/signals";
import { bytes } from "../format.js";
import { items, prompt, transport } from "../state.js";

/** What Google advises for a whole request (ai.google.dev/gemini-api/docs/files). */
const inlineLimitBytes = 20e6;

/** Base64 has four letters for three bytes. */
const base64Length = (byteLength: number): number => 4 * Math.ceil(byteLength / 3);

export interface Route {
  readonly via: "inline" | "files";
  readonly reason: string;
}

const inlineBytes = computed(() =>
  items.value.reduce(
    (sum, { content }) => sum + (content === null ? 0 : base64Length(content.prepared.blob.size)),
    new TextEncoder().encode(prompt.value).length,
  ),
);

export const route = computed<Route>(() => {
  const total = bytes(inlineBytes.value);
  const limit = bytes(inlineLimitBytes);
  if (transport.value === "inline") {
    const warning = inlineBytes.value > inlineLimitBytes ? ` Google advises no more than ${limit}.` : "";
    return { via: "inline", reason: `About ${total} in the request itself, as you chose.${warning}` };
  }
  if (transport.value === "files") {
    return { via: "files", reason: "Media are uploaded first and live for 48 hours, as you chose." };
  }
  if (inlineBytes.value > inlineLimitBytes) {
    const reason = `About ${total} as base64 is more than the ${limit} Google advises for a request: media are uploaded first.`;
    return { via: "files", reason };
  }
  return { via: "inline", reason: `About ${total} as base64, below ${limit}: media travel in the request itself.` };
});
