// Intra prediction of a block: for eight bits, in place of libde265's, which asks about every four samples of the
// border whether they are there. Blocks are squares of a quadtree, so that each of the four sides of a border is there
// as a whole or not at all, but for the picture's end. The prediction itself is libde265's, which has kernels for the
// directions from above; those from the left are made of them, mirrored.
#include <libde265/intrapred.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "heif/intra.h"
#include "heif/library.h"

namespace {

constexpr int kLargest = 32;
constexpr int kMargin = 16;
constexpr int kFirstFromAbove = 18;
constexpr int kLeftwards = 10;
constexpr int kUpwards = 26;

/// As smooth_border() has it, with room for its kernel.
struct Border {
  std::uint8_t bytes[4 * kLargest + 2 * kMargin];
  std::uint8_t* corner() { return bytes + kMargin + std::ptrdiff_t{2} * kLargest; }
};

struct Block {
  const de265_image& image;
  int component;
  int x;
  int y;
  int size;
  std::uint8_t* samples;
  std::ptrdiff_t stride;
  /// Of a sample, in those of luma.
  int scale;
};

/// How many samples of each side are there.
struct Sides {
  int below_left = 0;
  int left = 0;
  int corner = 0;
  int top = 0;
  int top_right = 0;
};

/// Whether what is at x, y of the component belongs to the same slice and tile as the block, and is decoded before it.
bool is_before(const Block& block, int x, int y) {
  const seq_parameter_set& sps = block.image.get_sps();
  const auto& scan = *block.image.get_pps().scan;
  const int shift = sps.Log2CtbSizeY;
  const int small = sps.Log2MinTrafoSize;
  const int own_x = block.x * block.scale;
  const int own_y = block.y * block.scale;
  x *= block.scale;
  y *= block.scale;
  const int own = (own_x >> shift) + (own_y >> shift) * sps.PicWidthInCtbsY;
  const int other = (x >> shift) + (y >> shift) * sps.PicWidthInCtbsY;
  if (own != other && (block.image.get_SliceAddrRS_atCtbRS(own) != block.image.get_SliceAddrRS_atCtbRS(other) ||
                       scan.TileIdRS[own] != scan.TileIdRS[other])) {
    return false;
  }
  return scan.MinTbAddrZS[(x >> small) + (y >> small) * sps.PicWidthInTbsY] <=
         scan.MinTbAddrZS[(own_x >> small) + (own_y >> small) * sps.PicWidthInTbsY];
}

Sides sides_of(const Block& block) {
  const auto& [image, component, x, y, size, samples, stride, scale] = block;
  const int right_end = std::min(size, image.get_width(component) - x - size);
  const int bottom_end = std::min(size, image.get_height(component) - y - size);
  Sides sides;
  if (x > 0 && is_before(block, x - 1, y)) {
    sides.left = size;
    if (bottom_end > 0 && is_before(block, x - 1, y + size)) sides.below_left = bottom_end;
  }
  if (x > 0 && y > 0 && is_before(block, x - 1, y - 1)) sides.corner = 1;
  if (y > 0 && is_before(block, x, y - 1)) sides.top = size;
  if (y > 0 && right_end > 0 && is_before(block, x + size, y - 1)) sides.top_right = right_end;
  return sides;
}

/// Calls for a few bytes would cost more than they copy: all counts are multiples of four.
void copy_fours(std::uint8_t* to, const std::uint8_t* from, int count) {
  for (int i = 0; i < count; i += 4) std::memcpy(to + i, from + i, 4);
}

void fill_fours(std::uint8_t* from, int count, std::uint8_t value) {
  for (int i = 0; i < count; i += 4) std::memset(from + i, value, 4);
}

/// 8.4.4.2.2: what is not there is as the sample before it, from below left on.
void fill_border(const Block& block, std::uint8_t* border) {
  const Sides sides = sides_of(block);
  const int size = block.size;
  const std::uint8_t* const samples = block.samples;
  for (int i = 0; i < sides.left + sides.below_left; ++i) border[-1 - i] = samples[i * block.stride - 1];
  if (sides.corner > 0) border[0] = samples[-block.stride - 1];
  if (sides.top > 0) copy_fours(border + 1, samples - block.stride, size);
  copy_fours(border + 1 + size, samples - block.stride + size, sides.top_right);
  constexpr std::uint8_t kGray = 128;
  const int beside = sides.left + sides.below_left;
  int first = sides.top > 0 ? 1 : 1 + size;
  if (sides.corner > 0) first = 0;
  if (beside > 0) first = -beside;
  const bool any = beside + sides.corner + sides.top + sides.top_right > 0;
  const std::uint8_t value = any ? border[first] : kGray;
  fill_fours(border - std::ptrdiff_t{2} * size, 2 * size - beside, value);
  if (sides.corner == 0) border[0] = beside > 0 ? border[-1] : value;
  if (sides.top == 0) fill_fours(border + 1, size, border[0]);
  fill_fours(border + 1 + size + sides.top_right, size - sides.top_right, border[size + sides.top_right]);
}

bool is_smoothed(const Block& block, IntraPredMode mode) {
  const seq_parameter_set& sps = block.image.get_sps();
  if (sps.range_extension.intra_smoothing_disabled_flag != 0) return false;
  if (block.component != 0 && sps.ChromaArrayType != CHROMA_444) return false;
  if (mode == INTRA_DC || block.size == 4) return false;
  const int distance =
      std::min(std::abs(static_cast<int>(mode) - kUpwards), std::abs(static_cast<int>(mode) - kLeftwards));
  constexpr int kLargestLeft[] = {7, 1, 0};
  return distance > kLargestLeft[block.size / 16];
}

/// 8.4.4.2.3
void smooth(const Block& block, const std::uint8_t* border, std::uint8_t* output) {
  constexpr int kEnd = 2 * kLargest;
  constexpr int kStraight = 8;
  const auto bend = [&](int end) { return std::abs(border[0] + border[end] - 2 * border[end / 2]); };
  const bool strongly = block.image.get_sps().strong_intra_smoothing_enable_flag && block.component == 0 &&
                        block.size == kLargest && bend(kEnd) < kStraight && bend(-kEnd) < kStraight;
  if (!strongly) {
    gvw::smooth_border(border, block.size, output);
    return;
  }
  for (int i = 0; i <= kEnd; ++i) {
    output[-i] = static_cast<std::uint8_t>(border[0] + ((i * (border[-kEnd] - border[0]) + kLargest) >> 6));
    output[i] = static_cast<std::uint8_t>(border[0] + ((i * (border[kEnd] - border[0]) + kLargest) >> 6));
  }
}

void predict_direction(const Block& block, IntraPredMode mode, const std::uint8_t* border) {
  const auto& [image, component, x, y, size, samples, stride, scale] = block;
  const auto predict = image.decctx->acceleration.intra_pred_angular_8;
  const bool unfiltered =
      image.get_sps().range_extension.implicit_rdpcm_enabled_flag != 0 && image.get_cu_transquant_bypass(x, y) != 0;
  constexpr int kBits = 8;
  if (mode >= kFirstFromAbove) {
    predict(samples, stride, kBits, unfiltered ? 1 : 0, x, y, mode, size, component, border);
    return;
  }
  Border mirrored;
  gvw::mirror_border(border, size, mirrored.corner());
  std::uint8_t columns[kLargest * kLargest];
  predict(columns, size, kBits, unfiltered ? 1 : 0, x, y, 2 * kFirstFromAbove - mode, size, component,
          mirrored.corner());
  gvw::transpose_block(columns, size, samples, stride);
}

}  // namespace

