// Forward DCT: the "islow" algorithm of jfdctint.c, its sums of products as dot products of pairs; and what stands
// before and after it: samples to signed numbers, quantisation.
#include "islow.h"
#include "library.h"
#include "pixels/simd.h"

namespace {

using namespace gvw::simd;

template <int kShift>
inline i16x8 rotated(i16x8 a, i16x8 b, i16x8 factors) {
  constexpr int kRound = 1 << (kShift - 1);
  return narrow((dot(zip_low(a, b), factors) + kRound) >> kShift, (dot(zip_high(a, b), factors) + kRound) >> kShift);
}

template <int kShift>
inline i16x8 rotated(i16x8 a, i16x8 b, i16x8 ab, i16x8 c, i16x8 d, i16x8 cd) {
  constexpr int kRound = 1 << (kShift - 1);
  const i32x4 low = dot(zip_low(a, b), ab) + dot(zip_low(c, d), cd);
  const i32x4 high = dot(zip_high(a, b), ab) + dot(zip_high(c, d), cd);
  return narrow((low + kRound) >> kShift, (high + kRound) >> kShift);
}

/// One dimension of eight columns at once. The first pass scales by 2^kPass1Bits, the second takes that back.
template <bool kFirst>
inline void pass(i16x8 (&rows)[8]) {
  constexpr int kShift = kFirst ? kConstBits - kPass1Bits : kConstBits + kPass1Bits;
  const i16x8 t0 = rows[0] + rows[7];
  const i16x8 t7 = rows[0] - rows[7];
  const i16x8 t1 = rows[1] + rows[6];
  const i16x8 t6 = rows[1] - rows[6];
  const i16x8 t2 = rows[2] + rows[5];
  const i16x8 t5 = rows[2] - rows[5];
  const i16x8 t3 = rows[3] + rows[4];
  const i16x8 t4 = rows[3] - rows[4];
  const i16x8 t10 = t0 + t3;
  const i16x8 t13 = t0 - t3;
  const i16x8 t11 = t1 + t2;
  const i16x8 t12 = t1 - t2;
  constexpr std::int16_t kRound = 1 << (kPass1Bits - 1);
  rows[0] = kFirst ? (t10 + t11) << kPass1Bits : (t10 + t11 + kRound) >> kPass1Bits;
  rows[4] = kFirst ? (t10 - t11) << kPass1Bits : (t10 - t11 + kRound) >> kPass1Bits;
  rows[2] = rotated<kShift>(t13, t12, pair(k0_541 + k0_765, k0_541));
  rows[6] = rotated<kShift>(t13, t12, pair(k0_541, k0_541 - k1_847));
  // The factors of t4 to t7 after jfdctint.c's z1 to z5 are multiplied out.
  rows[7] = rotated<kShift>(t4, t7, pair(k0_298 - k0_899 - k1_961 + k1_175, k1_175 - k0_899), t5, t6,
                            pair(k1_175, k1_175 - k1_961));
  rows[5] = rotated<kShift>(t4, t7, pair(k1_175, k1_175 - k0_390), t5, t6,
                            pair(k2_053 - k2_562 - k0_390 + k1_175, k1_175 - k2_562));
  rows[3] = rotated<kShift>(t4, t7, pair(k1_175 - k1_961, k1_175), t5, t6,
                            pair(k1_175 - k2_562, k3_072 - k2_562 - k1_961 + k1_175));
  rows[1] = rotated<kShift>(t4, t7, pair(k1_175 - k0_899, k1_501 - k0_899 - k0_390 + k1_175), t5, t6,
                            pair(k1_175 - k0_390, k1_175));
}

}  // namespace

extern "C" {

int jsimd_can_convsamp(void) { return gvw_jpeg_kernels; }
int jsimd_can_fdct_islow(void) { return gvw_jpeg_kernels; }
int jsimd_can_quantize(void) { return gvw_jpeg_kernels; }

void jsimd_convsamp(JSAMPARRAY sample_data, JDIMENSION start_col, DCTELEM* workspace) {
  constexpr std::int16_t kCentre = 128;
  for (std::size_t i = 0; i < 8; ++i) {
    store(workspace + 8 * i, widen_low(load_half(sample_data[i] + start_col)) - kCentre);
  }
}

// Not inlined: a browser compiles a function anew with its optimiser only at its next call.
__attribute__((noinline)) void jsimd_fdct_islow(DCTELEM* data) {
  i16x8 rows[8];
  for (std::size_t i = 0; i < 8; ++i) rows[i] = load<i16x8>(data + 8 * i);
  transpose(rows);
  pass<true>(rows);
  transpose(rows);
  pass<false>(rows);
  for (std::size_t i = 0; i < 8; ++i) store(data + 8 * i, rows[i]);
}

// The divisors are four tables, made by compute_reciprocal() of jcdctmgr.c: reciprocal, rounding, scale, shift. Where
// the scale does not fit into 16 bits, the library keeps to its own code.
__attribute__((noinline)) void jsimd_quantize(JCOEFPTR coef_block, DCTELEM* divisors, DCTELEM* workspace) {
  for (std::size_t i = 0; i < DCTSIZE2; i += 8) {
    const auto value = load<i16x8>(workspace + i);
    const i16x8 sign = value >> 15;
    const auto magnitude = reinterpret_cast<u16x8>((value ^ sign) - sign);
    const u16x8 rounded = magnitude + load<u16x8>(divisors + DCTSIZE2 + i);
    const u16x8 product = multiply_high(rounded, load<u16x8>(divisors + i));
    const u16x8 quotient = multiply_high(product, load<u16x8>(divisors + std::size_t{2} * DCTSIZE2 + i));
    store(coef_block + i, (reinterpret_cast<i16x8>(quotient) ^ sign) - sign);
  }
}

}  // extern "C"
