#pragma once

#include <cstdint>

#include "pixels/simd.h"

// What the "islow" transforms of jfdctint.c and jidctint.c have in common, both ways: 13 bits of fraction, of which the
// first pass keeps 2, and their FIX_ constants.

constexpr int kConstBits = 13;
constexpr int kPass1Bits = 2;

constexpr int k0_298 = 2446;
constexpr int k0_390 = 3196;
constexpr int k0_541 = 4433;
constexpr int k0_765 = 6270;
constexpr int k0_899 = 7373;
constexpr int k1_175 = 9633;
constexpr int k1_501 = 12299;
constexpr int k1_847 = 15137;
constexpr int k1_961 = 16069;
constexpr int k2_053 = 16819;
constexpr int k2_562 = 20995;
constexpr int k3_072 = 25172;

/// Two factors for a dot product of pairs.
inline gvw::simd::i16x8 pair(int even, int odd) {
  const auto a = static_cast<std::int16_t>(even);
  const auto b = static_cast<std::int16_t>(odd);
  return gvw::simd::i16x8{a, b, a, b, a, b, a, b};
}
