// libjpeg-turbo with our kernels against libjpeg-turbo with its own C: not a bit may differ. Built for the machine and
// for WebAssembly.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <vector>

#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"
#include "pixels/codecs/jpeg_simd/library.h"
#include "support/pixels.h"

extern "C" {
void jpeg_idct_islow(j_decompress_ptr cinfo, jpeg_component_info* compptr, JCOEFPTR coef_block, JSAMPARRAY output_buf,
                     JDIMENSION output_col);
void jpeg_fdct_islow(DCTELEM* data);
}

namespace gvw {
namespace {

using test::Random;

struct ScalarOnly {
  ScalarOnly() {
    gvw_jpeg_kernels = 0;
    gvw_library_huffman = jinit_huff_encoder;
  }
  ~ScalarOnly() {
    gvw_jpeg_kernels = 1;
    gvw_library_huffman = nullptr;
  }
};

/// Block after block, as the transforms take them: one in eight is of extremes only.
std::array<std::int16_t, 64> samples(Random& random) {
  std::array<std::int16_t, 64> block;
  const auto kind = random.below(8);
  for (auto& value : block) {
    const int extreme = random.below(2) == 0 ? 127 : -128;
    value = static_cast<std::int16_t>(kind == 0 ? extreme : random.between(-128, 127));
  }
  return block;
}

TEST(JpegKernels, ForwardDctIsTheLibrarys) {
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    auto ours = samples(random);
    auto theirs = ours;
    jsimd_fdct_islow(ours.data());
    jpeg_fdct_islow(theirs.data());
    ASSERT_EQ(ours, theirs) << "round " << round;
  }
}

/// jdmaster.c, prepare_range_limit_table: a table of 5 · 256 + 128 entries, of which the one for 0 is the 256th.
std::array<JSAMPLE, 1408> range_limits() {
  std::array<JSAMPLE, 1408> table{};
  for (std::size_t i = 0; i < 256; ++i) table[256 + i] = static_cast<JSAMPLE>(i);
  for (std::size_t i = 512; i < 256 + 128 + 512; ++i) table[i] = 255;
  for (std::size_t i = 0; i < 128; ++i) table[256 + 128 + 1024 - 128 + i] = static_cast<JSAMPLE>(i);
  return table;
}

/// What a real encoder could have written for some block: transformed, quantised.
void quantised(Random& random, const std::array<std::int16_t, 64>& factors, std::array<std::int16_t, 64>& block) {
  block = samples(random);
  jpeg_fdct_islow(block.data());
  for (std::size_t i = 0; i < 64; ++i) {
    const double exact = block[i] / 8.0 / factors[i];
    block[i] = static_cast<std::int16_t>(std::lround(exact));
  }
}

TEST(JpegKernels, InverseDctIsTheLibrarys) {
  Random random(2);
  auto table = range_limits();
  jpeg_decompress_struct cinfo{};
  cinfo.sample_range_limit = table.data() + 256;
  jpeg_component_info component{};
  std::array<std::int16_t, 64> factors;
  component.dct_table = factors.data();
  for (int round = 0; round < 20000; ++round) {
    const int coarsest = 1 << random.between(0, 7);
    for (auto& factor : factors) factor = static_cast<std::int16_t>(random.between(1, coarsest));
    std::array<std::int16_t, 64> block;
    quantised(random, factors, block);
    // Many a block has only its first few frequencies.
    if (round % 3 == 0) std::fill(block.begin() + random.between(1, 63), block.end(), std::int16_t{0});
    std::array<std::array<JSAMPLE, 64>, 2> out;
    for (int kind = 0; kind < 2; ++kind) {
      JSAMPROW rows[8];
      for (std::size_t y = 0; y < 8; ++y) rows[y] = out[static_cast<std::size_t>(kind)].data() + 8 * y;
      (kind == 0 ? jsimd_idct_islow : jpeg_idct_islow)(&cinfo, &component, block.data(), rows, 0);
    }
    ASSERT_EQ(out[0], out[1]) << "round " << round;
  }
}

struct Case {
  std::uint32_t width, height;
};

// Around the kernels' 16 and the blocks' 8, and one-sided ones.
constexpr Case kSizes[] = {{1, 1},    {2, 3},   {3, 2},   {7, 9},   {8, 8},   {15, 16}, {16, 15}, {17, 17},
                           {31, 33},  {33, 31}, {34, 34}, {35, 48}, {48, 35}, {63, 65}, {66, 64}, {97, 101},
                           {130, 70}, {1, 64},  {64, 1},  {2, 64},  {5, 40},  {257, 31}};

struct Sampling {
  std::uint8_t across, down;
  bool gray;
};

constexpr Sampling kSamplings[] = {{1, 1, false}, {2, 1, false}, {1, 2, false}, {2, 2, false}, {1, 1, true}};

JpegStyle style_of(const Sampling& sampling, Random& random) {
  JpegStyle style;
  const int coarsest = 1 << random.between(0, 6);
  for (auto& factor : style.luma) factor = static_cast<std::uint16_t>(random.between(1, coarsest));
  for (auto& factor : style.chroma) factor = static_cast<std::uint16_t>(random.between(1, coarsest));
  style.luma_across = sampling.across;
  style.luma_down = sampling.down;
  style.gray = sampling.gray;
  return style;
}

TEST(JpegKernels, WholePicturesAreTheLibrarys) {
  Random random(3);
  for (const Case& size : kSizes) {
    for (const Sampling& sampling : kSamplings) {
      const JpegStyle style = style_of(sampling, random);
      for (const bool rough : {false, true}) {
        const Image image =
            rough ? test::noise(size.width, size.height, random.next()) : test::waves(size.width, size.height);
        const JpegOptions options{.style = &style};
        auto ours = encode_jpeg(image, options);
        auto theirs = [&] {
          const ScalarOnly scalar;
          return encode_jpeg(image, options);
        }();
        ASSERT_TRUE(ours.ok() && theirs.ok());
        ASSERT_TRUE(test::same_bytes(ours.value(), theirs.value())) << size.width << "x" << size.height;
        auto ours_turned = turn_jpeg(ours.value().span(), 5, 1 << 20);
        auto theirs_turned = [&] {
          const ScalarOnly scalar;
          return turn_jpeg(ours.value().span(), 5, 1 << 20);
        }();
        ASSERT_TRUE(ours_turned.ok() && theirs_turned.ok());
        ASSERT_TRUE(test::same_bytes(ours_turned.value(), theirs_turned.value())) << size.width << "x" << size.height;
        for (const std::uint32_t shrink : {1U, 2U, 4U, 8U}) {
          DecodeOptions decoding;
          if (shrink > 1) decoding.least_width = std::max(1U, size.width / shrink);
          if (shrink > 1) decoding.least_height = std::max(1U, size.height / shrink);
          auto ours_decoded = decode_jpeg(ours.value().span(), decoding);
          auto theirs_decoded = [&] {
            const ScalarOnly scalar;
            return decode_jpeg(ours.value().span(), decoding);
          }();
          ASSERT_TRUE(ours_decoded.ok() && theirs_decoded.ok());
          ASSERT_TRUE(test::same_bytes(ours_decoded.value().pixels, theirs_decoded.value().pixels))
              << size.width << "x" << size.height << " sampled " << int{sampling.across} << int{sampling.down};
        }
      }
    }
  }
}

/// Replaces some bytes of the coded data, by the beginnings of markers too.
void damage(Random& random, Buffer& file, unsigned changes) {
  // Behind the headers of so small a file.
  constexpr std::uint32_t kHeaders = 640;
  for (unsigned i = 0; i < changes; ++i) {
    const auto at = kHeaders + random.below(static_cast<std::uint32_t>(file.size()) - kHeaders);
    file.data()[at] = static_cast<std::uint8_t>(random.below(4) == 0 ? 0xff : random.below(256));
  }
}

/// All coefficients of a file, and what the library says of them.
struct Coefficients {
  GvwJpegGuard guard;
  jpeg_decompress_struct cinfo;
  jpeg::Source source;
  std::vector<JCOEF> values;
};

void read_step(void* context) {
  auto& job = *static_cast<Coefficients*>(context);
  jpeg_source_mgr* const source = &job.source.manager;
  jpeg_create_decompress(&job.cinfo);
  job.cinfo.src = source;
  jpeg_read_header(&job.cinfo, TRUE);
  jvirt_barray_ptr* const arrays = jpeg_read_coefficients(&job.cinfo);
  for (int i = 0; i < job.cinfo.num_components; ++i) {
    const jpeg_component_info& component = job.cinfo.comp_info[i];
    for (JDIMENSION y = 0; y < component.height_in_blocks; ++y) {
      JBLOCKROW row =
          (*job.cinfo.mem->access_virt_barray)(reinterpret_cast<j_common_ptr>(&job.cinfo), arrays[i], y, 1, FALSE)[0];
      job.values.insert(job.values.end(), row[0], row[component.width_in_blocks]);
    }
  }
}

/// The kernels for decoding alone: of coefficients that only damage can make, transforms may differ.
void read_coefficients(std::span<const std::uint8_t> file, Coefficients& job) {
  job.cinfo.err = gvw_jpeg_errors(&job.guard);
  job.cinfo.mem = nullptr;
  jpeg::set_source(&job.cinfo, job.source, file);
  gvw_jpeg_run(&job.guard, read_step, &job);
  jpeg_destroy_decompress(&job.cinfo);
}

TEST(JpegKernels, CoefficientsOfDamagedFilesAreTheLibrarys) {
  Random random(4);
  int warned = 0;
  for (int round = 0; round < 400; ++round) {
    const Image image = test::noise(96, 80, random.next());
    auto file = encode_jpeg(image, {.quality = random.between(20, 100), .full_chroma = round % 2 == 0});
    ASSERT_TRUE(file.ok());
    damage(random, file.value(), random.below(6));
    const std::size_t size = round % 5 == 0 ? file.value().size() * 3 / 4 : file.value().size();
    const auto bytes = file.value().span().first(size);
    Coefficients ours{};
    read_coefficients(bytes, ours);
    Coefficients theirs{};
    {
      const ScalarOnly scalar;
      read_coefficients(bytes, theirs);
    }
    warned += ours.guard.manager.num_warnings > 0 ? 1 : 0;
    // Bytes that are left over at the end are warned of only where they have not been read ahead.
    ASSERT_LE(std::abs(ours.guard.manager.num_warnings - theirs.guard.manager.num_warnings), 1) << "round " << round;
    ASSERT_EQ(ours.guard.cut_short, theirs.guard.cut_short) << "round " << round;
    ASSERT_EQ(ours.values, theirs.values) << "round " << round;
  }
  EXPECT_GT(warned, 100);
}

}  // namespace
}  // namespace gvw
