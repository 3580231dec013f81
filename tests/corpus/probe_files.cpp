// probe_files FILE…: probes each file through windows that are fetched on demand, as the package does, and prints one
// line of JSON a file: what was found, how many windows it took, and how long.

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/limits.h"
#include "probe/probe.h"

namespace {

using gvw::ProbeState;
using gvw::ProbeStep;
using gvw::Status;
using gvw::Window;

std::vector<std::uint8_t> read_file(const char* path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Run {
  ProbeState state;
  ProbeStep step;
  unsigned windows = 0;
  std::size_t most_kept = 0;
  /// The probe asked for what a window cannot hold, for what the file has not, or kept more than there are slots.
  const char* broken_promise = nullptr;
};

/// Each window is a copy of its own size, so that a sanitizer sees every read past its end.
Run probe_by_windows(const std::vector<std::uint8_t>& file) {
  Run run;
  std::vector<std::vector<std::uint8_t>> kept;
  std::vector<Window> windows;
  for (;;) {
    run.step = gvw::probe(run.state, file.size(), windows);
    if (run.step.status != Status::kNeed) return run;
    std::vector<std::vector<std::uint8_t>> still;
    std::vector<Window> left;
    for (std::size_t i = 0; i < windows.size(); ++i) {
      if (windows[i].offset + windows[i].bytes.size() <= run.state.position) continue;
      still.push_back(std::move(kept[i]));
      left.push_back({windows[i].offset, still.back()});
    }
    const std::uint64_t at = run.step.at;
    if (run.step.need_length > gvw::limits::kWindowBytes) run.broken_promise = "need-length";
    if (at > file.size() || run.step.need_length > file.size() - at) run.broken_promise = "need-behind-end";
    if (left.size() >= gvw::limits::kWindowSlots) run.broken_promise = "window-slots";
    if (run.broken_promise != nullptr) return run;
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(gvw::limits::kWindowBytes, file.size() - at));
    const auto from = file.begin() + static_cast<std::ptrdiff_t>(at);
    still.emplace_back(from, from + static_cast<std::ptrdiff_t>(length));
    left.push_back({at, still.back()});
    kept = std::move(still);
    windows = std::move(left);
    run.most_kept = std::max(run.most_kept, windows.size());
    ++run.windows;
  }
}

std::string quoted(const char* text) {
  std::string out = "\"";
  for (; *text != '\0'; ++text) {
    if (*text == '"' || *text == '\\') out += '\\';
    out += *text;
  }
  return out + '"';
}

void print(const char* path, const Run& run, double microseconds) {
  const gvw::ImageFacts& facts = run.state.facts;
  std::printf(R"({"file":%s,"status":"%s","at":%)" PRIu64 R"(,"windows":%u,"kept":%zu,"microseconds":%.1f)",
              quoted(path).c_str(), gvw::kStatusNames[static_cast<std::size_t>(run.step.status)], run.step.at,
              run.windows, run.most_kept, microseconds);
  if (run.broken_promise != nullptr) std::printf(R"(,"brokenPromise":"%s")", run.broken_promise);
  if (run.state.recognised) {
    std::printf(R"(,"format":"%s")", gvw::kFormats[static_cast<std::size_t>(facts.format)].name);
  }
  if (run.step.status == Status::kOk) {
    const auto truth = [](bool value) { return value ? "true" : "false"; };
    std::printf(R"(,"width":%u,"height":%u,"orientation":%u,"uprightWidth":%u,"uprightHeight":%u,"frames":%u)",
                facts.width, facts.height, unsigned{facts.orientation}, facts.upright_width, facts.upright_height,
                facts.frames);
    std::printf(R"(,"hasAlpha":%s,"bitDepth":%u,"colorModel":"%s","progressive":%s)", truth(facts.has_alpha),
                unsigned{facts.bit_depth}, gvw::kColorModelNames[static_cast<std::size_t>(facts.color_model)],
                truth(facts.progressive));
    std::printf(R"(,"exif":%s,"xmp":%s,"icc":%s,"iptc":%s,"gps":%s,"truncated":%s,"partial":%s)", truth(facts.exif),
                truth(facts.xmp), truth(facts.icc), truth(facts.iptc), truth(facts.gps), truth(facts.truncated),
                truth(facts.partial));
  }
  std::printf("}\n");
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    const std::vector<std::uint8_t> file = read_file(arguments[i]);
    const auto begin = std::chrono::steady_clock::now();
    const Run run = probe_by_windows(file);
    const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
    print(arguments[i], run, taken.count());
  }
  return 0;
}
