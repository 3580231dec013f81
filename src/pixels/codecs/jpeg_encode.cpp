#include <algorithm>

#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"
#include "pixels/codecs/jpeg_simd/library.h"

namespace gvw {
namespace {

/// All that an encode touches, outside the frames that an error jumps over.
struct Encoding {
  GvwJpegGuard guard;
  jpeg_compress_struct cinfo;
  jpeg::Target target;
  const Image* image;
  const JpegOptions* options;
  Buffer* out;
};

void apply_style(jpeg_compress_struct& cinfo, const JpegStyle& style) {
  jpeg_set_colorspace(&cinfo, style.gray ? JCS_GRAYSCALE : JCS_YCbCr);
  for (int i = 0; i < 2; ++i) {
    unsigned table[DCTSIZE2];
    std::copy_n(i == 0 ? style.luma.begin() : style.chroma.begin(), DCTSIZE2, table);
    // Factors above 255 would need an extended file; they do not occur in what browsers show.
    jpeg_add_quant_table(&cinfo, i, table, 100, TRUE);
  }
  cinfo.comp_info[0].h_samp_factor = style.gray ? 1 : style.luma_across;
  cinfo.comp_info[0].v_samp_factor = style.gray ? 1 : style.luma_down;
}

void write_rows(jpeg_compress_struct& cinfo, const Image& image) {
  constexpr JDIMENSION kRows = 16;
  JSAMPROW rows[kRows];
  const std::size_t stride = image.width * kPixelBytes;
  // The library's pointers are not to const, though it only reads.
  auto* const pixels = const_cast<std::uint8_t*>(image.pixels.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  while (cinfo.next_scanline < cinfo.image_height) {
    const JDIMENSION first = cinfo.next_scanline;
    const JDIMENSION count = std::min(kRows, cinfo.image_height - first);
    for (JDIMENSION i = 0; i < count; ++i) rows[i] = pixels + (first + i) * stride;
    jpeg_write_scanlines(&cinfo, rows, count);
  }
}

void encode_step(void* context) {
  auto& job = *static_cast<Encoding*>(context);
  jpeg_compress_struct& cinfo = job.cinfo;
  jpeg_create_compress(&cinfo);
  const std::size_t pixels = std::size_t{job.image->width} * job.image->height;
  jpeg::set_target(&cinfo, job.target, *job.out, pixels / 4);
  cinfo.image_width = job.image->width;
  cinfo.image_height = job.image->height;
  cinfo.input_components = kPixelBytes;
  cinfo.in_color_space = JCS_EXT_RGBA;
  jpeg_set_defaults(&cinfo);
  jpeg_set_quality(&cinfo, job.options->quality, TRUE);
  if (job.options->style != nullptr) {
    apply_style(cinfo, *job.options->style);
  } else if (job.options->full_chroma) {
    cinfo.comp_info[0].h_samp_factor = cinfo.comp_info[0].v_samp_factor = 1;
  }
  cinfo.dct_method = JDCT_ISLOW;
  cinfo.optimize_coding = gvw_library_huffman != nullptr ? TRUE : FALSE;
  jpeg_start_compress(&cinfo, TRUE);
  const auto icc = job.image->icc.span();
  if (!icc.empty()) jpeg_write_icc_profile(&cinfo, icc.data(), static_cast<unsigned>(icc.size()));
  write_rows(cinfo, *job.image);
  jpeg_finish_compress(&cinfo);
}

}  // namespace

Result<Buffer> encode_jpeg(const Image& image, const JpegOptions& options) {
  if (options.quality < 1 || options.quality > 100 || image.width == 0 || image.height == 0) {
    return Status::kBadArgument;
  }
  if (image.width > JPEG_MAX_DIMENSION || image.height > JPEG_MAX_DIMENSION) return Status::kTooLarge;
  Buffer out;
  Encoding job;
  job.cinfo.err = gvw_jpeg_errors(&job.guard);
  job.cinfo.mem = nullptr;  // until jpeg_create_compress has run, jpeg_destroy must find nothing
  job.image = &image;
  job.options = &options;
  job.out = &out;
  const bool finished = gvw_jpeg_run(&job.guard, encode_step, &job) != 0;
  jpeg_destroy_compress(&job.cinfo);
  if (!finished) return jpeg::status_of(job.guard, false);
  return out;
}

}  // namespace gvw
