/** Pictures made right to send. */

import { toBase64 } from "./base64.js";
import type { Given } from "./decode-picture.js";
import type { RemovedKind } from "./generated/vocabulary.js";
import { strippable } from "./picture-formats.js";
import { checkOptions, type Picture, type Plan, planFor, turnsByPixels } from "./prepare-plan.js";
import { pixelsInfo, probeBytes, probeReader } from "./probe.js";
import { isRawPixels } from "./source/kinds.js";
import { openWhole } from "./source/open.js";
import type { ReadOptions } from "./source/reader.js";
import type {
  Change,
  DecodedImage,
  MediaInfo,
  MediaMetadata,
  Orientation,
  PrepareOptions,
  RawPixels,
  Sharpness,
  Source,
  Warning,
} from "./types.js";
import { withCore } from "./wasm/core.js";

/** What messages call pixels that have no name. */
const rawName = "The picture";

/** The codec's JavaScript comes with its first use, as its module does: most pictures never need either. */
const loadPixels = () => import("./prepare-picture.js");

/** What {@link prepare} gives: bytes that are right to send, and what was done to get them. Nothing is ever to be freed. */
export class PreparedMedia {
  /** The source as it was. */
  readonly source: MediaInfo;
  /** The bytes as they are now. */
  readonly info: MediaInfo;
  /** The caller's own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mimeType: string;
  /** Where it was asked for, of a picture. */
  declare readonly sharpness?: Sharpness;
  /** In order; empty when the bytes are the source's, byte for byte. */
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];

  constructor(members: Pick<PreparedMedia, "source" | "info" | "bytes" | "changes" | "warnings" | "sharpness">) {
    this.source = members.source;
    this.info = members.info;
    this.bytes = members.bytes;
    this.mimeType = members.info.mimeType;
    this.changes = members.changes;
    this.warnings = members.warnings;
    if (members.sharpness !== undefined) this.sharpness = members.sharpness;
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
  async toImageData(): Promise<DecodedImage> {
    const { decodePicture } = await import("./decode-picture.js");
    const given = { data: this.bytes, info: this.info, name: rawName };
    // It has been prepared: whatever limit there was has been kept.
    return decodePicture(given, { limits: { maxPixels: Number.MAX_SAFE_INTEGER } });
  }
}

/**
 * Makes a picture right to send: turned so that orientation is 1 (a JPEG without loss where its blocks allow it), rid of
 * metadata, and what else the options ask for. A picture that stands upright and has no metadata comes out byte for byte;
 * metadata alone is cut out without touching the picture. Raw pixels become a
 * PNG unless `format` says otherwise. The codec is loaded only when pixels have to be touched, the decoder of HEIC only when
 * those of a HEIC have to: it goes as it is otherwise, for its turn is part of the format.
 *
 * @throws InputError as {@link probe}; `bad-argument` for an option that makes no sense; `too-large` beyond `limits`, `unsupported` for a picture that cannot be decoded here,
 *   `out-of-memory`; the signal's reason
 */
export function prepare(source: Source, options: PrepareOptions = {}): Promise<PreparedMedia> {
  return prepareThrough(undefined, source, options);
}

/** The same, for a client whose addresses are fetched its own way. */
export async function prepareThrough(
  fetch: ReadOptions["fetch"],
  source: Source,
  options: PrepareOptions,
): Promise<PreparedMedia> {
  const { signal, onProgress } = options;
  checkOptions(options);
  signal?.throwIfAborted();
  if (isRawPixels(source)) return prepareRawPixels(source, options);
  const onRead =
    onProgress &&
    ((readBytes: number, totalBytes: number | undefined) => onProgress({ step: "read", readBytes, totalBytes }));
  const reader = await openWhole(source, { signal, fetch, maxBytes: options.limits?.maxBytes, onRead });
  try {
    const info = await probeReader(reader, signal);
    const bytes = await reader.bytes();
    const media = await prepareFile({ data: bytes, info, name: reader.name }, source, options);
    onProgress?.({ step: "done", readBytes: bytes.length, totalBytes: bytes.length });
    return media;
  } finally {
    await reader.close();
  }
}

async function prepareFile(
  file: Given & { data: Uint8Array },
  from: Source,
  options: PrepareOptions,
): Promise<PreparedMedia> {
  const { data, info, name } = file;
  options.signal?.throwIfAborted();
  const plan = planFor(info, data, options);
  const judges = options.sharpness === true && info.kind === "image";
  if (plan !== undefined || judges) await atPixels(data.length, options);
  if (plan !== undefined) {
    const { preparePicture } = await loadPixels();
    return preparedPicture(await preparePicture(file, plan, options), info, { name, lying: plan.lying });
  }
  const turns = options.upright !== false && turnsByPixels(info);
  const sharpness = judges ? await (await loadPixels()).judgeSharpness(file, options) : undefined;
  const warnings = [...info.warnings, ...(turns ? [notUpright(info)] : []), ...blurWarnings(sharpness)];
  const media = { source: info, sharpness, warnings };
  const stripped = options.stripMetadata === false ? undefined : await strip(file, options);
  if (stripped !== undefined) return new PreparedMedia({ ...media, ...stripped });
  return new PreparedMedia({ ...media, info, bytes: ownBytes(data, from), changes: [] });
}

