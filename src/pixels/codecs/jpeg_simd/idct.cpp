// Inverse DCT: the "islow" algorithm of jidctint.c (Loeffler, Ligtenberg, Moschytz), all of its sums of products as dot
// products of pairs.
#include "islow.h"
#include "library.h"
#include "pixels/simd.h"

namespace {

using namespace gvw::simd;

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
  for (std::size_t i = 0; i < 8; ++i) rows[i] = narrow(left[i], right[i]);
}

// ── half the size ───────────────────────────────────────────────────────────────────────────────────────────────────

// jidctred.c's further FIX_ constants.
constexpr int k0_211 = 1730;
constexpr int k0_509 = 4176;
constexpr int k0_601 = 4926;
constexpr int k1_061 = 8697;
constexpr int k1_451 = 11893;
constexpr int k2_172 = 17799;

/// Four columns of which only four rows are wanted; the fourth frequency (row 4) has no part in them.
template <int kShift>
inline void half_columns(i16x8 p0, i16x8 p26, i16x8 p13, i16x8 p57, i32x4 (&out)[4]) {
  constexpr int kRound = 1 << (kShift - 1);
  const i32x4 even0 = dot(p0, pair(2 << kConstBits, 0)) + kRound;
  const i32x4 even2 = dot(p26, pair(k1_847, -k0_765));
  const i32x4 odd0 = dot(p13, pair(k1_061, -k2_172)) + dot(p57, pair(k1_451, -k0_211));
  const i32x4 odd2 = dot(p13, pair(k2_562, k0_899)) + dot(p57, pair(-k0_601, -k0_509));
  out[0] = (even0 + even2 + odd2) >> kShift;
  out[3] = (even0 + even2 - odd2) >> kShift;
  out[1] = (even0 - even2 + odd0) >> kShift;
  out[2] = (even0 - even2 - odd0) >> kShift;
}

}  // namespace

extern "C" {

int jsimd_can_idct_4x4(void) { return gvw_jpeg_kernels; }

__attribute__((noinline)) void jsimd_idct_4x4(j_decompress_ptr /*cinfo*/, jpeg_component_info* compptr,
                                              JCOEFPTR coef_block, JSAMPARRAY output_buf, JDIMENSION output_col) {
  const auto* factors = static_cast<const std::int16_t*>(compptr->dct_table);
  i16x8 rows[8];
  for (std::size_t i = 0; i < 8; ++i) rows[i] = load<i16x8>(coef_block + 8 * i) * load<i16x8>(factors + 8 * i);
  i32x4 left[4];
  i32x4 right[4];
  half_columns<kConstBits - kPass1Bits + 1>(zip_low(rows[0], i16x8{}), zip_low(rows[2], rows[6]),
                                            zip_low(rows[1], rows[3]), zip_low(rows[5], rows[7]), left);
  half_columns<kConstBits - kPass1Bits + 1>(zip_high(rows[0], i16x8{}), zip_high(rows[2], rows[6]),
                                            zip_high(rows[1], rows[3]), zip_high(rows[5], rows[7]), right);
  for (std::size_t i = 0; i < 4; ++i) rows[i] = narrow(left[i], right[i]);
  for (std::size_t i = 4; i < 8; ++i) rows[i] = i16x8{};
  transpose(rows);
  i32x4 columns[4];
  half_columns<kConstBits + kPass1Bits + 4>(zip_low(rows[0], i16x8{}), zip_low(rows[2], rows[6]),
                                            zip_low(rows[1], rows[3]), zip_low(rows[5], rows[7]), columns);
  const auto centre = static_cast<std::int8_t>(-128);
  const i8x16 bytes = narrow(narrow(columns[0], columns[1]), narrow(columns[2], columns[3])) ^ centre;
  const auto samples = reinterpret_cast<i32x4>(
      __builtin_shufflevector(bytes, bytes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int32_t four = samples[i];
    std::memcpy(output_buf[i] + output_col, &four, sizeof(four));
  }
}

int jsimd_can_idct_islow(void) { return gvw_jpeg_kernels; }

// Not inlined: a browser compiles a function anew with its optimiser only at its next call.
__attribute__((noinline)) void jsimd_idct_islow(j_decompress_ptr /*cinfo*/, jpeg_component_info* compptr,
                                                JCOEFPTR coef_block, JSAMPARRAY output_buf, JDIMENSION output_col) {
  const auto* factors = static_cast<const std::int16_t*>(compptr->dct_table);
  i16x8 rows[8];
  for (std::size_t i = 0; i < 8; ++i) rows[i] = load<i16x8>(coef_block + 8 * i) * load<i16x8>(factors + 8 * i);
  pass<kConstBits - kPass1Bits>(rows);
  transpose(rows);
  pass<kConstBits + kPass1Bits + 3>(rows);
  transpose(rows);
  const auto centre = static_cast<std::int8_t>(-128);
  for (std::size_t i = 0; i < 8; i += 2) {
    const auto samples = reinterpret_cast<u8x16>(narrow(rows[i], rows[i + 1]) ^ centre);
    store_half(output_buf[i] + output_col, samples);
    store_half(output_buf[i + 1] + output_col, zip_high(reinterpret_cast<u64x2>(samples), u64x2{}));
  }
}

}  // extern "C"
