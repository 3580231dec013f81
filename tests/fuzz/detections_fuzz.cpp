// Of a text that is cut the detections are a prefix of the whole one's, and all are inside the picture.

#include "answers/detections.h"
#include "check.h"

namespace {

void require_inside(const gvw::answers::Detections& found) {
  for (const gvw::answers::Detection& item : found.items.span()) {
    require(item.x >= 0 && item.width >= 0 && item.x + item.width <= 640.0001);
    require(item.y >= 0 && item.height >= 0 && item.y + item.height <= 480.0001);
    require(item.first_corner + item.corner_numbers <= found.corners.size());
    for (std::size_t i = 0; i < item.corner_numbers; ++i) {
      const double corner = found.corners[item.first_corner + i];
      require(corner >= 0 && corner <= (i % 2 == 0 ? 640 : 480));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  gvw::answers::Detections whole;
  require(gvw::answers::parse_detections(text, 640, 480, whole).status == gvw::Status::kOk);
  require_inside(whole);
  const std::size_t length = size == 0 ? 0 : (data[0] * std::size_t{257} + data[size - 1]) % (size + 1);
  gvw::answers::Detections cut;
  static_cast<void>(gvw::answers::parse_detections(text.substr(0, length), 640, 480, cut));
  require(cut.items.size() <= whole.items.size());
  for (std::size_t i = 0; i < cut.items.size(); ++i) {
    require(cut.items[i].label.end == whole.items[i].label.end);
    require(cut.items[i].mask.end == whole.items[i].mask.end);
    require(cut.items[i].x == whole.items[i].x && cut.items[i].height == whole.items[i].height);
    require(cut.items[i].corner_numbers == whole.items[i].corner_numbers);
  }
  return 0;
}