/** What follows holds the thread: who draws the progress gets a turn before. */
async function atPixels(byteLength: number, { onProgress, signal }: PrepareOptions): Promise<void> {
  if (onProgress === undefined) return;
  onProgress({ step: "pixels", readBytes: byteLength, totalBytes: byteLength });
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}

function blurWarnings(sharpness: Sharpness | undefined): Warning[] {
  if (!sharpness?.blurry) return [];
  const message = `The picture is blurry (sharpness ${sharpness.score.toFixed(2)} of 1); a model may see less in it.`;
  return [{ code: "blurry", message }];
}

function notUpright({ format, orientation }: MediaInfo): Warning {
  const message = `The picture stands upright only where EXIF orientation ${orientation} is heeded; a ${format} is not turned yet.`;
  return { code: "not-upright", message };
}

/** @returns undefined when there is nothing to take out */
async function strip(file: Given & { data: Uint8Array }, { keepGainMap = false }: PrepareOptions) {
  const { data, name } = file;
  const { format, orientation } = file.info;
  if (!strippable.includes(format)) return undefined;
  return withCore((core) => {
    // How the picture is to be turned is part of it as long as its pixels do not stand upright.
    const { bytes, removed } = core.strip(data, { format, keepOrientation: orientation, keepGainMap, name });
    if (bytes === undefined) return undefined;
    const kinds = removed.map((kind) => removedNames[kind]).join(", ");
    const changes: Change[] = [{ code: "metadata-removed", message: `taken out, the picture untouched: ${kinds}` }];
    return { bytes, info: probeBytes(core, bytes, name), changes };
  });
}

const removedNames: Readonly<Record<RemovedKind, string>> = {
  exif: "EXIF",
  xmp: "XMP",
  iptc: "IPTC",
  comment: "comments",
  thumbnail: "a thumbnail",
  "second-images": "further pictures",
  trailer: "data behind the picture",
  c2pa: "content credentials",
  text: "texts",
  time: "a time stamp",
  other: "data of applications",
};

/** What a caller handed over may change later; what was read for this call is nobody else's. */
function ownBytes(bytes: Uint8Array, source: Source): Uint8Array<ArrayBuffer> {
  const isCallers = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
  return (isCallers ? bytes.slice() : bytes) as Uint8Array<ArrayBuffer>;
}

/** The metadata goes with the old bytes; how pixels are to be turned that still lie is told again. */
async function preparedPicture(
  picture: Picture,
  source: MediaInfo,
  { name, lying }: { name: string; lying: Orientation },
): Promise<PreparedMedia> {
  const { changes, sharpness } = picture;
  const written = await withCore((core) => probeBytes(core, picture.bytes, name));
  const left = Object.entries(source.metadata).flatMap(([kind, there]) =>
    there && !written.metadata[kind as keyof MediaMetadata] ? [kind.toUpperCase()] : [],
  );
  const { bytes, info } =
    lying === 1
      ? { bytes: picture.bytes, info: written }
      : await withOrientation(picture.bytes, written, { name, lying });
  if (left.length > 0) changes.push({ code: "metadata-removed", message: `left out: ${left.join(", ")}` });
  const warnings = [...source.warnings, ...picture.warnings, ...blurWarnings(sharpness)];
  return new PreparedMedia({ source, info, bytes, changes, warnings, sharpness });
}

/** Bytes just written, with nothing to strip: all that the strip does is to add the orientation. */
async function withOrientation(
  written: Uint8Array<ArrayBuffer>,
  { format }: MediaInfo,
  { name, lying }: { name: string; lying: Orientation },
) {
  return withCore((core) => {
    const bytes = core.strip(written, { format, keepOrientation: lying, keepGainMap: false, name }).bytes ?? written;
    return { bytes, info: probeBytes(core, bytes, name) };
  });
}

async function prepareRawPixels(pixels: RawPixels, options: PrepareOptions): Promise<PreparedMedia> {
  const info = pixelsInfo(pixels);
  const byteLength = pixels.data.length;
  const plan = planFor(info, pixels.data, options) as Plan;
  await atPixels(byteLength, options);
  const { preparePicture } = await loadPixels();
  const picture = await preparePicture({ data: pixels.data, info, name: rawName }, plan, options);
  options.signal?.throwIfAborted();
  const media = await preparedPicture(picture, info, { name: rawName, lying: plan.lying });
  options.onProgress?.({ step: "done", readBytes: byteLength, totalBytes: byteLength });
  return media;
}
