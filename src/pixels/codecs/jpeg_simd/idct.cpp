// Inverse DCT: the "islow" algorithm of jidctint.c (Loeffler, Ligtenberg, Moschytz), all of its sums of products as dot
// products of pairs. 13 bits of fraction; the first pass keeps 2 of them.
#include "library.h"
#include "pixels/simd.h"

namespace {

using namespace gvw::simd;

constexpr int kConstBits = 13;
constexpr int kPass1Bits = 2;

// jidctint.c's FIX_ constants.
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

inline i16x8 pair(int even, int odd) {
  const auto a = static_cast<std::int16_t>(even);
  const auto b = static_cast<std::int16_t>(odd);
  return i16x8{a, b, a, b, a, b, a, b};
}

/// Four columns: pairs of rows in, eight rows of 32 bits out.
template <int kShift>
inline void columns(i16x8 p04, i16x8 p26, i16x8 p13, i16x8 p57, i32x4 (&out)[8]) {
  constexpr int kOne = 1 << kConstBits;
  constexpr int kRound = 1 << (kShift - 1);
  const i32x4 even0 = dot(p04, pair(kOne, kOne)) + kRound;
  const i32x4 even1 = dot(p04, pair(kOne, -kOne)) + kRound;
  const i32x4 even2 = dot(p26, pair(k0_541, k0_541 - k1_847));
  const i32x4 even3 = dot(p26, pair(k0_541 + k0_765, k0_541));
  const i32x4 t10 = even0 + even3;
  const i32x4 t13 = even0 - even3;
  const i32x4 t11 = even1 + even2;
  const i32x4 t12 = even1 - even2;
  // The factors of in1, in3, in5 and in7 after jidctint.c's z1 to z5 are multiplied out.
  const i32x4 odd0 =
      dot(p13, pair(k1_175 - k0_899, k1_175 - k1_961)) + dot(p57, pair(k1_175, k0_298 - k0_899 - k1_961 + k1_175));
  const i32x4 odd1 =
      dot(p13, pair(k1_175 - k0_390, k1_175 - k2_562)) + dot(p57, pair(k2_053 - k2_562 - k0_390 + k1_175, k1_175));
  const i32x4 odd2 =
      dot(p13, pair(k1_175, k3_072 - k2_562 - k1_961 + k1_175)) + dot(p57, pair(k1_175 - k2_562, k1_175 - k1_961));
  const i32x4 odd3 =
      dot(p13, pair(k1_501 - k0_899 - k0_390 + k1_175, k1_175)) + dot(p57, pair(k1_175 - k0_390, k1_175 - k0_899));
  out[0] = (t10 + odd3) >> kShift;
  out[7] = (t10 - odd3) >> kShift;
  out[1] = (t11 + odd2) >> kShift;
  out[6] = (t11 - odd2) >> kShift;
  out[2] = (t12 + odd1) >> kShift;
  out[5] = (t12 - odd1) >> kShift;
  out[3] = (t13 + odd0) >> kShift;
  out[4] = (t13 - odd0) >> kShift;
}

template <int kShift>
inline void pass(i16x8 (&rows)[8]) {
  i32x4 left[8];
  i32x4 right[8];
  columns<kShift>(zip_low(rows[0], rows[4]), zip_low(rows[2], rows[6]), zip_low(rows[1], rows[3]),
                  zip_low(rows[5], rows[7]), left);
  columns<kShift>(zip_high(rows[0], rows[4]), zip_high(rows[2], rows[6]), zip_high(rows[1], rows[3]),
                  zip_high(rows[5], rows[7]), right);
  for (int i = 0; i < 8; ++i) rows[i] = narrow(left[i], right[i]);
}

}  // namespace

extern "C" {

int jsimd_can_idct_islow(void) { return gvw_jpeg_kernels; }

// Not inlined: a browser compiles a function anew with its optimiser only at its next call.
__attribute__((noinline)) void jsimd_idct_islow(j_decompress_ptr /*cinfo*/, jpeg_component_info* compptr,
                                                JCOEFPTR coef_block, JSAMPARRAY output_buf, JDIMENSION output_col) {
  const auto* factors = static_cast<const std::int16_t*>(compptr->dct_table);
  i16x8 rows[8];
  for (int i = 0; i < 8; ++i) rows[i] = load<i16x8>(coef_block + 8 * i) * load<i16x8>(factors + 8 * i);
  pass<kConstBits - kPass1Bits>(rows);
  transpose(rows);
  pass<kConstBits + kPass1Bits + 3>(rows);
  transpose(rows);
  const auto centre = static_cast<std::int8_t>(-128);
  for (int i = 0; i < 8; i += 2) {
    const auto samples = reinterpret_cast<u8x16>(narrow(rows[i], rows[i + 1]) ^ centre);
    store_half(output_buf[i] + output_col, samples);
    store_half(output_buf[i + 1] + output_col, zip_high(reinterpret_cast<u64x2>(samples), u64x2{}));
  }
}

}  // extern "C"
