#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_reader.h"

/// Bytes put together by hand, as the specifications write them.
namespace gvw::testing {

using Bytes = std::vector<std::uint8_t>;

inline Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

inline std::string text_of(std::span<const std::uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

inline void append(Bytes& to, std::span<const std::uint8_t> bytes) { std::ranges::copy(bytes, std::back_inserter(to)); }
inline void append(Bytes& to, std::string_view text) { append(to, bytes_of(text)); }

/// `value` in `length` bytes.
inline void append_number(Bytes& to, std::uint64_t value, unsigned length, Endian endian = Endian::kBig) {
  for (unsigned i = 0; i < length; ++i) {
    const unsigned shift = 8 * (endian == Endian::kBig ? length - 1 - i : i);
    to.push_back(static_cast<std::uint8_t>(value >> shift & 0xffU));
  }
}

inline Bytes joined(std::initializer_list<Bytes> pieces) {
  Bytes all;
  for (const Bytes& piece : pieces) append(all, piece);
  return all;
}

/// Repeatable bytes without a pattern (xorshift32).
inline Bytes noise(std::size_t count, std::uint32_t seed = 1) {
  Bytes bytes(count);
  for (std::uint8_t& byte : bytes) {
    seed ^= seed << 13U;
    seed ^= seed >> 17U;
    seed ^= seed << 5U;
    byte = static_cast<std::uint8_t>(seed);
  }
  return bytes;
}

}  // namespace gvw::testing
