#pragma once

#include <cstdint>
#include <string_view>

#include "support/bytes.h"

/// PNG files put together chunk by chunk.
namespace gvw::testing {

/// PNG specification, third edition, annex D.
inline std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) * 0xedb88320U);
  }
  return ~crc;
}

inline Bytes png_chunk(std::string_view type, const Bytes& data) {
  const Bytes checked = joined({bytes_of(type), data});
  Bytes bytes;
  append_number(bytes, data.size(), 4);
  append(bytes, checked);
  append_number(bytes, crc32(checked), 4);
  return bytes;
}

struct PngHeader {
  std::uint32_t width = 30;
  std::uint32_t height = 20;
  std::uint8_t depth = 8;
  std::uint8_t color_type = 2;
  std::uint8_t interlace = 0;
};

inline Bytes png_header(const PngHeader& header = {}) {
  Bytes data;
  append_number(data, header.width, 4);
  append_number(data, header.height, 4);
  append(data, Bytes{header.depth, header.color_type, 0, 0, header.interlace});
  return joined({bytes_of("\x89PNG\r\n\x1a\n"), png_chunk("IHDR", data)});
}

/// Header, the chunks given, and an empty data chunk.
inline Bytes png_of(const Bytes& chunks, const PngHeader& header = {}) {
  return joined({png_header(header), chunks, png_chunk("IDAT", {})});
}

}  // namespace gvw::testing
