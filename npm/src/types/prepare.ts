/** What prepare, decode and encode take and give. */

export interface PrepareOptions {
  /** Turn the pixels so that orientation is 1. Default true. Otherwise they stay as they lie, and the file says how to turn them. */
  upright?: boolean;
  /** Take out what says more than the picture: EXIF with its GPS, XMP, comments, thumbnails, trailers … Default true. */
  stripMetadata?: boolean;
  /**
   * Leave in the gain map of an HDR photo (Ultra HDR JPEG, HEIC), and of its description the numbers alone, where metadata is
   * taken out. A JPEG's is turned with it where its blocks allow it. Whatever else needs the pixels again loses it, which is
   * the warning `gain-map-lost`. How far Apple's own maps reach stands in EXIF or XMP, which go. Default false: a model does not
   * need it, and it costs bytes.
   */
  keepGainMap?: boolean;
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
