/** The public types, written once. Names and shapes follow the REST API and `@google/genai`. */

import type { PrepareOptions } from "./types/prepare.js";

// ── sources ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Uncompressed RGBA, 8 bits a channel, straight alpha, row-major; `ImageData` is one. */
export interface RawPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray | Uint8Array;
}

/** Where bytes come from, wherever a parameter may also be prompt text. */
export type ByteSource = Blob | ArrayBuffer | ArrayBufferView | ReadableStream<Uint8Array> | Response | URL | RawPixels;

/** Where bytes come from. A string is a `data:` URL, an `http(s)://` URL or, in Node, a path. */
export type Source = ByteSource | string;

export interface Warning {
  /** Stable: "mime-mismatch", "truncated", "text-moved-after-image", … */
  readonly code: string;
  readonly message: string;
}

// ── probe ───────────────────────────────────────────────────────────────────────────────────────────────────

export type MediaKind = "image" | "document" | "video" | "audio";

/** What a viewer applies: 1 as stored … 8, in EXIF's numbering. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface MediaMetadata {
  readonly exif: boolean;
  readonly xmp: boolean;
  readonly icc: boolean;
  readonly iptc: boolean;
  /** True only when coordinates are there, not merely an empty GPS directory. */
  readonly gps: boolean;
}

/** What a file's own bytes say of it; nothing is decoded. */
export interface MediaInfo {
  readonly kind: MediaKind;
  /** "jpeg", "png", …; "rgba" for raw pixels. */
  readonly format: string;
  /** By content, never by file name or declared type. */
  readonly mimeType: string;
  /** Gemini accepts this type as it is. */
  readonly supported: boolean;
  readonly byteLength: number;
  /** As stored, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** As seen, in pixels. */
  readonly uprightWidth: number;
  readonly uprightHeight: number;
  readonly frames: number;
  readonly hasAlpha: boolean;
  /** Bits a sample as stored. */
  readonly bitDepth: number;
  /** "gray", "gray-alpha", "rgb", "rgba", "palette", "ycbcr", "cmyk", "ycck" … */
  readonly colorModel: string;
  readonly progressive: boolean;
  readonly metadata: MediaMetadata;
  readonly pages?: number;
  readonly pageSizes?: readonly { readonly width: number; readonly height: number }[];
  readonly durationSeconds?: number;
  readonly frameRate?: number;
  readonly hasAudio?: boolean;
  /** "h264", "hevc", "vp9", …; left out when it is not known. */
  readonly videoCodec?: string;
  /** "aac", "mp3", "opus", … */
  readonly audioCodec?: string;
  readonly audioChannels?: number;
  /** Of the sound, in hertz. */
  readonly sampleRate?: number;
  readonly warnings: readonly Warning[];
}

export interface ProbeOptions {
  signal?: AbortSignal;
}

/** The few facts an estimate needs; a {@link MediaInfo} is one. Sizes are upright, in pixels (documents: points). */
export type MediaFacts =
  | { readonly kind: "image"; readonly uprightWidth: number; readonly uprightHeight: number }
  | {
      readonly kind: "document";
      readonly pages: number;
      readonly pageSizes?: readonly { readonly width: number; readonly height: number }[];
    }
  | {
      readonly kind: "video";
      readonly durationSeconds: number;
      readonly uprightWidth?: number;
      readonly uprightHeight?: number;
      readonly hasAudio?: boolean;
    }
  | { readonly kind: "audio"; readonly durationSeconds: number };

// ── contents ────────────────────────────────────────────────────────────────────────────────────────────────

export type MediaResolution =
  | "MEDIA_RESOLUTION_UNSPECIFIED"
  | "MEDIA_RESOLUTION_LOW"
  | "MEDIA_RESOLUTION_MEDIUM"
  | "MEDIA_RESOLUTION_HIGH"
  | "MEDIA_RESOLUTION_ULTRA_HIGH"
  | "low"
  | "medium"
  | "high"
  | "ultra_high";

export interface VideoMetadata {
  /** Seconds as the REST API writes them: "40s", "1.5s". */
  startOffset?: string;
  endOffset?: string;
  /** Frames a second, 0 < fps ≤ 24. */
  fps?: number;
}

