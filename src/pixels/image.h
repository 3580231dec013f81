#pragma once

#include <cstdint>

#include "base/buffer.h"

namespace gvw {

/// RGBA, 8 bits a channel, straight alpha, row-major without gaps.
struct Image {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  Buffer pixels;
};

}  // namespace gvw
