#pragma once

#include <cstdint>

/// The vectors of the simd128 encoder, defined in a file of their own and not const: a constant the compiler can see
/// is rebuilt inside the loop from scalar registers, which costs three quarters of the speed in V8.
namespace gvw::base64_constants {

extern std::uint8_t kSpread[16];
extern std::uint8_t kMaskA[16];
extern std::uint8_t kMaskB[16];
extern std::uint8_t kMaskC[16];
extern std::uint8_t kMaskD[16];
extern std::uint8_t kLastOfRange[16];
extern std::uint8_t kLettersEnd[16];
extern std::uint8_t kCapitals[16];
extern std::uint8_t kOffsets[16];

}  // namespace gvw::base64_constants
