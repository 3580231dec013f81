// The deblocking filter for a whole picture (ITU-T H.265, 8.7.2): libde265's own for what is out of the ordinary. A
// still picture of eight bits whose blocks are all predicted from itself has only edges of the greatest strength, and
// thresholds that follow from the quantiser alone. The decision reads what it asks for, no more; the filters are
// libde265's kernels.
#include <libde265/deblock.h>
#include <libde265/transform.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "heif/library.h"

namespace {

constexpr int kMaxQp = 51;
/// Table 8-12.
constexpr std::uint8_t kBeta[kMaxQp + 1] = {0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  6,  7,
                                            8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 24, 26, 28, 30, 32,
                                            34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64};
constexpr int kMaxStrong = 53;
constexpr std::uint8_t kTc[kMaxStrong + 1] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,  0,  0,  0,  0,  0,  0,  0,
                                              1, 1, 1, 1, 1, 1, 1, 1, 1, 2,  2,  2,  2,  3,  3,  3,  3,  4,
                                              4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 13, 14, 16, 18, 20, 22, 24};
/// What an edge between blocks predicted from their own picture adds to the quantiser.
constexpr int kStrength = 2;

/// By the mean of the quantisers on both sides.
struct Thresholds {
  std::array<int, kMaxQp + 1> beta;
  std::array<int, kMaxQp + 1> tc;
  std::array<int, kMaxQp + 1> chroma_tc[2];
};

struct Pass {
  de265_image& image;
  const Thresholds& thresholds;
  bool vertical;

  [[nodiscard]] bool is_edge(int x, int y) const {
    const int mask = vertical ? DEBLOCK_FLAG_VERTI | DEBLOCK_PB_EDGE_VERTI : DEBLOCK_FLAG_HORIZ | DEBLOCK_PB_EDGE_HORIZ;
    return (image.get_deblk_flags(x, y) & mask) != 0;
  }
  /// The quantiser of an edge at that place of luma.
  [[nodiscard]] std::size_t qp_at(int x, int y) const {
    const int before = vertical ? image.get_QPY(x - 1, y) : image.get_QPY(x, y - 1);
    return static_cast<std::size_t>(std::clamp((image.get_QPY(x, y) + before + 1) >> 1, 0, kMaxQp));
  }
};

bool is_ordinary(const de265_image& image) {
  const seq_parameter_set& sps = image.get_sps();
  if (sps.BitDepth_Y != 8 || sps.BitDepth_C != 8 || sps.ChromaArrayType != CHROMA_420) return false;
  if (sps.pcm_loop_filter_disable_flag || image.get_pps().transquant_bypass_enable_flag) return false;
  const auto same = [&](const slice_segment_header* slice) {
    const slice_segment_header& first = *image.slices.front();
    return slice->slice_type == SLICE_TYPE_I && slice->slice_beta_offset == first.slice_beta_offset &&
           slice->slice_tc_offset == first.slice_tc_offset;
  };
  return !image.slices.empty() && std::ranges::all_of(image.slices, same);
}

Thresholds thresholds_of(const de265_image& image) {
  const slice_segment_header& slice = *image.slices.front();
  const pic_parameter_set& pps = image.get_pps();
  const int offsets[] = {pps.pic_cb_qp_offset, pps.pic_cr_qp_offset};
  const auto tc_at = [&](int qp) {
    return int{kTc[std::clamp(qp + kStrength + slice.slice_tc_offset, 0, kMaxStrong)]};
  };
  Thresholds thresholds;
  for (int qp = 0; qp <= kMaxQp; ++qp) {
    const auto i = static_cast<std::size_t>(qp);
    thresholds.beta[i] = kBeta[std::clamp(qp + slice.slice_beta_offset, 0, kMaxQp)];
    thresholds.tc[i] = tc_at(qp);
    for (int plane = 0; plane < 2; ++plane) thresholds.chroma_tc[plane][i] = tc_at(table8_22(qp + offsets[plane]));
  }
  return thresholds;
}

/// One side of the edge on one line, from the edge away.
struct Side {
  int nearest;
  int bend;
  int rise;
};

Side side_of(const std::uint8_t* sample, std::ptrdiff_t step) {
  const int nearest = sample[0];
  return {nearest, std::abs(sample[2 * step] - 2 * sample[step] + nearest), std::abs(sample[3 * step] - nearest)};
}

