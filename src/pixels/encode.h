#pragma once

#include "base/buffer.h"
#include "base/result.h"
#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/png.h"
#include "pixels/codecs/webp.h"
#include "pixels/image.h"

namespace gvw {

/// encode_jpeg() with all else as by default.
inline Result<Buffer> encode_jpeg(const Image& image, int quality) {
  JpegOptions options;
  options.quality = quality;
  return encode_jpeg(image, options);
}

}  // namespace gvw
