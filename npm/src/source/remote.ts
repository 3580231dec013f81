/** Sources behind an address. They are fetched without credentials, and without any key of the caller's. */

import { InputError } from "../errors.js";
import { bareType, checkLength, type Reader, type ReadOptions, streamReader, typeByName } from "./reader.js";

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

/** RFC 9110, 14.4: "bytes 0-4095/12345"; `total` is NaN where that is "*". */
function rangeOf({ headers }: Response): { start: number; total: number } | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  return start === undefined ? undefined : { start: Number(start), total: Number(total) };
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
  if (response.status !== 206) return responseReader(response, nameOf(url), options);
  const range = rangeOf(response);
  if (range?.start !== 0 || Number.isNaN(range.total)) {
    void response.body?.cancel().catch(() => {});
    return fetchWhole(url, options);
  }
  const first = await responseReader(response, nameOf(url), { ...options, stopAfter: firstRangeBytes });
  return rangeReader(url, range.total, first, options);
}

function rangeReader(url: URL, byteLength: number, first: Reader, options: ReadOptions): Reader {
  const name = nameOf(url);
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const end = Math.min(offset + length, byteLength);
    if (end <= first.byteLength) return first.read(offset, end - offset);
    const response = await request(url, `bytes=${offset}-${end - 1}`, options);
    const isPart = response.status === 206;
    if (isPart && rangeOf(response)?.start !== offset) {
      void response.body?.cancel().catch(() => {});
      throw unreachable(name, "its server sends other bytes than were asked for");
    }
    // A server may change its mind and send everything.
    const start = isPart ? offset : 0;
    const given = await responseReader(response, name, { ...options, stopAfter: end - start });
    return given.read(offset - start, end - offset);
  };
  return {
    byteLength,
    name,
    declaredType: first.declaredType,
    read,
    bytes: async () => {
      checkLength(name, byteLength, options.maxBytes);
      return (await fetchWhole(url, options)).bytes();
    },
    close: async () => {},
  };
}
