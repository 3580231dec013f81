/**
 * Numbers of bytes that are known to be there: whoever calls has compared their place with the end. Each is so short that
 * engines put it in place of every call.
 */

export const bigEndian = 0;
export const littleEndian = 1;
/** Where the higher of two bytes stands. */
export type Endian = typeof bigEndian | typeof littleEndian;

export function u16(bytes: Uint8Array, at: number, endian: Endian): number {
  return ((bytes[at + endian] as number) << 8) | (bytes[at + 1 - endian] as number);
}

export function u32(bytes: Uint8Array, at: number, endian: Endian): number {
  return ((u16(bytes, at + 2 * endian, endian) << 16) | u16(bytes, at + 2 - 2 * endian, endian)) >>> 0;
}

export function u16be(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function u32be(bytes: Uint8Array, at: number): number {
  return ((u16be(bytes, at) << 16) | u16be(bytes, at + 2)) >>> 0;
}

export function beginsWith(bytes: Uint8Array, at: number, literal: Uint8Array): boolean {
  for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
  return true;
}

/** The bytes of a literal of ASCII. */
export function ascii(literal: string): Uint8Array {
  return Uint8Array.from(literal, (letter) => letter.charCodeAt(0));
}
