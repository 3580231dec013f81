// Inflated data never outgrows its limit, and what comes before an error is kept.

#include <cstdlib>

#include "media/pdf/inflate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 1U << 16U;
  gvw::Buffer output;
  const gvw::Status status = gvw::pdf::inflate({data, size}, kMost, output);
  if (output.size() > kMost || status == gvw::Status::kNeed) std::abort();
  return 0;
}
