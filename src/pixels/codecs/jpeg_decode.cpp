#include <algorithm>

#include "pixels/codecs/jpeg.h"
#include "pixels/codecs/jpeg_io.h"

namespace gvw {
namespace {

/// All that a decode touches, outside the frames that an error jumps over.
struct Decoding {
  jpeg::Input input;
  const DecodeOptions* options;
  Image* image;
  Status refused = Status::kOk;
};

/// CMYK to RGBA in place. Stored values are inverted, as Adobe writes them: 255 is no ink.
void from_inverted_cmyk(std::uint8_t* pixels, std::size_t count) {
  for (std::uint8_t* p = pixels; p != pixels + count * kPixelBytes; p += kPixelBytes) {
    for (int i = 0; i < 3; ++i) p[i] = static_cast<std::uint8_t>((p[i] * p[3] + 127) / 255);
    p[3] = 255;
  }
}

bool allocate(Image& image, const jpeg_decompress_struct& cinfo) {
  image.width = cinfo.output_width;
  image.height = cinfo.output_height;
  image.pixels = Buffer::of_size(std::size_t{cinfo.output_width} * cinfo.output_height * kPixelBytes);
  return image.pixels.ok();
}

void read_rows(jpeg_decompress_struct& cinfo, const Image& image, std::uint8_t* pixels) {
  constexpr JDIMENSION kRows = 16;
  JSAMPROW rows[kRows];
  const std::size_t stride = image.width * kPixelBytes;
  while (cinfo.output_scanline < cinfo.output_height) {
    const JDIMENSION first = cinfo.output_scanline;
    const JDIMENSION count = std::min(kRows, cinfo.output_height - first);
    for (JDIMENSION i = 0; i < count; ++i) rows[i] = pixels + (first + i) * stride;
    jpeg_read_scanlines(&cinfo, rows, count);
  }
}

void decode_step(void* context) {
  auto& job = *static_cast<Decoding*>(context);
  jpeg_decompress_struct& cinfo = job.input.cinfo;
  const DecodeOptions& options = *job.options;
  jpeg::create(job.input);
  jpeg_save_markers(&cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&cinfo, TRUE);
  if (jpeg::is_too_large(cinfo, options.max_pixels)) {
    job.refused = Status::kTooLarge;
    return;
  }
  const bool four = cinfo.jpeg_color_space == JCS_CMYK || cinfo.jpeg_color_space == JCS_YCCK;
  cinfo.out_color_space = four ? JCS_CMYK : JCS_EXT_RGBA;
  cinfo.dct_method = JDCT_ISLOW;
  cinfo.scale_num = 1;
  if (options.least_width != 0 && options.least_height != 0) {
    cinfo.scale_denom =
        jpeg::scale_denominator(cinfo.image_width, cinfo.image_height, options.least_width, options.least_height);
  }
  jpeg_calc_output_dimensions(&cinfo);
  if (!allocate(*job.image, cinfo)) {
    job.refused = Status::kOutOfMemory;
    return;
  }
  jpeg_start_decompress(&cinfo);
  read_rows(cinfo, *job.image, job.image->pixels.data());
  job.image->icc = jpeg::read_icc(cinfo);
  if (four) from_inverted_cmyk(job.image->pixels.data(), job.image->pixels.size() / kPixelBytes);
  job.image->opaque = true;
  job.image->truncated = jpeg::is_truncated(job.input);
}

struct Reading {
  jpeg::Input input;
  JpegStyle* style;
  Status refused = Status::kOk;
};

void style_step(void* context) {
  auto& [input, style, refused] = *static_cast<Reading*>(context);
  jpeg_decompress_struct& cinfo = input.cinfo;
  jpeg::create(input);
  jpeg_read_header(&cinfo, TRUE);
  const jpeg_component_info* components = cinfo.comp_info;
  style->gray = cinfo.jpeg_color_space == JCS_GRAYSCALE;
  style->progressive = cinfo.progressive_mode != FALSE;
  const int second = cinfo.num_components > 1 ? 1 : 0;
  for (const int i : {0, second}) {
    const JQUANT_TBL* table = cinfo.quant_tbl_ptrs[components[i].quant_tbl_no & 3];
    if (table == nullptr) {
      refused = Status::kMalformed;
      return;
    }
    auto& copy = i == 0 ? style->luma : style->chroma;
    std::copy_n(table->quantval, DCTSIZE2, copy.begin());
    if (second == 0) style->chroma = style->luma;
  }
  // Samplings beyond 2 are rare, and their chroma is not worth keeping apart.
  const auto ratio = [](int luma, int chroma) { return static_cast<std::uint8_t>(luma > chroma ? 2 : 1); };
  style->luma_across = ratio(components[0].h_samp_factor, components[second].h_samp_factor);
  style->luma_down = ratio(components[0].v_samp_factor, components[second].v_samp_factor);
}

}  // namespace

Result<Image> decode_jpeg(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  Image image;
  Decoding job;
  jpeg::open(job.input, file);
  job.options = &options;
  job.image = &image;
  const bool finished = gvw_jpeg_run(&job.input.guard, decode_step, &job) != 0;
  const Status status = finished ? job.refused : jpeg::failure_of(job.input, options.max_pixels);
  const bool ended = job.input.source.ended;
  jpeg_destroy_decompress(&job.input.cinfo);
  if (status != Status::kOk) return Failure{status, ended ? file.size() : 0};
  if (image.truncated && !options.partial) return Failure{Status::kTruncated, file.size()};
  return image;
}

Result<JpegStyle> read_jpeg_style(std::span<const std::uint8_t> file) {
  JpegStyle style;
  Reading job;
  jpeg::open(job.input, file);
  job.style = &style;
  const bool finished = gvw_jpeg_run(&job.input.guard, style_step, &job) != 0;
  const Status status = finished ? job.refused : jpeg::status_of(job.input.guard, job.input.source.ended);
  jpeg_destroy_decompress(&job.input.cinfo);
  if (status != Status::kOk) return status;
  return style;
}

}  // namespace gvw
