#pragma once

#include <cstdint>

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

enum class Filter : std::uint8_t {
  /// The mean of what a pixel covers: smaller only.
  kArea,
  /// Three lobes of sinc, as wide as the step: sharp.
  kLanczos3,
};

/// The picture in another size; one with alpha is weighted by it. Fails with bad_argument for a size without pixels,
/// out_of_memory.
Result<Image> resize(Image image, std::uint32_t width, std::uint32_t height, Filter filter);

/// The same in plain words: what tests compare with, to the bit.
Result<Image> resize_scalar(Image image, std::uint32_t width, std::uint32_t height, Filter filter);

}  // namespace gvw