/// 8.7.2.5.3 and what follows, for four lines across an edge.
void filter_luma(const Pass& pass, std::uint8_t* samples, std::ptrdiff_t stride, int beta, int tc) {
  const std::ptrdiff_t across = pass.vertical ? 1 : stride;
  const std::ptrdiff_t last = 3 * (pass.vertical ? stride : 1);
  const Side q0 = side_of(samples, across);
  const Side p0 = side_of(samples - across, -across);
  const Side q3 = side_of(samples + last, across);
  const Side p3 = side_of(samples + last - across, -across);
  const int bend0 = p0.bend + q0.bend;
  const int bend3 = p3.bend + q3.bend;
  if (bend0 + bend3 >= beta) return;
  const auto is_flat = [&](int bend, const Side& p, const Side& q) {
    return 2 * bend < beta >> 2 && p.rise + q.rise < beta >> 3 && std::abs(p.nearest - q.nearest) < (5 * tc + 1) >> 1;
  };
  const int kind = is_flat(bend0, p0, q0) && is_flat(bend3, p3, q3) ? 2 : 1;
  const int side_limit = (beta + (beta >> 1)) >> 3;
  pass.image.decctx->acceleration.deblock_luma_8(samples, stride, pass.vertical ? 1 : 0, kind,
                                                 p0.bend + p3.bend < side_limit ? 1 : 0,
                                                 q0.bend + q3.bend < side_limit ? 1 : 0, tc, 1, 1);
}

void filter_luma_plane(const Pass& pass) {
  de265_image& image = pass.image;
  const std::ptrdiff_t stride = image.get_image_stride(0);
  const int x_step = pass.vertical ? 8 : 4;
  const int y_step = pass.vertical ? 4 : 8;
  for (int y = 0; y < 4 * image.get_deblk_height(); y += y_step) {
    for (int x = 0; x < 4 * image.get_deblk_width(); x += x_step) {
      if (!pass.is_edge(x, y)) continue;
      const std::size_t qp = pass.qp_at(x, y);
      const int beta = pass.thresholds.beta[qp];
      const int tc = pass.thresholds.tc[qp];
      // Without a threshold nothing would change.
      if (beta == 0 || tc == 0) continue;
      filter_luma(pass, image.get_image_plane_at_pos_NEW<std::uint8_t>(0, x, y), stride, beta, tc);
    }
  }
}

/// 8.7.2.5.5, for four lines across an edge of a plane of chroma.
void filter_chroma(std::uint8_t* samples, std::ptrdiff_t across, std::ptrdiff_t along, int tc) {
  for (int i = 0; i < 4; ++i) {
    std::uint8_t* const q = samples + i * along;
    std::uint8_t* const p = q - across;
    const int delta = std::clamp((4 * (q[0] - p[0]) + p[-across] - q[across] + 4) >> 3, -tc, tc);
    p[0] = static_cast<std::uint8_t>(std::clamp(p[0] + delta, 0, 255));
    q[0] = static_cast<std::uint8_t>(std::clamp(q[0] - delta, 0, 255));
  }
}

void filter_chroma_planes(const Pass& pass) {
  de265_image& image = pass.image;
  const std::ptrdiff_t stride = image.get_image_stride(1);
  // Of luma, of which chroma has half: edges eight samples of chroma apart, four lines of it together.
  const int x_step = pass.vertical ? 16 : 8;
  const int y_step = pass.vertical ? 8 : 16;
  for (int y = 0; y < 4 * image.get_deblk_height(); y += y_step) {
    for (int x = 0; x < 4 * image.get_deblk_width(); x += x_step) {
      if (!pass.is_edge(x, y)) continue;
      const std::size_t qp = pass.qp_at(x, y);
      for (int plane = 0; plane < 2; ++plane) {
        const int tc = pass.thresholds.chroma_tc[plane][qp];
        if (tc == 0) continue;
        auto* const samples = image.get_image_plane_at_pos_NEW<std::uint8_t>(plane + 1, x / 2, y / 2);
        filter_chroma(samples, pass.vertical ? 1 : stride, pass.vertical ? stride : 1, tc);
      }
    }
  }
}

}  // namespace

void apply_deblocking_filter(de265_image* img) {
  if (!is_ordinary(*img)) {
    gvw_library_deblocking(img);
    return;
  }
  if (!derive_edgeFlags(img)) return;
  const Thresholds thresholds = thresholds_of(*img);
  for (const bool vertical : {true, false}) {
    const Pass pass{*img, thresholds, vertical};
    filter_luma_plane(pass);
    filter_chroma_planes(pass);
  }
}
