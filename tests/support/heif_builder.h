#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "support/media_builder.h"

/// HEIF files put together item by item.
namespace gvw::testing::media {

inline Blob ispe(unsigned width, unsigned height) { return full_box("ispe", 0, 0, Blob().big32(width).big32(height)); }
inline Blob irot(unsigned quarter_turns) { return box("irot", Blob().u8(quarter_turns)); }
inline Blob imir(unsigned axis) { return box("imir", Blob().u8(axis)); }
inline Blob clap(unsigned width, unsigned height, unsigned denominator = 1) {
  return box(
      "clap",
      Blob().big32(width).big32(denominator).big32(height).big32(denominator).big32(0).big32(1).big32(0).big32(1));
}
inline Blob auxc(std::string_view type) { return full_box("auxC", 0, 0, Blob(type).zeros(1)); }
inline Blob av1c(unsigned flags) { return box("av1C", Blob().u8(0x81).u8(0).u8(flags).u8(0)); }
inline Blob hvcc(unsigned chroma, unsigned depth) {
  return box("hvcC", Blob().u8(1).zeros(15).u8(0xfcU | chroma).u8(0xf8U | (depth - 8)).u8(0xf8U).zeros(4));
}

struct Piece {
  std::uint64_t offset;
  std::uint64_t length;
};

struct Item {
  unsigned id;
  std::string_view type;
  /// Indices of `HeifFile::properties`, from 1.
  std::vector<unsigned> properties;
  bool hidden = false;
  /// The content type of a "mime" item.
  std::string_view content;
  /// Where it lies; `in_idat` counts from the beginning of `idat`.
  std::vector<Piece> pieces;
  bool in_idat = false;
};

struct Reference {
  std::string_view type;
  unsigned from;
  std::vector<unsigned> to;
};

struct HeifFile {
  std::vector<std::string_view> brands = {"heic", "mif1", "heic"};
  unsigned primary = 1;
  std::vector<Item> items;
  std::vector<Blob> properties;
  std::vector<Reference> references;
  Blob idat;

  [[nodiscard]] Blob ftyp() const {
    Blob body = Blob(brands[0]).big32(0);
    for (std::size_t i = 1; i < brands.size(); ++i) body.add(brands[i]);
    return box("ftyp", body);
  }

  [[nodiscard]] Blob meta() const {
    Blob body;
    body.add(full_box("hdlr", 0, 0, Blob().big32(0).add("pict").zeros(13)));
    if (primary != 0) body.add(full_box("pitm", 0, 0, Blob().big16(primary)));
    body.add(locations()).add(item_list()).add(reference_list());
    Blob container;
    for (const Blob& property : properties) container.add(property);
    body.add(box("iprp", box("ipco", container).add(associations())));
    if (idat.size() != 0) body.add(box("idat", idat));
    return full_box("meta", 0, 0, body);
  }

  [[nodiscard]] Blob file() const { return ftyp().add(meta()); }

 private:
  [[nodiscard]] Blob locations() const {
    Blob body;
    body.u8(0x88).u8(0).big16(items.size());
    for (const Item& item : items) {
      body.big16(item.id).big16(item.in_idat ? 1 : 0).big16(0).big16(item.pieces.size());
      for (const Piece& piece : item.pieces) body.big64(piece.offset).big64(piece.length);
    }
    return full_box("iloc", 1, 0, body);
  }

  [[nodiscard]] Blob item_list() const {
    Blob body;
    body.big16(items.size());
    for (const Item& item : items) {
      Blob entry = Blob().big16(item.id).big16(0).add(item.type).add("a name").zeros(1);
      if (!item.content.empty()) entry.add(item.content).zeros(1);
      body.add(full_box("infe", 2, item.hidden ? 1 : 0, entry));
    }
    return full_box("iinf", 0, 0, body);
  }

  [[nodiscard]] Blob reference_list() const {
    if (references.empty()) return {};
    Blob body;
    for (const Reference& reference : references) {
      Blob list = Blob().big16(reference.from).big16(reference.to.size());
      for (const unsigned to : reference.to) list.big16(to);
      body.add(box(reference.type, list));
    }
    return full_box("iref", 0, 0, body);
  }

  [[nodiscard]] Blob associations() const {
    Blob body;
    body.big32(items.size());
    for (const Item& item : items) {
      body.big16(item.id).u8(item.properties.size());
      for (const unsigned index : item.properties) body.u8(0x80U | index);
    }
    return full_box("ipma", 0, 0, body);
  }
};

/// One picture with these properties, in this order.
inline HeifFile one_picture(std::vector<Blob> properties) {
  HeifFile file;
  file.properties = std::move(properties);
  Item item{1, "hvc1", {}, false, {}, {}, false};
  for (unsigned i = 1; i <= file.properties.size(); ++i) item.properties.push_back(i);
  file.items = {item};
  return file;
}

}  // namespace gvw::testing::media
