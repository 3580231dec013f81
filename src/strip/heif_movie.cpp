#include <algorithm>

#include "strip/heif.h"

// ISO/IEC 14496-12: 8.2.2 (mvhd), 8.3.2 (tkhd), 8.4.2 (mdhd), 8.4.3 (hdlr), 8.10.1 (udta).
namespace gvw::stripping::heif {
namespace {

using isobmff::Box;

/// Sets creation and modification time, which begin each of the three headers, to 0.
Failure forget_times(FileReader& reader, const Box& box, Canvas& canvas) {
  isobmff::FullBox full;
  const Failure failure = isobmff::read_full_box(reader, box, full);
  if (!reader.ok() || failure.status != Status::kOk) return failure;
  const std::uint64_t bytes = full.version == 1 ? 16 : 8;
  if (bytes > box.end - full.body) return {Status::kMalformed, box.start};
  canvas.blank({full.body, full.body + bytes}, RemovedKind::kTime);
  return {};
}

Failure check_handler(FileReader& reader, const Box& box) {
  constexpr std::uint64_t kTypeAt = 8;
  constexpr std::uint32_t kPictures[] = {four_cc("pict"), four_cc("vide"), four_cc("auxv")};
  Cursor cursor(reader, std::min(box.body + kTypeAt, box.end), box.end);
  const std::uint32_t type = cursor.u32();
  if (!cursor.ok()) return {Status::kMalformed, box.start};
  return std::ranges::find(kPictures, type) != std::end(kPictures) ? Failure{}
                                                                   : Failure{Status::kUnsupported, box.start};
}

/// What all three levels have in common: a header with times, and places for user data.
Failure rewrite_common(FileReader& reader, const Box& box, Canvas& canvas) {
  switch (box.type) {
    case four_cc("mvhd"):
    case four_cc("tkhd"):
    case four_cc("mdhd"):
      return forget_times(reader, box, canvas);
    case four_cc("udta"):
    case four_cc("meta"):
    case four_cc("uuid"):
    case four_cc("free"):
    case four_cc("skip"):
      canvas.free_box(box, RemovedKind::kOther);
      return {};
    default:
      return {};
  }
}

Failure rewrite_media(FileReader& reader, const Box& mdia, Canvas& canvas) {
  return for_each_box(reader, mdia.body, mdia.end, [&](const Box& box) {
    return box.type == four_cc("hdlr") ? check_handler(reader, box) : rewrite_common(reader, box, canvas);
  });
}

Failure rewrite_track(FileReader& reader, const Box& trak, Canvas& canvas) {
  return for_each_box(reader, trak.body, trak.end, [&](const Box& box) {
    return box.type == four_cc("mdia") ? rewrite_media(reader, box, canvas) : rewrite_common(reader, box, canvas);
  });
}

}  // namespace

/// Nothing lies deeper that is not about samples.
Failure rewrite_movie(FileReader& reader, const Box& moov, Canvas& canvas) {
  return for_each_box(reader, moov.body, moov.end, [&](const Box& box) {
    return box.type == four_cc("trak") ? rewrite_track(reader, box, canvas) : rewrite_common(reader, box, canvas);
  });
}

}  // namespace gvw::stripping::heif
