/** Sends an answer, or what a fault makes of it. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.js";
import { quotaExceeded } from "./quota.js";
import { bytesReply, exposeHeaders, jsonReply, type Reply, setCommonHeaders, textReply, toJson } from "./reply.js";
import { ServiceError, wordOf } from "./service-error.js";

/** Between the pieces of an answer, so that they do not arrive as one. */
const pauseMs = 1;

/** What a fault answers in place of the service; undefined when it lets the request be carried out. */
export function replyInstead(fault: Fault, model: string): Reply | undefined {
  if (fault.type === "status") return statusReply(fault, model);
  if (fault.type === "answer" && fault.done !== true) return givenReply(fault);
  if (fault.type !== "redirect") return undefined;
  return textReply(fault.status ?? 307, "", { Location: fault.location });
}

export function givenReply({ status = 200, headers = {}, body = "" }: Extract<Fault, { type: "answer" }>): Reply {
  const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(toJson(body));
  return bytesReply(status, "application/json; charset=UTF-8", bytes, headers);
}

const messages: Readonly<Record<number, string>> = {
  500: "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
  503: "The model is overloaded. Please try again later.",
  504: "Deadline expired before operation could complete.",
};

function statusReply(fault: Extract<Fault, { type: "status" }>, model: string): Reply {
  const { status, quota, retryDelay, retryAfter, message = messages[status] ?? `Fault ${status}.` } = fault;
  const headers = retryAfter === undefined ? undefined : { "Retry-After": retryAfter };
  if (quota !== undefined)
    return jsonReply(status, quotaExceeded(quota, 15, model, seconds(retryDelay) * 1000).toBody(), headers);
  const details =
    retryDelay === undefined ? {} : { details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay }] };
  return jsonReply(status, { error: { code: status, message, status: wordOf(status), ...details } }, headers);
}

function seconds(delay = "1s"): number {
  return Number.parseFloat(delay);
}

/** The compatibility endpoint wraps its errors in a list. */
export function errorReply(error: unknown, asList: boolean): Reply {
  const refusal = error instanceof ServiceError ? error : new ServiceError("INTERNAL", internalMessage(error));
  const body = refusal.toBody();
  return jsonReply(refusal.code, asList ? [body] : body);
}

function internalMessage(error: unknown): string {
  return `The emulator failed: ${error instanceof Error ? error.message : String(error)}`;
}

/** @returns whether all of it was sent */
export async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  fault: Fault | undefined,
): Promise<boolean> {
  if (request.socket.destroyed) return false;
  setCommonHeaders(request, response);
  exposeHeaders(request, response);
  const headers = { ...reply.headers, ...(fault?.type === "headers" && fault.headers) };
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) response.removeHeader(name);
    else response.setHeader(name, value);
  }
  const body = Buffer.concat(reply.pieces);
  if (reply.declaresLength && !response.hasHeader("Content-Length")) response.setHeader("Content-Length", body.length);
  response.writeHead(reply.status);
  switch (fault?.type) {
    case "reset":
    case "stall":
    case "truncate":
      return breakOff(response, body, fault.type);
    case "pieces":
      return sendPieces(response, cut(body, fault.bytes));
    default:
      return sendPieces(response, reply.pieces);
  }
}

async function sendPieces(response: ServerResponse, pieces: readonly Buffer[]): Promise<boolean> {
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) await sleep(pauseMs);
    if (response.destroyed) return false;
    response.write(piece);
  }
  response.end();
  return true;
}

function cut(body: Buffer, pieceBytes: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += pieceBytes) pieces.push(body.subarray(at, at + pieceBytes));
  return pieces;
}

/** Half of the body, then silence or the connection's end. */
async function breakOff(response: ServerResponse, body: Buffer, how: "reset" | "stall" | "truncate"): Promise<boolean> {
  await new Promise((resolve) => response.write(body.subarray(0, body.length >> 1), resolve));
  if (how === "stall") return false;
  // Otherwise head and half may never leave this machine.
  await sleep(pauseMs);
  if (how === "reset") response.socket?.resetAndDestroy();
  else response.socket?.end();
  return false;
}
