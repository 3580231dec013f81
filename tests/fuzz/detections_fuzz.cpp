// Of a text that is cut the detections are a prefix of the whole one's, and all are inside the picture.

#include <cstdio>
#include <cstdlib>

#include "answers/detections.h"

namespace {

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void require_inside(const gvw::answers::Detections& found) {
  for (const gvw::answers::Detection& item : found.items.span()) {
    require(item.x >= 0 && item.width >= 0 && item.x + item.width <= 640.0001, "box across");
    require(item.y >= 0 && item.height >= 0 && item.y + item.height <= 480.0001, "box down");
    require(item.first_corner + item.corner_numbers <= found.corners.size(), "corners");
    for (std::size_t i = 0; i < item.corner_numbers; ++i) {
      const double corner = found.corners[item.first_corner + i];
      require(corner >= 0 && corner <= (i % 2 == 0 ? 640 : 480), "corner");
    }
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's own name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  gvw::answers::Detections whole;
  require(gvw::answers::parse_detections(text, 640, 480, whole).status == gvw::Status::kOk, "status");
  require_inside(whole);
  const std::size_t length = size == 0 ? 0 : (data[0] * std::size_t{257} + data[size - 1]) % (size + 1);
  gvw::answers::Detections cut;
  static_cast<void>(gvw::answers::parse_detections(text.substr(0, length), 640, 480, cut));
  require(cut.items.size() <= whole.items.size(), "more in less");
  for (std::size_t i = 0; i < cut.items.size(); ++i) {
    require(cut.items[i].label.end == whole.items[i].label.end, "label");
    require(cut.items[i].mask.end == whole.items[i].mask.end, "mask");
    require(cut.items[i].x == whole.items[i].x && cut.items[i].height == whole.items[i].height, "box");
    require(cut.items[i].corner_numbers == whole.items[i].corner_numbers, "polygon");
  }
  return 0;
}
