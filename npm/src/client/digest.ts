/** SHA-256 of what is sent, while it is sent where the runtime can, else afterwards and only of what is not too much. */

import { builtin } from "../builtin.js";

/** crypto.subtle takes all bytes at once, so that they have to be kept until then. */
const maxKeptBytes = 64 * 1024 * 1024;

export class SentDigest {
  readonly #hash = builtin("crypto")?.createHash("sha256");
  #kept: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes taken in so far. */
  byteLength = 0;

  /** Bytes that have been taken in already, because they are sent again, are left out. */
  add(offset: number, bytes: Uint8Array<ArrayBuffer>): void {
    const fresh = bytes.subarray(Math.max(0, this.byteLength - offset));
    if (fresh.length === 0) return;
    this.byteLength += fresh.length;
    if (this.#hash !== undefined) this.#hash.update(fresh);
    else if (this.byteLength <= maxKeptBytes)
      this.#kept.push(fresh.slice()); // its memory is used again
    else this.#kept = [];
  }

  /** In lower-case hexadecimal; undefined where it cannot be known. */
  async hex(): Promise<string | undefined> {
    if (this.#hash !== undefined) return this.#hash.copy().digest("hex");
    const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined; // in pages that are not secure there is none
    if (subtle === undefined || this.byteLength > maxKeptBytes) return undefined;
    const digest = await subtle.digest("SHA-256", await new Blob(this.#kept).arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** The service gives the base64 of the hexadecimal digest; other servers give that of the digest itself, or plain digits. */
export function isSameDigest(hex: string, told: string): boolean {
  const raw = hex.replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return [btoa(hex), btoa(raw), hex].includes(told);
}
