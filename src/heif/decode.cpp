#include "heif/decode.h"

#include <libheif/heif.h>

#include <cstring>
#include <memory>
#include <new>

#include "base/limits.h"
#include "heif/derivation.h"
#include "heif/planes.h"

namespace gvw {
namespace {

template <auto kRelease>
struct Release {
  template <class Type>
  void operator()(Type* object) const {
    kRelease(object);
  }
};

using Context = std::unique_ptr<heif_context, Release<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle_release>>;
using Options = std::unique_ptr<heif_decoding_options, Release<heif_decoding_options_free>>;
using Decoded = std::unique_ptr<heif_image, Release<heif_image_release>>;

/// libheif's error codes as ours. Whatever is wrong with the file itself is damage.
Status status_of(const heif_error& error) {
  if (error.subcode == heif_suberror_Security_limit_exceeded) return Status::kTooLarge;
  if (error.subcode == heif_suberror_End_of_data) return Status::kTruncated;
  switch (error.code) {
    case heif_error_Ok:
      return Status::kOk;
    case heif_error_Memory_allocation_error:
      return Status::kOutOfMemory;
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
      return Status::kUnsupported;
    default:
      return Status::kMalformed;
  }
}

void set_limits(heif_context* context, std::uint64_t max_pixels) {
  heif_security_limits* limits = heif_context_get_security_limits(context);
  limits->max_image_size_pixels = max_pixels;
  limits->max_items = limits::kMaxHeifItems;
  limits->max_number_of_tiles = limits::kMaxHeifTiles;
}

/// Rows of `bytes_per_row` bytes out of a plane whose rows may be longer.
void copy_rows(const Plane& plane, std::size_t bytes_per_row, std::uint32_t height, std::uint8_t* target) {
  for (std::uint32_t y = 0; y < height; ++y) {
    std::memcpy(target + y * bytes_per_row, plane.bytes + y * plane.stride, bytes_per_row);
  }
}

Plane plane_of(const heif_image* image, heif_channel channel) {
  int stride = 0;
  const std::uint8_t* bytes = heif_image_get_plane_readonly(image, channel, &stride);
  return {bytes, static_cast<std::size_t>(stride)};
}

/// Eight bits without alpha, as cameras write it. Anything else is libheif's from the start, or it would be decoded
/// twice.
bool may_be_common(const heif_image_handle* handle) {
  return heif_image_handle_get_luma_bits_per_pixel(handle) == 8 && heif_image_handle_has_alpha_channel(handle) == 0;
}

/// What libheif would do itself, pixel by pixel: the common case is done here instead, several times as fast.
bool is_common(const heif_image* image) {
  const bool planes_of_eight_bits = heif_image_get_bits_per_pixel_range(image, heif_channel_Y) == 8 &&
                                    heif_image_get_bits_per_pixel_range(image, heif_channel_Cb) == 8;
  return heif_image_get_colorspace(image) == heif_colorspace_YCbCr &&
         heif_image_get_chroma_format(image) == heif_chroma_420 && planes_of_eight_bits &&
         heif_image_has_channel(image, heif_channel_Alpha) == 0;
}

/// The colour matrix of the picture, where it is one that planes_to_rgba() knows.
bool find_matrix(const heif_image* image, YccMatrix& matrix) {
  heif_color_profile_nclx* profile = nullptr;
  // Without a colour box it is BT.601 in full range, as libheif has it.
  if (heif_image_get_nclx_color_profile(image, &profile).code != heif_error_Ok) {
    matrix = YccMatrix::full_range(kBt601);
    return true;
  }
  const auto coefficients = profile->matrix_coefficients;
  const bool full_range = profile->full_range_flag != 0;
  heif_nclx_color_profile_free(profile);
  const LumaWeights* weights = luma_weights(static_cast<unsigned>(coefficients));
  if (weights == nullptr) return false;
  matrix = full_range ? YccMatrix::full_range(*weights) : YccMatrix::limited_range(*weights);
  return true;
}

Result<Decoded> decode_to(const heif_image_handle* handle, heif_colorspace colorspace, heif_chroma chroma) {
  const Options options(heif_decoding_options_alloc());
  if (options == nullptr) return Status::kOutOfMemory;
  options->convert_hdr_to_8bit = 1;
  heif_image* image = nullptr;
  const heif_error error = heif_decode_image(handle, &image, colorspace, chroma, options.get());
  if (error.code != heif_error_Ok) return status_of(error);
  return Decoded(image);
}

Result<Image> empty_image(int width, int height) {
  if (width <= 0 || height <= 0) return Status::kMalformed;
  Image image;
  image.width = static_cast<std::uint32_t>(width);
  image.height = static_cast<std::uint32_t>(height);
  image.pixels = Buffer::of_size(std::size_t{image.width} * image.height * kPixelBytes);
  if (!image.pixels.ok()) return Status::kOutOfMemory;
  return image;
}

/// Whatever it is, by libheif's own conversions.
Result<Image> convert_by_libheif(const heif_image_handle* handle) {
  auto decoded = decode_to(handle, heif_colorspace_RGB, heif_chroma_interleaved_RGBA);
  if (!decoded.ok()) return decoded.failure();
  heif_image* source = decoded.value().get();
  auto image = empty_image(heif_image_get_primary_width(source), heif_image_get_primary_height(source));
  if (!image.ok()) return image;
  const Plane plane = plane_of(source, heif_channel_interleaved);
  if (plane.bytes == nullptr) return Status::kMalformed;
  copy_rows(plane, image.value().width * kPixelBytes, image.value().height, image.value().pixels.data());
  if (heif_image_is_premultiplied_alpha(source) != 0) unpremultiply(image.value().pixels.span());
  image.value().opaque = heif_image_handle_has_alpha_channel(handle) == 0;
  return image;
}

Result<Image> convert(const heif_image_handle* handle) {
  if (!may_be_common(handle)) return convert_by_libheif(handle);
  const auto decoded = decode_to(handle, heif_colorspace_undefined, heif_chroma_undefined);
  if (!decoded.ok()) return decoded.failure();
  const heif_image* source = decoded.value().get();
  YccMatrix matrix;
  if (!is_common(source) || !find_matrix(source, matrix)) return convert_by_libheif(handle);
  auto image = empty_image(heif_image_get_primary_width(source), heif_image_get_primary_height(source));
  if (!image.ok()) return image;
  const YccPlanes planes{plane_of(source, heif_channel_Y), plane_of(source, heif_channel_Cb),
                         plane_of(source, heif_channel_Cr)};
  if (planes.y.bytes == nullptr || planes.cb.bytes == nullptr || planes.cr.bytes == nullptr) return Status::kMalformed;
  if (!planes_to_rgba(planes, matrix, image.value())) return Status::kOutOfMemory;
  image.value().opaque = true;
  return image;
}

/// The ICC profile, if there is one. False when there is no memory for it.
bool read_profile(const heif_image_handle* handle, Image& image) {
  const std::size_t size = heif_image_handle_get_raw_color_profile_size(handle);
  if (size == 0) return true;
  image.icc = Buffer::of_size(size);
  if (!image.icc.ok()) return false;
  const heif_error error = heif_image_handle_get_raw_color_profile(handle, image.icc.data());
  if (error.code != heif_error_Ok || !is_rgb_profile(image.icc.span())) image.icc = Buffer();
  return true;
}

Result<Image> decode_primary(std::span<const std::uint8_t> file, std::uint64_t max_pixels) {
  const Context context(heif_context_alloc());
  if (context == nullptr) return Status::kOutOfMemory;
  set_limits(context.get(), max_pixels);
  heif_error error = heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr);
  if (error.code != heif_error_Ok) return status_of(error);

  heif_image_handle* primary = nullptr;
  error = heif_context_get_primary_image_handle(context.get(), &primary);
  if (error.code != heif_error_Ok) return status_of(error);
  const Handle handle(primary);
  const auto width = static_cast<std::uint64_t>(heif_image_handle_get_width(primary));
  const auto height = static_cast<std::uint64_t>(heif_image_handle_get_height(primary));
  if (width * height > max_pixels) return Status::kTooLarge;

  const Status derivation = check_derivation(context.get(), heif_image_handle_get_item_id(primary));
  if (derivation != Status::kOk) return derivation;

  auto image = convert(primary);
  if (image.ok() && !read_profile(primary, image.value())) return Status::kOutOfMemory;
  return image;
}

}  // namespace

Result<Image> decode_heif(std::span<const std::uint8_t> file, std::uint64_t max_pixels) {
  try {
    return decode_primary(file, max_pixels);
  } catch (const std::bad_alloc&) {
    return Status::kOutOfMemory;
  } catch (...) {
    // Nothing else is thrown but by a standard container that was asked for an impossible size.
    return Status::kMalformed;
  }
}

}  // namespace gvw
