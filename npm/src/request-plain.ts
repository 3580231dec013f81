/** Requests without wasm: media go out as they are, with a type found by their first bytes. */

import { toBase64 } from "./base64.js";
import { isMediaFacts, isPreparedMedia, type Media } from "./contents.js";
import { InputError } from "./errors.js";
import { refuseLargeBody } from "./request-limits.js";
import { refuseType } from "./sendable.js";
import { signalOf } from "./signal.js";
import { type BuildHooks, layOut, type Payload, toJsonText } from "./skeleton.js";
import { signatureBytes, sniffMimeType } from "./sniff.js";
import { isRawPixels } from "./source/kinds.js";
import { openWhole } from "./source/open.js";
import type { ReadOptions } from "./source/reader.js";
import type { Ask, BuildRequestOptions, BuiltRequest } from "./types.js";

/** As `buildRequest` of the main entry, with `prepare: false`. */
export async function buildPlainRequest(
  ask: Ask,
  options: BuildRequestOptions & BuildHooks = {},
): Promise<BuiltRequest> {
  const signal = signalOf(options, ask?.config);
  const { path, json, warnings } = await layOut(ask, {
    ...options,
    signal,
    load: (media) => load(media, { signal, fetch: options.fetch }),
    place: ({ data }, prefix) => prefix + (typeof data === "string" ? data : toBase64(data)),
  });
  const body = new TextEncoder().encode(toJsonText(json));
  refuseLargeBody(body.length, options.inlineLimitBytes);
  return { path, body, warnings };
}

async function load(media: Media, how: ReadOptions): Promise<Payload> {
  if (isMediaFacts(media)) throw new InputError("bad-argument", "Facts of a medium can be estimated, not sent.");
  if (isPreparedMedia(media)) {
    refuseType(media.mimeType);
    return { mimeType: media.mimeType, data: media.bytes, warnings: media.warnings };
  }
  if (isRawPixels(media)) {
    throw new InputError("unsupported", "Raw pixels need an encoder: use the main entry, gemini-vision-wasm.");
  }
  const reader = await openWhole(media, how);
  try {
    const bytes = await reader.bytes();
    const mimeType = sniffMimeType(bytes.subarray(0, signatureBytes)) ?? reader.declaredType;
    if (mimeType === undefined) throw new InputError("unsupported", `${reader.name} is of no type that is known here.`);
    refuseType(mimeType);
    return { mimeType, data: bytes, warnings: [] };
  } finally {
    await reader.close();
  }
}
