#pragma once

#include <string_view>

#include "base/buffer.h"

/// Private to the strip.
namespace gvw::stripping {

/// Writes the XMP packet of a gain map anew (Adobe, "Gain map" 1.0): the numbers of `packet` by which it is applied and
/// nothing else. False when it does not have them.
bool write_hdrgm(std::string_view packet, Buffer& out);

}  // namespace gvw::stripping
