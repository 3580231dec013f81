/** The API below /v1 and /v1beta: route, key, body, schema, model, contents, in the order in which the service looks. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { countTokens, generate } from "./answer.js";
import { refusalGraceMs } from "./limits.js";
import { getModel, listModels, requireModel } from "./models-resource.js";
import { readBody } from "./read-body.js";
import { readJson } from "./read-json.js";
import { type Message, readMessage } from "./read-message.js";
import { receive } from "./received.js";
import { sendJson, sendPreflight } from "./reply.js";
import { badRequest, invalidArgument, keyInvalid, keyMissing, ServiceError } from "./service-error.js";

interface Call {
  version: string;
  /** Absent for the collection. */
  model?: string;
  /** Absent for GET. */
  method?: string;
}

const callPattern =
  /^\/(?<version>v1|v1beta)\/models(?:\/(?<model>[^/:]+)(?::(?<method>generateContent|countTokens))?)?$/;

/** Query parameters that every call of the service takes. */
const commonParameters = ["key", "alt", "fields", "prettyPrint", "quotaUser"];
const listParameters = ["pageSize", "pageToken"];

export function isApiPath(pathname: string): boolean {
  return /^\/v1(beta)?(\/|$)/.test(pathname);
}

/** Answers one request; never throws. `keys` undefined: any key that does not begin with "bad" is good. */
export async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  keys: readonly string[] | undefined,
): Promise<void> {
  if (request.method === "OPTIONS") return sendPreflight(request, response);
  try {
    const call = findCall(request.method ?? "", url);
    checkKey(keyOf(request, url), keys);
    checkQuery(url.searchParams, call);
    sendJson(request, response, 200, await answer(request, url, call));
  } catch (error) {
    const refusal = error instanceof ServiceError ? error : new ServiceError("INTERNAL", internalMessage(error));
    refuse(request, response, refusal);
  }
}

function internalMessage(error: unknown): string {
  return `The emulator failed: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * A caller who is still sending needs time to read the answer: closing at once would reset the connection under it. One
 * who goes on sending after that loses it.
 */
function refuse(request: IncomingMessage, response: ServerResponse, refusal: ServiceError): void {
  if (request.socket.destroyed) return;
  sendJson(request, response, refusal.code, refusal.toBody());
  const cut = (): void => {
    if (!request.complete) request.socket.destroy();
  };
  if (!request.complete) setTimeout(cut, refusalGraceMs).unref();
}

function findCall(httpMethod: string, url: URL): Call {
  const found = callPattern.exec(url.pathname)?.groups;
  const wanted = found?.method === undefined ? "GET" : "POST";
  if (found === undefined || httpMethod !== wanted) {
    throw new ServiceError("NOT_FOUND", `The requested URL ${url.pathname} was not found on this server.`);
  }
  return { version: found.version ?? "", ...decoded("model", found.model), ...decoded("method", found.method) };
}

function decoded(name: "model" | "method", value: string | undefined): Partial<Call> {
  if (value === undefined) return {};
  try {
    return { [name]: decodeURIComponent(value) };
  } catch {
    throw invalidArgument("Invalid resource name.");
  }
}

function keyOf(request: IncomingMessage, url: URL): string {
  const header = request.headers["x-goog-api-key"];
  return (Array.isArray(header) ? header[0] : header) || url.searchParams.get("key") || "";
}

function checkKey(key: string, keys: readonly string[] | undefined): void {
  if (key === "") throw keyMissing();
  const good = keys === undefined ? !key.startsWith("bad") : keys.some((known) => sameKey(known, key));
  if (!good) throw keyInvalid();
}

/** In constant time, as becomes a secret. */
function sameKey(one: string, other: string): boolean {
  const digest = (key: string): Buffer => createHash("sha256").update(key).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function checkQuery(query: URLSearchParams, call: Call): void {
  const known = call.model === undefined ? [...commonParameters, ...listParameters] : commonParameters;
  for (const name of query.keys()) {
    if (known.includes(name) || name.startsWith("$")) continue;
    const description =
      `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}: Cannot bind query parameter. ` +
      `Field '${name}' could not be found in request message.`;
    throw badRequest([{ description }]);
  }
}

async function answer(request: IncomingMessage, url: URL, { version, model, method }: Call): Promise<unknown> {
  if (model === undefined) return listModels(url.searchParams);
  if (method === undefined) return getModel(model, version);
  const json = readJson(await readBody(request));
  const type = method === "countTokens" ? "CountTokensRequest" : "GenerateContentRequest";
  const message = readMessage(type, json, version);
  requireModel(model, method, version);
  if (method === "generateContent") return generate(message, await receive(message, model), model);
  const counted = countedRequest(message, model);
  return countTokens(counted, await receive(counted, model), model);
}

/** countTokens takes bare contents or a whole request, and never both. */
function countedRequest(message: Message, model: string): Message {
  const whole = message.generateContentRequest as Message | undefined;
  if (whole === undefined) return { contents: message.contents };
  if (message.contents !== undefined) {
    throw invalidArgument("* CountTokensRequest: contents and generate_content_request are mutually exclusive\n");
  }
  const named = String(whole.model ?? "");
  if (named.replace(/^models\//, "") !== model) {
    const reason = named === "" ? "model is not specified" : `model must be models/${model}`;
    throw invalidArgument(`* CountTokensRequest.generate_content_request.model: ${reason}\n`);
  }
  return whole;
}
