// Chroma at half size: "fancy" upsampling (jdsample.c, a triangle filter) and plain downsampling (jcsample.c).
#include <algorithm>

#include "library.h"
#include "pixels/simd.h"

namespace {

using namespace gvw::simd;

constexpr std::size_t kLanes = 16;

// ── up ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Two outputs for each of 16 columns between the first and the last: 3/4 of the nearer, 1/4 of the further sample.
inline void sixteen_wider(const JSAMPLE* in, JSAMPLE* out) {
  const auto here = load<u8x16>(in);
  const auto before = load<u8x16>(in - 1);
  const auto after = load<u8x16>(in + 1);
  constexpr std::int16_t kThree = 3;
  constexpr std::int16_t kRoundLeft = 1;
  constexpr std::int16_t kRoundRight = 2;
  const i16x8 low = widen_low(here) * kThree;
  const i16x8 high = widen_high(here) * kThree;
  const u8x16 left =
      narrow_unsigned((low + widen_low(before) + kRoundLeft) >> 2, (high + widen_high(before) + kRoundLeft) >> 2);
  const u8x16 right =
      narrow_unsigned((low + widen_low(after) + kRoundRight) >> 2, (high + widen_high(after) + kRoundRight) >> 2);
  store(out, zip_low(left, right));
  store(out + 16, zip_high(left, right));
}

inline void one_wider(const JSAMPLE* in, JSAMPLE* out) {
  out[0] = static_cast<JSAMPLE>((in[0] * 3 + in[-1] + 1) >> 2);
  out[1] = static_cast<JSAMPLE>((in[0] * 3 + in[1] + 2) >> 2);
}

/// Twice as wide.
__attribute__((noinline)) void row_wider(const JSAMPLE* in, JSAMPLE* out, std::size_t width) {
  const std::size_t last = width - 1;
  out[0] = in[0];
  out[1] = static_cast<JSAMPLE>((in[0] * 3 + in[1] + 2) >> 2);
  std::size_t x = 1;
  for (; x + kLanes <= last; x += kLanes) sixteen_wider(in + x, out + 2 * x);
  for (; x < last; ++x) one_wider(in + x, out + 2 * x);
  out[2 * last] = static_cast<JSAMPLE>((in[last] * 3 + in[last - 1] + 1) >> 2);
  out[2 * last + 1] = in[last];
}

struct Sums {
  i16x8 low, high;
};

/// Three of the near row, one of the far.
inline Sums column_sums(const JSAMPLE* near, const JSAMPLE* far) {
  constexpr std::int16_t kThree = 3;
  const auto n = load<u8x16>(near);
  const auto f = load<u8x16>(far);
  return {widen_low(n) * kThree + widen_low(f), widen_high(n) * kThree + widen_high(f)};
}

inline void sixteen_wider(const JSAMPLE* near, const JSAMPLE* far, JSAMPLE* out) {
  constexpr std::int16_t kThree = 3;
  constexpr std::int16_t kRoundLeft = 8;
  constexpr std::int16_t kRoundRight = 7;
  const Sums here = column_sums(near, far);
  const Sums before = column_sums(near - 1, far - 1);
  const Sums after = column_sums(near + 1, far + 1);
  const i16x8 low = here.low * kThree;
  const i16x8 high = here.high * kThree;
  const u8x16 left = narrow_unsigned((low + before.low + kRoundLeft) >> 4, (high + before.high + kRoundLeft) >> 4);
  const u8x16 right = narrow_unsigned((low + after.low + kRoundRight) >> 4, (high + after.high + kRoundRight) >> 4);
  store(out, zip_low(left, right));
  store(out + 16, zip_high(left, right));
}

/// Twice as wide, between two rows.
__attribute__((noinline)) void row_wider(const JSAMPLE* near, const JSAMPLE* far, JSAMPLE* out, std::size_t width) {
  const auto sum = [&](std::size_t x) { return near[x] * 3 + far[x]; };
  const std::size_t last = width - 1;
  out[0] = static_cast<JSAMPLE>((sum(0) * 4 + 8) >> 4);
  out[1] = static_cast<JSAMPLE>((sum(0) * 3 + sum(1) + 7) >> 4);
  std::size_t x = 1;
  for (; x + kLanes <= last; x += kLanes) sixteen_wider(near + x, far + x, out + 2 * x);
  for (; x < last; ++x) {
    out[2 * x] = static_cast<JSAMPLE>((sum(x) * 3 + sum(x - 1) + 8) >> 4);
    out[2 * x + 1] = static_cast<JSAMPLE>((sum(x) * 3 + sum(x + 1) + 7) >> 4);
  }
  out[2 * last] = static_cast<JSAMPLE>((sum(last) * 3 + sum(last - 1) + 8) >> 4);
  out[2 * last + 1] = static_cast<JSAMPLE>((sum(last) * 4 + 7) >> 4);
}

/// The same width, between two rows.
__attribute__((noinline)) void row_between(const JSAMPLE* near, const JSAMPLE* far, JSAMPLE* out, std::size_t width,
                                           int bias) {
  const auto round = static_cast<std::int16_t>(bias);
  std::size_t x = 0;
  for (; x + kLanes <= width; x += kLanes) {
    const Sums sums = column_sums(near + x, far + x);
    store(out + x, narrow_unsigned((sums.low + round) >> 2, (sums.high + round) >> 2));
  }
  for (; x < width; ++x) out[x] = static_cast<JSAMPLE>((near[x] * 3 + far[x] + bias) >> 2);
}

/// Calls `each(near row, far row, output row, 0 for the upper)` for both rows that each input row becomes.
template <class Each>
inline void double_rows(j_decompress_ptr cinfo, JSAMPARRAY input, JSAMPARRAY output, Each each) {
  for (int row = 0; row < cinfo->max_v_samp_factor; row += 2) {
    JSAMPROW const* near = input + static_cast<std::ptrdiff_t>(row / 2);
    each(near[0], near[-1], output[row], 0);
    each(near[0], near[1], output[row + 1], 1);
  }
}

// ── down ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Sums of neighbours, 8 of them.
inline i16x8 neighbours(const JSAMPLE* in) {
  const auto bytes = load<i16x8>(in);
  constexpr std::int16_t kByte = 0xff;
  return (bytes & kByte) + reinterpret_cast<i16x8>(reinterpret_cast<u16x8>(bytes) >> 8);
}

/// jcsample.c's expand_right_edge: the last sample again and again up to the width of whole blocks.
inline void expand_right_edge(JSAMPARRAY rows, int count, std::size_t width, std::size_t wanted) {
  for (int i = 0; i < count && wanted > width; ++i) std::memset(rows[i] + width, rows[i][width - 1], wanted - width);
}

/// Rounds down and up by turns, as jcsample.c does.
inline i16x8 alternating(int even, int odd) {
  const auto a = static_cast<std::int16_t>(even);
  const auto b = static_cast<std::int16_t>(odd);
  return i16x8{a, b, a, b, a, b, a, b};
}

__attribute__((noinline)) void row_narrower(const JSAMPLE* in, JSAMPLE* out, std::size_t width) {
  const i16x8 bias = alternating(0, 1);
  // The width is of whole blocks.
  for (std::size_t x = 0; x < width; x += 8) {
    const i16x8 mean = (neighbours(in + 2 * x) + bias) >> 1;
    store_half(out + x, narrow_unsigned(mean, mean));
  }
}

__attribute__((noinline)) void rows_narrower(const JSAMPLE* upper, const JSAMPLE* lower, JSAMPLE* out,
                                             std::size_t width) {
  const i16x8 bias = alternating(1, 2);
  for (std::size_t x = 0; x < width; x += 8) {
    const std::size_t from = 2 * x;
    const i16x8 mean = (neighbours(upper + from) + neighbours(lower + from) + bias) >> 2;
    store_half(out + x, narrow_unsigned(mean, mean));
  }
}

}  // namespace

