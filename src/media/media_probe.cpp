#include "media/media_probe.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "media/formats.h"
#include "probe/formats.h"
#include "probe/probe.h"

namespace gvw {
namespace {

using Parser = Failure (*)(FileReader&, MediaFacts&);

Parser parser_of(Format format) {
  switch (format) {
    case Format::kMp4:
    case Format::kMov:
    case Format::k3gp:
    case Format::kM4a:
      return media::probe_mp4;
    case Format::kWebm:
      return media::probe_matroska;
    case Format::kAvi:
      return media::probe_avi;
    case Format::kWav:
      return media::probe_wav;
    case Format::kAiff:
      return media::probe_aiff;
    case Format::kMpeg:
      return media::probe_program_stream;
    case Format::kMpegts:
      return media::probe_transport_stream;
    case Format::kFlv:
      return media::probe_flv;
    case Format::kWmv:
      return media::probe_asf;
    case Format::kOgg:
      return media::probe_ogg;
    case Format::kFlac:
      return media::probe_flac;
    case Format::kMp3:
    case Format::kAac:
      return media::probe_frames;
    default:
      return nullptr;
  }
}

}  // namespace

void MediaProbe::start(std::uint64_t file_size) {
  file_size_ = file_size;
  bytes_.clear();
  windows_.clear();
  given_bytes_ = 0;
  facts_ = {};
  document_.clear();
}

bool MediaProbe::give(std::uint64_t offset, Buffer bytes) {
  if (!bytes.ok()) return false;
  given_bytes_ += bytes.size();
  // A buffer's bytes stay where they are when the list that owns it moves.
  if (!windows_.push({offset, bytes.span()})) return false;
  return bytes_.push(std::move(bytes));
}

Failure MediaProbe::run(FileReader& reader) {
  Word<Format> format = Format::kPdf;
  const probing::Match match = probing::recognise_media(reader, format);
  if (!reader.ok()) return {};
  if (match != probing::Match::kYes) {
    return {match == probing::Match::kCut ? Status::kTruncated : Status::kUnsupported, 0};
  }
  facts_ = {};
  facts_.format = format;
  if (format == Format::kPdf) return document_.read(reader, facts_);
  const Parser parser = parser_of(format);
  return parser == nullptr ? Failure{Status::kUnsupported, 0} : parser(reader, facts_);
}

MediaStep MediaProbe::step() {
  FileReader reader(file_size_, windows_.span());
  const Failure failure = run(reader);
  const Status status = reader.ok() ? failure.status : reader.status();
  const std::uint64_t at = reader.ok() ? failure.at : reader.at();
  const bool is_document = facts_.format == Format::kPdf;
  if (status == Status::kNeed) {
    const std::size_t most = is_document ? limits::kMaxPdfBytes : limits::kMaxMediaBytes;
    const bool spent = windows_.size() >= limits::kMaxMediaWindows || given_bytes_ >= most;
    if (!spent) {
      const std::size_t usual = is_document ? limits::kPdfWindowBytes : limits::kMediaWindowBytes;
      const std::uint64_t length = std::max(reader.need_length(), usual);
      return {status, at, static_cast<std::size_t>(std::min(length, file_size_ - at))};
    }
    if (!facts_.settled) return {Status::kTooLarge, at, 0};
    facts_.partial = true;
  } else if (status == Status::kTruncated && facts_.settled) {
    facts_.truncated = true;
  } else if (status == Status::kTooLarge && facts_.settled) {
    facts_.partial = true;
  } else if (status != Status::kOk) {
    return {status, at, 0};
  }
  return finish();
}

MediaStep MediaProbe::finish() {
  if (facts_.upright_width == 0) {
    const bool turned = orientation_transposes(facts_.orientation);
    facts_.upright_width = turned ? facts_.height : facts_.width;
    facts_.upright_height = turned ? facts_.width : facts_.height;
  }
  if (facts_.frame_rate == 0) facts_.frame_rate = media::ratio(facts_.frames, facts_.duration_seconds);
  return {};
}

}  // namespace gvw
