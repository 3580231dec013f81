#pragma once

#include <cstdint>

#include "support/bytes.h"

/// JPEG headers put together segment by segment; there is no picture behind them.
namespace gvw::testing {

inline Bytes jpeg_segment(std::uint8_t marker, const Bytes& payload) {
  Bytes bytes = {0xff, marker};
  append_number(bytes, payload.size() + 2, 2);
  append(bytes, payload);
  return bytes;
}

struct Frame {
  std::uint8_t marker = 0xc0;
  std::uint8_t depth = 8;
  std::uint16_t height = 20;
  std::uint16_t width = 30;
  Bytes component_ids = {1, 2, 3};
};

inline Bytes frame_header(const Frame& frame = {}) {
  Bytes payload = {frame.depth};
  append_number(payload, frame.height, 2);
  append_number(payload, frame.width, 2);
  payload.push_back(static_cast<std::uint8_t>(frame.component_ids.size()));
  for (const std::uint8_t id : frame.component_ids) append(payload, Bytes{id, 0x11, 0});
  return jpeg_segment(frame.marker, payload);
}

inline Bytes exif_segment(const Bytes& tiff) {
  return jpeg_segment(0xe1, joined({bytes_of(std::string_view("Exif\0\0", 6)), tiff}));
}

/// SOI, the pieces, a frame header and the start of a scan.
inline Bytes jpeg_of(const Bytes& before_frame, const Frame& frame = {}, const Bytes& after_frame = {}) {
  return joined({{0xff, 0xd8}, before_frame, frame_header(frame), after_frame, {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0}});
}

}  // namespace gvw::testing
