#include "media/pdf/inflate.h"

#include <algorithm>
#include <array>

namespace gvw::pdf {
namespace {

constexpr int kMaxBits = 15;
constexpr int kMaxSymbols = 288;

/// Canonical Huffman code: how many codes there are of each length, and the symbols in their order (RFC 1951, 3.2.2).
struct Code {
  std::array<std::uint16_t, kMaxBits + 1> counts{};
  std::array<std::uint16_t, kMaxSymbols> symbols{};

  /// False: more codes than the lengths have room for.
  bool build(std::span<const std::uint8_t> lengths) {
    counts = {};
    for (const std::uint8_t length : lengths) ++counts[length];
    counts[0] = 0;
    int left = 1;
    std::array<std::uint16_t, kMaxBits + 2> offsets{};
    for (int bits = 1; bits <= kMaxBits; ++bits) {
      left = left * 2 - counts[static_cast<std::size_t>(bits)];
      if (left < 0) return false;
      const auto at = static_cast<std::size_t>(bits);
      offsets[at + 1] = static_cast<std::uint16_t>(offsets[at] + counts[at]);
    }
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != 0) symbols[offsets[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
    }
    return true;
  }
};

class Inflater {
 public:
  Inflater(std::span<const std::uint8_t> input, std::size_t most, Buffer& output)
      : input_(input), most_(most), output_(output) {}

  Status run() {
    // The two bytes in front name the method and the window; data without them has been seen and is taken too.
    const bool has_header = input_.size() >= 2 && (input_[0] & 15U) == 8 && (input_[0] * 256U + input_[1]) % 31 == 0;
    at_ = has_header ? 2 : 0;
    for (bool last = false; !last && status_ == Status::kOk;) {
      last = bits(1) != 0;
      block(bits(2));
    }
    return status_;
  }

 private:
  void fail(Status status) {
    if (status_ == Status::kOk) status_ = status;
  }

  std::uint32_t bits(int count) {
    while (held_count_ < count) {
      if (at_ == input_.size()) {
        fail(Status::kTruncated);
        return 0;
      }
      held_ |= std::uint32_t{input_[at_++]} << held_count_;
      held_count_ += 8;
    }
    const std::uint32_t value = held_ & ((1U << count) - 1);
    held_ >>= count;
    held_count_ -= count;
    return value;
  }

  std::uint32_t symbol(const Code& code) {
    int value = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; length <= kMaxBits && status_ == Status::kOk; ++length) {
      value |= static_cast<int>(bits(1));
      const int count = code.counts[static_cast<std::size_t>(length)];
      if (value - count < first) return code.symbols[static_cast<std::size_t>(index + value - first)];
      index += count;
      first = (first + count) * 2;
      value *= 2;
    }
    fail(Status::kMalformed);
    return 0;
  }

  bool room(std::size_t count) {
    if (count > most_ - output_.size()) fail(Status::kTooLarge);
    if (!output_.ok()) fail(Status::kOutOfMemory);
    return status_ == Status::kOk;
  }

  void block(std::uint32_t kind) {
    if (status_ != Status::kOk) return;
    if (kind == 0) {
      stored();
      return;
    }
    if (kind == 1) fixed_codes();
    if (kind == 3 || (kind == 2 && !read_codes())) fail(Status::kMalformed);
    compressed();
  }

  void stored() {
    held_ = 0;
    held_count_ = 0;
    if (input_.size() - at_ < 4) {
      fail(Status::kTruncated);
      return;
    }
    const std::size_t length = input_[at_] | std::size_t{input_[at_ + 1]} << 8U;
    at_ += 4;
    const std::size_t present = std::min(length, input_.size() - at_);
    if (!room(present)) return;
    output_.append(input_.subspan(at_, present));
    at_ += present;
    if (present < length) fail(Status::kTruncated);
  }