/** A part exactly as the REST API takes it; it goes out as written. */
export interface Part {
  text?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { mimeType?: string; fileUri: string };
  mediaResolution?: { level: string; numTokens?: number };
  videoMetadata?: VideoMetadata;
  /** What has it is no Part, but a {@link MediaInput}. */
  media?: never;
  [field: string]: unknown;
}

export interface Content {
  role?: string;
  parts: Part[];
}

/** Media with options of its own. */
export interface MediaInput<Facts = never> {
  media: Source | PreparedMediaLike | Facts;
  mediaResolution?: MediaResolution;
  videoMetadata?: VideoMetadata;
}

/** The members of `PreparedMedia` that requests and estimates read. */
export interface PreparedMediaLike {
  readonly info: MediaInfo;
  readonly source: MediaInfo;
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  readonly warnings: readonly Warning[];
}

/** A string is ALWAYS prompt text, whatever it looks like; a path goes in `{ media: path }`. */
export type ContentItem<Facts = never> = string | ByteSource | PreparedMediaLike | Part | MediaInput<Facts>;

export type Contents<Facts = never> = ContentItem<Facts> | ContentItem<Facts>[] | Content | Content[];

/** Flat, as in `@google/genai`: request members, client members and generationConfig members side by side. */
export interface GenerateContentConfig {
  systemInstruction?: string | Part | Part[] | Content;
  tools?: unknown[];
  toolConfig?: unknown;
  safetySettings?: unknown[];
  cachedContent?: string;
  labels?: Record<string, string>;
  serviceTier?: string;
  /** Stay with the client. */
  signal?: AbortSignal;
  abortSignal?: AbortSignal;
  httpOptions?: { timeout?: number; headers?: Record<string, string> };
  /** Everything else goes into generationConfig unchanged. */
  mediaResolution?: MediaResolution;
  temperature?: number;
  maxOutputTokens?: number;
  thinkingConfig?: Record<string, unknown>;
  responseMimeType?: string;
  responseSchema?: unknown;
  responseJsonSchema?: unknown;
  [field: string]: unknown;
}

/** One request object serves `estimate`, `buildRequest`, `generateContent` and `countTokens`. */
export interface Ask<Facts = never> {
  model: string;
  contents: Contents<Facts>;
  config?: GenerateContentConfig;
}

// ── estimate ────────────────────────────────────────────────────────────────────────────────────────────────

export type * from "./types/estimate.js";

// ── prepare ─────────────────────────────────────────────────────────────────────────────────────────────────

export type * from "./types/prepare.js";

// ── request ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface BuildRequestOptions {
  api?: "generateContent" | "countTokens" | "openai";
  /** Options for every Source in `contents`; false sends the bytes as they are. */
  prepare?: PrepareOptions | false;
  /**
   * "text-after-image" (default) moves a lone picture given bare (a source or what `prepare` made) in front of a lone string;
   * `{ media }`, parts and turns always stay where they are put.
   */
  order?: "text-after-image" | "as-given";
  /** Largest body, in bytes. */
  inlineLimitBytes?: number;
  signal?: AbortSignal;
}

export interface BuiltRequest {
  /** Below the base URL and API version: "models/gemini-3.8-flash:generateContent". */
  readonly path: string;
  /** UTF-8 JSON, the caller's own. */
  readonly body: Uint8Array;
  readonly warnings: readonly Warning[];
}

// ── client ──────────────────────────────────────────────────────────────────────────────────────────────────

export type * from "./types/batches.js";
export type * from "./types/chat-completions.js";
export type * from "./types/client.js";
export type * from "./types/files.js";

// ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────

export type * from "./types/detections.js";

// ── loading ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A module's bytes, compiled or on their way; false: never load it. */
export type WasmSource = ArrayBuffer | ArrayBufferView | Response | URL | string | WebAssembly.Module | false;

export interface InitOptions {
  wasm?: Partial<Record<"core" | "media" | "codec" | "heif", WasmSource | Promise<WasmSource>>>;
}

// ── models and prices ───────────────────────────────────────────────────────────────────────────────────────

export type * from "./types/models.js";
