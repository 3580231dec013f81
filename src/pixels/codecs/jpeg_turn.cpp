#include <algorithm>
#include <cstdlib>

#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"
#include "pixels/codecs/jpeg_simd/library.h"
#include "pixels/simd.h"
#include "pixels/turn.h"

namespace gvw {
namespace {

using simd::i16x8;

/// All that a turn touches, outside the frames that an error jumps over.
struct Turning {
  GvwJpegGuard guard;
  jpeg_decompress_struct from;
  jpeg_compress_struct to;
  jpeg::Source source;
  jpeg::Target target;
  jpeg_progress_mgr progress;
  Turn turn;
  std::uint64_t max_pixels;
  std::size_t file_size;
  Buffer* out;
  JOCTET* icc;
  unsigned icc_size;
  bool possible;
  Status refused;
};

// ── blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Mirroring a picture changes the sign of its odd frequencies (their basis functions are odd about the middle).
template <bool kTranspose>
inline void turn_block(const JCOEF* from, JCOEF* to, i16x8 column_signs, i16x8 odd_row_signs) {
  i16x8 rows[8];
  for (std::size_t i = 0; i < 8; ++i) rows[i] = simd::load<i16x8>(from + 8 * i);
  if constexpr (kTranspose) simd::transpose(rows);
  const i16x8 odd = column_signs ^ odd_row_signs;
  // x ^ -1 - -1 is -x.
  for (std::size_t i = 0; i < 8; i += 2) {
    simd::store(to + 8 * i, (rows[i] ^ column_signs) - column_signs);
    simd::store(to + 8 * (i + 1), (rows[i + 1] ^ odd) - odd);
  }
}

struct Plane {
  JBLOCKARRAY from;
  JBLOCKARRAY to;
  /// Of `to`.
  JDIMENSION width;
  JDIMENSION height;
};

/// Blocks of a tile side: a transposed read touches one row of blocks each, and a tile of them stays in the first
/// cache.
constexpr JDIMENSION kTile = 8;

template <bool kTranspose>
__attribute__((noinline)) void turn_tile(const Plane& plane, const Turn& turn, JDIMENSION left, JDIMENSION top) {
  const auto odd_signs = i16x8{0, -1, 0, -1, 0, -1, 0, -1};
  const i16x8 column_signs = turn.mirror_x ? odd_signs : i16x8{};
  const i16x8 row_signs = turn.mirror_y ? i16x8{} - std::int16_t{1} : i16x8{};
  const JDIMENSION right = std::min(left + kTile, plane.width);
  const JDIMENSION bottom = std::min(top + kTile, plane.height);
  for (JDIMENSION y = top; y < bottom; ++y) {
    const JDIMENSION from_y = turn.mirror_y ? plane.height - 1 - y : y;
    for (JDIMENSION x = left; x < right; ++x) {
      const JDIMENSION from_x = turn.mirror_x ? plane.width - 1 - x : x;
      const JCOEF* block = kTranspose ? plane.from[from_x][from_y] : plane.from[from_y][from_x];
      turn_block<kTranspose>(block, plane.to[y][x], column_signs, row_signs);
    }
  }
}

void turn_plane(const Plane& plane, const Turn& turn) {
  for (JDIMENSION top = 0; top < plane.height; top += kTile) {
    for (JDIMENSION left = 0; left < plane.width; left += kTile) {
      turn.transpose ? turn_tile<true>(plane, turn, left, top) : turn_tile<false>(plane, turn, left, top);
    }
  }
}

// ── whether ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A mirrored side must end with a whole block in every component, or its padding would become picture.
bool ends_with_blocks(const jpeg_decompress_struct& from, const Turn& turn) {
  const bool mirror_width = turn.transpose ? turn.mirror_y : turn.mirror_x;
  const bool mirror_height = turn.transpose ? turn.mirror_x : turn.mirror_y;
  for (int i = 0; i < from.num_components; ++i) {
    const jpeg_component_info& component = from.comp_info[i];
    const auto ends = [](JDIMENSION side, int factor, int largest) {
      return std::uint64_t{side} * static_cast<unsigned>(factor) % (static_cast<std::uint64_t>(largest) * DCTSIZE) == 0;
    };
    if (mirror_width && !ends(from.image_width, component.h_samp_factor, from.max_h_samp_factor)) return false;
    if (mirror_height && !ends(from.image_height, component.v_samp_factor, from.max_v_samp_factor)) return false;
  }
  return true;
}

// ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void transpose_parameters(jpeg_compress_struct& to) {
  std::swap(to.image_width, to.image_height);
  std::swap(to.X_density, to.Y_density);
  for (int i = 0; i < to.num_components; ++i) std::swap(to.comp_info[i].h_samp_factor, to.comp_info[i].v_samp_factor);
  for (JQUANT_TBL* table : to.quant_tbl_ptrs) {
    if (table == nullptr) continue;
    for (int y = 0; y < DCTSIZE; ++y) {
      for (int x = 0; x < y; ++x) std::swap(table->quantval[DCTSIZE * y + x], table->quantval[DCTSIZE * x + y]);
    }
  }
}

// ── arrays ──────────────────────────────────────────────────────────────────────────────────────────────────────────

JDIMENSION round_up(JDIMENSION count, int step) {
  const auto unit = static_cast<JDIMENSION>(step);
  return (count + unit - 1) / unit * unit;
}

/// Asked for before jpeg_read_coefficients, which allocates all arrays together.
void request_arrays(Turning& job, jvirt_barray_ptr* arrays) {
  for (int i = 0; i < job.from.num_components; ++i) {
    const jpeg_component_info& c = job.from.comp_info[i];
    const int across = job.turn.transpose ? c.v_samp_factor : c.h_samp_factor;
    const int down = job.turn.transpose ? c.h_samp_factor : c.v_samp_factor;
    const JDIMENSION width = job.turn.transpose ? c.height_in_blocks : c.width_in_blocks;
    const JDIMENSION height = job.turn.transpose ? c.width_in_blocks : c.height_in_blocks;
    arrays[i] = (*job.from.mem->request_virt_barray)(reinterpret_cast<j_common_ptr>(&job.from), JPOOL_IMAGE, FALSE,
                                                     round_up(width, across), round_up(height, down),
                                                     static_cast<JDIMENSION>(down));
  }
}

/// Pointers to all rows of an array. They stay good: jmemnobs.c, the memory manager that is linked, keeps arrays whole.
JBLOCKARRAY rows_of(Turning& job, jvirt_barray_ptr array, JDIMENSION height, bool writable) {
  auto* const common = reinterpret_cast<j_common_ptr>(&job.from);
  auto* const rows =
      static_cast<JBLOCKARRAY>((*job.from.mem->alloc_large)(common, JPOOL_IMAGE, height * sizeof(JBLOCKROW)));
  for (JDIMENSION y = 0; y < height; ++y) {
    rows[y] = (*job.from.mem->access_virt_barray)(common, array, y, 1, writable ? TRUE : FALSE)[0];
  }
  return rows;
}

void turn_arrays(Turning& job, jvirt_barray_ptr* from, jvirt_barray_ptr* to) {
  for (int i = 0; i < job.from.num_components; ++i) {
    const jpeg_component_info& c = job.from.comp_info[i];
    const int down = job.turn.transpose ? c.h_samp_factor : c.v_samp_factor;
    Plane plane;
    plane.width = job.turn.transpose ? c.height_in_blocks : c.width_in_blocks;
    plane.height = job.turn.transpose ? c.width_in_blocks : c.height_in_blocks;
    plane.from = rows_of(job, from[i], c.height_in_blocks, false);
    // The padding rows too: the library takes a row for empty until it has been asked for to be written.
    plane.to = rows_of(job, to[i], round_up(plane.height, down), true);
    turn_plane(plane, job.turn);
  }
}

// ── all of it ───────────────────────────────────────────────────────────────────────────────────────────────────────

void read_step(Turning& job, jvirt_barray_ptr*& from, jvirt_barray_ptr* to) {
  jpeg_source_mgr* const source = &job.source.manager;
  jpeg_create_decompress(&job.from);
  job.from.src = source;
  jpeg::limit_scans(&job.from, job.progress);
  jpeg_save_markers(&job.from, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&job.from, TRUE);
  if (std::uint64_t{job.from.image_width} * job.from.image_height > job.max_pixels) {
    job.refused = Status::kTooLarge;
    return;
  }
  // Where the picture's sides are in blocks is known only from here on.
  jpeg_calc_output_dimensions(&job.from);
  if (!ends_with_blocks(job.from, job.turn)) return;
  request_arrays(job, to);
  from = jpeg_read_coefficients(&job.from);
  // A damaged file is decoded as well as can be; its coefficients are not worth keeping to the bit.
  job.possible = from != nullptr && job.guard.manager.num_warnings == 0;
}

void write_step(Turning& job, jvirt_barray_ptr* to) {
  jpeg::set_target(&job.to, job.target, *job.out, job.file_size + job.file_size / 8);
  jpeg_copy_critical_parameters(&job.from, &job.to);
  if (job.turn.transpose) transpose_parameters(job.to);
  job.to.optimize_coding = gvw_library_huffman != nullptr ? TRUE : FALSE;
  jpeg_write_coefficients(&job.to, to);
  if (job.icc != nullptr) jpeg_write_icc_profile(&job.to, job.icc, job.icc_size);
  jpeg_finish_compress(&job.to);
}

void turn_step(void* context) {
  auto& job = *static_cast<Turning*>(context);
  jpeg_create_compress(&job.to);
  jvirt_barray_ptr* from = nullptr;
  jvirt_barray_ptr to[MAX_COMPONENTS] = {};
  read_step(job, from, to);
  if (!job.possible || from == nullptr) return;
  turn_arrays(job, from, to);
  jpeg_read_icc_profile(&job.from, &job.icc, &job.icc_size);
  write_step(job, to);
}

}  // namespace

Result<Buffer> turn_jpeg(std::span<const std::uint8_t> file, unsigned orientation, std::uint64_t max_pixels) {
  if (orientation < 1 || orientation > 8) return Status::kBadArgument;
  Buffer out;
  Turning job{};
  // One guard for both halves: whichever gives up, the step is over.
  job.from.err = gvw_jpeg_errors(&job.guard);
  job.to.err = &job.guard.manager;
  jpeg::set_source(&job.from, job.source, file);
  job.turn = kTurns[orientation];
  job.max_pixels = max_pixels;
  job.file_size = file.size();
  job.out = &out;
  const bool finished = gvw_jpeg_run(&job.guard, turn_step, &job) != 0;
  Status status = finished ? job.refused : jpeg::status_of(job.guard, job.source.ended);
  if (finished && job.source.ended && job.guard.cut_short > 0) status = Status::kTruncated;
  jpeg_destroy_compress(&job.to);
  jpeg_destroy_decompress(&job.from);
  std::free(job.icc);
  if (status != Status::kOk) return status;
  return out;
}

}  // namespace gvw
