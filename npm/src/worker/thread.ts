/**
 * What runs in a thread of a pool. Everything that the calls load later by themselves is imported here at once, wasm apart:
 * some bundlers put a worker into one file, and then know no import() of another.
 *
 * @module gemini-vision-wasm/thread
 */

import { builtin } from "../builtin.js";
import { decodePicture } from "../decode-picture.js";
import { parseDetections } from "../detections.js";
import { InputError } from "../errors.js";
import { compare, estimate } from "../estimate.js";
import { models } from "../models.js";
import { decode, encode } from "../pixels.js";
import { PreparedMedia, prepare } from "../prepare.js";
import { preparePicture } from "../prepare-picture.js";
import { probe } from "../probe.js";
import { probeMedia } from "../probe-media.js";
import { readDetections } from "../read-detections.js";
import { buildRequest } from "../request.js";
import { toChatCompletion } from "../skeleton-openai.js";
import { fetchReader } from "../source/remote.js";
import type { PrepareProgress, Size } from "../types.js";
import { withPicture } from "../wasm/codec.js";
import { decodeHeif } from "../wasm/heif.js";
import { init } from "../wasm/load.js";
import type { CallMessage, CallName, Order, PackedError, Report } from "./messages.js";
import { restore } from "./restore.js";

/** As they are called in the page; the second argument holds the signal. */
const calls: Readonly<Record<CallName, (...args: never[]) => Promise<unknown>>> = {
  probe,
  estimate,
  compare,
  prepare,
  decode,
  encode,
  buildRequest,
  parseDetections: (text: string, size: Size) => parseDetections(text, size),
  toImageData: (media: PreparedMedia) => new PreparedMedia(media).toImageData(),
};

interface Scope {
  onmessage: ((event: { data: Order }) => void) | null;
  postMessage(report: Report, transfer: Transferable[]): void;
}

const port: Scope =
  (builtin("worker_threads")?.parentPort as Scope | null | undefined) ?? (globalThis as unknown as Scope);

let aborting = new AbortController();

port.onmessage = ({ data: order }) => {
  if (order.type === "abort") aborting.abort();
  else if (order.type === "init") init({ wasm: order.wasm });
  else void answer(order);
};
/** A bundler leaves out what nobody refers to, and would then load it from a file of its own after all. */
const loadedAtOnce = [
  probeMedia,
  toChatCompletion,
  fetchReader,
  preparePicture,
  readDetections,
  decodePicture,
  withPicture,
  decodeHeif,
];
port.postMessage({ type: "ready", modules: loadedAtOnce.length }, []);

async function answer({ name, args, restored, models: registered, reports }: CallMessage): Promise<void> {
  aborting = new AbortController();
  try {
    for (const model of registered) models.register(model);
    const [first, second] = restore(args, restored) as [unknown, object | undefined];
    const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
    const onProgress = (progress: PrepareProgress) => port.postMessage({ type: "progress", progress }, []);
    const result = await call(first, { ...second, signal: aborting.signal, ...(reports && { onProgress }) });
    const { sent, buffers } = own(result);
    port.postMessage({ type: "result", result: sent }, buffers);
  } catch (error) {
    fail(error);
  }
}

/** Results belong to the caller: their bytes are moved there. */
function own(result: unknown): { sent: unknown; buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  const move = (member: unknown): unknown => {
    if (!(member instanceof Uint8Array || member instanceof Uint8ClampedArray)) return member;
    // The rest of a larger buffer is not part of the result.
    const bytes = member.byteLength === member.buffer.byteLength ? member : member.slice();
    buffers.push(bytes.buffer as ArrayBuffer);
    return bytes;
  };
  if (typeof result !== "object" || result === null || Array.isArray(result)) return { sent: result, buffers };
  if (ArrayBuffer.isView(result)) return { sent: move(result), buffers };
  return { sent: Object.fromEntries(Object.entries(result).map(([name, member]) => [name, move(member)])), buffers };
}

function fail(error: unknown): void {
  try {
    port.postMessage({ type: "error", error: packError(error, true) }, []);
  } catch {
    // Its cause is something that cannot be cloned.
    port.postMessage({ type: "error", error: packError(error, false) }, []);
  }
}

function packError(error: unknown, withCause: boolean): PackedError {
  if (!(error instanceof InputError)) return { kind: "other", error: withCause ? error : new Error(String(error)) };
  const { code, message, at, retryable, cause } = error;
  return { kind: "input", code, message, at, retryable, cause: withCause ? cause : undefined };
}
