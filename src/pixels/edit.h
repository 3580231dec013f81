#pragma once

#include <cstdint>

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// The part of `width` by `height` pixels at (x, y), in place. False, and nothing done, when it is empty or not inside.
bool crop(Image& image, std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height);

/// Puts the picture onto a colour, in place; it is opaque afterwards.
void flatten(Image& image, std::uint8_t red, std::uint8_t green, std::uint8_t blue);

/// True when no pixel lets anything through; remembered in the image.
bool is_opaque(Image& image);

}  // namespace gvw
