/** What keeps a question from being sent, as things stand: all that can be told before anything leaves the page. */

import { computed } from "@preact/signals";
import { answerer, checkedBaseUrl, keyToSend } from "../connection.js";
import type { Problem } from "../problem.js";
import { type Item, items } from "../state.js";
import { whyNotTaken } from "../taken.js";

export interface Hindrance extends Problem {
  readonly code: "no-address" | "no-key" | "no-media" | "no-bytes" | "unsupported";
}

export const hindrance = computed<Hindrance | null>(() => {
  if (answerer.value === null || checkedBaseUrl.value === null) {
    return { code: "no-address", message: "There is no API address to ask." };
  }
  if (keyToSend.value === "") {
    return { code: "no-key", message: "Google's API wants a key. Type yours under Connection." };
  }
  if (items.value.length === 0) {
    const message =
      "There is nothing to ask about: the photo that is counted is an example. Add a picture or a sample.";
    return { code: "no-media", message };
  }
  return items.value.map(hindranceOf).find((found) => found !== null) ?? null;
});

function hindranceOf({ name, content }: Item): Hindrance | null {
  if (content === null) {
    const message = "A size from a share link can be counted, but not sent. Remove it, or add the file.";
    return { code: "no-bytes", message };
  }
  const reason = whyNotTaken(content.prepared);
  return reason === null ? null : { code: "unsupported", message: `${name}: ${reason}` };
}
