#include "pixels/codecs/jpeg_io.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "pixels/image.h"

namespace gvw::jpeg {
namespace {

constexpr JOCTET kEndOfImage[2] = {0xff, JPEG_EOI};

void do_nothing(j_decompress_ptr /*cinfo*/) {}

boolean give_end(j_decompress_ptr cinfo) {
  auto* const source = reinterpret_cast<Source*>(cinfo->src);
  source->ended = true;
  source->manager.next_input_byte = kEndOfImage;
  source->manager.bytes_in_buffer = sizeof(kEndOfImage);
  return TRUE;
}

void skip(j_decompress_ptr cinfo, long count) {
  if (count <= 0) return;
  const auto wanted = static_cast<std::size_t>(count);
  if (wanted > cinfo->src->bytes_in_buffer) {
    give_end(cinfo);
    return;
  }
  cinfo->src->next_input_byte += wanted;
  cinfo->src->bytes_in_buffer -= wanted;
}

/// True when every bit of every coefficient has been read: a progressive file that ends early says so by nothing else.
bool is_complete(const jpeg_decompress_struct& cinfo) {
  if (cinfo.coef_bits == nullptr) return true;
  for (int i = 0; i < cinfo.num_components; ++i) {
    if (std::any_of(cinfo.coef_bits[i], cinfo.coef_bits[i] + DCTSIZE2, [](int bits) { return bits != 0; }))
      return false;
  }
  return true;
}

// ── target ──────────────────────────────────────────────────────────────────────────────────────────────────────────

void offer_room(j_compress_ptr cinfo, std::size_t written) {
  auto* const target = reinterpret_cast<Target*>(cinfo->dest);
  target->manager.next_output_byte = target->buffer->data() + written;
  target->manager.free_in_buffer = target->buffer->size() - written;
}

void begin(j_compress_ptr cinfo) { offer_room(cinfo, 0); }

boolean grow(j_compress_ptr cinfo) {
  auto* const target = reinterpret_cast<Target*>(cinfo->dest);
  // The library calls when all of it is full.
  const std::size_t written = target->buffer->size();
  if (!target->buffer->resize(written * 2)) ERREXIT1(cinfo, JERR_OUT_OF_MEMORY, 0);
  offer_room(cinfo, written);
  return TRUE;
}

void finish(j_compress_ptr cinfo) {
  auto* const target = reinterpret_cast<Target*>(cinfo->dest);
  target->buffer->resize(target->buffer->size() - target->manager.free_in_buffer);
}

void count_scans(j_common_ptr cinfo) {
  auto* const decoder = reinterpret_cast<j_decompress_ptr>(cinfo);
  if (decoder->input_scan_number > limits::kMaxJpegScans) ERREXIT(cinfo, JERR_BAD_PROGRESSION);
}

}  // namespace

void set_source(j_decompress_ptr cinfo, Source& source, std::span<const std::uint8_t> file) {
  source.ended = false;
  source.manager.next_input_byte = file.data();
  source.manager.bytes_in_buffer = file.size();
  source.manager.init_source = do_nothing;
  source.manager.fill_input_buffer = give_end;
  source.manager.skip_input_data = skip;
  source.manager.resync_to_restart = jpeg_resync_to_restart;
  source.manager.term_source = do_nothing;
  cinfo->src = &source.manager;
}

void open(Input& input, std::span<const std::uint8_t> file) {
  input.cinfo.err = gvw_jpeg_errors(&input.guard);
  // Until jpeg_create_decompress has run, jpeg_destroy must find nothing.
  input.cinfo.mem = nullptr;
  set_source(&input.cinfo, input.source, file);
}

/// jpeg_create_decompress clears the structure but for the error manager.
void create(Input& input) {
  jpeg_create_decompress(&input.cinfo);
  input.cinfo.src = &input.source.manager;
  input.progress = {};
  limit_scans(&input.cinfo, input.progress);
}

bool is_too_large(const jpeg_decompress_struct& cinfo, std::uint64_t max_pixels) {
  return std::uint64_t{cinfo.image_width} * cinfo.image_height > max_pixels;
}

unsigned scale_denominator(std::uint64_t width, std::uint64_t height, std::uint64_t least_width,
                           std::uint64_t least_height) {
  unsigned denominator = 8;
  while (denominator > 1 && (width < least_width * denominator || height < least_height * denominator)) {
    denominator /= 2;
  }
  return denominator;
}

bool is_truncated(const Input& input) {
  return input.source.ended && (input.guard.cut_short > 0 || !is_complete(input.cinfo));
}

Buffer read_icc(jpeg_decompress_struct& cinfo) {
  JOCTET* profile = nullptr;
  unsigned length = 0;
  if (jpeg_read_icc_profile(&cinfo, &profile, &length) == 0) return {};
  Buffer icc = Buffer::adopt(profile, length);  // the library gives it by malloc
  return is_rgb_profile(icc.span()) ? std::move(icc) : Buffer();
}

void set_target(j_compress_ptr cinfo, Target& target, Buffer& buffer, std::size_t expected_bytes) {
  constexpr std::size_t kLeast = 4096;
  target.buffer = &buffer;
  target.manager.init_destination = begin;
  target.manager.empty_output_buffer = grow;
  target.manager.term_destination = finish;
  cinfo->dest = &target.manager;
  if (!buffer.resize(std::max(expected_bytes, kLeast))) ERREXIT1(cinfo, JERR_OUT_OF_MEMORY, 0);
}

Status status_of(const GvwJpegGuard& guard, bool source_ended) {
  switch (guard.manager.msg_code) {
    case JERR_OUT_OF_MEMORY:
      return Status::kOutOfMemory;
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW:
      return Status::kTooLarge;
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_SOF_UNSUPPORTED:
      return Status::kUnsupported;
    default:
      return source_ended ? Status::kTruncated : Status::kMalformed;
  }
}

Status failure_of(const Input& input, std::uint64_t max_pixels) {
  const bool has_size = input.cinfo.comp_info != nullptr;
  return has_size && is_too_large(input.cinfo, max_pixels) ? Status::kTooLarge
                                                           : status_of(input.guard, input.source.ended);
}

void limit_scans(j_decompress_ptr cinfo, jpeg_progress_mgr& progress) {
  progress.progress_monitor = count_scans;
  cinfo->progress = &progress;
}

}  // namespace gvw::jpeg
