// PNG's filters by vectors against the same in plain words.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "pixels/codecs/png_filter.h"
#include "support/pixels.h"

namespace gvw {
namespace {

using test::Random;
using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(Random& random, std::size_t count) {
  Bytes bytes(count);
  // Mostly steps of one, where ties between neighbours are frequent; some noise.
  const bool rough = random.below(2) == 1;
  std::uint32_t value = random.below(256);
  for (auto& byte : bytes) {
    value = rough ? random.below(256) : value + random.below(3) - 1;
    byte = static_cast<std::uint8_t>(value);
  }
  return bytes;
}

TEST(PngKernels, UnfilterIsTheScalarTwins) {
  Random random(4);
  for (std::size_t count = 1; count <= 70; ++count) {
    for (unsigned filter = 0; filter <= 4; ++filter) {
      for (const unsigned pixel_bytes : {3U, 4U}) {
        for (int round = 0; round < 20; ++round) {
          // Exactly as long as they may be read, so that a sanitizer sees a byte too much.
          const Bytes row = random_bytes(random, count * pixel_bytes);
          Bytes above = random_bytes(random, count * 4);
          if (round == 0) std::ranges::fill(above, std::uint8_t{0});
          Bytes ours(count * 4);
          Bytes expected(count * 4);
          png::unfilter_to_rgba(filter, row.data(), above.data(), ours.data(), count, pixel_bytes);
          png::unfilter_to_rgba_scalar(filter, row.data(), above.data(), expected.data(), count, pixel_bytes);
          ASSERT_EQ(ours, expected) << "filter " << filter << ", " << count << " pixels of " << pixel_bytes;
        }
      }
    }
  }
}

TEST(PngKernels, FiltersAreUndone) {
  Random random(5);
  for (const std::size_t step : {1U, 2U, 3U, 4U}) {
    for (std::size_t length = step; length < 60; length += step) {
      for (unsigned filter = 0; filter <= 4; ++filter) {
        const Bytes row = random_bytes(random, length);
        const Bytes above = random_bytes(random, length);
        Bytes filtered(length);
        png::apply_filter(filter, row.data(), above.data(), filtered.data(), length, step);
        png::unfilter_in_place(filter, filtered.data(), above.data(), length, step);
        ASSERT_EQ(filtered, row) << "filter " << filter;
      }
    }
  }
}

}  // namespace
}  // namespace gvw
