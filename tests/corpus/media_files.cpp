// media_files FILE…: reads each film, sound or document through windows that are fetched on demand, as the package
// does, and prints one line of JSON a file: what was found, what it took, and how long.

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <utility>

#include "base/limits.h"
#include "media/media_probe.h"

namespace {

using gvw::MediaProbe;
using gvw::MediaStep;
using gvw::Status;

struct Run {
  MediaStep step;
  std::uint64_t size = 0;
  std::uint64_t bytes = 0;
  unsigned windows = 0;
  /// The probe asked for what the file has not.
  const char* broken_promise = nullptr;
};

/// Each window is a copy of its own size, so that a sanitizer sees every read past its end.
Run probe_by_windows(MediaProbe& probe, std::FILE* file) {
  Run run;
  if (fseeko(file, 0, SEEK_END) != 0) return run;
  run.size = static_cast<std::uint64_t>(ftello(file));
  probe.start(run.size);
  for (;;) {
    run.step = probe.step();
    if (run.step.status != Status::kNeed) return run;
    const std::uint64_t at = run.step.at;
    if (at > run.size || run.step.need_length > run.size - at) run.broken_promise = "need-behind-end";
    if (run.step.need_length == 0) run.broken_promise = "need-nothing";
    if (run.broken_promise != nullptr) return run;
    gvw::Buffer window = gvw::Buffer::of_size(run.step.need_length);
    if (fseeko(file, static_cast<off_t>(at), SEEK_SET) != 0) return run;
    if (std::fread(window.data(), 1, window.size(), file) != window.size()) return run;
    run.bytes += window.size();
    ++run.windows;
    if (!probe.give(at, std::move(window))) return run;
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

void print_facts(const MediaProbe& probe) {
  const gvw::MediaFacts& facts = probe.facts();
  const auto truth = [](bool value) { return value ? "true" : "false"; };
  const auto codec = [](gvw::Codec value) { return gvw::kCodecNames[static_cast<std::size_t>(value)]; };
  const gvw::FormatRow& format = gvw::kFormats[static_cast<std::size_t>(facts.format)];
  std::printf(R"(,"format":"%s","kind":"%s")", format.name, gvw::kKindNames[static_cast<std::size_t>(format.kind)]);
  std::printf(R"(,"width":%.10g,"height":%.10g,"orientation":%u,"uprightWidth":%.10g,"uprightHeight":%.10g)",
              facts.width, facts.height, unsigned{facts.orientation}, facts.upright_width, facts.upright_height);
  std::printf(R"(,"frames":%u,"duration":%.10g,"frameRate":%.10g,"videoCodec":"%s","hasAudio":%s,"audioCodec":"%s")",
              facts.frames, facts.duration_seconds, facts.frame_rate, codec(facts.video_codec), truth(facts.has_audio),
              codec(facts.audio_codec));
  std::printf(R"(,"channels":%u,"sampleRate":%u,"pages":%u,"encrypted":%s,"truncated":%s,"partial":%s,"repaired":%s)",
              facts.channels, facts.sample_rate, facts.pages, truth(facts.encrypted), truth(facts.truncated),
              truth(facts.partial), truth(facts.repaired));
  std::printf(R"(,"pageSizes":[)");
  bool first = true;
  for (const gvw::PageSize& size : probe.page_sizes().first(std::min<std::size_t>(probe.page_sizes().size(), 3))) {
    std::printf("%s[%.10g,%.10g]", first ? "" : ",", size.width, size.height);
    first = false;
  }
  std::printf("]");
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    std::FILE* file = std::fopen(arguments[i], "rb");
    if (file == nullptr) return 1;
    MediaProbe probe;
    const auto begin = std::chrono::steady_clock::now();
    const Run run = probe_by_windows(probe, file);
    const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
    static_cast<void>(std::fclose(file));  // it was only read
    std::printf(R"({"file":%s,"status":"%s","at":%)" PRIu64 R"(,"size":%)" PRIu64 R"(,"windows":%u,"bytes":%)" PRIu64
                R"(,"microseconds":%.1f)",
                quoted(arguments[i]).c_str(), gvw::kStatusNames[static_cast<std::size_t>(run.step.status)], run.step.at,
                run.size, run.windows, run.bytes, taken.count());
    if (run.broken_promise != nullptr) std::printf(R"(,"brokenPromise":"%s")", run.broken_promise);
    if (run.step.status == Status::kOk) print_facts(probe);
    std::printf("}\n");
  }
  return 0;
}
