#include "probe/probe.h"

#include <algorithm>

#include "base/limits.h"
#include "probe/formats.h"

namespace gvw {
namespace probing {

Match match_cut_literal(FileReader& reader, std::uint64_t offset, std::string_view literal) {
  const std::uint64_t size = reader.file_size();
  const auto present = static_cast<std::size_t>(size > offset ? size - offset : 0);
  return reader.matches(offset, literal.substr(0, present)) || !reader.ok() ? Match::kCut : Match::kNo;
}

}  // namespace probing

namespace {

using probing::kFormatProbes;
using probing::Match;

/// Finds the row whose signature the file begins with. A file that ends inside a signature is truncated, not unknown.
Failure recognise(FileReader& reader, ProbeState& state) {
  bool could_be_more = false;
  for (std::size_t row = 0; row < kFormatProbes.size(); ++row) {
    const Match match = kFormatProbes[row].recognise(reader, state.facts.format);
    if (!reader.ok()) return {};
    if (match == Match::kYes) {
      state.row = static_cast<std::uint8_t>(row);
      state.recognised = true;
      return {};
    }
    could_be_more = could_be_more || match == Match::kCut;
  }
  return {could_be_more ? Status::kTruncated : Status::kUnsupported, 0};
}

/// What follows from the rest: the size as seen, unless the format has crops of its own and has said it.
void complete(ImageFacts& facts) {
  if (facts.frames == 0) facts.frames = 1;  // an animation that ends before its first
  if (facts.upright_width != 0) return;
  const bool transposed = orientation_transposes(facts.orientation);
  facts.upright_width = transposed ? facts.height : facts.width;
  facts.upright_height = transposed ? facts.width : facts.height;
}

}  // namespace

ProbeStep probe(ProbeState& state, std::uint64_t file_size, std::span<const Window> windows) {
  FileReader reader(file_size, windows);
  Failure failure;
  if (!state.recognised) failure = recognise(reader, state);
  if (state.recognised) failure = kFormatProbes[state.row].run(reader, state);

  const Status status = reader.ok() ? failure.status : reader.status();
  const std::uint64_t at = reader.ok() ? failure.at : reader.at();
  if (status == Status::kNeed) {
    if (++state.windows_asked <= limits::kMaxProbeWindows) return {status, at, reader.need_length()};
    if (!state.sized) return {Status::kTooLarge, at, 0};
    state.facts.partial = true;
  } else if (status == Status::kTruncated && state.sized) {
    // A picture whose size is known is worth more than the complaint that the file ends early.
    state.facts.truncated = true;
  } else if (status != Status::kOk) {
    return {status, at, 0};
  }
  complete(state.facts);
  return {};
}

}  // namespace gvw
