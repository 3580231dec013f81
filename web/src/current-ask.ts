/** The one request object that estimates, the request view and the answer share. */

import type { Ask, ContentItem, MediaResolution } from "gemini-vision-wasm";
import type { State } from "./state.js";

export const mediaResolutions: readonly { readonly value: MediaResolution; readonly label: string }[] = [
  { value: "MEDIA_RESOLUTION_UNSPECIFIED", label: "Default of the model" },
  { value: "MEDIA_RESOLUTION_LOW", label: "Low" },
  { value: "MEDIA_RESOLUTION_MEDIUM", label: "Medium" },
  { value: "MEDIA_RESOLUTION_HIGH", label: "High" },
];

/** Pictures first, the prompt after them; null when there is neither. */
export function currentAsk(state: Pick<State, "pictures" | "prompt" | "model" | "mediaResolution">): Ask | null {
  const contents: ContentItem[] = state.pictures.map(({ media }) => media);
  if (state.prompt.trim() !== "") contents.push(state.prompt);
  if (contents.length === 0) return null;
  const { model, mediaResolution } = state;
  // Left out rather than sent as "unspecified": the request on show should hold what was chosen and nothing else.
  return mediaResolution === "MEDIA_RESOLUTION_UNSPECIFIED"
    ? { model, contents }
    : { model, contents, config: { mediaResolution } };
}
