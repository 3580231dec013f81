#pragma once

#include <cstdint>

namespace gvw {

/// A type of four characters as it stands in a file and is read big-endian: the boxes of ISOBMFF, the chunks of PNG and
/// RIFF.
constexpr std::uint32_t four_cc(const char (&name)[5]) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(name[0])) << 24U |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[1])) << 16U |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[2])) << 8U |
         static_cast<std::uint32_t>(static_cast<unsigned char>(name[3]));
}

}  // namespace gvw
