// Films, sounds and documents: one answer, whether the whole file is at hand or windows of it come on demand; facts
// that nobody has to be afraid of. GVW_FUZZ_AT and GVW_FUZZ_SIGNATURE name the first bytes of the parser's files: they
// are put in place, so that no input is wasted on not being recognised.

#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "check.h"
#include "media/media_probe.h"

namespace {

using gvw::MediaFacts;
using gvw::MediaProbe;
using gvw::MediaStep;
using gvw::Status;

gvw::Buffer copy_of(const std::uint8_t* bytes, std::size_t count) {
  gvw::Buffer buffer = gvw::Buffer::of_size(count);
  if (count != 0) std::memcpy(buffer.data(), bytes, count);
  return buffer;
}

MediaStep probe_whole(MediaProbe& probe, const std::vector<std::uint8_t>& file) {
  probe.start(file.size());
  probe.give(0, copy_of(file.data(), file.size()));
  const MediaStep step = probe.step();
  require(step.status != Status::kNeed);
  return step;
}

MediaStep probe_by_windows(MediaProbe& probe, const std::vector<std::uint8_t>& file) {
  probe.start(file.size());
  for (;;) {
    const MediaStep step = probe.step();
    if (step.status != Status::kNeed) return step;
    require(step.need_length != 0);
    require(step.at <= file.size() && step.need_length <= file.size() - step.at);
    probe.give(step.at, copy_of(file.data() + step.at, step.need_length));
  }
}

void require_sane(const MediaFacts& facts) {
  require(std::isfinite(facts.duration_seconds) && facts.duration_seconds >= 0);
  require(std::isfinite(facts.frame_rate) && facts.frame_rate >= 0);
  require(std::isfinite(facts.width) && facts.width >= 0);
  require(std::isfinite(facts.height) && facts.height >= 0);
  require(facts.orientation >= 1 && facts.orientation <= 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr std::string_view kSignature{GVW_FUZZ_SIGNATURE, sizeof(GVW_FUZZ_SIGNATURE) - 1};
  constexpr std::size_t kAt = GVW_FUZZ_AT;
  std::vector<std::uint8_t> file(data, data + size);
  if (file.size() < kAt + kSignature.size()) return 0;
  std::memcpy(file.data() + kAt, kSignature.data(), kSignature.size());
  MediaProbe whole;
  MediaProbe windowed;
  const MediaStep first = probe_whole(whole, file);
  const MediaStep second = probe_by_windows(windowed, file);
  require(first.status == second.status);
  if (first.status != Status::kOk) return 0;
  const MediaFacts& facts = whole.facts();
  require_sane(facts);
  require(facts.format == windowed.facts().format);
  require(facts.width == windowed.facts().width && facts.height == windowed.facts().height);
  require(facts.duration_seconds == windowed.facts().duration_seconds);
  require(facts.pages == windowed.facts().pages);
  require(whole.page_sizes().size() == windowed.page_sizes().size());
  for (const gvw::PageSize& page : whole.page_sizes()) {
    require(std::isfinite(page.width) && page.width > 0 && std::isfinite(page.height) && page.height > 0);
  }
  return 0;
}
