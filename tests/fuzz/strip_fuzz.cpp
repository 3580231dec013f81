// What the strip gives back it leaves alone the next time, and the probe finds the same picture in it without metadata.
#include <vector>

#include "check.h"
#include "probe/probe.h"
#include "strip/strip.h"

namespace {

using gvw::Format;
using gvw::ImageFacts;
using gvw::ProbeState;
using gvw::Status;

using Bytes = std::span<const std::uint8_t>;

/// False when the probe does not know the whole truth.
bool probe(Bytes file, ImageFacts& facts) {
  ProbeState state;
  const gvw::Window whole{0, file};
  const gvw::ProbeStep step = gvw::probe(state, file.size(), {&whole, 1});
  require(step.status != Status::kNeed);
  facts = state.facts;
  return step.status == Status::kOk && !facts.partial && !facts.truncated && facts.width != 0 && facts.height != 0;
}

void check_same_picture(Bytes before, Bytes after, unsigned kept_orientation) {
  ImageFacts old_facts;
  if (!probe(before, old_facts)) return;
  ImageFacts new_facts;
  require(probe(after, new_facts));
  require(new_facts.format == old_facts.format);
  require(new_facts.width == old_facts.width && new_facts.height == old_facts.height);
  // In HEIF the probe believes references to and from items that no list describes, which the strip drops with what
  // they speak of: of damaged files both may be right. For sound ones tests/corpus/strip-native.test.mjs wants
  // equality.
  const bool boxes =
      new_facts.format != Format::kJpeg && new_facts.format != Format::kPng && new_facts.format != Format::kWebp;
  require(boxes || new_facts.frames == old_facts.frames);
  require(new_facts.has_alpha == old_facts.has_alpha || (boxes && !new_facts.has_alpha));
  require(new_facts.bit_depth == old_facts.bit_depth);
  require(new_facts.color_model == old_facts.color_model);
  require(new_facts.icc == old_facts.icc);
  require(!new_facts.gps && !new_facts.xmp && !new_facts.iptc);
  if (new_facts.format == Format::kJpeg || new_facts.format == Format::kPng) {
    require(new_facts.orientation == kept_orientation);
  } else if (boxes) {
    require(new_facts.orientation == old_facts.orientation && !new_facts.exif);
  }
}

void check(Bytes file, Format format, unsigned orientation) {
  // A copy of its own size: a read past its end is seen.
  const std::vector<std::uint8_t> copy(file.begin(), file.end());
  auto first = gvw::strip(copy, format, {orientation});
  if (!first.ok()) {
    const Status status = first.failure().status;
    require(status == Status::kTruncated || status == Status::kMalformed || status == Status::kUnsupported ||
            status == Status::kTooLarge);
    return;
  }
  const bool changed = first.value().changed;
  require(changed == (first.value().removed != 0));
  const Bytes after = changed ? first.value().bytes.span() : Bytes(copy);
  const auto second = gvw::strip(after, format, {orientation});
  require(second.ok() && !second.value().changed);
  check_same_picture(copy, after, orientation);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file(data, size);
  const auto orientation = static_cast<unsigned>(1 + size % 8);
  for (const Format format : {Format::kJpeg, Format::kPng, Format::kWebp, Format::kHeic})
    check(file, format, orientation);
  return 0;
}
