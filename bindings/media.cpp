// media.wasm: films, sounds and documents; geometry in answers.
//
// A door of plain exports, without embind: its glue is a third of the other modules', which counts, because whoever
// probes pictures carries it along and most never open it. Bytes come in through a buffer of the size they need, one
// copy; facts go out through a block of doubles, lists by their address.
#include <emscripten/em_macros.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "answers/detections.h"
#include "fixed_door.h"
#include "media/media_probe.h"

namespace gvw::bindings {
namespace {

using MediaBlock = Block<MediaField, kMediaFieldNames.size()>;

MediaBlock media_block;
MediaProbe media_probe;
/// Where JavaScript puts the bytes it gives next.
Buffer incoming;

void write_facts(const MediaFacts& facts) {
  MediaBlock& block = media_block;
  block.set(MediaField::kFormat, facts.format);
  block.set(MediaField::kWidth, facts.width);
  block.set(MediaField::kHeight, facts.height);
  block.set(MediaField::kOrientation, facts.orientation);
  block.set(MediaField::kUprightWidth, facts.upright_width);
  block.set(MediaField::kUprightHeight, facts.upright_height);
  block.set(MediaField::kFrames, facts.frames);
  block.set(MediaField::kDurationSeconds, facts.duration_seconds);
  block.set(MediaField::kFrameRate, facts.frame_rate);
  block.set(MediaField::kVideoCodec, facts.video_codec);
  block.set(MediaField::kHasAudio, facts.has_audio);
  block.set(MediaField::kAudioCodec, facts.audio_codec);
  block.set(MediaField::kChannels, facts.channels);
  block.set(MediaField::kSampleRate, facts.sample_rate);
  block.set(MediaField::kPages, facts.pages);
  block.set(MediaField::kMeasuredPages, media_probe.page_sizes().size());
  block.set(MediaField::kEncrypted, facts.encrypted);
  block.set(MediaField::kTruncated, facts.truncated);
  block.set(MediaField::kPartial, facts.partial);
  block.set(MediaField::kRepaired, facts.repaired);
}

// ── detections ──────────────────────────────────────────────────────────────────────────────────────────────────────

using DetectionRecord = Block<DetectionField, kDetectionFieldNames.size()>;

/// One record an item, its corners behind it.
List<double> detection_records;

bool append_record(const answers::Detection& item, const answers::Detections& found) {
  DetectionRecord record;
  record.set(DetectionField::kLabelBegin, item.label.begin);
  record.set(DetectionField::kLabelEnd, item.label.end);
  record.set(DetectionField::kMaskBegin, item.mask.begin);
  record.set(DetectionField::kMaskEnd, item.mask.end);
  record.set(DetectionField::kHasBox, item.has_box);
  record.set(DetectionField::kX, item.x);
  record.set(DetectionField::kY, item.y);
  record.set(DetectionField::kWidth, item.width);
  record.set(DetectionField::kHeight, item.height);
  record.set(DetectionField::kHasPoint, item.has_point);
  record.set(DetectionField::kPointX, item.point_x);
  record.set(DetectionField::kPointY, item.point_y);
  record.set(DetectionField::kHasBox3d, item.has_box3d);
  for (std::size_t i = 0; i < std::size(item.box3d); ++i) {
    record.values[static_cast<std::size_t>(DetectionField::kCenterX) + i] = item.box3d[i];
  }
  record.set(DetectionField::kConfidence, item.confidence);
  record.set(DetectionField::kCornerNumbers, item.corner_numbers);
  for (const double value : record.values) {
    if (!detection_records.push(value)) return false;
  }
  for (std::size_t i = 0; i < item.corner_numbers; ++i) {
    if (!detection_records.push(found.corners[item.first_corner + i])) return false;
  }
  return true;
}

Status parse_answer(double width, double height) {
  answers::Detections found;
  const std::string_view text(reinterpret_cast<const char*>(incoming.data()), incoming.size());
  const Failure failure = answers::parse_detections(text, width, height, found);
  detection_records.clear();
  for (const answers::Detection& item : found.items.span()) {
    if (!append_record(item, found)) return Status::kOutOfMemory;
  }
  return failure.status;
}

}  // namespace

extern "C" {
EMSCRIPTEN_KEEPALIVE std::uint32_t media_block_address() { return address_of(media_block); }

/// Room for so many bytes, or 0 when there is no memory for them. The room before is given back.
EMSCRIPTEN_KEEPALIVE std::uint32_t media_room(std::uint32_t length) {
  incoming = Buffer::of_size(length);
  if (!incoming.ok()) return 0;
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(incoming.data()));
}

/// Forgets the file before and begins another one.
EMSCRIPTEN_KEEPALIVE void media_start(double file_size) { media_probe.start(static_cast<std::uint64_t>(file_size)); }

/// Takes over what is in the room as the window at `offset`; false: no memory.
EMSCRIPTEN_KEEPALIVE bool media_give(double offset) {
  return media_probe.give(static_cast<std::uint64_t>(offset), std::exchange(incoming, Buffer{}));
}

EMSCRIPTEN_KEEPALIVE void media_step() {
  const MediaStep step = media_probe.step();
  media_block.set(MediaField::kStatus, step.status);
  media_block.set(MediaField::kAt, step.at);
  media_block.set(MediaField::kNeedLength, step.need_length);
  if (step.status == Status::kOk) write_facts(media_probe.facts());
}

/// Pairs of width and height, as many as the block's measuredPages says.
EMSCRIPTEN_KEEPALIVE std::uint32_t media_page_sizes() {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(media_probe.page_sizes().data()));
}

/// Finds what the answer in the room has of geometry, for a picture of this size; answers the status.
EMSCRIPTEN_KEEPALIVE std::uint32_t detections_parse(double width, double height) {
  const Status status = parse_answer(width, height);
  incoming = {};
  return static_cast<std::uint32_t>(status);
}

/// Records of doubles, by detectionFields, each followed by its corners; and how many doubles they are.
EMSCRIPTEN_KEEPALIVE std::uint32_t detections_address() {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(detection_records.span().data()));
}
EMSCRIPTEN_KEEPALIVE std::uint32_t detections_length() { return static_cast<std::uint32_t>(detection_records.size()); }
}

}  // namespace gvw::bindings
