/** Comes with the first result, so that the page need not wait for what only threads use. */

import { PreparedMedia } from "../prepare.js";
import type { RawPixels } from "../types.js";

type ImagePixels = Awaited<ReturnType<PreparedMedia["toImageData"]>> & RawPixels;

/** What a pool has prepared: its pixels are decoded by the pool, too. */
export class PooledMedia extends PreparedMedia {
  readonly #decode: () => Promise<ImagePixels>;

  constructor(members: PreparedMedia, decode: () => Promise<ImagePixels>) {
    super(members);
    this.#decode = decode;
  }

  override toImageData(): Promise<ImagePixels> {
    return this.#decode();
  }
}
