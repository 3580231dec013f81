// A TIFF structure anywhere in a file, whole and by windows; its offsets never lead out of it.
#include <vector>

#include "check.h"
#include "probe/exif.h"
#include "support/windowed_file.h"

namespace gvw {
namespace {

/// Bytes in front of the structure, so that an offset taken from the wrong beginning shows.
constexpr std::size_t kBefore = 3;
constexpr std::size_t kWindowBytes = 16;

/// Brings small windows until the structure is read.
ExifFacts read_by_windows(std::span<const std::uint8_t> file, std::size_t length) {
  std::vector<Window> windows;
  for (;;) {
    FileReader reader(file.size(), windows);
    const ExifFacts facts = read_exif(reader, kBefore, length);
    if (reader.ok()) return facts;
    require(reader.status() == Status::kNeed);
    require(reader.at() < file.size() && reader.need_length() <= kWindowBytes);
    const std::size_t count = std::min<std::size_t>(kWindowBytes, file.size() - reader.at());
    windows.push_back({reader.at(), file.subspan(reader.at(), count)});
  }
}

void check(std::span<const std::uint8_t> tiff) {
  std::vector<std::uint8_t> bytes(kBefore, 0xee);
  bytes.insert(bytes.end(), tiff.begin(), tiff.end());
  const testing::HeapCopy file(bytes);
  const Window whole{0, file.span()};
  FileReader reader(bytes.size(), {&whole, 1});
  const ExifFacts facts = read_exif(reader, kBefore, tiff.size());
  require(reader.ok());
  require(facts.orientation >= 1 && facts.orientation <= 8);
  const ExifFacts again = read_by_windows(file.span(), tiff.size());
  require(again.orientation == facts.orientation && again.gps == facts.gps);
}

}  // namespace
}  // namespace gvw

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  gvw::check({data, size});
  return 0;
}