extern "C" {

int jsimd_can_h2v1_fancy_upsample(void) { return gvw_jpeg_kernels; }
int jsimd_can_h2v2_fancy_upsample(void) { return gvw_jpeg_kernels; }
int jsimd_can_h1v2_fancy_upsample(void) { return gvw_jpeg_kernels; }
int jsimd_can_h2v1_downsample(void) { return gvw_jpeg_kernels; }
int jsimd_can_h2v2_downsample(void) { return gvw_jpeg_kernels; }

void jsimd_h2v1_fancy_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                               JSAMPARRAY* output_data_ptr) {
  for (int row = 0; row < cinfo->max_v_samp_factor; ++row) {
    row_wider(input_data[row], (*output_data_ptr)[row], compptr->downsampled_width);
  }
}

void jsimd_h2v2_fancy_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                               JSAMPARRAY* output_data_ptr) {
  double_rows(cinfo, input_data, *output_data_ptr, [&](JSAMPROW near, JSAMPROW far, JSAMPROW out, int /*lower*/) {
    row_wider(near, far, out, compptr->downsampled_width);
  });
}

void jsimd_h1v2_fancy_upsample(j_decompress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                               JSAMPARRAY* output_data_ptr) {
  double_rows(cinfo, input_data, *output_data_ptr, [&](JSAMPROW near, JSAMPROW far, JSAMPROW out, int lower) {
    row_between(near, far, out, compptr->downsampled_width, 1 + lower);
  });
}

void jsimd_h2v1_downsample(j_compress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                           JSAMPARRAY output_data) {
  const std::size_t width = std::size_t{compptr->width_in_blocks} * DCTSIZE;
  expand_right_edge(input_data, cinfo->max_v_samp_factor, cinfo->image_width, 2 * width);
  for (int row = 0; row < compptr->v_samp_factor; ++row) row_narrower(input_data[row], output_data[row], width);
}

void jsimd_h2v2_downsample(j_compress_ptr cinfo, jpeg_component_info* compptr, JSAMPARRAY input_data,
                           JSAMPARRAY output_data) {
  const std::size_t width = std::size_t{compptr->width_in_blocks} * DCTSIZE;
  expand_right_edge(input_data, cinfo->max_v_samp_factor, cinfo->image_width, 2 * width);
  for (int row = 0; row < compptr->v_samp_factor; ++row) {
    JSAMPROW const* pair = input_data + std::ptrdiff_t{2} * row;
    rows_narrower(pair[0], pair[1], output_data[row], width);
  }
}

}  // extern "C"
