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
  [0, "\x1a\x45\xdf\xa3", "video/webm"],
];

const hevcBrands = ["heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs"];

/** @param head the first {@link signatureBytes} are plenty */
export function sniffMimeType(head: Uint8Array): string | undefined {
  const found = signatures.find(([offset, text]) => latin1(head, offset, offset + text.length) === text);
  if (found !== undefined) return found[2];
  if (latin1(head, 4, 8) !== "ftyp") return undefined;
  const brand = latin1(head, 8, 12);
  if (hevcBrands.includes(brand)) return "image/heic";
  if (brand === "mif1" || brand === "msf1") return "image/heif";
  return brand === "qt  " ? "video/quicktime" : "video/mp4";
}
