/** Scalars of the proto3 JSON mapping: numbers may come as strings, bytes in either base64 alphabet. */

import { maxEchoedCharacters } from "./limits.js";

type Read = { value: unknown } | { fault: string };

const integerRange: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

export function readScalar(type: string, value: unknown): Read {
  switch (type) {
    case "string":
      return typeof value === "string" ? { value } : { fault: wrongType("TYPE_STRING", value) };
    case "bool":
      return typeof value === "boolean" ? { value } : { fault: wrongType("TYPE_BOOL", value) };
    case "bytes":
      return readBytes(value);
    case "Duration":
      return readDuration(value);
    case "int32":
    case "int64":
      return readInteger(type, value);
    default:
      return readFloat(type, value);
  }
}

/** What was wanted, then the refused value as JSON, cut short. */
export function wrongType(expected: string, value: unknown): string {
  return `(${expected}), ${echo(value)}`;
}

function echo(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > maxEchoedCharacters ? `${text.slice(0, maxEchoedCharacters)}...` : text;
}

/** A number, or a string that is one from end to end. */
function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() === value && value !== "" ? Number(value) : Number.NaN;
}

function readInteger(type: "int32" | "int64", value: unknown): Read {
  const number = toNumber(value);
  const [least, most] = integerRange[type] as readonly [number, number];
  const fits = Number.isInteger(number) && number >= least && number <= most;
  return fits ? { value: number } : { fault: wrongType(`TYPE_${type.toUpperCase()}`, value) };
}

function readFloat(type: string, value: unknown): Read {
  const number = toNumber(value);
  return Number.isFinite(number) ? { value: number } : { fault: wrongType(`TYPE_${type.toUpperCase()}`, value) };
}

function readDuration(value: unknown): Read {
  if (typeof value === "string" && /^-?\d+(\.\d{1,9})?s$/.test(value)) return { value };
  const reason = "Illegal duration format; duration must end with 's'";
  return { fault: `(type.googleapis.com/google.protobuf.Duration), ${reason}` };
}

function readBytes(value: unknown): Read {
  if (typeof value !== "string") return { fault: wrongType("TYPE_BYTES", value) };
  const bytes = decodeBase64(value);
  return bytes ? { value: bytes } : { fault: `(TYPE_BYTES), Base64 decoding failed for ${echo(value)}` };
}

/** Standard or URL-safe alphabet, padding right or absent; undefined for anything else. */
function decodeBase64(text: string): Uint8Array | undefined {
  // A search for one wrong character, not a match of all the right ones: that would need a stack as long as the text.
  if (/[^A-Za-z0-9+/_=-]/.test(text)) return undefined;
  const padding = text.indexOf("=");
  const digits = padding < 0 ? text.length : padding;
  const pad = text.length - digits;
  if (digits % 4 === 1 || pad > 2 || (pad > 0 && text.length % 4 !== 0)) return undefined;
  if (pad > 0 && text.slice(digits) !== "=".repeat(pad)) return undefined;
  return Buffer.from(text, "base64");
}
