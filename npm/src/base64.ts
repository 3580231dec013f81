/** Base64 as text, by whatever the runtime itself has: no module is faster where the outcome is a string. */

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
