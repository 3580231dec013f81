// Decodes the files whose names and orientations come on standard input, one `orientation name` a line, and writes for
// each a line of JSON and behind it the pixels, first as stored, then upright. Read by
// tests/corpus/pixels-native.test.mjs.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "pixels/decode.h"
#include "pixels/upright.h"

namespace gvw {
namespace {

std::vector<char> read(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const Buffer& bytes) {
  std::cout.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void decode_file(unsigned orientation, const std::string& name) {
  const std::vector<char> file = read(name);
  auto stored = decode({reinterpret_cast<const std::uint8_t*>(file.data()), file.size()}, DecodeOptions{});
  if (!stored.ok()) {
    std::cout << "{\"status\":" << static_cast<int>(stored.failure().status) << "}\n" << std::flush;
    return;
  }
  Image& image = stored.value();
  std::cout << R"({"status":0,"width":)" << image.width << ",\"height\":" << image.height << "}\n";
  write(image.pixels);
  const auto turned = upright(std::move(image), orientation);
  write(turned.value().pixels);
  std::cout << std::flush;
}

}  // namespace
}  // namespace gvw

int main() {
  unsigned orientation = 1;
  std::string name;
  while (std::cin >> orientation && std::cin.get() == ' ' && std::getline(std::cin, name)) {
    gvw::decode_file(orientation, name);
  }
  return 0;
}
