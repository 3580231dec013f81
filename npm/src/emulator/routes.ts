/** The API's addresses: which call a request is, and what must be true before it is looked into. */

import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { EmulatorCall } from "./faults.js";
import { isSession, uploadCalls } from "./serve-upload.js";
import { badRequest, invalidArgument, keyInvalid, keyMissing, ServiceError } from "./service-error.js";

export interface Route {
  /** The most particular first. */
  calls: readonly EmulatorCall[];
  version: string;
  /** The model, file or batch; "" for a collection. */
  name: string;
  /** A session's address is a key by itself. */
  needsKey: boolean;
  /** At the compatible endpoint: openai's shapes, and refusals as a list. */
  isOpenAi: boolean;
}

interface Row {
  call: EmulatorCall;
  method: string;
  pattern: RegExp;
  query?: readonly string[];
  isOpenAi?: true;
}

/** Query parameters that every call of the service takes. */
const commonParameters = ["key", "alt", "fields", "prettyPrint", "quotaUser"];
const listParameters = ["pageSize", "pageToken"];

const name = "(?<name>[^/:]+)";

const rows: readonly Row[] = [
  { call: "generateContent", method: "POST", pattern: at(`models/${name}:generateContent`) },
  { call: "streamGenerateContent", method: "POST", pattern: at(`models/${name}:streamGenerateContent`) },
  { call: "countTokens", method: "POST", pattern: at(`models/${name}:countTokens`) },
  { call: "batches.create", method: "POST", pattern: at(`models/${name}:batchGenerateContent`) },
  { call: "models.list", method: "GET", pattern: at("models"), query: listParameters },
  { call: "models.get", method: "GET", pattern: at(`models/${name}`) },
  { call: "files.list", method: "GET", pattern: at("files"), query: listParameters },
  { call: "files.get", method: "GET", pattern: at(`files/${name}`) },
  { call: "files.delete", method: "DELETE", pattern: at(`files/${name}`) },
  { call: "files.download", method: "GET", pattern: at(`files/${name}:download`) },
  { call: "batches.list", method: "GET", pattern: at("batches"), query: [...listParameters, "filter"] },
  { call: "batches.get", method: "GET", pattern: at(`batches/${name}`) },
  { call: "batches.cancel", method: "POST", pattern: at(`batches/${name}:cancel`) },
  { call: "batches.delete", method: "DELETE", pattern: at(`batches/${name}`) },
  { call: "chat.completions", method: "POST", pattern: at("openai/chat/completions"), isOpenAi: true },
  { call: "models.list", method: "GET", pattern: at("openai/models"), isOpenAi: true },
  { call: "models.get", method: "GET", pattern: at(`openai/models/${name}`), isOpenAi: true },
];

function at(path: string): RegExp {
  return new RegExp(`^/(?<version>v1|v1beta)/${path}$`);
}

const uploadPattern = /^(?:\/resumable)?\/upload\/(?<version>v1|v1beta)\/files$/;

export function isApiPath(pathname: string): boolean {
  return /^\/(upload\/)?v1(beta)?(\/|$)/.test(pathname);
}

/** @throws ServiceError 404 */
export function findRoute(request: IncomingMessage, url: URL): Route {
  const upload = uploadPattern.exec(url.pathname)?.groups;
  const method = request.method ?? "";
  if (upload !== undefined && (method === "POST" || method === "PUT")) {
    const calls = uploadCalls(request, url);
    return { calls, version: upload.version ?? "", name: "", needsKey: !isSession(url), isOpenAi: false };
  }
  for (const row of rows) {
    const found = row.method === method ? row.pattern.exec(url.pathname) : null;
    if (found === null) continue;
    return {
      calls: [row.call],
      version: found.groups?.version ?? "",
      name: decoded(found.groups?.name),
      needsKey: true,
      isOpenAi: row.isOpenAi ?? false,
    };
  }
  throw new ServiceError("NOT_FOUND", `The requested URL ${url.pathname} was not found on this server.`);
}

function decoded(value = ""): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw invalidArgument("Invalid resource name.");
  }
}

/** By Google's header, by openai's, or in the address. */
export function keyOf(request: IncomingMessage, url: URL): string {
  const header = request.headers["x-goog-api-key"];
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  return (Array.isArray(header) ? header[0] : header) || bearer || url.searchParams.get("key") || "";
}

/** @param keys undefined: any key that does not begin with "bad" is good. @throws ServiceError */
export function checkKey(key: string, keys: readonly string[] | undefined): void {
  if (key === "") throw keyMissing();
  const good = keys === undefined ? !key.startsWith("bad") : keys.some((known) => sameKey(known, key));
  if (!good) throw keyInvalid();
}

/** In constant time, as becomes a secret. */
function sameKey(one: string, other: string): boolean {
  const digest = (key: string): Buffer => createHash("sha256").update(key).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** @throws ServiceError for a parameter the call does not take */
export function checkQuery(query: URLSearchParams, calls: readonly EmulatorCall[]): void {
  if (calls.some((call) => call.startsWith("files.") && !["files.list", "files.get"].includes(call))) return;
  const own = rows.find(({ call }) => calls.includes(call))?.query ?? [];
  for (const parameter of query.keys()) {
    if (commonParameters.includes(parameter) || own.includes(parameter) || parameter.startsWith("$")) continue;
    const description =
      `Invalid JSON payload received. Unknown name ${JSON.stringify(parameter)}: Cannot bind query parameter. ` +
      `Field '${parameter}' could not be found in request message.`;
    throw badRequest([{ description }]);
  }
}
