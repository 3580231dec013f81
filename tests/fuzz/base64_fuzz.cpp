// Both encoders agree with the reference.
#include <string>
#include <vector>

#include "check.h"
#include "reference/base64.h"
#include "request/base64.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string expected = gvw::reference::base64({data, size});
  require(expected.size() == gvw::base64_length(size));
  for (const auto encode : {gvw::encode_base64, gvw::encode_base64_scalar}) {
    std::vector<std::uint8_t> out(expected.size());
    encode(data, size, out.data());
    require(std::string(out.begin(), out.end()) == expected);
  }
  return 0;
}
