#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/// Vectors of 128 bits for the pixel kernels, on the vector extensions that GCC and Clang share: `+ - * & | ^ << >>`
/// are the compiler's. So the kernels that run as simd128 in the browser are the very ones that the native tests,
/// sanitizers and fuzzers run; only the few operations below that no operator says are written twice.
namespace gvw::simd {

using u8x16 = std::uint8_t __attribute__((vector_size(16)));
using i8x16 = std::int8_t __attribute__((vector_size(16)));
using i16x8 = std::int16_t __attribute__((vector_size(16)));
using u16x8 = std::uint16_t __attribute__((vector_size(16)));
using i32x4 = std::int32_t __attribute__((vector_size(16)));
using u32x4 = std::uint32_t __attribute__((vector_size(16)));
using u64x2 = std::uint64_t __attribute__((vector_size(16)));

template <class Vector>
inline Vector load(const void* bytes) {
  Vector vector;
  std::memcpy(&vector, bytes, sizeof(vector));
  return vector;
}

template <class Vector>
inline void store(void* bytes, Vector vector) {
  std::memcpy(bytes, &vector, sizeof(vector));
}

/// The first 8 bytes; the rest is zero.
inline u8x16 load_half(const void* bytes) {
  std::uint64_t half = 0;
  std::memcpy(&half, bytes, sizeof(half));
  return reinterpret_cast<u8x16>(u64x2{half, 0});
}

template <class Vector>
inline void store_half(void* bytes, Vector vector) {
  const std::uint64_t half = reinterpret_cast<u64x2>(vector)[0];
  std::memcpy(bytes, &half, sizeof(half));
}

/// a0 b0 a1 b1 …, from the first half of each.
inline u8x16 zip_low(u8x16 a, u8x16 b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
inline u8x16 zip_high(u8x16 a, u8x16 b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
inline i16x8 zip_low(i16x8 a, i16x8 b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
inline i16x8 zip_high(i16x8 a, i16x8 b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
inline i32x4 zip_low(i32x4 a, i32x4 b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
inline i32x4 zip_high(i32x4 a, i32x4 b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }
inline u64x2 zip_low(u64x2 a, u64x2 b) { return __builtin_shufflevector(a, b, 0, 2); }
inline u64x2 zip_high(u64x2 a, u64x2 b) { return __builtin_shufflevector(a, b, 1, 3); }

/// Bytes as numbers of 16 bits.
inline i16x8 widen_low(u8x16 a) { return reinterpret_cast<i16x8>(zip_low(a, u8x16{})); }
inline i16x8 widen_high(u8x16 a) { return reinterpret_cast<i16x8>(zip_high(a, u8x16{})); }

#ifdef __wasm_simd128__

/// a0·b0 + a1·b1, a2·b2 + a3·b3, …
inline i32x4 dot(i16x8 a, i16x8 b) {
  return reinterpret_cast<i32x4>(wasm_i32x4_dot_i16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
}

/// Both vectors in half the bits, held at the ends of the smaller type's range.
inline i16x8 narrow(i32x4 a, i32x4 b) {
  return reinterpret_cast<i16x8>(wasm_i16x8_narrow_i32x4(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
}
inline i8x16 narrow(i16x8 a, i16x8 b) {
  return reinterpret_cast<i8x16>(wasm_i8x16_narrow_i16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
}
inline u8x16 narrow_unsigned(i16x8 a, i16x8 b) {
  return reinterpret_cast<u8x16>(wasm_u8x16_narrow_i16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
}

/// The upper 16 bits of the products.
inline u16x8 multiply_high(u16x8 a, u16x8 b) {
  const auto low =
      reinterpret_cast<u16x8>(wasm_u32x4_extmul_low_u16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
  const auto high =
      reinterpret_cast<u16x8>(wasm_u32x4_extmul_high_u16x8(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
  return __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15);
}

/// (a + b) / 2, rounded down.
inline u8x16 mean(u8x16 a, u8x16 b) {
  const auto up = reinterpret_cast<u8x16>(wasm_u8x16_avgr(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
  return up - ((a ^ b) & std::uint8_t{1});
}

inline i16x8 absolute(i16x8 a) { return reinterpret_cast<i16x8>(wasm_i16x8_abs(reinterpret_cast<v128_t>(a))); }
inline i16x8 smaller(i16x8 a, i16x8 b) {
  return reinterpret_cast<i16x8>(wasm_i16x8_min(reinterpret_cast<v128_t>(a), reinterpret_cast<v128_t>(b)));
}

/// One bit a byte: its uppermost.
inline std::uint32_t top_bits(i8x16 a) { return wasm_i8x16_bitmask(reinterpret_cast<v128_t>(a)); }

#else

namespace detail {
using i16x4 = std::int16_t __attribute__((vector_size(8)));
using i8x8 = std::int8_t __attribute__((vector_size(8)));
using u8x8 = std::uint8_t __attribute__((vector_size(8)));

template <class Vector, class Number>
inline Vector held(Vector a, Number smallest, Number largest) {
  const Vector low = Vector{} + smallest;
  const Vector high = Vector{} + largest;
  const Vector above = a < low ? low : a;
  return above > high ? high : above;
}
}  // namespace detail

inline i32x4 dot(i16x8 a, i16x8 b) {
  const i16x8 even_a = __builtin_shufflevector(a, a, 0, 2, 4, 6, 1, 3, 5, 7);
  const i16x8 even_b = __builtin_shufflevector(b, b, 0, 2, 4, 6, 1, 3, 5, 7);
  const auto wide = [](i16x8 v, bool upper) {
    const auto low = upper ? __builtin_shufflevector(v, v, 4, 5, 6, 7) : __builtin_shufflevector(v, v, 0, 1, 2, 3);
    return __builtin_convertvector(low, i32x4);
  };
  // Only -2^15·-2^15 twice is beyond the range, and wraps in simd128 too.
  const auto sum = reinterpret_cast<u32x4>(wide(even_a, false) * wide(even_b, false)) +
                   reinterpret_cast<u32x4>(wide(even_a, true) * wide(even_b, true));
  return reinterpret_cast<i32x4>(sum);
}

inline i16x8 narrow(i32x4 a, i32x4 b) {
  const auto low = __builtin_convertvector(detail::held(a, -32768, 32767), detail::i16x4);
  const auto high = __builtin_convertvector(detail::held(b, -32768, 32767), detail::i16x4);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}
inline i8x16 narrow(i16x8 a, i16x8 b) {
  constexpr std::int16_t kLow = -128;
  constexpr std::int16_t kHigh = 127;
  const auto low = __builtin_convertvector(detail::held(a, kLow, kHigh), detail::i8x8);
  const auto high = __builtin_convertvector(detail::held(b, kLow, kHigh), detail::i8x8);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
inline u8x16 narrow_unsigned(i16x8 a, i16x8 b) {
  constexpr std::int16_t kLow = 0;
  constexpr std::int16_t kHigh = 255;
  const auto low = __builtin_convertvector(detail::held(a, kLow, kHigh), detail::u8x8);
  const auto high = __builtin_convertvector(detail::held(b, kLow, kHigh), detail::u8x8);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

inline u16x8 multiply_high(u16x8 a, u16x8 b) {
  u16x8 product;
  for (int i = 0; i < 8; ++i) {
    product[i] = static_cast<std::uint16_t>((std::uint32_t{a[i]} * std::uint32_t{b[i]}) >> 16U);
  }
  return product;
}

inline u8x16 mean(u8x16 a, u8x16 b) { return (a & b) + ((a ^ b) >> 1); }

inline i16x8 absolute(i16x8 a) { return a < 0 ? -a : a; }
inline i16x8 smaller(i16x8 a, i16x8 b) { return a < b ? a : b; }

inline std::uint32_t top_bits(i8x16 a) {
  std::uint32_t bits = 0;
  for (int i = 0; i < 16; ++i) bits |= (a[i] < 0 ? 1U : 0U) << static_cast<unsigned>(i);
  return bits;
}

#endif

/// Rows to columns.
inline void transpose(i16x8 (&rows)[8]) {
  const auto as32 = [](i16x8 v) { return reinterpret_cast<i32x4>(v); };
  const auto as64 = [](i32x4 v) { return reinterpret_cast<u64x2>(v); };
  i32x4 pairs[8];
  for (std::size_t i = 0; i < 4; ++i) {
    pairs[2 * i] = as32(zip_low(rows[2 * i], rows[2 * i + 1]));
    pairs[2 * i + 1] = as32(zip_high(rows[2 * i], rows[2 * i + 1]));
  }
  u64x2 quads[8];
  for (std::size_t i = 0; i < 2; ++i) {
    quads[4 * i] = as64(zip_low(pairs[4 * i], pairs[4 * i + 2]));
    quads[4 * i + 1] = as64(zip_high(pairs[4 * i], pairs[4 * i + 2]));
    quads[4 * i + 2] = as64(zip_low(pairs[4 * i + 1], pairs[4 * i + 3]));
    quads[4 * i + 3] = as64(zip_high(pairs[4 * i + 1], pairs[4 * i + 3]));
  }
  for (std::size_t i = 0; i < 4; ++i) {
    rows[2 * i] = reinterpret_cast<i16x8>(zip_low(quads[i], quads[i + 4]));
    rows[2 * i + 1] = reinterpret_cast<i16x8>(zip_high(quads[i], quads[i + 4]));
  }
}

}  // namespace gvw::simd
