#include "probe/probe.h"

#include <algorithm>

#include "probe/formats.h"

namespace gvw {
namespace {

using probing::FormatProbe;
using probing::kFormatProbes;

/// The row whose signature the file begins with. A file that ends inside a signature is truncated, not unknown.
Result<const FormatProbe*> recognise(FileReader& reader) {
  bool could_be_more = false;
  for (const FormatProbe& row : kFormatProbes) {
    const auto present = static_cast<std::size_t>(std::min<std::uint64_t>(row.signature.size(), reader.file_size()));
    const bool equal = reader.matches(0, row.signature.substr(0, present));
    if (!reader.ok()) return Failure{reader.status(), reader.at()};
    if (equal && present == row.signature.size()) return &row;
    could_be_more = could_be_more || equal;
  }
  return Failure{could_be_more ? Status::kTruncated : Status::kUnsupported, 0};
}

ProbeStep step_of(const FileReader& reader, Failure failure) {
  if (!reader.ok()) return {reader.status(), reader.at(), reader.need_length()};
  return {failure.status, failure.at, 0};
}

}  // namespace

ProbeStep probe(ProbeState& state, std::uint64_t file_size, std::span<const Window> windows) {
  FileReader reader(file_size, windows);
  if (!state.recognised) {
    const auto row = recognise(reader);
    if (!row.ok()) return step_of(reader, row.failure());
    state.facts.format = row.value()->format;
    state.recognised = true;
  }
  const auto* row = std::ranges::find(kFormatProbes, state.facts.format, &FormatProbe::format);
  const Failure failure = row->run(reader, state);
  // A picture whose size is known is worth more than the complaint that the file ends early.
  if (state.sized && (reader.status() == Status::kTruncated || failure.status == Status::kTruncated)) {
    state.facts.truncated = true;
    return {};
  }
  return step_of(reader, failure);
}

}  // namespace gvw
