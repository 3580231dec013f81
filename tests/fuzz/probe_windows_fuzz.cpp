// The probe gives one answer, whether the whole file is at hand or windows of it come on demand, large or small.

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "check.h"
#include "probe/probe.h"
#include "support/windowed_file.h"

namespace {

using gvw::ImageFacts;
using gvw::ProbeState;
using gvw::ProbeStep;
using gvw::Status;
using gvw::Window;

struct Answer {
  ProbeStep step;
  ImageFacts facts;
};

Answer probe_whole(const std::uint8_t* data, std::size_t size) {
  ProbeState state;
  const Window window{0, {data, size}};
  Answer answer;
  answer.step = gvw::probe(state, size, {&window, 1});
  answer.facts = state.facts;
  require(answer.step.status != Status::kNeed);
  return answer;
}

struct Held {
  std::uint64_t offset;
  std::size_t length;
  std::unique_ptr<std::uint8_t[]> bytes;
};

/// Copies each window, so that a read past its end is seen. Small windows hold little more than what is asked for.
Answer probe_by_windows(const std::uint8_t* data, std::size_t size, bool small) {
  ProbeState state;
  std::vector<Held> held;
  for (;;) {
    std::vector<Window> windows;
    windows.reserve(held.size());
    for (const Held& each : held) windows.push_back({each.offset, {each.bytes.get(), each.length}});
    Answer answer;
    answer.step = gvw::probe(state, size, windows);
    answer.facts = state.facts;
    if (answer.step.status != Status::kNeed) return answer;
    // As it is when JavaScript has to wait: only the bytes of the state survive.
    ProbeState kept;
    std::memcpy(static_cast<void*>(&kept), &state, sizeof(state));
    state = kept;
    std::erase_if(held, [&](const Held& each) { return each.offset + each.length <= state.position; });
    const std::uint64_t at = answer.step.at;
    const std::size_t need = answer.step.need_length;
    require(need != 0 && need <= gvw::limits::kWindowBytes);
    require(at <= size && need <= size - at);
    require(small || held.size() < gvw::limits::kWindowSlots);
    constexpr std::size_t kSmallBytes = 48;
    const std::size_t wanted = small ? std::max(need, kSmallBytes) : gvw::limits::kWindowBytes;
    const std::size_t length = std::min<std::size_t>(wanted, size - at);
    held.push_back({at, length, std::make_unique<std::uint8_t[]>(length)});
    std::memcpy(held.back().bytes.get(), data + at, length);
  }
}

void require_same(const Answer& whole, const Answer& pieces) {
  // The limit on windows is only met where there are several.
  if (pieces.step.status == Status::kTooLarge || pieces.facts.partial) return;
  require(whole.step.status == pieces.step.status && whole.step.at == pieces.step.at);
  const ImageFacts& a = whole.facts;
  const ImageFacts& b = pieces.facts;
  if (whole.step.status != Status::kOk) return;
  require(a.format == b.format && a.width == b.width && a.height == b.height);
  require(a.orientation == b.orientation);
  require(a.upright_width == b.upright_width && a.upright_height == b.upright_height);
  require(a.frames == b.frames && a.has_alpha == b.has_alpha && a.bit_depth == b.bit_depth);
  require(a.color_model == b.color_model && a.progressive == b.progressive);
  require(a.exif == b.exif && a.xmp == b.xmp && a.icc == b.icc && a.iptc == b.iptc && a.gps == b.gps);
  require(a.truncated == b.truncated && a.partial == b.partial);
  if (!gvw::testing::is_picture(a)) return;
  require(a.width != 0 && a.height != 0 && a.upright_width != 0 && a.upright_height != 0);
  require(a.orientation >= 1 && a.orientation <= 8 && a.frames != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const Answer whole = probe_whole(data, size);
  require_same(whole, probe_by_windows(data, size, false));
  // Small windows are many: enough for files of a few thousand bytes.
  if (size <= 4096) require_same(whole, probe_by_windows(data, size, true));
  return 0;
}
