#pragma once

#include <cstdint>
#include <span>

#include "base/buffer.h"
#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// Encodes as JPEG at `quality` 1 to 100; alpha is dropped. Fails with too_large for a side above 65,535 (T.81 B.2.2),
/// bad_argument for a quality outside its range or a picture without pixels, out_of_memory.
Result<Buffer> encode_jpeg(const Image& image, int quality);

/// Encodes as PNG: RGB when every pixel is opaque, else RGBA. Fails with too_large above 2 GiB of pixels, bad_argument
/// for a picture without pixels, out_of_memory.
Result<Buffer> encode_png(const Image& image);

}  // namespace gvw
