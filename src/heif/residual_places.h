#pragma once
// The orders in which the coefficients of a sub-block of 4 by 4 are read, and what depends on their places alone.
#include <cstdint>

namespace gvw {

inline constexpr int kSubBlockSize = 16;

/// Where 9.3.4.2.5 lets the context of a significance flag depend on the place in the sub-block, in the order of the
/// scan: for each scan by whether the neighbours to the right (1) and below (2) are coded, and last for a block of 4
/// by 4.
using Significance = std::uint8_t[5][kSubBlockSize];

inline constexpr int kScans = 3;

struct Places {
  std::uint8_t x[kScans][kSubBlockSize];
  std::uint8_t y[kScans][kSubBlockSize];
  Significance significance[kScans];
};

constexpr std::uint8_t significance_of(int pattern, int x, int y) {
  constexpr std::uint8_t kSmallBlock[kSubBlockSize] = {0, 1, 4, 5, 2, 3, 4, 5, 6, 6, 8, 8, 7, 7, 8, 8};
  constexpr std::uint8_t kByLine[4] = {2, 1, 0, 0};
  constexpr std::uint8_t kByDiagonal[7] = {2, 1, 1, 0, 0, 0, 0};
  switch (pattern) {
    case 0:
      return kByDiagonal[x + y];
    case 1:
      return kByLine[y];
    case 2:
      return kByLine[x];
    case 3:
      return 2;
    default:
      return kSmallBlock[4 * y + x];
  }
}

inline constexpr Places kPlaces = [] {
  Places places{};
  int n = 0;
  for (int diagonal = 0; diagonal < 7; ++diagonal) {
    for (int x = 0; x < 4; ++x) {
      const int y = diagonal - x;
      if (y < 0 || y > 3) continue;
      places.x[0][n] = static_cast<std::uint8_t>(x);
      places.y[0][n++] = static_cast<std::uint8_t>(y);
    }
  }
  for (n = 0; n < kSubBlockSize; ++n) {
    places.x[1][n] = places.y[2][n] = static_cast<std::uint8_t>(n % 4);
    places.y[1][n] = places.x[2][n] = static_cast<std::uint8_t>(n / 4);
  }
  for (int scan = 0; scan < kScans; ++scan) {
    for (int pattern = 0; pattern < 5; ++pattern) {
      for (n = 0; n < kSubBlockSize; ++n) {
        places.significance[scan][pattern][n] = significance_of(pattern, places.x[scan][n], places.y[scan][n]);
      }
    }
  }
  return places;
}();

}  // namespace gvw
