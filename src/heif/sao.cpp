#include "heif/sao.h"

#include <algorithm>

#include "pixels/simd.h"

namespace gvw {
namespace {

using namespace simd;

constexpr std::size_t kLanes = 16;
constexpr unsigned kBands = 32;
constexpr unsigned kBandOffsets = 4;
/// 256 values in 32 bands.
constexpr unsigned kBandShift = 3;

std::uint8_t moved(std::uint8_t sample, int offset) {
  return static_cast<std::uint8_t>(std::clamp(sample + offset, 0, 255));
}

int sign(int value) { return (value > 0 ? 1 : 0) - (value < 0 ? 1 : 0); }

/// Where `kind` is `number`, the offset, whose two directions are added up apart.
struct Moves {
  u8x16 up{};
  u8x16 down{};

  void add(i8x16 is_kind, std::int8_t offset) {
    const auto mask = reinterpret_cast<u8x16>(is_kind);
    if (offset > 0) up |= mask & static_cast<std::uint8_t>(offset);
    if (offset < 0) down |= mask & static_cast<std::uint8_t>(-offset);
  }

  [[nodiscard]] u8x16 of(u8x16 samples) const {
    u8x16 sum = samples + up;
    sum |= reinterpret_cast<u8x16>(sum < samples);
    const u8x16 rest = sum - down;
    return rest & ~reinterpret_cast<u8x16>(rest > sum);
  }
};

}  // namespace

void offset_edges_scalar(const SampleRow& row, std::ptrdiff_t first, std::ptrdiff_t second,
                         const SampleOffsets& offsets, std::size_t from) {
  for (std::size_t i = from; i < row.count; ++i) {
    const std::uint8_t* sample = row.input + i;
    const int kind = sign(*sample - sample[first]) + sign(*sample - sample[second]);
    row.output[i] = moved(*sample, offsets[static_cast<unsigned>(kind + 2)]);
  }
}

void offset_bands_scalar(const SampleRow& row, unsigned leftmost, const SampleOffsets& offsets, std::size_t from) {
  for (std::size_t i = from; i < row.count; ++i) {
    const unsigned band = ((row.input[i] >> kBandShift) - leftmost) & (kBands - 1);
    if (band < kBandOffsets) row.output[i] = moved(row.input[i], offsets[band]);
  }
}

void offset_edges(const SampleRow& row, std::ptrdiff_t first, std::ptrdiff_t second, const SampleOffsets& offsets) {
  std::size_t i = 0;
  for (; i + kLanes <= row.count; i += kLanes) {
    const auto samples = load<u8x16>(row.input + i);
    const auto a = load<u8x16>(row.input + i + first);
    const auto b = load<u8x16>(row.input + i + second);
    // A comparison that holds is -1.
    const i8x16 kind = (samples < a) - (samples > a) + (samples < b) - (samples > b);
    Moves moves;
    for (std::int8_t number = -2; number <= 2; ++number) {
      moves.add(kind == number, offsets[static_cast<std::size_t>(number + 2)]);
    }
    store(row.output + i, moves.of(samples));
  }
  offset_edges_scalar(row, first, second, offsets, i);
}

void offset_bands(const SampleRow& row, unsigned leftmost, const SampleOffsets& offsets) {
  std::size_t i = 0;
  for (; i + kLanes <= row.count; i += kLanes) {
    const auto samples = load<u8x16>(row.input + i);
    const u8x16 band = ((samples >> kBandShift) - static_cast<std::uint8_t>(leftmost)) & std::uint8_t{kBands - 1};
    Moves moves;
    for (std::uint8_t number = 0; number < kBandOffsets; ++number) moves.add(band == number, offsets[number]);
    store(row.output + i, moves.of(samples));
  }
  offset_bands_scalar(row, leftmost, offsets, i);
}

}  // namespace gvw