  void fixed_codes() {
    std::array<std::uint8_t, kMaxSymbols> lengths{};
    const auto fill = [&](std::size_t first, std::size_t end, std::uint8_t length) {
      for (std::size_t i = first; i < end; ++i) lengths[i] = length;
    };
    fill(0, 144, 8);
    fill(144, 256, 9);
    fill(256, 280, 7);
    fill(280, kMaxSymbols, 8);
    std::array<std::uint8_t, 30> distances{};
    distances.fill(5);
    static_cast<void>(literals_.build(lengths));
    static_cast<void>(distances_.build(distances));
  }

  /// 3.2.7: lengths of the codes, coded themselves.
  bool read_codes() {
    constexpr std::array<std::uint8_t, 19> kOrder{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const std::size_t literals = bits(5) + 257;
    const std::size_t distances = bits(5) + 1;
    const std::size_t count = bits(4) + 4;
    if (literals > 286 || distances > 30) return false;
    std::array<std::uint8_t, 320> lengths{};
    for (std::size_t i = 0; i < count; ++i) lengths[kOrder[i]] = static_cast<std::uint8_t>(bits(3));
    Code code;
    if (!code.build({lengths.data(), kOrder.size()})) return false;
    lengths = {};
    for (std::size_t i = 0; i < literals + distances && status_ == Status::kOk;) {
      const std::uint32_t length = symbol(code);
      if (length < 16) {
        lengths[i++] = static_cast<std::uint8_t>(length);
        continue;
      }
      if (length == 16 && i == 0) return false;
      const std::uint8_t repeated = length == 16 ? lengths[i - 1] : std::uint8_t{0};
      std::size_t times = 0;
      if (length == 16) times = 3 + bits(2);
      if (length == 17) times = 3 + bits(3);
      if (length == 18) times = 11 + bits(7);
      if (times > literals + distances - i) return false;
      for (; times > 0; --times) lengths[i++] = repeated;
    }
    return status_ == Status::kOk && literals_.build({lengths.data(), literals}) &&
           distances_.build({lengths.data() + literals, distances});
  }

  void compressed() {
    constexpr std::uint32_t kEndOfBlock = 256;
    while (status_ == Status::kOk) {
      const std::uint32_t value = symbol(literals_);
      if (status_ != Status::kOk || value == kEndOfBlock) return;
      if (value < kEndOfBlock) {
        if (room(1)) output_.append(static_cast<char>(value));
      } else {
        copy(value - kEndOfBlock - 1);
      }
    }
  }

  /// 3.2.5.
  void copy(std::uint32_t length_code) {
    constexpr std::array<std::uint16_t, 29> kLengths{3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                     31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    constexpr std::array<std::uint8_t, 29> kLengthBits{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    constexpr std::array<std::uint16_t, 30> kDistances{1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                                       33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                                       1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    if (length_code >= kLengths.size()) {
      fail(Status::kMalformed);
      return;
    }
    const std::size_t length = kLengths[length_code] + bits(kLengthBits[length_code]);
    const std::uint32_t code = symbol(distances_);
    if (status_ != Status::kOk) return;
    if (code >= kDistances.size()) {
      fail(Status::kMalformed);
      return;
    }
    const int extra = code < 4 ? 0 : static_cast<int>(code / 2) - 1;
    const std::size_t distance = kDistances[code] + bits(extra);
    if (distance > output_.size()) fail(Status::kMalformed);
    if (!room(length)) return;
    for (std::size_t i = 0; i < length; ++i)
      output_.append(static_cast<char>(output_.data()[output_.size() - distance]));
  }

  std::span<const std::uint8_t> input_;
  std::size_t most_;
  Buffer& output_;
  std::size_t at_ = 0;
  std::uint32_t held_ = 0;
  int held_count_ = 0;
  Status status_ = Status::kOk;
  Code literals_;
  Code distances_;
};

}  // namespace

Status inflate(std::span<const std::uint8_t> input, std::size_t most, Buffer& output) {
  const Status status = Inflater(input, most, output).run();
  return output.ok() ? status : Status::kOutOfMemory;
}

}  // namespace gvw::pdf
