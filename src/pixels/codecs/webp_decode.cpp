#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>

#include "pixels/codecs/webp.h"

namespace gvw {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DeleteDemuxer>;

struct DeleteDecoder {
  void operator()(WebPIDecoder* decoder) const { WebPIDelete(decoder); }
};

Status status_of(VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OK:
      return Status::kOk;
    case VP8_STATUS_OUT_OF_MEMORY:
      return Status::kOutOfMemory;
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return Status::kUnsupported;
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return Status::kTruncated;
    default:
      return Status::kMalformed;
  }
}

/// Where a frame stands on its canvas.
struct Place {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// Decodes one frame's bitstream to its place.
Status decode_frame(std::span<const std::uint8_t> frame, const Place& place, bool partial, Image& image) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return Status::kUnsupported;
  config.output.colorspace = MODE_RGBA;
  config.output.is_external_memory = 1;
  const std::size_t first = (std::size_t{place.y} * image.width + place.x) * kPixelBytes;
  config.output.u.RGBA.rgba = image.pixels.data() + first;
  config.output.u.RGBA.stride = static_cast<int>(image.width * kPixelBytes);
  config.output.u.RGBA.size = image.pixels.size() - first;
  // First as a whole: the decoder of pieces is the stricter one.
  const Status whole = status_of(WebPDecode(frame.data(), frame.size(), &config));
  if (!partial || whole != Status::kTruncated) return whole;
  std::memset(image.pixels.data(), 0, image.pixels.size());
  const std::unique_ptr<WebPIDecoder, DeleteDecoder> decoder(WebPIDecode(nullptr, 0, &config));
  if (decoder == nullptr) return Status::kOutOfMemory;
  const Status status = status_of(WebPIUpdate(decoder.get(), frame.data(), frame.size()));
  int last_row = 0;
  const bool some = WebPIDecGetRGB(decoder.get(), &last_row, nullptr, nullptr, nullptr) != nullptr && last_row > 0;
  if (status != Status::kTruncated || !some) return status;
  image.truncated = true;
  return Status::kOk;
}

bool allocate(Image& image, bool clear) {
  image.pixels = Buffer::of_size(std::size_t{image.width} * image.height * kPixelBytes);
  if (!image.pixels.ok()) return false;
  if (clear) std::memset(image.pixels.data(), 0, image.pixels.size());
  return true;
}

void make_opaque(Image& image) {
  image.opaque = true;
  std::uint8_t* pixels = image.pixels.data();
  for (std::size_t i = 3; i < image.pixels.size(); i += kPixelBytes) pixels[i] = 255;
}

void read_profile(const WebPDemuxer* demuxer, Image& image) {
  WebPChunkIterator chunk;
  if (WebPDemuxGetChunk(demuxer, "ICCP", 1, &chunk) != 0) {
    const std::span<const std::uint8_t> profile(chunk.chunk.bytes, chunk.chunk.size);
    if (is_rgb_profile(profile)) image.icc.append(profile);
  }
  WebPDemuxReleaseChunkIterator(&chunk);
}

Status decode_first_frame(const WebPDemuxer* demuxer, bool partial, Image& image) {
  WebPIterator frame;
  if (WebPDemuxGetFrame(demuxer, 1, &frame) == 0) return Status::kTruncated;
  const Place place{static_cast<std::uint32_t>(frame.x_offset), static_cast<std::uint32_t>(frame.y_offset),
                    static_cast<std::uint32_t>(frame.width), static_cast<std::uint32_t>(frame.height)};
  const bool whole = place.width == image.width && place.height == image.height;
  Status status = Status::kOutOfMemory;
  // The demuxer has held the frame's place against the canvas.
  if (allocate(image, !whole || partial)) {
    status = decode_frame({frame.fragment.bytes, frame.fragment.size}, place, partial, image);
  }
  WebPDemuxReleaseIterator(&frame);
  return status;
}

}  // namespace

Result<Image> decode_webp(std::span<const std::uint8_t> file, const DecodeOptions& options) {
  WebPBitstreamFeatures features;
  const Status known = status_of(WebPGetFeatures(file.data(), file.size(), &features));
  if (known != Status::kOk) return Failure{known, known == Status::kTruncated ? file.size() : 0};
  Image image;
  image.width = static_cast<std::uint32_t>(features.width);
  image.height = static_cast<std::uint32_t>(features.height);
  if (std::uint64_t{image.width} * image.height > options.max_pixels) return Status::kTooLarge;
  const WebPData data{file.data(), file.size()};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  const Demuxer demuxer(WebPDemuxPartial(&data, &state));
  Status status = Status::kOk;
  if (demuxer != nullptr && state > WEBP_DEMUX_PARSING_HEADER && features.has_animation != 0) {
    status = decode_first_frame(demuxer.get(), options.partial, image);
  } else if (!allocate(image, options.partial)) {
    status = Status::kOutOfMemory;
  } else {
    status = decode_frame(file, {0, 0, image.width, image.height}, options.partial, image);
  }
  if (status != Status::kOk) return Failure{status, status == Status::kTruncated ? file.size() : 0};
  // What a lossless file says of its alpha is a hint that its pixels may belie; browsers believe the hint.
  if (features.has_alpha == 0 && features.has_animation == 0 && !image.truncated) make_opaque(image);
  if (demuxer != nullptr && state != WEBP_DEMUX_PARSE_ERROR) read_profile(demuxer.get(), image);
  return image;
}

}  // namespace gvw
