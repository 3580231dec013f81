// A picture or a refusal; a picture has the size that a probe finds.
#include "check.h"
#include "pixels/decode.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

constexpr std::uint64_t kMaxPixels = 1'000'000;

void check(std::span<const std::uint8_t> file) {
  const auto image = decode(file, kMaxPixels);
  if (!image.ok()) {
    const Status status = image.failure().status;
    require(status == Status::kTruncated || status == Status::kMalformed || status == Status::kUnsupported ||
            status == Status::kTooLarge || status == Status::kOutOfMemory);
    return;
  }
  const std::uint64_t pixels = std::uint64_t{image.value().width} * image.value().height;
  require(pixels >= 1 && pixels <= kMaxPixels);
  require(image.value().pixels.size() == pixels * 4);
  const testing::Probed probed = testing::probe_whole(file);
  if (probed.step.status != Status::kOk || !testing::is_picture(probed.facts)) return;
  require(probed.facts.width == image.value().width && probed.facts.height == image.value().height);
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
