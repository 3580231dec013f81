// media.wasm: films, sounds and documents; geometry in answers.
//
// Windows and answers come in through the open door, lists go out through it; facts through a block of doubles.
#include <emscripten/em_macros.h>

#include <cstdint>
#include <string_view>
#include <utility>

#include "answers/detections.h"
#include "fixed_door.h"
#include "media/media_probe.h"
#include "open_door.h"

namespace gvw::bindings {
namespace {

using MediaBlock = Block<MediaField, kMediaFieldNames.size()>;

MediaBlock media_block;
MediaProbe media_probe;

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
void append_record(Buffer& records, const answers::Detection& item, const answers::Detections& found) {
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
  records.append(record.values.data(), sizeof(record.values));
  for (std::size_t i = 0; i < item.corner_numbers; ++i) {
    records.append(&found.corners[item.first_corner + i], sizeof(double));
  }
}

Status parse_answer(double width, double height) {
  const Buffer answer = take();
  if (!answer.ok()) return Status::kOutOfMemory;
  answers::Detections found;
  const std::string_view text(reinterpret_cast<const char*>(answer.data()), answer.size());
  const Failure failure = answers::parse_detections(text, width, height, found);
  if (failure.status != Status::kOk) return failure.status;
  Buffer records;
  for (const answers::Detection& item : found.items.span()) append_record(records, item, found);
  if (!records.ok()) return Status::kOutOfMemory;
  give(std::move(records));
  return Status::kOk;
}

}  // namespace

extern "C" {

/// Says that this is media.wasm: "MEDI".
EMSCRIPTEN_KEEPALIVE std::uint32_t module_mark() { return 0x4d454449; }

EMSCRIPTEN_KEEPALIVE std::uint32_t media_block_address() { return address_of(media_block); }

/// Forgets the file before and begins another one.
EMSCRIPTEN_KEEPALIVE void media_start(double file_size) { media_probe.start(static_cast<std::uint64_t>(file_size)); }

/// Takes over what is in the door as the window at `offset`; false: no memory.
EMSCRIPTEN_KEEPALIVE bool media_give(double offset) {
  return media_probe.give(static_cast<std::uint64_t>(offset), take());
}

EMSCRIPTEN_KEEPALIVE void media_step() {
  const MediaStep step = media_probe.step();
  media_block.set(MediaField::kStatus, step.status);
  media_block.set(MediaField::kAt, step.at);
  media_block.set(MediaField::kNeedLength, step.need_length);
  if (step.status == Status::kOk) write_facts(media_probe.facts());
}

/// Gives pairs of width and height, as many as the block's measuredPages says; false: no memory.
EMSCRIPTEN_KEEPALIVE bool media_page_sizes() {
  Buffer sizes;
  sizes.append(media_probe.page_sizes().data(), media_probe.page_sizes().size_bytes());
  const bool ok = sizes.ok();
  give(std::move(sizes));
  return ok;
}

/// Finds what the answer in the door has of geometry, for a picture of this size, and gives records of doubles, by
/// detectionFields, each followed by its corners; answers the status.
EMSCRIPTEN_KEEPALIVE std::uint32_t detections_parse(double width, double height) {
  return static_cast<std::uint32_t>(parse_answer(width, height));
}
}

}  // namespace gvw::bindings
