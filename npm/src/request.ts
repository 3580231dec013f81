/** A request's body: JSON written by the core, base64 encoded straight into a buffer of the exact size. */

import { isMediaFacts, isPreparedMedia, type Media } from "./contents.js";
import { InputError } from "./errors.js";
import { prepareThrough } from "./prepare.js";
import { probeReader } from "./probe.js";
import { advisedInlineBytes, maxInlineBytes, maxPdfBytes, refuseLargeBody } from "./request-limits.js";
import { refuseType } from "./sendable.js";
import { signalOf } from "./signal.js";
import { type BuildHooks, layOut, type Payload, toJsonText } from "./skeleton.js";
import { openWhole } from "./source/open.js";
import type { ReadOptions } from "./source/reader.js";
import type { Ask, BuildRequestOptions, BuiltRequest, PreparedMediaLike, Source, Warning } from "./types.js";
import { base64Length, type Core, withCore } from "./wasm/core.js";

/**
 * The request that `generateContent` or `countTokens` would send, for whoever sends it otherwise.
 *
 * The body equals `JSON.stringify` of the same object byte for byte, except that halves of surrogate pairs, which are no
 * text, become U+FFFD. It is allocated once, at its exact size, and belongs to the caller.
 *
 * @returns `path` below the base URL and API version; `body` as UTF-8.
 * @throws InputError `unsupported` for a type Gemini refuses, `too-large` above the limits, `bad-argument`, and what
 *   {@link prepare} throws
 */
export function buildRequest(ask: Ask, options: BuildRequestOptions = {}): Promise<BuiltRequest> {
  return buildWith(ask, options);
}

/** The same, for a client that can send media otherwise too. */
export async function buildWith(ask: Ask, options: BuildRequestOptions & BuildHooks): Promise<BuiltRequest> {
  const signal = signalOf(options, ask?.config);
  const payloads: PlacedPayload[] = [];
  const marker = newMarker();
  const { path, json, warnings } = await layOut(ask, {
    ...options,
    signal,
    load: (media) => loadMedia(media, { ...options, ...(signal && { signal }) }),
    place: (payload, prefix) => {
      refuseLargePdf(payload);
      payloads.push({ ...payload, prefix });
      return `${marker}${payloads.length - 1}`;
    },
  });
  signal?.throwIfAborted();
  const text = toJsonText(json);
  const body = await withCore((core) => assemble(core, text, marker, payloads));
  refuseLargeBody(body.length, options.inlineLimitBytes);
  return { path, body, warnings: [...warnings, ...sizeWarnings(body.length)] };
}

/** What goes in a place of the JSON, after letters that need no escape. */
type PlacedPayload = Payload & { readonly prefix: string };

/** A string that is in nobody's prompt. */
function newMarker(): string {
  const random = crypto.getRandomValues(new Uint32Array(4));
  return `payload-${[...random].map((word) => word.toString(36)).join("")}-`;
}

function assemble(
  core: Core,
  json: string,
  marker: string,
  payloads: readonly PlacedPayload[],
): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const { text, places } = core.echoRequest(encoder.encode(json), encoder.encode(marker));
  const lengths = payloads.map(
    ({ data, prefix }) => prefix.length + (typeof data === "string" ? data.length : base64Length(data.length)),
  );
  let length = text.length;
  for (let i = 1; i < places.length; i += 2) length += lengths[places[i] as number] as number;
  const body = allocate(length);
  let from = 0;
  let to = 0;
  for (let i = 0; i < places.length; i += 2) {
    const [offset, index] = [places[i] as number, places[i + 1] as number];
    body.set(text.subarray(from, offset), to);
    to += offset - from;
    from = offset;
    const { data, prefix } = payloads[index] as PlacedPayload;
    encoder.encodeInto(prefix, body.subarray(to));
    if (typeof data === "string") encoder.encodeInto(data, body.subarray(to + prefix.length));
    else core.encodeBase64(data, body, to + prefix.length);
    to += lengths[index] as number;
  }
  body.set(text.subarray(from), to);
  return body;
}

/** For what is about to be written to its last byte: where the runtime can, memory that is not cleared first. */
function allocate(length: number): Uint8Array<ArrayBuffer> {
  if (length > maxInlineBytes) {
    throw new InputError(
      "too-large",
      `The body has ${length} bytes, and a request takes ${maxInlineBytes} at most; send large media through the File API.`,
    );
  }
  const { Buffer } = globalThis as { Buffer?: Partial<UnclearedMemory> };
  const memory = Buffer?.allocUnsafeSlow?.(length).buffer;
  // A runtime of its own mind may take it from a pool: what lies beside it there is nobody else's to see.
  return memory?.byteLength === length ? new Uint8Array(memory) : new Uint8Array(length);
}

/** Node's: memory of its own, none of a pool's. */
interface UnclearedMemory {
  allocUnsafeSlow(length: number): Uint8Array<ArrayBuffer>;
}

function sizeWarnings(length: number): Warning[] {
  if (length <= advisedInlineBytes) return [];
  const message = `The body has ${length} bytes; above ${advisedInlineBytes} Google advises the File API.`;
  return [{ code: "over-inline-limit", message }];
}

async function loadMedia(media: Media, options: BuildRequestOptions & BuildHooks): Promise<Payload> {
  if (isMediaFacts(media)) {
    throw new InputError("bad-argument", "Facts of a medium can be estimated, not sent: give the medium itself.");
  }
  if (isPreparedMedia(media)) return toPayload(media);
  const { signal, fetch } = options;
  if (options.prepare === false) return rawPayload(media, { signal, fetch });
  const prepared = await prepareThrough(fetch, media, { ...options.prepare, ...(signal && { signal }) });
  return toPayload(prepared);
}

/** The bytes as they are; only their type is found out. */
async function rawPayload(source: Source, how: ReadOptions): Promise<Payload> {
  const reader = await openWhole(source, how);
  try {
    const info = await probeReader(reader, how.signal);
    return toPayload({ bytes: await reader.bytes(), mimeType: info.mimeType, warnings: info.warnings });
  } finally {
    await reader.close();
  }
}

function toPayload({ bytes, mimeType, warnings }: Pick<PreparedMediaLike, "bytes" | "mimeType" | "warnings">): Payload {
  refuseType(mimeType);
  return { mimeType, data: bytes, warnings };
}

function refuseLargePdf({ mimeType, data }: Payload): void {
  if (mimeType !== "application/pdf" || typeof data === "string" || data.length <= maxPdfBytes) return;
  const message = `A PDF sent inline has ${maxPdfBytes} bytes at most; this one has ${data.length}.`;
  throw new InputError("too-large", message);
}
