/** Sources behind an address. They are fetched without credentials, and without any key of the caller's. */

import { InputError } from "../errors.js";
import { bareType, type Reader, type ReadOptions, streamReader, tooLarge, typeByName } from "./reader.js";

/** Bytes asked for first: the header of nearly every picture. */
const firstRangeBytes = 4096;

function unreachable(name: string, reason: string, options: { cause?: unknown; retryable?: boolean } = {}): InputError {
  return new InputError("source-unreachable", `${name} cannot be fetched: ${reason}.`, options);
}

async function request(url: URL, range: string | undefined, options: ReadOptions): Promise<Response> {
  const send = options.fetch ?? fetch;
  try {
    return await send(url, {
      credentials: "omit",
      ...(range !== undefined && { headers: { range } }),
      ...(options.signal && { signal: options.signal }),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw options.signal.reason;
    const inBrowser =
      typeof document === "object" || typeof (globalThis as { importScripts?: unknown }).importScripts === "function";
    const reason = inBrowser
      ? "the network failed, or its host does not let this page read it (CORS); fetch it through your own server"
      : "the network failed";
    throw unreachable(nameOf(url), reason, { cause, retryable: true });
  }
}

function nameOf(url: URL): string {
  // A query may carry a signature, and credentials may stand before the host: neither belongs into a message.
  return `${url.origin === "null" ? url.protocol : url.origin}${url.pathname}`;
}

/** The whole of a response's body. */
export async function responseReader(response: Response, name: string, options: ReadOptions): Promise<Reader> {
  if (!response.ok) {
    void response.body?.cancel().catch(() => {});
    throw unreachable(name, `HTTP status ${response.status}`, { retryable: response.status >= 500 });
  }
  if (response.bodyUsed) throw new InputError("bad-argument", `The body of ${name} has been read already.`);
  const declaredType = bareType(response.headers.get("content-type")) ?? typeByName(pathOf(response.url));
  const body = response.body ?? new Blob([]).stream();
  return streamReader(body, name, declaredType, options, lengthOf(response));
}

/** Of the body as it is read; a compressed one is told in bytes of another kind. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}

/** Content-Range: "bytes 0-4095/12345" → 12345; undefined when the length is not told, or the range is not the first. */
function totalOf(response: Response): number | undefined {
  const total = /^bytes 0-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  return total === undefined ? undefined : Number(total);
}

/** For whoever reads it as it comes. */
export function fetchResponse(url: URL, options: ReadOptions): Promise<Response> {
  return request(url, undefined, options);
}

export async function fetchWhole(url: URL, options: ReadOptions): Promise<Reader> {
  return responseReader(await request(url, undefined, options), nameOf(url), options);
}

/** Reads by ranges where the server offers them (206 with a length), else whole. */
export async function fetchReader(url: URL, options: ReadOptions): Promise<Reader> {
  if (url.protocol !== "http:" && url.protocol !== "https:") return fetchWhole(url, options);
  const response = await request(url, `bytes=0-${firstRangeBytes - 1}`, options);
  // 416 is what a server says of the first range of an empty file.
  if (response.status === 416) return fetchWhole(url, options);
  const total = response.status === 206 ? totalOf(response) : undefined;
  if (total === undefined) {
    if (response.status !== 206) return responseReader(response, nameOf(url), options);
    void response.body?.cancel().catch(() => {});
    return fetchWhole(url, options);
  }
  return rangeReader(url, total, await responseReader(response, nameOf(url), options), options);
}

function rangeReader(url: URL, byteLength: number, first: Reader, options: ReadOptions): Reader {
  const name = nameOf(url);
  const maxBytes = options.maxBytes ?? Number.POSITIVE_INFINITY;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, byteLength);
    if (end <= first.byteLength) return first.read(offset, end - offset);
    const response = await request(url, `bytes=${offset}-${end - 1}`, options);
    const reader = await responseReader(response, name, { ...options, maxBytes: Math.max(end, maxBytes) });
    // A server may change its mind and send everything.
    return response.status === 206 ? reader.bytes() : reader.read(offset, end - offset);
  };
  return {
    byteLength,
    name,
    declaredType: first.declaredType,
    read,
    bytes: async () => {
      if (byteLength > maxBytes) throw tooLarge(name, maxBytes);
      return (await fetchWhole(url, options)).bytes();
    },
    close: async () => {},
  };
}
