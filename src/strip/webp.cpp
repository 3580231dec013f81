#include <cstring>

#include "base/four_cc.h"
#include "strip/containers.h"
#include "strip/orientation.h"

// WebP container specification (RFC 9649): 2.3 (RIFF), 2.5 and 2.6 (simple files), 2.7 (extended files).
namespace gvw::stripping {
namespace {

constexpr std::uint64_t kRiffHeaderBytes = 12;
constexpr std::uint64_t kRiffSizeAt = 4;
constexpr std::uint64_t kChunkHeaderBytes = 8;
constexpr std::uint64_t kExtendedHeaderBytes = 10;
constexpr std::uint64_t kFrameHeaderBytes = 16;

constexpr std::uint8_t kFlagAnimation = 0x02;
constexpr std::uint8_t kFlagExif = 0x08;
constexpr std::uint8_t kFlagAlpha = 0x10;
constexpr std::uint8_t kFlagIcc = 0x20;

struct Chunk {
  std::uint32_t type = 0;
  std::uint64_t start = 0;
  std::uint32_t length = 0;

  [[nodiscard]] std::uint64_t data() const { return start + kChunkHeaderBytes; }
  [[nodiscard]] std::uint64_t end() const { return data() + length; }
};

/// The chunks of one still picture that have been met: a second one of a kind is nothing a decoder looks at.
struct Picture {
  bool alpha = false;
  bool pixels = false;
};

class WebpStrip {
 public:
  WebpStrip(FileReader& reader, Rewrite& out, const StripOptions& options)
      : reader_(reader), out_(out), orientation_(options.keep_orientation) {}

  Failure run();

 private:
  Failure read_chunk(std::uint64_t at, std::uint64_t parent_end, Chunk& chunk);
  void keep(const Chunk& chunk);
  void overwrite_size(std::uint64_t at, std::uint64_t size);
  Failure pass_first(const Chunk& chunk);
  Failure pass(const Chunk& chunk);
  bool pass_picture(const Chunk& chunk, Picture& picture);
  Failure pass_frame(const Chunk& frame);
  void drop(const Chunk& chunk);
  Failure put_extended_header(const Chunk& pixels);
  void put_orientation();

