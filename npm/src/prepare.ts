/** Pictures made right to send. */

import { toBase64 } from "./base64.js";
import { InputError } from "./errors.js";
import { defaultQuality, type Picture, planFor, preparePicture } from "./prepare-picture.js";
import { pixelsInfo, probeBytes, probeReader } from "./probe.js";
import { isRawPixels, openWhole } from "./source/open.js";
import type { Change, MediaInfo, MediaMetadata, PrepareOptions, RawPixels, Source, Warning } from "./types.js";
import { encodePixels, transcode } from "./wasm/codec.js";
import { withCore } from "./wasm/core.js";

/** What {@link prepare} gives: bytes that are right to send, and what was done to get them. Nothing is ever to be freed. */
export class PreparedMedia {
  /** The source as it was. */
  readonly source: MediaInfo;
  /** The bytes as they are now. */
  readonly info: MediaInfo;
  /** The caller's own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
  /** In order; empty when the bytes are the source's, byte for byte. */
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];

  constructor(members: Pick<PreparedMedia, "source" | "info" | "bytes" | "changes" | "warnings">) {
    this.source = members.source;
    this.info = members.info;
    this.bytes = members.bytes;
    this.mimeType = members.info.mimeType;
    this.changes = members.changes;
    this.warnings = members.warnings;
  }

  toBlob(): Blob {
    return new Blob([this.bytes], { type: this.mimeType });
  }

  toBase64(): string {
    return toBase64(this.bytes);
  }

  toDataUrl(): string {
    return `data:${this.mimeType};base64,${this.toBase64()}`;
  }

  /** A part as the REST API and every Google SDK takes it. */
  toPart(): { inlineData: { mimeType: string; data: string } } {
    return { inlineData: { mimeType: this.mimeType, data: this.toBase64() } };
  }

  /** Upright pixels. @throws InputError `malformed`, `unsupported`, `out-of-memory` */
  async toImageData(): Promise<{ width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }> {
    const { width, height, bytes } = await transcode(this.bytes, {
      orientation: this.info.orientation,
      maxPixels: Number.MAX_SAFE_INTEGER,
      target: "pixels",
      quality: defaultQuality,
      name: "The picture",
    });
    return { width, height, data: new Uint8ClampedArray(bytes.buffer) };
  }
}

/**
 * Makes a picture right to send: turned so that orientation is 1 (a JPEG without loss where its blocks allow it), and what
 * else the options ask for. A picture that is right already comes out byte for byte. Raw pixels become a PNG. The codec is loaded only when pixels have to be touched.
 *
 * @throws InputError as {@link probe}; `too-large` beyond `limits`, `unsupported` for a picture that cannot be decoded here,
 *   `out-of-memory`; the signal's reason
 */
export async function prepare(source: Source, options: PrepareOptions = {}): Promise<PreparedMedia> {
  const { signal, quality = defaultQuality } = options;
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new InputError("bad-argument", `quality is a whole number from 1 to 100, not ${String(quality)}.`);
  }
  if (isRawPixels(source)) return prepareRawPixels(source);
  const reader = await openWhole(source, { signal, maxBytes: options.limits?.maxBytes });
  try {
    const info = await probeReader(reader, signal);
    const bytes = await reader.bytes();
    signal?.throwIfAborted();
    const plan = planFor(info, bytes, options);
    if (plan)
      return await preparedPicture(await preparePicture(bytes, info, plan, options, reader.name), info, reader.name);
    return new PreparedMedia({
      source: info,
      info,
      bytes: ownBytes(bytes, source),
      changes: [],
      warnings: info.warnings,
    });
  } finally {
    await reader.close();
  }
}

/** What a caller handed over may change later; what was read for this call is nobody else's. */
function ownBytes(bytes: Uint8Array, source: Source): Uint8Array<ArrayBuffer> {
  const isCallers = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  return (isCallers ? bytes.slice() : bytes) as Uint8Array<ArrayBuffer>;
}

/** Carries out what the options ask of the pixels; the metadata goes with the old bytes. */
async function preparedPicture({ bytes, changes }: Picture, source: MediaInfo, name: string): Promise<PreparedMedia> {
  const info = await withCore((core) => probeBytes(core, bytes, name));
  const left = Object.entries(source.metadata).flatMap(([kind, there]) =>
    there && !info.metadata[kind as keyof MediaMetadata] ? [kind.toUpperCase()] : [],
  );
  if (left.length > 0) changes.push({ code: "metadata-removed", message: `left out: ${left.join(", ")}` });
  return new PreparedMedia({ source, info, bytes, changes, warnings: source.warnings });
}

async function prepareRawPixels(pixels: RawPixels): Promise<PreparedMedia> {
  const source = pixelsInfo(pixels);
  const { bytes } = await encodePixels(pixels, { target: "png", quality: defaultQuality });
  const info = await withCore((core) => probeBytes(core, bytes));
  const changes: Change[] = [{ code: "encoded", message: "pixels written as PNG, without loss" }];
  return new PreparedMedia({ source, info, bytes, changes, warnings: [] });
}
