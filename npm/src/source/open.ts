/** Any {@link Source} to a {@link Reader}. */

import { decodeBase64 } from "../base64.js";
import { InputError } from "../errors.js";
import type { Source } from "../types.js";
import { fileReader, pathOfUrl } from "./file.js";
import { isInstance } from "./kinds.js";
import { blobReader, memoryReader, type Reader, type ReadOptions, streamReader } from "./reader.js";

const kinds =
  "a Blob, an ArrayBuffer or a view, a ReadableStream, a Response, a URL, raw pixels, or a text: an address, in Node a path";

/**
 * Opens a source; the caller closes it. Raw pixels are no file and are refused: see {@link isRawPixels}.
 *
 * @throws InputError `source-unreachable`, `too-large`, `bad-argument`; the signal's reason
 */
export function openSource(source: Source, options: ReadOptions = {}): Promise<Reader> {
  return open(source, options, async (url, given) => (await loadRemote()).fetchReader(url, given));
}

/** As {@link openSource}, for who needs every byte: an address is read whole at once, not its header by a range first. */
export function openWhole(source: Source, options: ReadOptions = {}): Promise<Reader> {
  return open(source, options, async (url, given) => (await loadRemote()).fetchWhole(url, given));
}

/** How what is behind an address is read. */
type Remote = (url: URL, options: ReadOptions) => Promise<Reader>;

/** Comes with the first address or response: most sources are files and bytes. */
const loadRemote = () => import("./remote.js");

async function open(source: Source, options: ReadOptions, remote: Remote): Promise<Reader> {
  options.signal?.throwIfAborted();
  if (typeof source === "string") return openString(source, options, remote);
  if (isInstance(source, "Blob")) return blobReader(source, options.maxBytes);
  if (source instanceof ArrayBuffer) return bufferReader(new Uint8Array(source), options);
  if (ArrayBuffer.isView(source)) {
    return bufferReader(new Uint8Array(source.buffer, source.byteOffset, source.byteLength), options);
  }
  if (isInstance(source, "ReadableStream")) return streamReader(source, "The stream", undefined, options);
  if (isInstance(source, "Response")) {
    const { responseReader } = await loadRemote();
    return responseReader(source, source.url || "The response", options);
  }
  if (source instanceof URL) return openUrl(source, options, remote);
  throw new InputError("bad-argument", `A source is ${kinds}; this is ${describe(source)}.`);
}

function bufferReader(bytes: Uint8Array, options: ReadOptions): Reader {
  return memoryReader(bytes, "The buffer", undefined, options);
}

function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return value === undefined ? "undefined" : `a ${typeof value}`;
  if (value instanceof Promise) return "a Promise, which has to be awaited first";
  return `a ${value.constructor?.name ?? "plain"} object`;
}

function openUrl(url: URL, options: ReadOptions, remote: Remote): Promise<Reader> | Reader {
  switch (url.protocol) {
    case "data:":
      return dataUrlReader(url.href, options);
    case "file:":
      return fileReader(pathOfUrl(url), options.maxBytes);
    case "http:":
    case "https:":
    case "blob:":
      return remote(url, options);
    default:
      throw new InputError(
        "bad-argument",
        `A source's address begins with http(s):, data:, blob: or file:, not ${url.protocol}`,
      );
  }
}

function openString(source: string, options: ReadOptions, remote: Remote): Promise<Reader> | Reader {
  if (/^data:/i.test(source)) return dataUrlReader(source, options);
  if (/^(https?|blob|file):/i.test(source) && URL.canParse(source)) return openUrl(new URL(source), options, remote);
  return fileReader(source, options.maxBytes);
}

function dataUrlReader(url: string, options: ReadOptions): Reader {
  const comma = url.indexOf(",");
  const head = url.slice(5, comma);
  if (comma < 0) throw new InputError("bad-argument", "The data: address has no comma before its data.");
  const isBase64 = /;\s*base64\s*$/i.test(head);
  const type = head.split(";")[0]?.trim().toLowerCase();
  const data = url.slice(comma + 1);
  const bytes = isBase64 ? decodeBase64(data) : decodePercent(data);
  return memoryReader(bytes, "The data: address", type || undefined, options);
}

function decodePercent(text: string): Uint8Array {
  const raw = new TextEncoder().encode(text);
  const percent = 0x25;
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    const hex = raw[i] === percent ? String.fromCharCode(...raw.subarray(i + 1, i + 3)) : "";
    const escaped = /^[0-9a-f]{2}$/i.test(hex);
    raw[length++] = escaped ? Number.parseInt(hex, 16) : (raw[i] as number);
    if (escaped) i += 2;
  }
  return raw.subarray(0, length);
}
