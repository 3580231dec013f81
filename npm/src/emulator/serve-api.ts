/** Answers requests of the API: route, fault, key, query, then the call itself, in the order in which the service looks. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { countTokens, generate } from "./answer.js";
import { completionFrames, readChatRequest, toCompletion } from "./chat-completions.js";
import { deliver, errorReply, givenReply, replyInstead } from "./deliver.js";
import type { Fault } from "./faults.js";
import { refusalGraceMs } from "./limits.js";
import { getModel, getOpenAiModel, listModels, listOpenAiModels, requireModel } from "./models-resource.js";
import { readBody } from "./read-body.js";
import { readJson } from "./read-json.js";
import { type Message, readMessage } from "./read-message.js";
import { receive } from "./received.js";
import { bytesReply, jsonReply, type Reply, sendPreflight, streamReply } from "./reply.js";
import type { LoggedRequest } from "./request-log.js";
import { checkKey, checkQuery, findRoute, keyOf, type Route } from "./routes.js";
import { serveUpload } from "./serve-upload.js";
import { invalidArgument } from "./service-error.js";
import type { State } from "./state.js";
import { eventFrames, listFrames, piecesOf } from "./stream-answer.js";

interface Request {
  request: IncomingMessage;
  url: URL;
  route: Route;
  log: LoggedRequest;
  fault: Fault | undefined;
}

/** Answers one request; never throws. */
export async function serveApi(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (request.method === "OPTIONS") return sendPreflight(request, response);
  let fault: Fault | undefined;
  let log: LoggedRequest | undefined;
  let reply: Reply | undefined;
  let asList = false;
  try {
    const route = findRoute(request, url);
    asList = route.isOpenAi;
    log = logRequest(state, request, url, route);
    fault = state.faults.take(route.calls);
    reply = await carryOut(state, { request, url, route, log, fault });
  } catch (error) {
    reply = errorReply(error, asList);
  }
  if (reply === undefined) return;
  if (log !== undefined) log.status = reply.status;
  allowEarlyAnswer(request);
  await deliver(request, response, reply, fault).catch(() => response.destroy());
}

function logRequest(state: State, request: IncomingMessage, url: URL, { calls }: Route): LoggedRequest {
  const [call = "models.list"] = calls;
  const entry = { call, method: request.method ?? "", path: url.pathname, receivedBytes: 0, status: 0 };
  state.log.push(entry);
  return entry;
}

/**
 * A caller who is still sending needs time to read the answer: closing at once would reset the connection under it. One
 * who goes on sending after that loses it.
 */
function allowEarlyAnswer(request: IncomingMessage): void {
  if (request.complete || request.socket.destroyed) return;
  const cut = (): void => {
    if (!request.complete) request.socket.destroy();
  };
  setTimeout(cut, refusalGraceMs).unref();
}

/** @returns undefined when a fault leaves nothing to be said */
async function carryOut(state: State, call: Request): Promise<Reply | undefined> {
  const { request, fault, route } = call;
  if (fault?.type === "stall" && fault.when === "before") return undefined;
  if (fault?.type === "reset" && fault.when === "before") {
    request.socket.resetAndDestroy();
    return undefined;
  }
  const instead = fault === undefined ? undefined : replyInstead(fault, route.name);
  if (instead !== undefined) return instead;
  const reply = await answer(state, call);
  if (fault?.type === "answer") return givenReply(fault);
  if (fault?.type !== "reset" || fault.when !== "after") return reply;
  request.socket.resetAndDestroy();
  return undefined;
}

