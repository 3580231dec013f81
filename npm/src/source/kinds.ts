/** What counts as a source of bytes; nothing of reading one. */

import type { RawPixels } from "../types.js";

export function isRawPixels(value: unknown): value is RawPixels {
  if (typeof value !== "object" || value === null || !("data" in value)) return false;
  const { width, height, data } = value as RawPixels;
  return (
    typeof width === "number" &&
    typeof height === "number" &&
    (data instanceof Uint8ClampedArray || data instanceof Uint8Array)
  );
}

/** True for a source that is no string: a string may as well be a prompt. */
export function isByteSource(value: unknown): boolean {
  return (
    isInstance(value, "Blob") ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    isInstance(value, "ReadableStream") ||
    isInstance(value, "Response") ||
    value instanceof URL ||
    isRawPixels(value)
  );
}

/** Not every runtime has every class. */
export function isInstance<Name extends "Blob" | "ReadableStream" | "Response">(
  value: unknown,
  name: Name,
): value is InstanceType<(typeof globalThis)[Name]> {
  const type = globalThis[name] as unknown as { new (): unknown } | undefined;
  return typeof type === "function" && value instanceof type;
}
