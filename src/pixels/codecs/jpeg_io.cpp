#include "pixels/codecs/jpeg_io.h"

#include <algorithm>

#include "base/limits.h"

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

void limit_scans(j_decompress_ptr cinfo, jpeg_progress_mgr& progress) {
  progress.progress_monitor = count_scans;
  cinfo->progress = &progress;
}

}  // namespace gvw::jpeg
