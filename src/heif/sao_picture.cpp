// Sample adaptive offset for a whole picture: libde265's own, which asks about each sample where it belongs to, for
// what is out of the ordinary; rows at a time, sixteen samples together, for a picture of 8 bits in one slice without
// samples that are exempt.
#include <libde265/sao.h>

#include <algorithm>
#include <cstring>

#include "base/buffer.h"
#include "heif/library.h"
#include "heif/sao.h"

namespace {

using gvw::SampleOffsets;
using gvw::SampleRow;

struct Plane {
  int component;
  const std::uint8_t* input;
  std::uint8_t* output;
  std::ptrdiff_t stride;
  int width;
  int height;
  /// Of a coding tree block.
  int block_width;
  int block_height;
};

bool is_ordinary(const de265_image& image) {
  const seq_parameter_set& sps = image.get_sps();
  const pic_parameter_set& pps = image.get_pps();
  if (sps.BitDepth_Y != 8 || sps.BitDepth_C != 8) return false;
  if (pps.tiles_enabled_flag && !pps.loop_filter_across_tiles_enabled_flag) return false;
  const slice_segment_header* const first = image.get_SliceHeaderCtb(0, 0);
  for (int y = 0; y < sps.PicHeightInCtbsY; ++y) {
    for (int x = 0; x < sps.PicWidthInCtbsY; ++x) {
      const slice_segment_header* const header = image.get_SliceHeaderCtb(x, y);
      if (header == nullptr || header->SliceAddrRS != first->SliceAddrRS) return false;
      if (image.get_CTB_has_pcm_or_cu_transquant_bypass(x, y)) return false;
    }
  }
  return true;
}

/// A sample whose neighbour is outside the picture stays as it is.
void offset_block_edges(const Plane& plane, int left, int top, unsigned direction, const SampleOffsets& offsets) {
  const bool across = direction != 1;
  const bool down = direction != 0;
  const int begin = std::max(left, across ? 1 : 0);
  const int end = std::min(left + plane.block_width, plane.width - (across ? 1 : 0));
  const int from = std::max(top, down ? 1 : 0);
  const int to = std::min(top + plane.block_height, plane.height - (down ? 1 : 0));
  if (end <= begin) return;
  // ITU-T H.265, table 8-13: across, down, and the two diagonals.
  const std::ptrdiff_t second[] = {1, plane.stride, plane.stride + 1, plane.stride - 1};
  for (int y = from; y < to; ++y) {
    const std::ptrdiff_t at = y * plane.stride + begin;
    const SampleRow row{plane.input + at, plane.output + at, static_cast<std::size_t>(end - begin)};
    gvw::offset_edges(row, -second[direction], second[direction], offsets);
  }
}

void offset_block_bands(const Plane& plane, int left, int top, unsigned leftmost, const SampleOffsets& offsets) {
  const int end = std::min(left + plane.block_width, plane.width);
  const int to = std::min(top + plane.block_height, plane.height);
  for (int y = top; y < to; ++y) {
    const std::ptrdiff_t at = y * plane.stride + left;
    const SampleRow row{plane.input + at, plane.output + at, static_cast<std::size_t>(end - left)};
    gvw::offset_bands(row, leftmost, offsets);
  }
}

void offset_block(const sao_info& info, const Plane& plane, int left, int top) {
  constexpr unsigned kBand = 1;
  constexpr unsigned kEdge = 2;
  const auto of_component = [&](unsigned both) { return both >> static_cast<unsigned>(2 * plane.component) & 3U; };
  const unsigned kind = of_component(info.SaoTypeIdx);
  const auto& given = info.saoOffsetVal[plane.component];
  if (kind == kEdge) {
    offset_block_edges(plane, left, top, of_component(info.SaoEoClass), {given[0], given[1], 0, given[2], given[3]});
  } else if (kind == kBand) {
    const unsigned leftmost = info.sao_band_position[plane.component];
    offset_block_bands(plane, left, top, leftmost, {given[0], given[1], given[2], given[3], 0});
  }
}

void offset_plane(const de265_image& image, const Plane& plane) {
  const seq_parameter_set& sps = image.get_sps();
  for (int y = 0; y < sps.PicHeightInCtbsY; ++y) {
    for (int x = 0; x < sps.PicWidthInCtbsY; ++x) {
      const slice_segment_header& header = *image.get_SliceHeaderCtb(x, y);
      const bool wanted = plane.component == 0 ? header.slice_sao_luma_flag : header.slice_sao_chroma_flag;
      if (wanted) offset_block(*image.get_sao_info(x, y), plane, x * plane.block_width, y * plane.block_height);
    }
  }
}

}  // namespace

void apply_sample_adaptive_offset_sequential(de265_image* img) {
  const seq_parameter_set& sps = img->get_sps();
  if (!sps.sample_adaptive_offset_enabled_flag) return;
  const auto bytes_of = [&](int component) {
    return static_cast<std::size_t>(img->get_image_stride(component)) *
           static_cast<std::size_t>(img->get_height(component));
  };
  const bool gray = sps.ChromaArrayType == CHROMA_MONO;
  gvw::Buffer copy = gvw::Buffer::of_size(gray ? bytes_of(0) : std::max(bytes_of(0), bytes_of(1)));
  if (!copy.ok() || !is_ordinary(*img)) {
    gvw_library_sao(img);
    return;
  }
  const int side = 1 << sps.Log2CtbSizeY;
  for (int i = 0; i < (gray ? 1 : 3); ++i) {
    std::memcpy(copy.data(), img->get_image_plane(i), bytes_of(i));
    offset_plane(
        *img, {i, copy.data(), img->get_image_plane(i), img->get_image_stride(i), img->get_width(i), img->get_height(i),
               i == 0 ? side : side / sps.SubWidthC, i == 0 ? side : side / sps.SubHeightC});
  }
}
