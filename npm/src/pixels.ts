/** Files to pixels, and pixels to files. */

import { checkEncodeOptions, checkOptions } from "./prepare-plan.js";
import { pixelsInfo, probeReader } from "./probe.js";
import { isRawPixels } from "./source/kinds.js";
import { openWhole } from "./source/open.js";
import type { DecodedImage, DecodeOptions, EncodeOptions, RawPixels, Source } from "./types.js";

/** The codec's JavaScript comes with its first use, as its module does. */
const loadPixels = () => import("./decode-picture.js");

/**
 * A picture's pixels, upright: of a JPEG, PNG, WebP, HEIC, HEIF, GIF or BMP; of one with several frames the first or main
 * one. Colours are given as the file has them, whatever its profile says.
 *
 * @throws InputError as {@link probe}; `truncated` for a file that ends early, unless `partial` is set; `unsupported` for a
 *   kind that cannot be decoded here; `too-large` beyond `limits`; `out-of-memory`; `bad-argument`; the signal's reason
 */
export async function decode(source: Source, options: DecodeOptions = {}): Promise<DecodedImage> {
  const { signal, maxEdge, limits } = options;
  checkOptions({ maxEdge, limits });
  signal?.throwIfAborted();
  if (isRawPixels(source)) {
    const name = "The picture";
    return (await loadPixels()).decodePicture({ data: source.data, info: pixelsInfo(source), name }, options);
  }
  const reader = await openWhole(source, { signal, maxBytes: limits?.maxBytes });
  try {
    const info = await probeReader(reader, signal);
    const data = await reader.bytes();
    signal?.throwIfAborted();
    return await (await loadPixels()).decodePicture({ data, info, name: reader.name }, options);
  } finally {
    await reader.close();
  }
}

/**
 * Pixels written as a file: a JPEG (clear parts on white) or lossy WebP of a quality, or a PNG.
 *
 * @param image RGBA; `ImageData` is one
 * @throws InputError `bad-argument`, `too-large` for more pixels than the format holds, `out-of-memory`
 */
export async function encode(image: RawPixels, options: EncodeOptions): Promise<Uint8Array<ArrayBuffer>> {
  checkEncodeOptions(options);
  pixelsInfo(image);
  return (await loadPixels()).encodePixels(image, options);
}
