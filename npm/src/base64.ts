/** Base64 as text, by whatever the runtime itself has: no module is faster where the outcome is a string. */

import { InputError } from "./errors.js";

/** Bytes to standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  const native = (bytes as { toBase64?: () => string }).toBase64;
  if (typeof native === "function") return native.call(bytes);
  const { Buffer } = globalThis as { Buffer?: typeof import("node:buffer").Buffer };
  if (Buffer !== undefined) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return inChunks(bytes);
}

/** Arguments that one call takes for sure, and a multiple of 3, so that only the last chunk is padded. */
const chunkBytes = 0x6000;

function inChunks(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunkBytes)));
  }
  return text;
}

/** Bytes of base64 text, standard or URL-safe. @throws InputError `malformed` */
export function decodeBase64(text: string): Uint8Array {
  try {
    const plain = text.includes("%") ? decodeURIComponent(text) : text;
    const binary = atob(plain.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch (cause) {
    throw new InputError("malformed", "The data is no base64.", { cause });
  }
}
