// strip_files FOLDER FILE…: strips each file with the orientation the probe finds, writes the result to FOLDER/<number
// of the file, from 0>, and prints one line of JSON a file: what was removed, whether a second strip has nothing left
// to do, and for JPEG and PNG whether the decoded pixels are the same.

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/limits.h"
#include "pixels/decode.h"
#include "probe/probe.h"
#include "strip/strip.h"

namespace {

using Bytes = std::span<const std::uint8_t>;
using gvw::Format;
using gvw::ImageFacts;
using gvw::Status;

std::vector<std::uint8_t> read_file(const char* path) {
  std::vector<std::uint8_t> bytes;
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return bytes;
  std::uint8_t chunk[65536];
  for (std::size_t count = 0; (count = std::fread(chunk, 1, sizeof(chunk), file)) != 0;) {
    bytes.insert(bytes.end(), chunk, chunk + count);
  }
  static_cast<void>(std::fclose(file));  // it was only read
  return bytes;
}

void write_file(const std::string& path, Bytes bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) std::perror(path.c_str());
  if (file != nullptr && std::fclose(file) != 0) std::exit(1);
}

struct Probed {
  Status status = Status::kOk;
  ImageFacts facts;
};

Probed probe(Bytes file) {
  gvw::ProbeState state;
  const gvw::Window whole{0, file};
  const gvw::ProbeStep step = gvw::probe(state, file.size(), {&whole, 1});
  return {step.status, state.facts};
}

bool same_picture(const ImageFacts& a, const ImageFacts& b) {
  return a.format == b.format && a.width == b.width && a.height == b.height && a.orientation == b.orientation &&
         a.upright_width == b.upright_width && a.upright_height == b.upright_height && a.frames == b.frames &&
         a.has_alpha == b.has_alpha && a.bit_depth == b.bit_depth && a.color_model == b.color_model && a.icc == b.icc;
}

/// "same", "different", or the reason why there are no pixels to compare.
std::string compare_pixels(Bytes before, Bytes after) {
  const auto old_image = gvw::decode(before, gvw::limits::kDefaultMaxPixels);
  const auto new_image = gvw::decode(after, gvw::limits::kDefaultMaxPixels);
  if (!old_image.ok()) return gvw::kStatusNames[static_cast<std::size_t>(old_image.failure().status)];
  if (!new_image.ok()) return "different";
  const auto a = old_image.value().pixels.span();
  const auto b = new_image.value().pixels.span();
  return std::ranges::equal(a, b) ? "same" : "different";
}

std::string names_of(std::uint32_t removed) {
  std::string out;
  for (std::size_t kind = 0; kind < gvw::kRemovedKindNames.size(); ++kind) {
    if ((removed >> kind & 1U) == 0) continue;
    out += (out.empty() ? "\"" : ",\"") + std::string(gvw::kRemovedKindNames[kind]) + '"';
  }
  return out;
}

void strip(const std::string& output, Bytes file) {
  const Probed before = probe(file);
  const char* status = gvw::kStatusNames[static_cast<std::size_t>(before.status)];
  if (before.status != Status::kOk) {
    std::printf(R"({"probe":"%s"})"
                "\n",
                status);
    return;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto result = gvw::strip(file, before.facts.format, {before.facts.orientation});
  const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
  const gvw::Failure failure = result.failure();
  std::printf(R"({"probe":"%s","truncated":%s,"format":"%s","status":"%s","at":%)" PRIu64 R"(,"microseconds":%.1f)",
              status, before.facts.truncated ? "true" : "false",
              gvw::kFormats[static_cast<std::size_t>(before.facts.format)].name,
              gvw::kStatusNames[static_cast<std::size_t>(failure.status)], failure.at, taken.count());
  if (result.ok()) {
    const Bytes after = result.value().changed ? result.value().bytes.span() : file;
    const auto again = gvw::strip(after, before.facts.format, {before.facts.orientation});
    const bool raster = before.facts.format == Format::kJpeg || before.facts.format == Format::kPng;
    const auto truth = [](bool value) { return value ? "true" : "false"; };
    std::printf(R"(,"changed":%s,"removed":[%s],"again":%s,"sameFacts":%s,"pixels":"%s")",
                truth(result.value().changed), names_of(result.value().removed).c_str(),
                truth(!again.ok() || again.value().changed), truth(same_picture(before.facts, probe(after).facts)),
                raster ? compare_pixels(file, after).c_str() : "not-decoded");
    write_file(output, after);
  }
  std::printf("}\n");
}

}  // namespace

int main(int count, char** arguments) {
  for (int i = 2; i < count; ++i)
    strip(std::string(arguments[1]) + "/" + std::to_string(i - 2), read_file(arguments[i]));
  return 0;
}
