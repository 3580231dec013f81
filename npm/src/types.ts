/** The public types, written once. Names and shapes follow the REST API and `@google/genai`. */

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

/** "observed": what the service has been recorded to bill. "documented": published rules. */
export type EstimateBasis = "observed" | "documented";

export interface EstimateOptions {
  basis?: EstimateBasis;
  /** The day whose prices count; default now. */
  at?: Date | string | number;
  batch?: boolean;
  /** Expected answer length, thoughts included; adds `outputUsd`. */
  outputTokens?: number;
  /** How media travels; video frames of 3.x models bill differently. */
  via?: "inline" | "files";
  order?: "text-after-image" | "as-given";
  signal?: AbortSignal;
}

export interface CompareOptions extends EstimateOptions {
  /** Default: every model that is not retired at `at`. */
  models?: string[];
  /** Default: the one of `config`. */
  mediaResolutions?: MediaResolution[];
}

export interface EstimatePart {
  /** null: cannot be known offline, such as a foreign fileUri. */
  readonly tokens: number | null;
  /** "text", "image", "document", "video", "audio", "file", … */
  readonly kind: string;
  readonly basis: "observed" | "documented" | "unverified";
  readonly tiles?: {
    readonly columns: number;
    readonly rows: number;
    readonly width: number;
    readonly height: number;
    readonly overview: boolean;
  };
  readonly grid?: { readonly columns: number; readonly rows: number };
  readonly frames?: number;
  readonly pages?: number;
  readonly seconds?: number;
  /** Of media: how many more of the same size the context window has room for, beside all that is in this request. */
  readonly roomFor?: number;
  /** Arithmetic a person can follow: "34 × 32 = 1088: …". Every equation in it holds. */
  readonly explanation: string;
}

export interface EstimateCost {
  readonly usd: number;
  readonly inputUsd: number;
  readonly outputUsd?: number;
  readonly covers: "input" | "input+output";
  /** USD for a million tokens, at the tier that applies. */
  readonly inputPerMillion: number;
  readonly outputPerMillion: number;
  readonly effectiveFrom: string;
  readonly pricesAsOf: string;
  readonly batch: boolean;
}

export interface Estimate {
  readonly model: string;
  /** Sum of the parts that are known. */
  readonly tokens: number;
  /** False when some part's tokens are null. */
  readonly complete: boolean;
  readonly parts: readonly EstimatePart[];
  readonly mediaResolution?: string;
  readonly cost: EstimateCost | null;
  readonly contextWindow: number;
  readonly fits: boolean;
  readonly warnings: readonly Warning[];
}

/** `usageMetadata` of an answer; the service leaves counts out when they are zero. */
export interface UsageMetadata {
  promptTokenCount?: number;
  candidatesTokenCount?: number;
  thoughtsTokenCount?: number;
  toolUsePromptTokenCount?: number;
  cachedContentTokenCount?: number;
  totalTokenCount?: number;
  promptTokensDetails?: readonly ModalityTokenCount[];
  cacheTokensDetails?: readonly ModalityTokenCount[];
  candidatesTokensDetails?: readonly ModalityTokenCount[];
  toolUsePromptTokensDetails?: readonly ModalityTokenCount[];
  [field: string]: unknown;
}

export interface ModalityTokenCount {
  modality?: string;
  tokenCount?: number | null;
}

// ── prepare ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface PrepareOptions {
  /** Turn the pixels so that orientation is 1. Default true. */
  upright?: boolean;
  /** Take out what says more than the picture: EXIF with its GPS, XMP, comments, thumbnails, trailers … Default true. */
  stripMetadata?: boolean;
  /** A part of the upright picture, in pixels. */
  crop?: { x: number; y: number; width: number; height: number };
  /** Longest side, in pixels; a longer one is made smaller. */
  maxEdge?: number;
  /** Most pixels; more are made fewer. */
  maxPixels?: number;
  /** Most bytes: lowers the quality as far as it must, then the size. */
  maxBytes?: number;
  /**
   * Default "keep". What has to be written again and cannot be in its own format becomes a PNG; a HEIC without alpha
   * becomes a JPEG.
   */
  format?: "keep" | "jpeg" | "png" | "webp";
  /**
   * 1–100, for a JPEG or lossy WebP that has to be encoded again. By default a JPEG of unchanged size keeps its own
   * quality, and everything else is 90.
   */
  quality?: number;
  /** "#rrggbb" behind a picture with alpha; white when it has to become a JPEG. */
  background?: string;
  /** Judge how sharp the picture is, at reduced scale. Default false, for it has to be decoded. */
  sharpness?: boolean;
  limits?: PictureLimits;
  signal?: AbortSignal;
  /** Told while a stream or an address is read, before pixels are worked on, and at the end. */
  onProgress?: (progress: PrepareProgress) => void;
}

export interface PictureLimits {
  /** Largest picture that is decoded, in pixels. Default 100 million. */
  maxPixels?: number;
  /** Largest source that is read, in bytes. Default 512 MiB. */
  maxBytes?: number;
}

