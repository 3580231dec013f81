#pragma once

#include <cstdint>

#include "base/limits.h"
#include "probe/pieces.h"

/// What the HEIF parser remembers between two calls: plain values. Of the arrays only as many elements are set as the
/// count beside them says; setting all would cost a probe of any format more time than the rest of it.
namespace gvw::probing {

enum class HeifStage : std::uint8_t {
  kFile,
  kMeta,
  kReferences,
  kItems,
  kAuxiliaries,
  kAssociations,
  kProperties,
  kLocations,
  kExif,
  kTracks,
  kDone,
};

/// The bytes inside a box.
struct Inside {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  [[nodiscard]] bool is_there() const { return end > begin; }
};

enum class PropertyKind : std::uint8_t { kOther, kSize, kCrop, kRotation, kMirror };

/// A property of an item: first its place in the property container, then what stands there.
struct HeifProperty {
  std::uint16_t index;
  PropertyKind kind;
  /// Size and crop: width and height. Rotation: quarter turns against the clock. Mirror: 0 top and bottom change
  /// places, 1 left and right.
  std::uint32_t a;
  std::uint32_t b;
};

/// Without initial values, as all that stands in an array here: `HeifItem{}` is all zero.
struct HeifItem {
  std::uint32_t id;
  std::uint32_t type;
  std::uint8_t properties;
  /// Bits a sample as the codec's configuration has it, and as `pixi` has it; 0 where there is none.
  std::uint8_t codec_depth;
  std::uint8_t pixel_depth;
  bool gray;
  HeifProperty property[limits::kMaxItemProperties];
};

struct HeifState {
  HeifStage stage = HeifStage::kFile;
  bool primary_known = false;
  /// The items are counted; what is still read of them is the types of those the picture is derived from.
  bool counted = false;
  /// The last of `chain` is a tile of the picture: it tells the depth and nothing else.
  bool tiled = false;
  /// Only a track can still tell the size.
  bool seeks_track = false;
  bool exif_known = false;

  /// Where the stage goes on, and how many entries of a counted list are left.
  std::uint64_t cursor = 0;
  std::uint32_t left = 0;
  std::uint8_t version = 0;
  bool wide = false;
  std::uint16_t index = 0;

  Inside meta;
  Inside references;
  Inside items;
  Inside properties;
  Inside locations;
  Inside data;
  Inside tracks;
  Inside association[2];
  std::uint8_t associations = 0;
  std::uint8_t association_at = 0;

  /// The primary item, what it is derived from, and so on.
  std::uint8_t chain_length = 0;
  std::uint8_t auxiliaries = 0;
  std::uint8_t dependents = 0;
  std::uint8_t alpha_properties = 0;
  std::uint8_t extents = 0;
  /// The item the last of `chain` is derived from.
  std::uint32_t source = 0;
  bool source_known = false;

  std::uint32_t exif_item = 0;
  std::uint8_t location_sizes[4];
  std::uint8_t location_method = 0;
  std::uint16_t extents_left = 0;
  std::uint32_t location_item = 0;
  std::uint64_t location_base = 0;

  std::uint16_t alpha_property[4];
  /// Items that are auxiliary to the primary item.
  std::uint32_t auxiliary[limits::kMaxAuxiliaries];
  /// Items that are thumbnail or auxiliary of any.
  std::uint32_t dependent[limits::kMaxDependentItems];
  /// Where the Exif item lies.
  Extent extent[limits::kMaxExtents];
  HeifItem chain[limits::kMaxDerivations];
};

}  // namespace gvw::probing
