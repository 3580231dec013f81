/** One session of the resumable protocol: its requests, and what their answers say of where it stands. */

import { ApiError } from "../errors.js";
import type { RemoteFile } from "../types.js";
import { badShape } from "./answer.js";
import { type Exchange, isObject } from "./exchange.js";
import { toFile } from "./remote-file.js";
import type { Call, Transport } from "./transport.js";

/** Where an upload stands: at an offset, or done. */
export type Position = { offset: number; file?: undefined } | { offset?: undefined; file: RemoteFile };

interface NewFile {
  mimeType: string;
  byteLength: number | undefined;
  displayName?: string;
  name?: string;
}

/** A larger one would have to be held in memory as a piece. */
const maxGranularityBytes = 64 * 1024 * 1024;

/** Names go into the JSON only: a header takes no letter beyond Latin-1. */
export async function openSession(
  transport: Transport,
  { mimeType, byteLength, displayName, name }: NewFile,
  signal: AbortSignal | undefined,
): Promise<UploadSession> {
  const file = {
    mimeType,
    ...(name !== undefined && { name }),
    ...(displayName !== undefined && { displayName }),
    ...(byteLength !== undefined && { sizeBytes: String(byteLength) }),
  };
  const call: Call = {
    path: `/upload/${transport.version}/files`,
    body: new TextEncoder().encode(JSON.stringify({ file })),
    headers: {
      "x-goog-upload-protocol": "resumable",
      "x-goog-upload-command": "start",
      "x-goog-upload-header-content-type": mimeType,
      ...(byteLength !== undefined && { "x-goog-upload-header-content-length": String(byteLength) }),
    },
    signal,
  };
  const start = async (exchange: Exchange): Promise<UploadSession> => {
    const { headers } = exchange.response;
    await exchange.text();
    const address = headers.get("x-goog-upload-url");
    if (address === null) {
      throw badShape("no upload address; a proxy has to pass the x-goog-upload-* headers, and expose them to pages");
    }
    const granularityBytes = Number(headers.get("x-goog-upload-chunk-granularity") ?? 1);
    if (!Number.isInteger(granularityBytes) || granularityBytes < 1 || granularityBytes > maxGranularityBytes) {
      throw badShape("an upload granularity that is none");
    }
    return new UploadSession(transport, transport.rebase(address), granularityBytes, signal);
  };
  return transport.retrying(call, () => transport.once(call, start));
}

export class UploadSession {
  readonly granularityBytes: number;
  readonly path: string;
  readonly #transport: Transport;
  readonly #address: Pick<Call, "path" | "query">;
  readonly #signal: AbortSignal | undefined;

  constructor(
    transport: Transport,
    address: Pick<Call, "path" | "query">,
    granularityBytes: number,
    signal: AbortSignal | undefined,
  ) {
    this.#transport = transport;
    this.#address = address;
    this.#signal = signal;
    this.granularityBytes = granularityBytes;
    this.path = address.path;
  }

  /** One attempt. @throws ApiError, the signal's reason */
  async send(offset: number, bytes: Uint8Array<ArrayBuffer>, last: boolean): Promise<Position> {
    const command = last ? "upload, finalize" : "upload";
    const headers = { "x-goog-upload-command": command, "x-goog-upload-offset": String(offset) };
    // All bytes are there, and only the end was lost on its way.
    const onlyEnd = last && bytes.length === 0 ? { "x-goog-upload-command": "finalize" } : headers;
    const call = { ...this.#call(), headers: onlyEnd, body: bytes, contentType: "application/octet-stream" };
    const answer = await this.#transport.once(call, (exchange) => this.#read(exchange));
    if (answer.file !== undefined) return { file: answer.file };
    // Without a word of the status, or with all bytes there and still no end, only a query tells.
    if (answer.status !== "active" || last) return this.query();
    return { offset: offset + bytes.length };
  }

  async query(): Promise<Position> {
    const call = { ...this.#call(), headers: { "x-goog-upload-command": "query" } };
    const answer = await this.#transport.retrying(call, () =>
      this.#transport.once(call, (exchange) => this.#read(exchange)),
    );
    if (answer.file !== undefined) return { file: answer.file };
    if (answer.status !== "active" || answer.received === undefined) {
      throw badShape("no word of where the upload stands; a proxy has to pass the x-goog-upload-* headers");
    }
    return { offset: answer.received };
  }

  #call(): Call {
    return { ...this.#address, signal: this.#signal };
  }

  async #read(exchange: Exchange): Promise<{ file?: RemoteFile; status?: string; received?: number | undefined }> {
    const { headers } = exchange.response;
    const text = await exchange.text();
    const status = headers.get("x-goog-upload-status") ?? "";
    if (status === "cancelled") throw new ApiError("api-error", "The upload was cancelled.", { status: 410 });
    const file = fileIn(text);
    if (file !== undefined) return { file: toFile(file) };
    if (status === "final") throw badShape("the end of the upload, but no file");
    const received = headers.get("x-goog-upload-size-received");
    return { status, received: received !== null && /^\d+$/.test(received) ? Number(received) : undefined };
  }
}

function fileIn(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json.file : undefined;
  } catch {
    return undefined;
  }
}
