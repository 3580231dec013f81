// A JPEG made smaller without ever becoming RGBA: each channel is resized as it is stored, chroma at the half size that
// it is written in again. A quarter of the samples, and none of the conversions.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"
#include "pixels/codecs/jpeg_simd/library.h"
#include "pixels/plane.h"
#include "pixels/turn.h"

namespace gvw {
namespace {

constexpr std::size_t kChannels = 3;
using Planes = std::array<Plane, kChannels>;

/// What is written is 4:2:0.
constexpr std::uint32_t reduction(std::size_t channel) { return channel == 0 ? 1 : 2; }

std::uint32_t reduced(std::uint32_t side, std::size_t channel) {
  return (side + reduction(channel) - 1) / reduction(channel);
}

/// All that is touched by a shrinking, outside the frames that an error jumps over.
struct Shrinking {
  jpeg::Input input;
  jpeg_compress_struct to;
  jpeg::Target target;
  const ShrinkOptions* options;
  Turn turn;
  Planes planes;
  Buffer icc;
  Buffer* out;
  bool possible = false;
  Status refused = Status::kOk;
};

// ── decoding ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The wanted size before it is turned.
std::pair<std::uint32_t, std::uint32_t> stored_size(const Shrinking& job) {
  const auto& [orientation, width, height, quality, max_pixels] = *job.options;
  return job.turn.transpose ? std::pair{height, width} : std::pair{width, height};
}

/// YCbCr whose Y has whole numbers of samples for each Cb and Cr, and these are alike.
bool has_planes(const jpeg_decompress_struct& cinfo) {
  if (cinfo.jpeg_color_space != JCS_YCbCr || cinfo.num_components != kChannels) return false;
  const jpeg_component_info& luma = cinfo.comp_info[0];
  const jpeg_component_info& chroma = cinfo.comp_info[1];
  return luma.h_samp_factor % chroma.h_samp_factor == 0 && luma.v_samp_factor % chroma.v_samp_factor == 0 &&
         chroma.h_samp_factor == cinfo.comp_info[2].h_samp_factor &&
         chroma.v_samp_factor == cinfo.comp_info[2].v_samp_factor;
}

/// A component's samples along a side.
struct Extent {
  /// What the picture's pixels are.
  double exact;
  /// Those there are: the last may be for a part of a pixel only.
  JDIMENSION whole;
};

struct Size {
  Extent across, down;
};

/// When a side of a block becomes `block` samples.
Size size_of(const jpeg_decompress_struct& cinfo, std::size_t channel, int block) {
  const jpeg_component_info& component = cinfo.comp_info[channel];
  const auto extent = [&](JDIMENSION pixels, int factor, int largest) {
    const std::uint64_t parts = std::uint64_t{pixels} * static_cast<unsigned>(factor * block);
    const auto whole = static_cast<unsigned>(largest * DCTSIZE);
    return Extent{static_cast<double>(parts) / whole, static_cast<JDIMENSION>((parts + whole - 1) / whole)};
  };
  return {extent(cinfo.image_width, component.h_samp_factor, cinfo.max_h_samp_factor),
          extent(cinfo.image_height, component.v_samp_factor, cinfo.max_v_samp_factor)};
}

/// How many samples a side of a block becomes, so that as few as possible are made of each component. The library would
/// rather have them all of one size.
int block_of(const jpeg_decompress_struct& cinfo, std::size_t channel, std::uint32_t width, std::uint32_t height) {
  const auto [across, down] = size_of(cinfo, channel, DCTSIZE);
  return DCTSIZE / static_cast<int>(jpeg::scale_denominator(across.whole, down.whole, reduced(width, channel),
                                                            reduced(height, channel)));
}

/// After jpeg_start_decompress(), which has sizes of its own; all that looks at them looks anew for each row.
void choose_blocks(jpeg_decompress_struct& cinfo, const int (&blocks)[kChannels]) {
  for (std::size_t i = 0; i < kChannels; ++i) cinfo.comp_info[i].DCT_scaled_size = blocks[i];
  // Others have no such width: of several scans the library keeps all blocks and gives them without asking for it.
  for (int i = 0; i < cinfo.comps_in_scan; ++i) {
    jpeg_component_info& component = *cinfo.cur_comp_info[i];
    component.MCU_sample_width = component.MCU_width * component.DCT_scaled_size;
  }
  (*cinfo.idct->start_pass)(&cinfo);
}

/// Room for whole blocks, and the size of what is the picture's.
bool allocate(Shrinking& job) {
  const jpeg_decompress_struct& cinfo = job.input.cinfo;
  for (std::size_t i = 0; i < kChannels; ++i) {
    const jpeg_component_info& component = cinfo.comp_info[i];
    const auto block = static_cast<unsigned>(component.DCT_scaled_size);
    const auto [across, down] = size_of(cinfo, i, component.DCT_scaled_size);
    Plane& plane = job.planes[i];
    plane = plane_of(component.width_in_blocks * block,
                     cinfo.total_iMCU_rows * static_cast<unsigned>(component.v_samp_factor) * block);
    plane.width = across.whole;
    plane.height = down.whole;
    if (!plane.samples.ok()) return false;
  }
  return true;
}

void read_planes(Shrinking& job) {
  jpeg_decompress_struct& cinfo = job.input.cinfo;
  constexpr std::size_t kMaxRows = std::size_t{MAX_SAMP_FACTOR} * DCTSIZE;
  JSAMPROW rows[kChannels][kMaxRows];
  JSAMPARRAY arrays[kChannels] = {rows[0], rows[1], rows[2]};
  for (std::size_t row_of_blocks = 0; cinfo.output_scanline < cinfo.output_height; ++row_of_blocks) {
    for (std::size_t i = 0; i < kChannels; ++i) {
      const jpeg_component_info& component = cinfo.comp_info[i];
      const auto count = static_cast<unsigned>(component.v_samp_factor * component.DCT_scaled_size);
      Plane& plane = job.planes[i];
      std::uint8_t* const first = plane.samples.data() + row_of_blocks * count * plane.stride;
      for (std::size_t y = 0; y < count; ++y) rows[i][y] = first + y * plane.stride;
    }
    jpeg_read_raw_data(&cinfo, arrays, kMaxRows);
  }
}

void read_step(Shrinking& job) {
  jpeg_decompress_struct& cinfo = job.input.cinfo;
  jpeg::create(job.input);
  jpeg_save_markers(&cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&cinfo, TRUE);
  if (jpeg::is_too_large(cinfo, job.options->max_pixels)) {
    job.refused = Status::kTooLarge;
    return;
  }
  const auto [width, height] = stored_size(job);
  if (width > cinfo.image_width || height > cinfo.image_height) return;
  // The sampling factors' largest are known only from here on.
  jpeg_calc_output_dimensions(&cinfo);
  if (!has_planes(cinfo)) return;
  int blocks[kChannels];
  for (std::size_t i = 0; i < kChannels; ++i) blocks[i] = block_of(cinfo, i, width, height);
  cinfo.out_color_space = JCS_YCbCr;
  cinfo.raw_data_out = TRUE;
  cinfo.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&cinfo);
  choose_blocks(cinfo, blocks);
  if (!allocate(job)) {
    job.refused = Status::kOutOfMemory;
    return;
  }
  read_planes(job);
  job.icc = jpeg::read_icc(cinfo);
  if (jpeg::is_truncated(job.input)) job.refused = Status::kTruncated;
  job.possible = job.refused == Status::kOk;
}

// ── resizing ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Chroma samples lie in the middle of the pixels that they are for (JFIF 1.02), in what is read and what is written:
/// so both sizes are measured in pixels, of which a side's last sample may have a part only.
Scale scale_of(const Extent& from, std::uint32_t pixels, std::size_t channel, bool mirrored) {
  const double step = from.exact * reduction(channel) / pixels;
  return {from.whole, reduced(pixels, channel), mirrored ? from.exact : 0, mirrored ? -step : step};
}

/// One channel, or two alike.
Status resize_channels(Shrinking& job, std::size_t channel, std::size_t count) {
  const jpeg_decompress_struct& cinfo = job.input.cinfo;
  const Turn& turn = job.turn;
  const auto [width, height] = stored_size(job);
  const auto [across, down] = size_of(cinfo, channel, cinfo.comp_info[channel].DCT_scaled_size);
  const std::span<Plane> planes(&job.planes[channel], count);
  const Status status =
      resize_planes(planes, scale_of(across, width, channel, turn.transpose ? turn.mirror_y : turn.mirror_x),
                    scale_of(down, height, channel, turn.transpose ? turn.mirror_x : turn.mirror_y));
  if (status != Status::kOk || !turn.transpose) return status;
  for (Plane& plane : planes) {
    auto transposed = transpose_plane(plane);
    if (!transposed.ok()) return transposed.failure().status;
    plane = std::move(transposed.value());
  }
  return Status::kOk;
}

// ── encoding ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The last sample again and again up to the width of whole blocks.
void expand_right_edge(Plane& plane, std::size_t width) {
  for (std::size_t y = 0; y < plane.height; ++y) {
    std::uint8_t* const row = plane.samples.data() + y * plane.stride;
    if (width > plane.width) std::memset(row + plane.width, row[plane.width - 1], width - plane.width);
  }
}

void write_planes(Shrinking& job) {
  jpeg_compress_struct& cinfo = job.to;
  constexpr std::size_t kMaxRows = std::size_t{2} * DCTSIZE;
  JSAMPROW rows[kChannels][kMaxRows];
  JSAMPARRAY arrays[kChannels] = {rows[0], rows[1], rows[2]};
  for (std::size_t i = 0; i < kChannels; ++i) {
    expand_right_edge(job.planes[i], std::size_t{cinfo.comp_info[i].width_in_blocks} * DCTSIZE);
  }
  while (cinfo.next_scanline < cinfo.image_height) {
    for (std::size_t i = 0; i < kChannels; ++i) {
      Plane& plane = job.planes[i];
      const std::size_t count = kMaxRows / reduction(i);
      const std::size_t first = cinfo.next_scanline / reduction(i);
      for (std::size_t y = 0; y < count; ++y) {
        // Below the last row there is that row again.
        rows[i][y] = plane.samples.data() + std::min<std::size_t>(first + y, plane.height - 1) * plane.stride;
      }
    }
    jpeg_write_raw_data(&cinfo, arrays, kMaxRows);
  }
}

void write_step(Shrinking& job) {
  jpeg_compress_struct& cinfo = job.to;
  const auto& [orientation, width, height, quality, max_pixels] = *job.options;
  jpeg::set_target(&cinfo, job.target, *job.out, std::size_t{width} * height / 4);
  cinfo.image_width = width;
  cinfo.image_height = height;
  cinfo.input_components = kChannels;
  cinfo.in_color_space = JCS_YCbCr;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, quality, TRUE);
  cinfo.raw_data_in = TRUE;
  cinfo.dct_method = JDCT_ISLOW;
  cinfo.optimize_coding = gvw_library_huffman != nullptr ? TRUE : FALSE;
  jpeg_start_compress(&cinfo, TRUE);
  const auto icc = job.icc.span();
  if (!icc.empty()) jpeg_write_icc_profile(&cinfo, icc.data(), static_cast<unsigned>(icc.size()));
  write_planes(job);
  jpeg_finish_compress(&cinfo);
}

