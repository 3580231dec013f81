// Huffman coding of a block. Where the library's C looks at every one of 64 coefficients, this finds those that are not
// zero 16 at a time and steps from one to the next.
#include "library.h"
#include "pixels/simd.h"

extern "C" {
#include <jerror.h>
}

namespace {

using namespace gvw::simd;

/// jchuff.c's working_state, which its header does not show; the library hands it over for kernels to write on.
struct State {
  JOCTET* next_output_byte;
  std::size_t free_in_buffer;
  std::uint64_t put_buffer;
  int free_bits;
  int last_dc_val[MAX_COMPS_IN_SCAN];
  j_compress_ptr cinfo;
};

/// ITU-T T.81, figure A.6: where the k-th coefficient in zigzag order stands.
constexpr std::uint8_t kNaturalOrder[DCTSIZE2] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

/// For each row of a block and each set of its columns: the same coefficients as bits in zigzag order.
std::uint64_t zigzag_bits[DCTSIZE][256];

void fill_zigzag_bits() {
  if (zigzag_bits[0][1] != 0) return;
  std::uint8_t place[DCTSIZE2];
  for (std::uint8_t k = 0; k < DCTSIZE2; ++k) place[kNaturalOrder[k]] = k;
  for (unsigned row = 0; row < DCTSIZE; ++row) {
    for (unsigned columns = 1; columns < 256; ++columns) {
      for (unsigned column = 0; column < DCTSIZE; ++column) {
        if ((columns >> column & 1U) != 0) {
          zigzag_bits[row][columns] |= std::uint64_t{1} << place[DCTSIZE * row + column];
        }
      }
    }
  }
}

/// Bit k: the k-th coefficient in zigzag order is not zero.
inline std::uint64_t nonzero_bits(const JCOEF* block) {
  std::uint64_t bits = 0;
  for (std::size_t row = 0; row < DCTSIZE; row += 2) {
    const i8x16 both = narrow(load<i16x8>(block + DCTSIZE * row), load<i16x8>(block + DCTSIZE * (row + 1)));
    const std::uint32_t columns = top_bits(both != i8x16{});
    bits |= zigzag_bits[row][columns & 0xffU] | zigzag_bits[row + 1][columns >> 8U];
  }
  return bits;
}

struct Writer {
  std::uint64_t bits;
  int free_bits;
  JOCTET* out;

  /// An 0xff is followed by a zero, so that it is no marker.
  void put_byte(std::uint64_t byte) {
    out[0] = static_cast<JOCTET>(byte);
    out[1] = 0;
    out += out[0] == 0xff ? 2 : 1;
  }

  void put_word() {
    // Some byte is 0xff only where adding one to each carries into its uppermost bit and that bit was set.
    constexpr std::uint64_t kTops = 0x8080808080808080U;
    if ((bits & kTops & ~(bits + 0x0101010101010101U)) != 0) {
      for (int shift = 56; shift >= 0; shift -= 8) put_byte(bits >> static_cast<unsigned>(shift));
    } else {
      const std::uint64_t big_endian = __builtin_bswap64(bits);
      std::memcpy(out, &big_endian, sizeof(big_endian));
      out += sizeof(big_endian);
    }
  }

  /// At most 32 bits; the buffer is never full before.
  void put(std::uint64_t code, int size) {
    free_bits -= size;
    if (free_bits < 0) {
      bits = (bits << static_cast<unsigned>(size + free_bits)) | (code >> static_cast<unsigned>(-free_bits));
      put_word();
      free_bits += 64;
      bits = code;
    } else {
      bits = (bits << static_cast<unsigned>(size)) | code;
    }
  }

  /// A code, and behind it the value of `size` bits (ITU-T T.81, F.1.2.1).
  void put(const c_derived_tbl* table, unsigned symbol, int value, int size) {
    const auto mask = (1U << static_cast<unsigned>(size)) - 1U;
    // One less where it is negative: its complement.
    const std::uint32_t low = static_cast<std::uint32_t>(value + (value >> 31)) & mask;
    put((std::uint64_t{table->ehufco[symbol]} << static_cast<unsigned>(size)) | low, table->ehufsi[symbol] + size);
  }
};

inline int bits_of(int value) {
  const int magnitude = value < 0 ? -value : value;
  return magnitude == 0 ? 0 : 32 - __builtin_clz(static_cast<unsigned>(magnitude));
}

constexpr int kMaxCoefficientBits = 10;

}  // namespace

extern "C" {

int jsimd_can_huff_encode_one_block(void) {
#if defined(__arm__) || defined(__aarch64__)
  return 0;  // there the library counts bits as its own assembler does
#else
  fill_zigzag_bits();
  return gvw_jpeg_kernels;
#endif
}

__attribute__((noinline)) JOCTET* jsimd_huff_encode_one_block(void* state, JOCTET* buffer, JCOEFPTR block,
                                                              int last_dc_val, c_derived_tbl* dctbl,
                                                              c_derived_tbl* actbl) {
  auto* const shared = static_cast<State*>(state);
  Writer writer{shared->put_buffer, shared->free_bits, buffer};

  const int difference = block[0] - last_dc_val;
  const int difference_bits = bits_of(difference);
  if (difference_bits > kMaxCoefficientBits + 1) ERREXIT(shared->cinfo, JERR_BAD_DCT_COEF);
  writer.put(dctbl, static_cast<unsigned>(difference_bits), difference, difference_bits);

  std::uint64_t left = nonzero_bits(block) & ~std::uint64_t{1};
  int last = 0;
  while (left != 0) {
    const int k = __builtin_ctzll(left);
    left &= left - 1;
    int run = k - last - 1;
    last = k;
    for (; run > 15; run -= 16) writer.put(actbl, 0xf0, 0, 0);
    const int value = block[kNaturalOrder[k]];
    const int size = bits_of(value);
    if (size > kMaxCoefficientBits) ERREXIT(shared->cinfo, JERR_BAD_DCT_COEF);
    writer.put(actbl, static_cast<unsigned>(16 * run + size), value, size);
  }
  if (last != DCTSIZE2 - 1) writer.put(actbl, 0, 0, 0);

  shared->put_buffer = writer.bits;
  shared->free_bits = writer.free_bits;
  return writer.out;
}

}  // extern "C"
