#include <cstring>

#include "base/four_cc.h"
#include "base/limits.h"
#include "strip/containers.h"
#include "strip/orientation.h"

// PNG specification, third edition: 5 (datastream structure), 11 (chunks), Annex D (CRC).
namespace gvw::stripping {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::uint64_t kHeaderBytes = 8;
constexpr std::uint64_t kCrcBytes = 4;
constexpr std::uint32_t kImageHeaderBytes = 13;

struct Chunk {
  std::uint32_t type = 0;
  std::uint64_t start = 0;
  std::uint32_t length = 0;

  [[nodiscard]] std::uint64_t data() const { return start + kHeaderBytes; }
  [[nodiscard]] std::uint64_t end() const { return data() + length + kCrcBytes; }
};

/// The chunks that say how pixels look, and the lengths the specification gives them: in a longer one anything may
/// stand. PLTE, IDAT and the like are not among them, see is_critical.
struct KeptChunk {
  std::uint32_t type;
  std::uint32_t shortest;
  std::uint32_t longest;
};
constexpr std::uint32_t kAnyLength = limits::kMaxPngNumber;
constexpr KeptChunk kKept[] = {
    {four_cc("tRNS"), 0, 256},        {four_cc("cHRM"), 32, 32},        {four_cc("gAMA"), 4, 4},
    {four_cc("iCCP"), 0, kAnyLength}, {four_cc("sBIT"), 1, 4},          {four_cc("sRGB"), 1, 1},
    {four_cc("cICP"), 4, 4},          {four_cc("mDCV"), 24, 24},        {four_cc("cLLI"), 8, 8},
    {four_cc("bKGD"), 1, 6},          {four_cc("pHYs"), 9, 9},          {four_cc("acTL"), 8, 8},
    {four_cc("fcTL"), 26, 26},        {four_cc("fdAT"), 4, kAnyLength},
};

/// Five bits of a type's letters have a meaning; this one says that a decoder cannot do without (5.4).
bool is_critical(std::uint32_t type) { return (type & 0x20000000U) == 0; }

bool is_type(std::uint32_t type) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    const std::uint32_t letter = (type >> shift & 0xffU) | 0x20U;
    if (letter < 'a' || letter > 'z') return false;
  }
  return true;
}

bool is_kept(const Chunk& chunk) {
  for (const KeptChunk& row : kKept) {
    if (row.type == chunk.type) return chunk.length >= row.shortest && chunk.length <= row.longest;
  }
  return false;
}

RemovedKind kind_of(std::uint32_t type) {
  switch (type) {
    case four_cc("eXIf"):
    case four_cc("zxIf"):
      return RemovedKind::kExif;
    case four_cc("tEXt"):
    case four_cc("zTXt"):
    case four_cc("iTXt"):
      return RemovedKind::kText;
    case four_cc("tIME"):
      return RemovedKind::kTime;
    case four_cc("caBX"):
      return RemovedKind::kC2pa;
    default:
      return RemovedKind::kOther;
  }
}

class PngStrip {
 public:
  PngStrip(FileReader& reader, Rewrite& out, const StripOptions& options)
      : reader_(reader), out_(out), orientation_(options.keep_orientation) {}

  Failure run();

 private:
  Failure next_chunk(Chunk& chunk);
  Failure pass(const Chunk& chunk);
  void keep(const Chunk& chunk) { out_.keep(chunk.start, chunk.end() - chunk.start); }
  void put_orientation();
  void drop(const Chunk& chunk);

  FileReader& reader_;
  Rewrite& out_;
  unsigned orientation_;
  std::uint64_t at_ = 0;
  bool data_ = false;
};

