/** Requests below /upload/: which protocol, which command, and what the answer says of the session. */

import type { IncomingMessage } from "node:http";
import type { EmulatorCall, Fault } from "./faults.js";
import { sha256Of } from "./files.js";
import { maxFileBytes, maxKeptBytes } from "./limits.js";
import { readMultipart } from "./multipart.js";
import { readBody } from "./read-body.js";
import { readJson } from "./read-json.js";
import { jsonReply, type Reply, textReply } from "./reply.js";
import type { LoggedRequest } from "./request-log.js";
import { invalidArgument } from "./service-error.js";
import type { State } from "./state.js";
import { checkSize, headerOf, readMeta, type Session } from "./uploads.js";

interface UploadRequest {
  request: IncomingMessage;
  url: URL;
  version: string;
  /** Of this emulator, as its caller sees it: "http://127.0.0.1:8787". */
  origin: string;
  log: LoggedRequest;
  fault: Fault | undefined;
}

/** The calls a request is, the particular one first; by headers alone, before anything is read. */
export function uploadCalls(request: IncomingMessage, url: URL): EmulatorCall[] {
  if (headerOf(request, "x-goog-upload-protocol") === "multipart") return ["files.multipart"];
  if (!url.searchParams.has("upload_id")) return ["files.start"];
  const commands = commandsOf(request);
  if (commands.includes("finalize")) return ["files.finalize", "files.chunk"];
  if (commands.includes("query")) return ["files.query"];
  return commands.includes("cancel") ? ["files.cancel"] : ["files.chunk"];
}

function commandsOf(request: IncomingMessage): string[] {
  return headerOf(request, "x-goog-upload-command")
    .split(",")
    .map((command) => command.trim().toLowerCase());
}

/** Whether a request needs a key: the address of a session is one by itself. */
export function isSession(url: URL): boolean {
  return url.searchParams.has("upload_id");
}

/** @returns undefined when the fault has cut the connection */
export async function serveUpload(state: State, upload: UploadRequest): Promise<Reply | undefined> {
  const { request, url } = upload;
  if (isSession(url)) return serveSession(state, upload);
  switch (headerOf(request, "x-goog-upload-protocol")) {
    case "resumable":
      return start(state, upload);
    case "multipart":
      return multipart(state, upload);
    case "raw":
      return raw(state, upload);
    default:
      throw invalidArgument("Unknown upload protocol: X-Goog-Upload-Protocol is resumable, multipart or raw.");
  }
}

async function start(state: State, { request, origin, version }: UploadRequest): Promise<Reply> {
  if (commandsOf(request).join() !== "start") throw invalidArgument("An upload session begins with the command start.");
  const meta = readMeta(readJson(await readBody(request)));
  state.files.checkName(meta.name);
  const length = headerOf(request, "x-goog-upload-header-content-length");
  const declaredBytes = length === "" ? undefined : Number(length);
  if (declaredBytes !== undefined) checkSize(declaredBytes);
  state.files.checkSpace(declaredBytes ?? 0);
  const mimeType = headerOf(request, "x-goog-upload-header-content-type") || (meta.mimeType ?? "");
  if (mimeType === "") throw invalidArgument("Unsupported MIME type: ");
  const session = state.uploads.open(meta, mimeType, declaredBytes);
  const address = `${origin}/upload/${version}/files?upload_id=${session.id}&upload_protocol=resumable`;
  const headers = {
    "X-Goog-Upload-URL": address,
    "X-Goog-Upload-Control-URL": address,
    "X-Goog-Upload-Chunk-Granularity": String(state.uploads.granularityBytes),
  };
  return textReply(200, "", { ...statusHeaders(session), ...headers });
}

function statusHeaders(session: Session): Record<string, string> {
  return { "X-Goog-Upload-Status": session.status, "X-GUploader-UploadID": session.id };
}

function fullHeaders(session: Session): Record<string, string> {
  return { ...statusHeaders(session), "X-Goog-Upload-Size-Received": String(session.receivedBytes) };
}