async function answer(state: State, call: Request): Promise<Reply | undefined> {
  const { request, url, route, log, fault } = call;
  const key = keyOf(request, url);
  if (route.needsKey) checkKey(key, state.keys);
  checkQuery(url.searchParams, route.calls);
  const origin = `http://${request.headers.host ?? ""}`;
  const { version } = route;
  if (url.pathname.includes("/upload/")) return serveUpload(state, { request, url, version, origin, log, fault });
  const [name] = route.calls;
  switch (name) {
    case "generateContent":
    case "streamGenerateContent":
    case "countTokens":
      return answerModel(state, call, key);
    case "chat.completions":
      return answerChat(state, call, key);
    case "models.list":
      return jsonReply(200, route.isOpenAi ? listOpenAiModels() : listModels(url.searchParams));
    case "models.get":
      return jsonReply(200, route.isOpenAi ? getOpenAiModel(route.name, version) : getModel(route.name, version));
    default:
      return name?.startsWith("batches.")
        ? answerBatches(state, call)
        : answerFiles(state, call, `${origin}/${version}`);
  }
}

async function readBodyOf({ request, log }: Request): Promise<unknown> {
  const body = await readBody(request);
  log.receivedBytes = body.length;
  return readJson(body);
}

async function answerModel(state: State, call: Request, key: string): Promise<Reply> {
  const { route, url } = call;
  const { version, name: model } = route;
  const json = await readBodyOf(call);
  const counts = route.calls.includes("countTokens");
  const message = readMessage(counts ? "CountTokensRequest" : "GenerateContentRequest", json, version);
  requireModel(model, counts ? "countTokens" : "generateContent", version);
  if (counts) {
    const counted = countedRequest(message, model);
    return jsonReply(200, await countTokens(counted, await receive(counted, model, state.files), model));
  }
  const received = await receive(message, model, state.files);
  state.quota.spend(key, model);
  const whole = await generate(message, received, model);
  if (route.calls.includes("generateContent")) return jsonReply(200, whole);
  const pieces = piecesOf(whole);
  if (url.searchParams.get("alt") === "sse")
    return streamReply(eventFrames(pieces), { "Content-Disposition": "attachment" });
  return streamReply(listFrames(pieces), { "Content-Type": "application/json; charset=UTF-8" });
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

async function answerChat(state: State, call: Request, key: string): Promise<Reply> {
  const { model, stream, includesUsage, request } = readChatRequest(await readBodyOf(call));
  const message = readMessage("GenerateContentRequest", request, "v1beta");
  requireModel(model, "generateContent", "v1main");
  const received = await receive(message, model, state.files);
  state.quota.spend(key, model);
  const whole = await generate(message, received, model);
  const now = state.clock.now();
  return stream
    ? streamReply(completionFrames(piecesOf(whole), now, includesUsage))
    : jsonReply(200, toCompletion(whole, now));
}

async function answerFiles(state: State, { route, url }: Request, root: string): Promise<Reply> {
  const { files } = state;
  const [name] = route.calls;
  if (name === "files.list")
    return jsonReply(
      200,
      files.list(url.searchParams, (file) => files.describe(file, root)),
    );
  if (name === "files.delete") {
    files.delete(route.name);
    return jsonReply(200, {});
  }
  const file = files.get(route.name);
  if (name === "files.get") return jsonReply(200, files.describe(file, root));
  if (!file.generated)
    throw invalidArgument(`The file ${file.id} was uploaded; only generated files can be downloaded.`);
  if (url.searchParams.get("alt") !== "media") throw invalidArgument("Downloads need alt=media.");
  return bytesReply(200, "application/octet-stream", file.bytes);
}

async function answerBatches(state: State, call: Request): Promise<Reply> {
  const { route, url } = call;
  const { batches } = state;
  switch (route.calls[0]) {
    case "batches.create": {
      const message = readMessage("BatchGenerateContentRequest", await readBodyOf(call), route.version);
      requireModel(route.name, "generateContent", route.version);
      return jsonReply(200, await batches.describe(batches.create(route.name, message)));
    }
    case "batches.list":
      return jsonReply(200, await batches.list(url.searchParams));
    case "batches.cancel":
      batches.cancel(route.name);
      return jsonReply(200, {});
    case "batches.delete":
      batches.delete(route.name);
      return jsonReply(200, {});
    default:
      return jsonReply(200, await batches.describe(batches.get(route.name)));
  }
}
