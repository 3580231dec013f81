#pragma once
// The arithmetic decoder of HEVC (ITU-T H.265, 9.3.4.3), sixty-four bits at a time and without branches on what is
// read. All of it is inline: a reader that lives in registers for a whole transform block is what makes it fast.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gvw {

/// The state of a context as one byte: twice the probability state, and the more probable value in the lowest bit.
using BinContext = std::uint8_t;

namespace bins {

/// Table 9-52: the part of the range that the less probable value has, by state and quarter of the range.
inline constexpr std::uint8_t kLessProbable[64][4] = {
    {128, 176, 208, 240}, {128, 167, 197, 227}, {128, 158, 187, 216}, {123, 150, 178, 205}, {116, 142, 169, 195},
    {111, 135, 160, 185}, {105, 128, 152, 175}, {100, 122, 144, 166}, {95, 116, 137, 158},  {90, 110, 130, 150},
    {85, 104, 123, 142},  {81, 99, 117, 135},   {77, 94, 111, 128},   {73, 89, 105, 122},   {69, 85, 100, 116},
    {66, 80, 95, 110},    {62, 76, 90, 104},    {59, 72, 86, 99},     {56, 69, 81, 94},     {53, 65, 77, 89},
    {51, 62, 73, 85},     {48, 59, 69, 80},     {46, 56, 66, 76},     {43, 53, 63, 72},     {41, 50, 59, 69},
    {39, 48, 56, 65},     {37, 45, 54, 62},     {35, 43, 51, 59},     {33, 41, 48, 56},     {32, 39, 46, 53},
    {30, 37, 43, 50},     {29, 35, 41, 48},     {27, 33, 39, 45},     {26, 31, 37, 43},     {24, 30, 35, 41},
    {23, 28, 33, 39},     {22, 27, 32, 37},     {21, 26, 30, 35},     {20, 24, 29, 33},     {19, 23, 27, 31},
    {18, 22, 26, 30},     {17, 21, 25, 28},     {16, 20, 23, 27},     {15, 19, 22, 25},     {14, 18, 21, 24},
    {14, 17, 20, 23},     {13, 16, 19, 22},     {12, 15, 18, 21},     {12, 14, 17, 20},     {11, 14, 16, 19},
    {11, 13, 15, 18},     {10, 12, 15, 17},     {10, 12, 14, 16},     {9, 11, 13, 15},      {9, 11, 12, 14},
    {8, 10, 12, 14},      {8, 9, 11, 13},       {7, 9, 11, 12},       {7, 9, 10, 12},       {7, 8, 10, 11},
    {6, 8, 9, 11},        {6, 7, 9, 10},        {6, 7, 8, 9},         {2, 2, 2, 2}};

/// Table 9-53: the state after the less probable value.
inline constexpr std::uint8_t kAfterLessProbable[64] = {0,  0,  1,  2,  2,  4,  4,  5,  6,  7,  8,  9,  9,  11, 11, 12,
                                                        13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
                                                        24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33,
                                                        33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63};

inline constexpr unsigned kContexts = 128;
inline constexpr unsigned kMinRange = 256;
/// Quotients of 25 bits by 9 are exact by a factor of that many bits.
inline constexpr int kReciprocalBits = 34;

/// By quarter of the range and context.
inline constexpr auto kLessProbableOf = [] {
  std::array<std::uint8_t, std::size_t{4} * kContexts> table{};
  for (unsigned i = 0; i < table.size(); ++i) table[i] = kLessProbable[i % kContexts / 2][i / kContexts];
  return table;
}();

/// By context where the more probable value was read, by its complement in eight bits where it was the other.
inline constexpr auto kNextContext = [] {
  std::array<BinContext, std::size_t{2} * kContexts> table{};
  for (unsigned context = 0; context < kContexts; ++context) {
    const unsigned state = context / 2;
    const unsigned more = state < 62 ? context + 2 : context;
    const unsigned less = 2U * kAfterLessProbable[state] + ((context & 1U) ^ (state == 0 ? 1U : 0U));
    table[context] = static_cast<BinContext>(more);
    table[~context & 0xFFU] = static_cast<BinContext>(less);
  }
  return table;
}();

inline constexpr auto kReciprocal = [] {
  std::array<std::uint32_t, kMinRange> table{};
  for (unsigned i = 0; i < kMinRange; ++i) {
    const std::uint64_t range = kMinRange + i;
    table[i] = static_cast<std::uint32_t>(((std::uint64_t{1} << kReciprocalBits) + range - 1) / range);
  }
  return table;
}();

}  // namespace bins

class BinReader {
 public:
  /// Nine bits of the stream are compared with the range; as many as `ahead` have been read beyond them. They stand at
  /// the upper end of `window`, but for its sign, and zeros below them.
  std::uint64_t window = 0;
  std::uint32_t range = 0;
  int ahead = 0;
  const std::uint8_t* next = nullptr;
  const std::uint8_t* end = nullptr;
  /// Zeros that stood for bytes after the end.
  int beyond = 0;

  static constexpr int kRangeShift = 54;
  /// That many equiprobable bits may be asked for together.
  static constexpr int kMostBits = 16;

  [[gnu::always_inline]] unsigned bit(BinContext& context) {
    const unsigned before = context;
    const std::uint32_t less = bins::kLessProbableOf[2 * (range & 0xC0U) + before];
    const std::uint32_t more = range - less;
    const std::uint64_t limit = std::uint64_t{more} << kRangeShift;
    const std::uint64_t rest = window - limit;
    // All ones where it is the more probable one.
    const auto mask = static_cast<std::uint64_t>(static_cast<std::int64_t>(rest) >> 63);
    window = rest + (limit & mask);
    const auto narrow = static_cast<std::uint32_t>(mask);
    const std::uint32_t part = less + ((more - less) & narrow);
    const unsigned index = (before ^ ~narrow) & 0xFFU;
    context = bins::kNextContext[index];
    const int shift = std::countl_zero(part) - 23;
    range = part << shift;
    window <<= shift;
    ahead -= shift;
    if (ahead < 0) [[unlikely]]
      refill();
    return index & 1U;
  }

  /// The next sixteen equiprobable bits, which stay where they are.
  [[gnu::always_inline]] std::uint32_t peek() {
    if (ahead < kMostBits) [[unlikely]]
      refill();
    const std::uint64_t reciprocal = bins::kReciprocal[range - bins::kMinRange];
    return static_cast<std::uint32_t>((window >> (kRangeShift - kMostBits)) * reciprocal >> bins::kReciprocalBits);
  }

  /// Takes the first `count` of those bits, at most sixteen.
  [[gnu::always_inline]] std::uint32_t take(std::uint32_t peeked, int count) {
    const std::uint32_t bits = peeked >> (kMostBits - count);
    window -= (std::uint64_t{bits} * range) << (kRangeShift - count);
    window <<= count;
    ahead -= count;
    return bits;
  }

  [[gnu::always_inline]] std::uint32_t bits(int count) { return take(peek(), count); }

 private:
  /// Four bytes.
  [[gnu::always_inline]] void refill() {
    constexpr int kBits = 32;
    std::uint32_t word = 0;
    if (end - next >= 4) {
      std::memcpy(&word, next, sizeof(word));
      next += 4;
      word = __builtin_bswap32(word);
    } else {
      for (int i = 0; i < 4; ++i) {
        word <<= 8;
        if (next < end) {
          word |= *next++;
        } else {
          ++beyond;
        }
      }
    }
    window |= std::uint64_t{word} << (kRangeShift - kBits - ahead);
    ahead += kBits;
  }
};

}  // namespace gvw
