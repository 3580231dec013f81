// What the strip gives back it leaves alone the next time, and the probe finds the same picture in it without metadata;
// with and without a gain map that is to stay.
#include <vector>

#include "check.h"
#include "probe/probe.h"
#include "strip/strip.h"

namespace {

using gvw::Format;
using gvw::ImageFacts;
using gvw::ProbeState;
using gvw::Status;
using gvw::StripOptions;

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

void check_same_picture(Bytes before, Bytes after, const StripOptions& options, bool gain_map) {
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
  // The numbers of a gain map are XMP.
  require(!new_facts.gps && !new_facts.iptc && (!new_facts.xmp || gain_map));
  if (new_facts.format == Format::kJpeg || new_facts.format == Format::kPng) {
    require(new_facts.orientation == options.keep_orientation);
  } else if (boxes) {
    require(new_facts.orientation == old_facts.orientation && !new_facts.exif);
  }
}

/// The gain map of a JPEG is where it is said to be, and a picture of its own.
void check_gain_map(Bytes file, const gvw::KeptGainMap& gain_map) {
  if (gain_map.at == 0) return;
  require(gain_map.there && gain_map.at < file.size() && gain_map.header_bytes < file.size() - gain_map.at);
  const auto second = gvw::strip(file.subspan(gain_map.at), Format::kJpeg, {});
  require(second.ok());
}

void check(Bytes file, Format format, const StripOptions& options) {
  // A copy of its own size: a read past its end is seen.
  const std::vector<std::uint8_t> copy(file.begin(), file.end());
  auto first = gvw::strip(copy, format, options);
  if (!first.ok()) {
    const Status status = first.failure().status;
    require(status == Status::kTruncated || status == Status::kMalformed || status == Status::kUnsupported ||
            status == Status::kTooLarge);
    return;
  }
  const bool changed = first.value().changed;
  require(changed == (first.value().removed != 0));
  const Bytes after = changed ? first.value().bytes.span() : Bytes(copy);
  const auto second = gvw::strip(after, format, options);
  require(second.ok() && !second.value().changed);
  const gvw::KeptGainMap& gain_map = first.value().gain_map;
  require(second.value().gain_map.there == gain_map.there && second.value().gain_map.at == gain_map.at);
  require(!gain_map.there || options.keep_gain_map);
  check_gain_map(after, gain_map);
  check_same_picture(copy, after, options, gain_map.there);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file(data, size);
  const auto orientation = static_cast<unsigned>(1 + size % 8);
  for (const Format format : {Format::kJpeg, Format::kPng, Format::kWebp, Format::kHeic})
    for (const bool keep_gain_map : {false, true}) check(file, format, {orientation, keep_gain_map});
  return 0;
}