function fileReply(state: State, session: Session, headers: Record<string, string>, upload: UploadRequest): Reply {
  const { file } = session;
  if (file === undefined) return textReply(200, "", headers);
  return jsonReply(200, { file: state.files.describe(file, `${upload.origin}/${upload.version}`) }, headers);
}

async function serveSession(state: State, upload: UploadRequest): Promise<Reply | undefined> {
  const { request, url } = upload;
  const session = state.uploads.find(url.searchParams.get("upload_id") ?? "");
  const commands = commandsOf(request);
  if (session === undefined || commands.includes("start")) return textReply(404, "Not Found");
  if (session.status === "cancelled") return textReply(410, "", statusHeaders(session));
  if (commands.join() === "query") return fileReply(state, session, fullHeaders(session), upload);
  if (session.status === "final") return textReply(400, "The upload has been finalized.", fullHeaders(session));
  if (commands.join() === "cancel") {
    session.status = "cancelled";
    return textReply(200, "", statusHeaders(session));
  }
  if (commands.every((command) => command === "upload" || command === "finalize")) {
    return takePiece(state, session, commands, upload);
  }
  return textReply(400, `Unknown command: ${commands.join(", ")}.`, fullHeaders(session));
}

async function takePiece(
  state: State,
  session: Session,
  commands: readonly string[],
  upload: UploadRequest,
): Promise<Reply | undefined> {
  const { request, log, fault } = upload;
  const last = commands.includes("finalize");
  const length = commands.includes("upload") ? Number(headerOf(request, "content-length") || Number.NaN) : 0;
  if (Number.isNaN(length)) return textReply(411, "Length Required", fullHeaders(session));
  const offset = commands.includes("upload")
    ? Number(headerOf(request, "x-goog-upload-offset") || Number.NaN)
    : session.receivedBytes;
  const wrong = state.uploads.faultOf(session, { offset, length, last });
  if (wrong !== undefined) return textReply(400, wrong, fullHeaders(session));
  const cutAfter = fault?.type === "cut-upload" ? fault.bytes : Number.POSITIVE_INFINITY;
  if (!(await storePiece(request, session, log, cutAfter))) return undefined;
  if (!last) return textReply(200, "", statusHeaders(session));
  if (session.receivedBytes === 0) return textReply(400, "File is empty.", fullHeaders(session));
  session.finish(state.files);
  return fileReply(state, session, statusHeaders(session), upload);
}

/** @returns false when the connection broke; what had come by then stays stored */
async function storePiece(
  request: IncomingMessage,
  session: Session,
  log: LoggedRequest,
  cutAfterBytes: number,
): Promise<boolean> {
  let left = cutAfterBytes;
  try {
    for await (const bytes of request as AsyncIterable<Buffer>) {
      session.store(bytes.subarray(0, left));
      log.receivedBytes += bytes.length;
      left -= bytes.length;
      if (left > 0) continue;
      request.socket.destroy();
      return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function multipart(state: State, upload: UploadRequest): Promise<Reply> {
  const body = await readBody(upload.request, maxFileBytes);
  const { json, mimeType, bytes } = readMultipart(headerOf(upload.request, "content-type"), body);
  return storeWhole(state, upload, json, mimeType, bytes);
}

async function raw(state: State, upload: UploadRequest): Promise<Reply> {
  const bytes = await readBody(upload.request, maxFileBytes);
  return storeWhole(state, upload, {}, headerOf(upload.request, "content-type"), bytes);
}

function storeWhole(state: State, upload: UploadRequest, json: unknown, mimeType: string, bytes: Buffer): Reply {
  checkSize(bytes.length);
  const meta = readMeta(json);
  state.files.checkName(meta.name);
  state.files.checkSpace(bytes.length);
  const file = state.files.add({
    name: meta.name,
    displayName: meta.displayName,
    mimeType: meta.mimeType ?? mimeType,
    byteLength: bytes.length,
    sha256: sha256Of(bytes),
    bytes: bytes.length > maxKeptBytes ? bytes.subarray(0, maxKeptBytes) : bytes,
  });
  const headers = { "X-Goog-Upload-Status": "final" };
  return jsonReply(200, { file: state.files.describe(file, `${upload.origin}/${upload.version}`) }, headers);
}
