/** Geometry in a model's answers: what it found, in pixels of the picture. What reads it comes with the first answer. */

import type { Detection, Size } from "./types.js";

const loadReading = () => import("./read-detections.js");

/**
 * Every complete thing of an answer, whatever stands around it: words, code fences, an end that is missing. Corners in the
 * wrong order are swapped, numbers out of range are moved to the edge. Of an answer that is cut the result is a prefix of
 * the whole one's. Masks are decoded by the codec, which is loaded for them only.
 *
 * @param size in whose pixels the result is, for models tell parts of the picture they were sent: the upright size of
 *   `prepared.info`, or that of `prepared.source` where the picture was made smaller to be sent
 * @throws InputError `bad-argument`, `too-large`, `out-of-memory`, `wasm-load`
 */
export async function parseDetections(text: string, size: Size): Promise<Detection[]> {
  const { readDetections } = await loadReading();
  return readDetections(text, size);
}

/** Reads an answer that comes in pieces: each push gives what has become complete by it. */
export class DetectionReader {
  readonly #size: Size;
  #text = "";
  #count = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** @param size as of {@link parseDetections} */
  constructor(size: Size) {
    this.#size = size;
  }

  /** @throws as {@link parseDetections} */
  push(piece: string): Promise<Detection[]> {
    // One after the other, so that nothing is given twice when a caller does not wait.
    const next = this.#last.then(() => this.#push(piece));
    this.#last = next.catch(() => {});
    return next;
  }

  async #push(piece: string): Promise<Detection[]> {
    this.#text += piece;
    const { readDetections } = await loadReading();
    const fresh = await readDetections(this.#text, this.#size, this.#count);
    this.#count += fresh.length;
    return fresh;
  }
}
