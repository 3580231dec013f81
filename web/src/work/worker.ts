/**
 * Off the main thread: files are read, turned and made into requests here. Addresses that a person types are fetched here
 * too, because the API key is never here: the page that holds the key may talk to its own host and to the API only.
 */

import { buildRequest, type ContentItem, decode, prepare } from "gemini-vision-wasm";
import { foldPayloads } from "./fold.js";
import type { Calls, Found, Order, Place, Prepared, Reply, RequestOrder } from "./protocol.js";

/** The worker's own side of the global scope; the page's is what the compiler knows. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: MessageEvent<Order>) => void): void;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as WorkerScope;

const handlers: { [Name in keyof Calls]: (input: Calls[Name]["input"]) => Promise<Calls[Name]["output"]> } = {
  async prepare({ file, options }) {
    const media = await prepare(file, { ...options, sharpness: true });
    const { source, info, changes, warnings, sharpness } = media;
    return { source, info, changes, warnings, sharpness, blob: changes.length === 0 ? file : media.toBlob() };
  },

  async fold(order) {
    const { path, body } = await build(order);
    return { path, byteLength: body.byteLength, text: foldPayloads(new TextDecoder().decode(body)) };
  },

  async body(order) {
    return (await build(order)).body as Uint8Array<ArrayBuffer>;
  },

  async fetch({ url }) {
    const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => undefined);
    if (response === undefined) {
      throw failure("source-unreachable", `${url} did not answer, or does not let other pages read it (CORS).`);
    }
    if (!response.ok) throw failure("source-unreachable", `${url} answered with HTTP status ${response.status}.`);
    return response.blob();
  },

  /** For what the browser itself cannot show. A bitmap is handed over, where pixels would be copied. */
  async bitmap({ blob, maxEdge }) {
    const { width, height, data } = await decode(blob, { maxEdge });
    return createImageBitmap(new ImageData(data, width, height));
  },

  find: async (pointed) => (await detections()).find(pointed),
  svg: async (pointed) => (await detections()).svgOf(pointed),
  coco: async (pointed) => (await detections()).cocoOf(pointed),
};

/** Comes with the first answer that may point at something. */
const detections = () => import("./detections.js");

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

async function build({ ask, media }: RequestOrder) {
  const whole = await Promise.all(media.map(withBytes));
  const contents = (ask.contents as ContentItem[]).map((item) => fill(item, whole));
  return buildRequest({ ...ask, contents }, { order: "as-given" });
}

async function withBytes({ blob, ...prepared }: Prepared) {
  return { ...prepared, mimeType: prepared.info.mimeType, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

function fill(item: ContentItem, media: readonly Awaited<ReturnType<typeof withBytes>>[]): ContentItem {
  if (typeof item !== "object") return item;
  if ("place" in item) return media[(item as unknown as Place).place] as ContentItem;
  if (!("media" in item) || item.media === undefined) return item;
  return { ...item, media: media[(item.media as unknown as Place).place] } as ContentItem;
}

function transferred(output: unknown): Transferable[] {
  if (output instanceof Uint8Array) return [output.buffer];
  if (output instanceof ImageBitmap) return [output];
  return Array.isArray(output) ? (output as Found[]).flatMap(({ mask }) => mask?.picture ?? []) : [];
}

async function answer({ id, name, input }: Order): Promise<void> {
  try {
    const output = await (handlers[name] as (input: unknown) => Promise<unknown>)(input);
    scope.postMessage({ id, output }, transferred(output));
  } catch (error) {
    const { code = "unknown", message = String(error) } = error as { code?: string; message?: string };
    scope.postMessage({ id, error: { code: String(code), message } });
  }
}

scope.addEventListener("message", ({ data }) => void answer(data));
