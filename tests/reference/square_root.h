#pragma once

#include <cstdint>

/// The largest n with n * n * b <= scale * a, found by counting up.
namespace gvw::reference {

inline std::int32_t floor_sqrt_ratio(std::int32_t scale, std::uint32_t a, std::uint32_t b) {
  const std::uint64_t limit = static_cast<std::uint64_t>(scale) * a;
  std::uint64_t root = 0;
  while ((root + 1) * (root + 1) * b <= limit) ++root;
  return static_cast<std::int32_t>(root);
}

}  // namespace gvw::reference
