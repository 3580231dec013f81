/** `multipart/related` of two parts, JSON and a file's bytes (RFC 2387, RFC 2046 section 5.1), as the older client sends it. */

import { readJson } from "./read-json.js";
import { invalidArgument } from "./service-error.js";

const lineEnd = "\r\n";

export function readMultipart(contentType: string, body: Buffer): { json: unknown; mimeType: string; bytes: Buffer } {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined || !/^multipart\/related\b/i.test(contentType)) {
    throw invalidArgument("A multipart upload is multipart/related with a boundary.");
  }
  const [first, second, ...rest] = partsOf(body, `--${name}`);
  if (first === undefined || second === undefined || rest.length > 0) {
    throw invalidArgument("A multipart upload has two parts: JSON, and the file.");
  }
  return { json: readJson(first.content), mimeType: second.headers.get("content-type") ?? "", bytes: second.content };
}

interface PartOfBody {
  headers: Map<string, string>;
  content: Buffer;
}

function partsOf(body: Buffer, delimiter: string): PartOfBody[] {
  const parts: PartOfBody[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const from = at + delimiter.length;
    if (body.toString("latin1", from, from + 2) === "--") return parts;
    const end = body.indexOf(`${lineEnd}${delimiter}`, from);
    if (end < 0) break;
    parts.push(partOf(body.subarray(from + lineEnd.length, end)));
    at = end + lineEnd.length;
  }
  throw invalidArgument("The multipart body has no end.");
}

function partOf(bytes: Buffer): PartOfBody {
  const blank = bytes.indexOf(`${lineEnd}${lineEnd}`);
  if (blank < 0) throw invalidArgument("A part of the multipart body has no headers.");
  const lines = bytes.toString("utf8", 0, blank).split(lineEnd);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), content: bytes.subarray(blank + 2 * lineEnd.length) };
}
