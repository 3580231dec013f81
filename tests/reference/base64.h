#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Base64 as RFC 4648 describes it: a row of bits cut into sixes. Slow and obvious.
namespace gvw::reference {

inline std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const std::uint8_t byte : bytes) {
    for (int bit = 7; bit >= 0; --bit) bits += (byte >> bit & 1) != 0 ? '1' : '0';
  }
  while (bits.size() % 6 != 0) bits += '0';
  std::string letters;
  for (std::size_t at = 0; at < bits.size(); at += 6) letters += kAlphabet[std::stoul(bits.substr(at, 6), nullptr, 2)];
  while (letters.size() % 4 != 0) letters += '=';
  return letters;
}

}  // namespace gvw::reference