void decode_intra_prediction(de265_image* img, int xB0, int yB0, IntraPredMode intraPredMode, int nT, int cIdx) {
  const seq_parameter_set& sps = img->get_sps();
  if (img->high_bit_depth(cIdx) || img->get_pps().constrained_intra_pred_flag ||
      (cIdx != 0 && sps.SubWidthC != sps.SubHeightC)) {
    gvw_library_intra_prediction(img, xB0, yB0, intraPredMode, nT, cIdx);
    return;
  }
  const Block block{*img,
                    cIdx,
                    xB0,
                    yB0,
                    nT,
                    img->get_image_plane_at_pos_NEW<std::uint8_t>(cIdx, xB0, yB0),
                    img->get_image_stride(cIdx),
                    cIdx == 0 ? 1 : sps.SubWidthC};
  Border border;
  Border smoothed;
  fill_border(block, border.corner());
  const bool is_smooth = is_smoothed(block, intraPredMode);
  if (is_smooth) smooth(block, border.corner(), smoothed.corner());
  const std::uint8_t* const samples = is_smooth ? smoothed.corner() : border.corner();
  if (intraPredMode == INTRA_PLANAR) {
    img->decctx->acceleration.intra_pred_planar_8(block.samples, block.stride, nT, cIdx, samples);
  } else if (intraPredMode == INTRA_DC) {
    img->decctx->acceleration.intra_pred_dc_8(block.samples, block.stride, nT, cIdx, samples);
  } else {
    predict_direction(block, intraPredMode, samples);
  }
}
