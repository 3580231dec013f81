/** Comes with the first result, so that the page need not wait for what only threads use. */

import { PreparedMedia } from "../prepare.js";
import type { DecodedImage } from "../types.js";

/** What a pool has prepared: its pixels are decoded by the pool, too. */
export class PooledMedia extends PreparedMedia {
  readonly #decode: () => Promise<DecodedImage>;

  constructor(members: PreparedMedia, decode: () => Promise<DecodedImage>) {
    super(members);
    this.#decode = decode;
  }

  override toImageData(): Promise<DecodedImage> {
    return this.#decode();
  }
}