  FileReader& reader_;
  Rewrite& out_;
  unsigned orientation_;
  bool extended_ = false;
  bool animated_ = false;
  bool profile_ = false;
  bool animation_header_ = false;
  bool frames_ = false;
  Picture still_;
};

Failure WebpStrip::read_chunk(std::uint64_t at, std::uint64_t parent_end, Chunk& chunk) {
  chunk.start = at;
  chunk.type = reader_.u32(at, Endian::kBig);
  chunk.length = reader_.u32(at + 4, Endian::kLittle);
  if (!reader_.ok()) return {};
  if (chunk.end() > reader_.file_size()) return {Status::kTruncated, at};
  if (chunk.end() > parent_end) return {Status::kMalformed, at};
  return {};
}

/// With the byte that makes its length even (2.3), which is written as 0 whatever it was, and if it was missing.
void WebpStrip::keep(const Chunk& chunk) {
  constexpr std::uint8_t kPadding[] = {0};
  out_.keep(chunk.start, kChunkHeaderBytes + chunk.length);
  if ((chunk.length & 1U) != 0) out_.put(kPadding);
}

void WebpStrip::overwrite_size(std::uint64_t at, std::uint64_t size) {
  std::uint8_t bytes[4];
  for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(size >> (8 * i));
  out_.overwrite(at, bytes);
}

/// Which of the three kinds of file it is. A simple file is its first chunk, the rest decoders do not look at.
Failure WebpStrip::pass_first(const Chunk& chunk) {
  switch (chunk.type) {
    case four_cc("VP8X"): {
      if (chunk.length != kExtendedHeaderBytes) return {Status::kMalformed, chunk.start};
      extended_ = true;
      std::uint8_t flags = reader_.u8(chunk.data());
      animated_ = (flags & kFlagAnimation) != 0;
      flags &= kFlagAnimation | kFlagAlpha | kFlagIcc;
      if (orientation_ > 1) flags |= kFlagExif;
      keep(chunk);
      // The reserved bits behind the flags "MUST be 0, readers MUST ignore" them (2.7).
      const std::uint8_t word[] = {flags, 0, 0, 0};
      out_.overwrite(out_.size() - kExtendedHeaderBytes, word);
      return {};
    }
    case four_cc("VP8 "):
    case four_cc("VP8L"): {
      const Failure failure = orientation_ > 1 ? put_extended_header(chunk) : Failure{};
      if (!reader_.ok() || failure.status != Status::kOk) return failure;
      still_.pixels = true;
      keep(chunk);
      return {};
    }
    default:
      return {Status::kMalformed, chunk.start};
  }
}

/// Keeps what a still picture or a frame consists of; false for anything else.
bool WebpStrip::pass_picture(const Chunk& chunk, Picture& picture) {
  if (picture.pixels) return false;
  switch (chunk.type) {
    case four_cc("ALPH"):
      if (picture.alpha) return false;
      picture.alpha = true;
      keep(chunk);
      return true;
    case four_cc("VP8 "):
    case four_cc("VP8L"):
      picture.pixels = true;
      keep(chunk);
      return true;
    default:
      return false;
  }
}

/// A frame holds chunks of its own, unknown ones among them (2.7.1.1).
Failure WebpStrip::pass_frame(const Chunk& frame) {
  if (frame.length < kFrameHeaderBytes) return {Status::kMalformed, frame.start};
  const std::uint64_t size_at = out_.size() + 4;
  const std::uint64_t data_at = out_.size() + kChunkHeaderBytes;
  out_.keep(frame.start, kChunkHeaderBytes + kFrameHeaderBytes);
  Picture picture;
  std::uint64_t at = frame.data() + kFrameHeaderBytes;
  while (at < frame.end() && frame.end() - at >= kChunkHeaderBytes) {
    Chunk chunk;
    const Failure failure = read_chunk(at, frame.end(), chunk);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    if (!pass_picture(chunk, picture)) drop(chunk);
    at = chunk.end() + (chunk.length & 1U);
  }
  if (!picture.pixels) return {Status::kMalformed, frame.start};
  overwrite_size(size_at, out_.size() - data_at);
  frames_ = true;
  return {};
}

void WebpStrip::drop(const Chunk& chunk) {
  switch (chunk.type) {
    case four_cc("EXIF"): {
      const std::uint8_t* bytes = reader_.view(chunk.data(), chunk.length);
      // Our own block, which is written again at its place, is not worth a word.
      if (bytes == nullptr || !is_orientation_tiff({bytes, chunk.length})) out_.removed(RemovedKind::kExif);
      break;
    }
    case four_cc("XMP "):
      out_.removed(RemovedKind::kXmp);
      break;
    case four_cc("C2PA"):
      out_.removed(RemovedKind::kC2pa);
      break;
    case four_cc("VP8 "):
    case four_cc("VP8L"):
    case four_cc("ANMF"):
      out_.removed(RemovedKind::kSecondImages);
      break;
    default:
      out_.removed(RemovedKind::kOther);
      break;
  }
}

Failure WebpStrip::pass(const Chunk& chunk) {
  const bool once = extended_ && ((chunk.type == four_cc("ICCP") && !profile_) ||
                                  (chunk.type == four_cc("ANIM") && animated_ && !animation_header_));
  if (once) {
    (chunk.type == four_cc("ICCP") ? profile_ : animation_header_) = true;
    keep(chunk);
    return {};
  }
  if (animated_ && chunk.type == four_cc("ANMF")) return pass_frame(chunk);
  if (!animated_ && pass_picture(chunk, still_)) return {};
  drop(chunk);
  return {};
}

/// A simple file says nothing but its pixels: with an orientation it becomes an extended one, whose canvas they are.
/// Their sides stand in 14 bits each, in VP8 (RFC 6386 9.1) as they are and in VP8L (RFC 9649 3.4) less one, before a
/// bit for alpha.
Failure WebpStrip::put_extended_header(const Chunk& pixels) {
  constexpr std::uint64_t kVp8SidesAt = 6;
  constexpr std::uint64_t kVp8lSidesAt = 1;
  constexpr std::uint32_t kSideMask = 0x3fff;
  const bool lossless = pixels.type == four_cc("VP8L");
  const std::uint64_t sides_at = lossless ? kVp8lSidesAt : kVp8SidesAt;
  if (pixels.length < sides_at + 4) return {Status::kMalformed, pixels.start};
  const std::uint32_t bits = reader_.u32(pixels.data() + sides_at, Endian::kLittle);
  const std::uint32_t height_bits = bits >> (lossless ? 14U : 16U);
  const std::uint32_t less = lossless ? 0 : 1;
  const std::uint32_t width = (bits & kSideMask) - less;
  const std::uint32_t height = (height_bits & kSideMask) - less;
  if (width > kSideMask || height > kSideMask) return {Status::kMalformed, pixels.start};  // a side of 0
  const bool alpha = lossless && (bits >> 28U & 1U) != 0;
  std::uint8_t chunk[kChunkHeaderBytes + kExtendedHeaderBytes] = {'V', 'P', '8', 'X', kExtendedHeaderBytes};
  std::uint8_t* const header = chunk + kChunkHeaderBytes;
  header[0] = static_cast<std::uint8_t>(alpha ? kFlagExif | kFlagAlpha : kFlagExif);
  for (unsigned i = 0; i < 3; ++i) {
    header[4 + i] = static_cast<std::uint8_t>(width >> (8 * i));
    header[7 + i] = static_cast<std::uint8_t>(height >> (8 * i));
  }
  out_.put(chunk);
  return {};
}

/// Behind the pixels, where the specification has it (2.7.1.5).
void WebpStrip::put_orientation() {
  if (orientation_ <= 1) return;
  const OrientationTiff tiff = orientation_tiff(orientation_);
  std::uint8_t chunk[kChunkHeaderBytes + sizeof(tiff)] = {'E', 'X', 'I', 'F', sizeof(tiff)};
  static_assert(sizeof(tiff) % 2 == 0, "no padding");
  std::memcpy(chunk + kChunkHeaderBytes, tiff.data(), tiff.size());
  out_.put(chunk);
}

Failure WebpStrip::run() {
  if (!reader_.matches(0, "RIFF") || !reader_.matches(8, "WEBP")) return {Status::kMalformed, 0};
  const std::uint64_t end = kChunkHeaderBytes + reader_.u32(kRiffSizeAt, Endian::kLittle);
  if (end < kRiffHeaderBytes + kChunkHeaderBytes) return {Status::kMalformed, kRiffSizeAt};
  // One byte may be missing: the last chunk's padding, which decoders do not ask for.
  if (end > reader_.file_size() + 1) return {Status::kTruncated, reader_.file_size()};
  out_.keep(0, kRiffHeaderBytes);
  std::uint64_t at = kRiffHeaderBytes;
  while (at < end && end - at >= kChunkHeaderBytes) {
    Chunk chunk;
    Failure failure = read_chunk(at, end, chunk);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    failure = at == kRiffHeaderBytes ? pass_first(chunk) : pass(chunk);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    at = chunk.end() + (chunk.length & 1U);
  }
  if (!(animated_ ? frames_ : still_.pixels)) return {Status::kMalformed, at};
  put_orientation();
  overwrite_size(kRiffSizeAt, out_.size() - kChunkHeaderBytes);
  if (at < reader_.file_size()) out_.removed(RemovedKind::kTrailer);
  return {};
}

}  // namespace

Failure strip_webp(FileReader& reader, Rewrite& out, const StripOptions& options) {
  return WebpStrip(reader, out, options).run();
}

}  // namespace gvw::stripping
