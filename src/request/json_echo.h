#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.h"
#include "base/result.h"

namespace gvw {

/// A request's JSON with room for its payloads.
struct JsonEcho {
  /// The JSON with an empty string at each place.
  Buffer text;
  /// For each place in order, as little-endian 32-bit numbers: where the payload is to be inserted in `text` (between
  /// the two quotes), and which payload it is.
  Buffer places;
};

/// Reads `json` and writes it again, event by event, with every string value of the form `<marker><decimal index>`
/// turned into a place. Numbers are echoed as written, strings as JSON.stringify escapes them, so that the result
/// equals JSON.stringify of the same value byte for byte.
///
/// Fails with malformed (`at`: byte offset), bad_argument when nested deeper than limits::kMaxJsonDepth, too_large
/// above limits::kMaxJsonBytes, out_of_memory.
Result<JsonEcho> echo_json(std::span<const std::uint8_t> json, std::string_view marker);

}  // namespace gvw
