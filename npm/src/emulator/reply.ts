/** Headers and bodies as the service sends them; CORS as a browser needs it. */

import type { IncomingMessage, ServerResponse } from "node:http";

/** An answer that is ready, but not sent: a fault may still befall it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In the pieces in which it goes out. */
  readonly pieces: readonly Buffer[];
  /** Its length is told beforehand; not so for streams. */
  readonly declaresLength: boolean;
}

/** Named one by one, as the live service does. */
const exposedHeaders = [
  ...["Content-Length", "Content-Type", "Date", "Server", "Vary", "X-Content-Type-Options"],
  ...["X-Goog-Upload-Chunk-Granularity", "X-Goog-Upload-Control-URL", "X-Goog-Upload-Size-Received"],
  ...["X-Goog-Upload-Status", "X-Goog-Upload-URL", "X-GUploader-UploadID"],
].join(", ");

/** Pretty-printed, with the escapes of the service's JSON writer, so that an answer is safe inside a script element. */
export function toJson(value: unknown, indent = 2): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(value, null, indent).replace(/[<>\u2028\u2029]/g, escaped)}${indent > 0 ? "\n" : ""}`;
}

export function jsonReply(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return bytesReply(status, "application/json; charset=UTF-8", Buffer.from(toJson(value)), headers);
}

export function textReply(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return bytesReply(status, "text/plain; charset=utf-8", Buffer.from(text), headers);
}

export function bytesReply(status: number, type: string, body: Buffer, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "Content-Type": type, ...headers }, pieces: [body], declaresLength: true };
}

export function streamReply(pieces: readonly string[], headers: Record<string, string> = {}): Reply {
  const buffers = pieces.map((piece) => Buffer.from(piece));
  return {
    status: 200,
    headers: { "Content-Type": "text/event-stream", ...headers },
    pieces: buffers,
    declaresLength: false,
  };
}

export function setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Server", "gemini-vision-wasm-emulator");
  response.setHeader("Vary", "Origin, X-Origin, Referer");
  response.setHeader("X-Content-Type-Options", "nosniff");
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Credentials", "true");
}

export function exposeHeaders(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.origin !== undefined) response.setHeader("Access-Control-Expose-Headers", exposedHeaders);
}

/** Answers a preflight with whatever it asks for. */
export function sendPreflight(request: IncomingMessage, response: ServerResponse): void {
  setCommonHeaders(request, response);
  const { "access-control-request-method": method, "access-control-request-headers": headers } = request.headers;
  if (method !== undefined) response.setHeader("Access-Control-Allow-Methods", method);
  if (headers !== undefined) response.setHeader("Access-Control-Allow-Headers", headers);
  response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": 0 });
  response.end();
}