export interface PrepareProgress {
  readonly step: "read" | "pixels" | "done";
  /** Of the source, so far. */
  readonly readBytes: number;
  /** Of the source, in all; undefined while nobody has said. */
  readonly totalBytes: number | undefined;
}

export interface Sharpness {
  /** 1 and more: as sharp as its size can show. Below 0.5, {@link blurry}. The same at every size of the picture. */
  readonly score: number;
  readonly blurry: boolean;
}

export interface DecodeOptions {
  /** Turn the pixels so that orientation is 1. Default true. The turn of HEIF is part of the format and always done. */
  upright?: boolean;
  /** Longest side, in pixels; a longer one is made smaller, which is quicker than decoding all. */
  maxEdge?: number;
  /** Take what is there of a JPEG, PNG or WebP that ends early; what is missing is grey or clear. Default false. */
  partial?: boolean;
  limits?: PictureLimits;
  signal?: AbortSignal;
}

export interface EncodeOptions {
  format: "jpeg" | "png" | "webp";
  /** 1–100, of JPEG and WebP. Default 90. */
  quality?: number;
}

/** As `ImageData`: RGBA, 8 bits a channel, straight alpha, row by row. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

export interface Change {
  /** Stable: "turned-upright", "re-encoded", … */
  readonly code: string;
  readonly message: string;
}

// ── request ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface BuildRequestOptions {
  api?: "generateContent" | "countTokens" | "openai";
  /** Options for every Source in `contents`; false sends the bytes as they are. */
  prepare?: PrepareOptions | false;
  /** "text-after-image" (default) moves a lone picture in front of a lone text. */
  order?: "text-after-image" | "as-given";
  /** Largest body, in bytes. */
  inlineLimitBytes?: number;
  signal?: AbortSignal;
}

export interface BuiltRequest {
  /** Below the base URL and API version: "models/gemini-3.5-flash:generateContent". */
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

/** USD for a million tokens. A modality without a price of its own costs `input` or `output`. */
export interface TokenPrices {
  readonly input: number;
  /** Text, and thoughts. */
  readonly output: number;
  /** Prompt tokens served from a cache; without it they cost what others cost. */
  readonly cachedInput?: number;
  /** Pages of documents too. */
  readonly imageInput?: number;
  readonly videoInput?: number;
  readonly audioInput?: number;
  readonly cachedAudioInput?: number;
  readonly imageOutput?: number;
  readonly audioOutput?: number;
}

/** Prices of the Batch API stand beside those of single requests; without them none are known. */
export interface TierPrices extends TokenPrices {
  readonly batch?: TokenPrices;
}

/** What a model costs from a day on, until the next row's day. */
export interface PriceRow extends TierPrices {
  /** First day, "2026-12-01", in UTC. Days before the first row are charged as by the first row. */
  readonly effectiveFrom: string;
  /** Where the numbers were read. */
  readonly source: string;
  /** Day on which the source was last seen to say so. */
  readonly checked: string;
  /** Prompts of more than `above` tokens are charged at these prices altogether, and so are their answers. */
  readonly tiers?: readonly (TierPrices & { readonly above: number })[];
}

/** What is known of a model. Days are written "2026-12-01". */
export interface ModelInfo {
  readonly id: string;
  /** Generation of token rules, such as "gemini-3". */
  readonly ruleSet: string;
  /** Tokens a prompt may have; from Gemini 4 on the answer counts too. */
  readonly contextWindow: number;
  readonly outputTokenLimit: number;
  readonly released?: string;
  /** From this day on Google advises against it, though the id still answers. */
  readonly deprecated?: string;
  /** From this day on it is gone; may lie ahead. */
  readonly retired?: string;
  /** What to use instead. */
  readonly successor?: string;
  /** The service itself lets the successor answer: from `retired` on, or from `deprecated` on when no end is known. */
  readonly routed?: boolean;
  /** Other ids of the same model. */
  readonly aliases?: readonly string[];
  /** In order of their days; null when no price is known. */
  readonly prices: readonly PriceRow[] | null;
  /** The newest day on which a source of these prices was read. */
  readonly pricesAsOf: string | null;
}

/** A price row of your own; only `input` and `output` are needed. */
export type PriceRegistration = TierPrices & Partial<PriceRow>;

/** A model this package does not know, or knows otherwise. */
export interface ModelRegistration extends Partial<Omit<ModelInfo, "id" | "prices">> {
  readonly id: string;
  /** A known model that lends rules, limits and prices not given here. Else `ruleSet` and `contextWindow` are needed. */
  readonly like?: string;
  readonly prices?: PriceRegistration | readonly PriceRegistration[] | null;
}

export interface CostOptions {
  /** The model that answered. */
  model: string;
  /** The day whose prices count; default now. */
  at?: Date | string | number;
  /** The answer came from the Batch API. Default false. */
  batch?: boolean;
}