Failure PngStrip::next_chunk(Chunk& chunk) {
  chunk.start = at_;
  chunk.length = reader_.u32(at_, Endian::kBig);
  chunk.type = reader_.u32(at_ + 4, Endian::kBig);
  if (!reader_.ok()) return {};
  if (chunk.length > limits::kMaxPngNumber || !is_type(chunk.type)) return {Status::kMalformed, at_};
  at_ = chunk.end();
  // Asks for its last byte: a file that ends inside is truncated.
  static_cast<void>(reader_.u8(at_ - 1));
  return {};
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  constexpr std::uint32_t kPolynomial = 0xedb88320;
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? kPolynomial : 0);
  }
  return ~crc;
}

/// An eXIf chunk right behind IHDR, where every reader finds it (11.3.3.6: anywhere, but not between IDATs).
void PngStrip::put_orientation() {
  if (orientation_ <= 1) return;
  const OrientationTiff tiff = orientation_tiff(orientation_);
  std::uint8_t chunk[kHeaderBytes + sizeof(tiff) + kCrcBytes] = {0, 0, 0, sizeof(tiff), 'e', 'X', 'I', 'f'};
  std::memcpy(chunk + kHeaderBytes, tiff.data(), tiff.size());
  const std::uint32_t crc = crc32(std::span(chunk).subspan(4, 4 + sizeof(tiff)));
  for (unsigned i = 0; i < kCrcBytes; ++i) {
    chunk[kHeaderBytes + sizeof(tiff) + i] = static_cast<std::uint8_t>(crc >> (24 - 8 * i));
  }
  out_.put(chunk);
}

void PngStrip::drop(const Chunk& chunk) {
  if (chunk.type == four_cc("eXIf") && chunk.length == OrientationTiff{}.size()) {
    const std::uint8_t* tiff = reader_.view(chunk.data(), chunk.length);
    // Our own block, which is written again at its place: not worth a word.
    if (tiff != nullptr && is_orientation_tiff({tiff, chunk.length})) return;
  }
  out_.removed(kind_of(chunk.type));
}

Failure PngStrip::pass(const Chunk& chunk) {
  switch (chunk.type) {
    case four_cc("PLTE"):
    case four_cc("IEND"):
      keep(chunk);
      return {};
    case four_cc("IDAT"):
      data_ = true;
      keep(chunk);
      return {};
    case four_cc("tRNS"):
    case four_cc("acTL"):
    case four_cc("fcTL"):
    case four_cc("fdAT"):
      // Transparency and animation are part of the picture: they cannot just go.
      if (!is_kept(chunk)) return {Status::kMalformed, chunk.start};
      keep(chunk);
      return {};
    default:
      break;
  }
  // A decoder must not ignore it, and nobody knows what it says (13.1).
  if (is_critical(chunk.type)) return {Status::kUnsupported, chunk.start};
  if (is_kept(chunk)) {
    keep(chunk);
  } else {
    drop(chunk);
  }
  return {};
}

Failure PngStrip::run() {
  if (!reader_.matches(0, kSignature)) return {Status::kMalformed, 0};
  out_.keep(0, kSignature.size());
  at_ = kSignature.size();
  Chunk chunk;
  Failure failure = next_chunk(chunk);
  if (!reader_.ok() || failure.status != Status::kOk) return failure;
  // Apple's own variant begins with a chunk CgBI and needs a decoder of its own.
  if (chunk.type == four_cc("CgBI")) return {Status::kUnsupported, chunk.start};
  if (chunk.type != four_cc("IHDR") || chunk.length != kImageHeaderBytes) return {Status::kMalformed, chunk.start};
  keep(chunk);
  put_orientation();
  do {
    failure = next_chunk(chunk);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
    failure = pass(chunk);
    if (!reader_.ok() || failure.status != Status::kOk) return failure;
  } while (chunk.type != four_cc("IEND"));
  if (!data_ || chunk.length != 0) return {Status::kMalformed, chunk.start};
  if (at_ < reader_.file_size()) out_.removed(RemovedKind::kTrailer);
  return {};
}

}  // namespace

Failure strip_png(FileReader& reader, Rewrite& out, const StripOptions& options) {
  return PngStrip(reader, out, options).run();
}

}  // namespace gvw::stripping
