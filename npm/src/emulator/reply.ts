/** Headers and JSON as the service sends them; CORS as a browser needs it. */

import type { IncomingMessage, ServerResponse } from "node:http";

const exposedHeaders = "Content-Length, Content-Type, Date, Server, Vary, X-Content-Type-Options";

/** Pretty-printed, with the escapes of the service's JSON writer, so that an answer is safe inside a script element. */
export function toJson(value: unknown): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(value, null, 2).replace(/[<>\u2028\u2029]/g, escaped)}\n`;
}

function setCommonHeaders(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Server", "gemini-vision-wasm-emulator");
  response.setHeader("Vary", "Origin, X-Origin, Referer");
  response.setHeader("X-Content-Type-Options", "nosniff");
  const { origin } = request.headers;
  if (origin === undefined) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Credentials", "true");
}

export function sendJson(request: IncomingMessage, response: ServerResponse, status: number, value: unknown): void {
  setCommonHeaders(request, response);
  if (request.headers.origin !== undefined) response.setHeader("Access-Control-Expose-Headers", exposedHeaders);
  const body = Buffer.from(toJson(value));
  response.writeHead(status, { "Content-Type": "application/json; charset=UTF-8", "Content-Length": body.length });
  response.end(body);
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
