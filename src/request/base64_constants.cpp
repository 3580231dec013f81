#include "request/base64_constants.h"

namespace gvw::base64_constants {

// Bytes b1 b0 b2 b1 of each group of three, in one little-endian lane.
alignas(16) std::uint8_t kSpread[16] = {1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10};
// The place of each of the four sextets in its lane.
alignas(16) std::uint8_t kMaskA[16] = {0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0};
alignas(16) std::uint8_t kMaskB[16] = {0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0};
alignas(16) std::uint8_t kMaskC[16] = {0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0};
alignas(16) std::uint8_t kMaskD[16] = {0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f, 0, 0, 0, 0x3f};
// Sextets above 51 (digits, '+', '/') become 1 to 12; the letters 0, of which the capitals are then set to 13.
alignas(16) std::uint8_t kLastOfRange[16] = {51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51};
alignas(16) std::uint8_t kLettersEnd[16] = {26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26, 26};
alignas(16) std::uint8_t kCapitals[16] = {13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13};
// What to add to a sextet of each range: 'a' - 26, ten times '0' - 52, '+' - 62, '/' - 63, 'A'.
alignas(16) std::uint8_t kOffsets[16] = {71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0};

}  // namespace gvw::base64_constants
