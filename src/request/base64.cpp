#include "request/base64.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>

#include "request/base64_constants.h"
#endif

namespace gvw {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint8_t letter(unsigned sextet) { return static_cast<std::uint8_t>(kAlphabet[sextet & 0x3fU]); }

}  // namespace

void encode_base64_scalar(const std::uint8_t* input, std::size_t count, std::uint8_t* output) {
  for (; count >= 3; count -= 3, input += 3, output += 4) {
    const unsigned group = static_cast<unsigned>(input[0]) << 16U | static_cast<unsigned>(input[1]) << 8U | input[2];
    output[0] = letter(group >> 18U);
    output[1] = letter(group >> 12U);
    output[2] = letter(group >> 6U);
    output[3] = letter(group);
  }
  if (count == 0) return;
  const unsigned group =
      static_cast<unsigned>(input[0]) << 16U | (count == 2 ? static_cast<unsigned>(input[1]) << 8U : 0U);
  output[0] = letter(group >> 18U);
  output[1] = letter(group >> 12U);
  output[2] = count == 2 ? letter(group >> 6U) : static_cast<std::uint8_t>('=');
  output[3] = '=';
}

#ifdef __wasm_simd128__

// After Muła and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions" (2018): 12 bytes become four
// lanes of four sextets, and a sextet becomes a letter by adding an offset looked up by its range. Own arrangement
// with plain lane shifts, since wasm has no 16-bit high multiply.
void encode_base64(const std::uint8_t* input, std::size_t count, std::uint8_t* output) {
  constexpr std::size_t kBytesPerStep = 12;
  constexpr std::size_t kBytesPerLoad = 16;
  const v128_t spread = wasm_v128_load(base64_constants::kSpread);
  const v128_t mask_a = wasm_v128_load(base64_constants::kMaskA);
  const v128_t mask_b = wasm_v128_load(base64_constants::kMaskB);
  const v128_t mask_c = wasm_v128_load(base64_constants::kMaskC);
  const v128_t mask_d = wasm_v128_load(base64_constants::kMaskD);
  const v128_t last_of_range = wasm_v128_load(base64_constants::kLastOfRange);
  const v128_t letters_end = wasm_v128_load(base64_constants::kLettersEnd);
  const v128_t capitals = wasm_v128_load(base64_constants::kCapitals);
  const v128_t offsets = wasm_v128_load(base64_constants::kOffsets);

  for (; count >= kBytesPerLoad; count -= kBytesPerStep, input += kBytesPerStep, output += kBytesPerLoad) {
    const v128_t lanes = wasm_i8x16_swizzle(wasm_v128_load(input), spread);
    const v128_t sextets = wasm_v128_or(
        wasm_v128_or(wasm_v128_and(wasm_u32x4_shr(lanes, 10), mask_a), wasm_v128_and(wasm_i32x4_shl(lanes, 4), mask_b)),
        wasm_v128_or(wasm_v128_and(wasm_u32x4_shr(lanes, 6), mask_c), wasm_v128_and(wasm_i32x4_shl(lanes, 8), mask_d)));
    const v128_t is_capital = wasm_u8x16_lt(sextets, letters_end);
    const v128_t range = wasm_v128_or(wasm_u8x16_sub_sat(sextets, last_of_range), wasm_v128_and(is_capital, capitals));
    wasm_v128_store(output, wasm_i8x16_add(sextets, wasm_i8x16_swizzle(offsets, range)));
  }
  encode_base64_scalar(input, count, output);
}

#else

void encode_base64(const std::uint8_t* input, std::size_t count, std::uint8_t* output) {
  encode_base64_scalar(input, count, output);
}

#endif

}  // namespace gvw
