/** What a file's own header says of it. */

import { InputError } from "./errors.js";
import { colorModels, formats, type Status } from "./generated/vocabulary.js";
import { plainHeader } from "./plain/header.js";
import { isRawPixels } from "./source/kinds.js";
import { openSource } from "./source/open.js";
import type { Reader } from "./source/reader.js";
import type { MediaInfo, Orientation, ProbeOptions, RawPixels, Source, Warning } from "./types.js";
import { type Named, typeWarnings } from "./warnings.js";
import { type Core, statusError, withCore } from "./wasm/core.js";
import { probeField, type Window } from "./wasm/probe-door.js";

const field = probeField;

/** How far a probe has come; plain data, so that it can wait for bytes while others probe. */
interface Run {
  readonly byteLength: number;
  readonly name: string;
  windows: Window[];
  state: Uint8Array | undefined;
}

interface Need {
  readonly offset: number;
  readonly length: number;
}

/** What a step came to: what the file is, or what is needed to say it. */
function answerTo(core: Core, run: Run, status: Status): Need | Uint32Array {
  if (status === "ok") return core.probe.facts;
  const offset = core.probe.at;
  if (status !== "need") throw refusal(status, offset, run.name, run.byteLength);
  const position = core.probe.position;
  run.state = core.probe.state();
  // What lies before the parser's own place is not looked at again.
  run.windows = run.windows.filter((window) => window.offset + window.bytes.length > position);
  // The core promises never to need more; memory behind the slots must not depend on a promise.
  if (run.windows.length === core.probe.windowSlots) {
    throw new InputError("too-large", `${run.name} has a header spread over too many places.`, { at: offset });
  }
  const length = Math.max(core.probe.needLength, core.probe.windowBytes);
  return { offset, length: Math.min(length, run.byteLength - offset) };
}

/** Goes on with the bytes that were needed. */
function advance(core: Core, run: Run, need: Need, bytes: Uint8Array): Need | Uint32Array {
  if (bytes.length < need.length) {
    const at = need.offset + bytes.length;
    throw new InputError("truncated", `${run.name} has become shorter while it was read.`, { at });
  }
  // What a source gives beyond was not asked for, and need not be the file's.
  const window = bytes.length > need.length ? bytes.subarray(0, need.length) : bytes;
  run.windows.push({ offset: need.offset, bytes: window });
  const { byteLength, windows, state } = run;
  if (state !== undefined) return answerTo(core, run, core.probe.continue(byteLength, windows, state));
  return plainHeader(window, byteLength) ?? answerTo(core, run, core.probe.begin(byteLength, window));
}

/** What the core says of bytes that are all in memory, by the fields of a probe. @throws as {@link probeBytes} does */
export function coreFacts(core: Core, bytes: Uint8Array, name: string): Uint32Array {
  const status = core.probe.whole(bytes);
  if (status !== "ok") throw refusal(status, core.probe.at, name, bytes.length);
  return core.probe.facts;
}

function refusal(status: Status, at: number, name: string, byteLength: number): InputError {
  const reasons: Partial<Record<Status, string>> = {
    truncated: byteLength === 0 ? "is empty" : "ends before its header does",
    malformed: "is damaged",
    unsupported: "is of no known format",
    "too-large": "has a header that is too large",
  };
  return statusError(status, `${name} ${reasons[status] ?? "cannot be read"}.`, at);
}

/**
 * Probes the bytes of a picture that are all in memory, without waiting for anything.
 *
 * @param declaredType what somebody says the bytes are
 */
export function probeBytes(core: Core, bytes: Uint8Array, name = "The buffer", declaredType?: string): MediaInfo {
  const facts = plainHeader(bytes, bytes.length) ?? coreFacts(core, bytes, name);
  const info = mediaInfo(facts, bytes.length, name, declaredType);
  if (info.kind !== "image") throw new InputError("unsupported", `${name} is no picture.`);
  return info;
}

/** Probes what a reader gives, window by window. */
export async function probeReader(reader: Reader, signal?: AbortSignal): Promise<MediaInfo> {
  const { byteLength, name, declaredType } = reader;
  const run: Run = { byteLength, name, windows: [], state: undefined };
  let need: Need = { offset: 0, length: Math.min(byteLength, await withCore((core) => core.probe.windowBytes)) };
  for (;;) {
    const bytes = await reader.read(need.offset, need.length);
    signal?.throwIfAborted();
    const answer: Need | MediaInfo = await withCore((core) => {
      const found = advance(core, run, need, bytes);
      return found instanceof Uint32Array ? mediaInfo(found, byteLength, name, declaredType) : found;
    });
    if ("format" in answer) return answer.kind === "image" ? answer : probeMedia(reader, firstBytes(run), signal);
    need = answer;
  }
}

