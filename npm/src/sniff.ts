/** Types by signature alone, for where no module is loaded. The probe of the core knows more. */

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Bytes that every signature lies in. */
export const signatureBytes = 64;

/** Offset, text there, type. */
const signatures: readonly (readonly [offset: number, text: string, mimeType: string])[] = [
  [0, "\xff\xd8\xff", "image/jpeg"],
  [0, "\x89PNG\r\n\x1a\n", "image/png"],
  [8, "WEBP", "image/webp"],
  [0, "%PDF-", "application/pdf"],
  [8, "WAVE", "audio/wav"],
  [8, "AVI ", "video/avi"],
  [8, "AIFF", "audio/aiff"],
  [8, "AIFC", "audio/aiff"],
  [0, "ID3", "audio/mp3"],
  [0, "\xff\xfb", "audio/mp3"],
  [0, "\xff\xf1", "audio/aac"],
  [0, "\xff\xf9", "audio/aac"],
  [0, "FLV\x01", "video/x-flv"],
  [0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/wmv"],
  [0, "\0\0\x01\xba", "video/mpeg"],
  [0, "fLaC", "audio/flac"],
  [0, "OggS", "audio/ogg"],
];

/**
 * Brands of pictures, which count wherever they are named, and of the rest, which count as the major one: a photo's raw data
 * may also be read as a film. What is of none of these is for whoever says what it is. (As in src/probe/heif.cpp and
 * media_signature.cpp; ISO/IEC 23008-12, annexes; for films mp4ra.org.)
 */
const pictureBrands: readonly (readonly [brand: RegExp, mimeType: string])[] = [
  [/^he(ic|ix|im|is|vc|vx|vm|vs)$/, "image/heic"],
  [/^avi[fs]$/, "image/avif"],
  [/^(mif[123]|msf1|miaf|avc[is]|jp(eg|gs)|j2k[is]|vvi[cs]|ev[bm][is]|unif|1pic|heif)$/, "image/heif"],
];
const majorBrands: readonly (readonly [brand: RegExp, mimeType: string])[] = [
  [/^qt {2}$/, "video/quicktime"],
  [/^3g/, "video/3gpp"],
  [/^M4[AB] $/, "audio/mp4"],
  [/^(iso[m2-9a-c]|mp4[12]|avc1|M4V[ HP]|[Ff]4v |mmp4|MSNV|XAVC|dash|cmf[2c])$/, "video/mp4"],
];

/** @param head the first {@link signatureBytes} are plenty */
export function sniffMimeType(head: Uint8Array): string | undefined {
  const found = signatures.find(([offset, text]) => latin1(head, offset, offset + text.length) === text);
  return found === undefined ? (typeByBrands(head) ?? typeByDocType(head)) : found[2];
}

/** Of a file that begins with a file type box (ISO/IEC 14496-12, 4.3): major brand, version, compatible brands. */
function typeByBrands(head: Uint8Array): string | undefined {
  if (latin1(head, 4, 8) !== "ftyp") return undefined;
  const boxBytes = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const [major = "", , ...compatible] = latin1(head, 8, boxBytes).match(/.{4}/gs) ?? [];
  const all = [major, ...compatible];
  const found =
    pictureBrands.find(([brand]) => all.some((name) => brand.test(name))) ??
    majorBrands.find(([brand]) => brand.test(major));
  return found?.[1];
}

/** Of a file that begins with an EBML header (RFC 8794, 11.2.1 and 11.2.6): what its DocType names. */
function typeByDocType(head: Uint8Array): string | undefined {
  const text = latin1(head, 0, signatureBytes);
  if (!text.startsWith("\x1a\x45\xdf\xa3")) return undefined;
  const [, docType] = /\x42\x82[\x84\x88](webm|matroska)/.exec(text) ?? [];
  return docType && (docType === "webm" ? "video/webm" : "video/x-matroska");
}
