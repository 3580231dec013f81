// The whole file and windows of any size give the same answer, and only a probe's own statuses.
#include <cstring>
#include <initializer_list>

#include "check.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

using testing::Probed;

bool same_facts(const ImageFacts& a, const ImageFacts& b) {
  return a.format == b.format && a.width == b.width && a.height == b.height && a.orientation == b.orientation &&
         a.frames == b.frames && a.has_alpha == b.has_alpha && a.bit_depth == b.bit_depth &&
         a.color_model == b.color_model && a.progressive == b.progressive && a.exif == b.exif && a.xmp == b.xmp &&
         a.icc == b.icc && a.iptc == b.iptc && a.gps == b.gps && a.truncated == b.truncated;
}

void check(std::span<const std::uint8_t> file) {
  const Probed whole = testing::probe_whole(file);
  const ImageFacts& facts = whole.facts;
  switch (whole.step.status) {
    case Status::kOk:
      require(testing::is_picture(facts) == (facts.width != 0 && facts.height != 0));
      require(facts.orientation >= 1 && facts.orientation <= 8);
      require(facts.frames >= 1);
      break;
    default:
      require(whole.step.status == Status::kTruncated || whole.step.status == Status::kMalformed ||
              whole.step.status == Status::kUnsupported);
  }
  for (const std::size_t window_bytes : {std::size_t{40}, std::size_t{97}, limits::kWindowBytes}) {
    const Probed windowed = testing::WindowedFile(file, window_bytes).run();
    require(!windowed.stuck);
    require(windowed.step.status == whole.step.status);
    require(windowed.step.at == whole.step.at);
    if (whole.step.status == Status::kOk) require(same_facts(windowed.facts, facts));
  }
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