void shrink_step(void* context) {
  auto& job = *static_cast<Shrinking*>(context);
  jpeg_create_compress(&job.to);
  read_step(job);
  if (!job.possible) return;
  job.refused = resize_channels(job, 0, 1);
  if (job.refused == Status::kOk) job.refused = resize_channels(job, 1, 2);
  if (job.refused == Status::kOk) write_step(job);
}

}  // namespace

Result<Buffer> shrink_jpeg(std::span<const std::uint8_t> file, const ShrinkOptions& options) {
  const auto& [orientation, width, height, quality, max_pixels] = options;
  if (orientation < 1 || orientation > 8 || width == 0 || height == 0 || quality < 1 || quality > 100) {
    return Status::kBadArgument;
  }
  Buffer out;
  Shrinking job;
  jpeg::open(job.input, file);
  // One guard for both halves: whichever gives up, the step is over.
  job.to.err = &job.input.guard.manager;
  job.to.mem = nullptr;
  job.options = &options;
  job.turn = kTurns[orientation];
  job.out = &out;
  const bool finished = gvw_jpeg_run(&job.input.guard, shrink_step, &job) != 0;
  const Status status = finished ? job.refused : jpeg::failure_of(job.input, max_pixels);
  const std::size_t ended_at = job.input.source.ended ? file.size() : 0;
  jpeg_destroy_compress(&job.to);
  jpeg_destroy_decompress(&job.input.cinfo);
  if (status != Status::kOk) return Failure{status, ended_at};
  return out;
}

}  // namespace gvw
