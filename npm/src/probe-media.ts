/** Films, sounds and documents: what the core knows by their first bytes, media.wasm reads. */

import { InputError } from "./errors.js";
import { formats, type Status } from "./generated/vocabulary.js";
import { limitWarnings } from "./media-limits.js";
import type { Reader } from "./source/reader.js";
import type { MediaFacts, MediaInfo, Orientation, Warning } from "./types.js";
import { type Named, typeWarnings } from "./warnings.js";
import { statusError } from "./wasm/core.js";
import { codecName, MediaFile, type MediaStep } from "./wasm/media.js";

const reasons: Partial<Record<Status, string>> = {
  truncated: "ends before it says what it holds",
  malformed: "is damaged",
  unsupported: "holds neither pages, pictures nor sound that are known",
  "too-large": "would take too long to read",
  "out-of-memory": "needs more memory than there is",
};

/**
 * @param first the file's first bytes, which the core has looked at already
 * @throws InputError as `probe`
 */
export async function probeMedia(reader: Reader, first: Uint8Array, signal?: AbortSignal): Promise<MediaInfo> {
  const file = new MediaFile(reader.byteLength);
  file.give({ offset: 0, bytes: first });
  for (;;) {
    const step = await file.step();
    signal?.throwIfAborted();
    if (step.status === "ok") return mediaInfo(reader, step);
    if (step.status !== "need") {
      // A damaged offset may lead behind the end; the trouble is not found any further than there.
      const at = Math.min(step.at, reader.byteLength);
      throw statusError(step.status, `${reader.name} ${reasons[step.status] ?? "cannot be read"}.`, at);
    }
    const bytes = await reader.read(step.offset, step.length);
    signal?.throwIfAborted();
    if (bytes.length < step.length) {
      const at = step.offset + bytes.length;
      throw new InputError("truncated", `${reader.name} has become shorter while it was read.`, { at });
    }
    file.give({ offset: step.offset, bytes });
  }
}

type Done = Extract<MediaStep, { status: "ok" }>;

function mediaInfo(reader: Reader, { facts, pageSizes }: Done): MediaInfo {
  const { byteLength } = reader;
  const { name: format, mimeType, kind, supported } = formats[facts.format] as (typeof formats)[number];
  const { width, height, uprightWidth, uprightHeight, durationSeconds, frameRate } = facts;
  const isFilm = kind === "video";
  const isDocument = kind === "document";
  const frames = facts.frames || Math.round(durationSeconds * frameRate) || (isFilm ? 1 : 0);
  return {
    kind,
    format,
    mimeType,
    supported,
    byteLength,
    width,
    height,
    orientation: facts.orientation as Orientation,
    uprightWidth,
    uprightHeight,
    frames,
    hasAlpha: false,
    bitDepth: 0,
    colorModel: "unknown",
    progressive: false,
    metadata: { exif: false, xmp: false, icc: false, iptc: false, gps: false },
    ...(isDocument && facts.pages > 0 && { pages: facts.pages, pageSizes: pairs(pageSizes) }),
    ...(!isDocument && durationSeconds > 0 && { durationSeconds }),
    ...(isFilm && frameRate > 0 && { frameRate }),
    ...(isFilm && { hasAudio: facts.hasAudio !== 0 }),
    ...(isFilm && named("videoCodec", codecName(facts.videoCodec))),
    ...(facts.hasAudio !== 0 && sound(facts)),
    warnings: [
      ...warningsOf({ name: reader.name, mimeType, declaredType: reader.declaredType }, kind, facts),
      ...limitWarnings(reader.name, limitedFacts(kind, facts), byteLength),
    ],
  };
}

function pairs(numbers: Float64Array): { width: number; height: number }[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    width: numbers[2 * i] as number,
    height: numbers[2 * i + 1] as number,
  }));
}

function named<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}

function sound({ audioCodec, channels, sampleRate }: Done["facts"]) {
  return {
    ...named("audioCodec", codecName(audioCodec)),
    ...(channels > 0 && { audioChannels: channels }),
    ...(sampleRate > 0 && { sampleRate }),
  };
}

/** Of these, 0 stands for what is not told. */
function limitedFacts(kind: MediaInfo["kind"], { pages, durationSeconds }: Done["facts"]): MediaFacts {
  return kind === "document" ? { kind, pages } : { kind: kind === "video" ? kind : "audio", durationSeconds };
}

function warningsOf(file: Named, kind: MediaInfo["kind"], facts: Done["facts"]): Warning[] {
  const { name } = file;
  const { durationSeconds: seconds, pages, measuredPages } = facts;
  const isDocument = kind === "document";
  const warnings: Warning[] = [...typeWarnings(file)];
  const warn = (applies: boolean, code: string, message: string): void => {
    if (applies) warnings.push({ code, message: `${name} ${message}` });
  };
  warn(facts.truncated !== 0, "truncated", "ends before what it says it holds does.");
  warn(facts.repaired !== 0, "repaired", "has a damaged table of objects; its pages were found by looking everywhere.");
  warn(facts.encrypted !== 0, "encrypted", "is encrypted; Gemini may refuse it.");
  warn(isDocument && pages === 0, "pages-unknown", "does not tell how many pages it has without its password.");
  const unmeasured = isDocument && pages > measuredPages && measuredPages > 0;
  warn(unmeasured, "page-sizes-unknown", `has ${pages} pages, of which the first ${measuredPages} were measured.`);
  const estimated = !isDocument && facts.partial !== 0 && seconds > 0;
  warn(estimated, "duration-estimated", "is too long to be read to its end; how long it lasts is an estimate.");
  warn(!isDocument && seconds === 0, "duration-unknown", "does not tell how long it lasts.");
  return warnings;
}