/** Loaded only for what is no picture. */
async function probeMedia(reader: Reader, head: Uint8Array, signal: AbortSignal | undefined): Promise<MediaInfo> {
  const media = await import("./probe-media.js");
  return media.probeMedia(reader, head, signal);
}

/** The file's first window, if the core still keeps it. */
function firstBytes({ windows }: Run): Uint8Array {
  return windows.find(({ offset }) => offset === 0)?.bytes ?? new Uint8Array();
}

function mediaInfo(facts: Uint32Array, byteLength: number, name: string, declaredType: string | undefined): MediaInfo {
  const {
    name: format,
    mimeType,
    kind,
    supported,
  } = formats[facts[field.format] as number] as (typeof formats)[number];
  const width = facts[field.width] as number;
  const height = facts[field.height] as number;
  const orientation = facts[field.orientation] as Orientation;
  return {
    kind,
    format,
    mimeType,
    supported,
    byteLength,
    width,
    height,
    orientation,
    uprightWidth: facts[field.uprightWidth] as number,
    uprightHeight: facts[field.uprightHeight] as number,
    frames: facts[field.frames] as number,
    hasAlpha: facts[field.hasAlpha] !== 0,
    bitDepth: facts[field.bitDepth] as number,
    colorModel: colorModels[facts[field.colorModel] as number] as string,
    progressive: facts[field.progressive] !== 0,
    metadata: {
      exif: facts[field.exif] !== 0,
      xmp: facts[field.xmp] !== 0,
      icc: facts[field.icc] !== 0,
      iptc: facts[field.iptc] !== 0,
      gps: facts[field.gps] !== 0,
    },
    warnings: warningsOf({ name, mimeType, declaredType }, facts),
  };
}

const noWarnings: readonly Warning[] = Object.freeze([]);

function warningsOf(file: Named, facts: Uint32Array): readonly Warning[] {
  const mismatch = typeWarnings(file);
  const truncated = facts[field.truncated] !== 0;
  const partial = facts[field.partial] !== 0;
  if (!truncated && !partial) return mismatch;
  const warnings: Warning[] = [...mismatch];
  if (truncated) {
    warnings.push({ code: "truncated", message: `${file.name} ends before its picture does.` });
  }
  if (partial) {
    const message = `${file.name} has so much metadata that not all of it was read: some may not be listed.`;
    warnings.push({ code: "partial", message });
  }
  return warnings;
}

/** Pixels describe themselves. @throws InputError `bad-argument` when their count does not fit their size */
export function pixelsInfo(pixels: RawPixels): MediaInfo {
  const rule = "Raw pixels are width × height × 4 bytes of RGBA";
  if (!isRawPixels(pixels)) {
    throw new InputError("bad-argument", `${rule}: { width, height, data }, data a Uint8ClampedArray or Uint8Array.`);
  }
  const { width, height, data } = pixels;
  const whole = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  if (!whole || data.length !== width * height * 4) {
    throw new InputError("bad-argument", `${rule}; ${width} × ${height} with ${data.length} is not.`);
  }
  return {
    kind: "image",
    format: "rgba",
    mimeType: "application/octet-stream",
    supported: false,
    byteLength: data.length,
    width,
    height,
    orientation: 1,
    uprightWidth: width,
    uprightHeight: height,
    frames: 1,
    hasAlpha: true,
    bitDepth: 8,
    colorModel: "rgba",
    progressive: false,
    metadata: { exif: false, xmp: false, icc: false, iptc: false, gps: false },
    warnings: noWarnings,
  };
}

/**
 * What a file is: format, size, orientation, colour, metadata. Reads its header in windows of 4 KB on demand and decodes
 * nothing; content alone decides, never a name or a declared type.
 *
 * @returns Sizes in pixels, as stored and upright.
 * @throws InputError `unsupported` for no known format, `truncated`, `malformed` (`at`: byte offset), `too-large`,
 *   `source-unreachable`, `bad-argument`, `wasm-load`; the signal's reason
 */
export async function probe(source: Source, { signal }: ProbeOptions = {}): Promise<MediaInfo> {
  signal?.throwIfAborted();
  if (isRawPixels(source)) return pixelsInfo(source);
  const reader = await openSource(source, { signal });
  try {
    return await probeReader(reader, signal);
  } finally {
    await reader.close();
  }
}
