#pragma once

#include <functional>
#include <vector>

#include "strip_check.h"

/// HEIF files put together box by box.
namespace gvw::testing::heif_file {

inline std::string box(const std::string& type, const std::string& body) {
  return big(body.size() + 8, 4) + type + body;
}
inline std::string full(const std::string& type, unsigned version, unsigned flags, const std::string& body) {
  return box(type, big(version, 1) + big(flags, 3) + body);
}

struct TestItem {
  unsigned id = 0;
  std::string type;
  /// What follows the type in `infe`: the name, and for `mime` the content type.
  std::string names = "\0"s;
  std::vector<std::string> pieces;
  unsigned construction = 0;
  /// Numbers of properties; 0x80 marks an essential one.
  std::vector<unsigned> properties;
  bool hidden = false;
};

struct TestReference {
  std::string type;
  unsigned from = 0;
  std::vector<unsigned> to;
};

/// A whole file. What stays must be equal byte for byte, so there are no shortcuts in the writing of it.
struct TestFile {
  std::vector<TestItem> items;
  std::vector<TestReference> references;
  std::vector<std::string> properties;
  unsigned primary = 1;
  /// Further boxes of `meta` and of the file.
  std::string meta_boxes;
  std::string groups;
  std::string before_mdat;
  std::string behind_mdat;
  unsigned iloc_version = 1;
  std::string brand = "heic";

  [[nodiscard]] std::string item_list() const {
    std::string out = big(items.size(), 2);
    for (const TestItem& item : items) {
      out += full("infe", 2, item.hidden ? 1 : 0, big(item.id, 2) + big(0, 2) + item.type + item.names);
    }
    return full("iinf", 0, 0, out);
  }
  [[nodiscard]] std::string reference_list() const {
    std::string out;
    for (const TestReference& reference : references) {
      std::string targets;
      for (const unsigned to : reference.to) targets += big(to, 2);
      out += box(reference.type, big(reference.from, 2) + big(reference.to.size(), 2) + targets);
    }
    return out.empty() ? out : full("iref", 0, 0, out);
  }
  [[nodiscard]] std::string property_list() const {
    std::string all;
    for (const std::string& property : properties) all += property;
    std::string associations = big(items.size(), 4);
    for (const TestItem& item : items) {
      associations += big(item.id, 2) + big(item.properties.size(), 1);
      for (const unsigned property : item.properties) associations += big(property, 1);
    }
    return box("iprp", box("ipco", all) + full("ipma", 0, 0, associations));
  }
  /// `place` gives a piece's offset.
  [[nodiscard]] std::string location_list(const std::function<std::size_t(const TestItem&, std::size_t)>& place) const {
    std::string out = "\x44\0"s + big(items.size(), 2);
    for (const TestItem& item : items) {
      out += big(item.id, 2);
      if (iloc_version != 0) out += big(item.construction, 2);
      out += big(0, 2) + big(item.pieces.size(), 2);
      for (std::size_t i = 0; i < item.pieces.size(); ++i)
        out += big(place(item, i), 4) + big(item.pieces[i].size(), 4);
    }
    return full("iloc", iloc_version, 0, out);
  }

  /// Pieces lie in mdat and idat round by round: the first of each item, the second of each, …
  [[nodiscard]] std::string data(unsigned construction) const {
    std::string out;
    for (std::size_t round = 0; round < 4; ++round) {
      for (const TestItem& item : items) {
        if (item.construction == construction && round < item.pieces.size()) out += item.pieces[round];
      }
    }
    return out;
  }

  [[nodiscard]] std::string build() const {
    const std::string ftyp = box("ftyp", brand + big(0, 4) + "mif1" + brand);
    const auto meta = [&](std::size_t mdat_at) {
      const auto place = [&](const TestItem& wanted, std::size_t piece) {
        std::size_t at = wanted.construction == 0 ? mdat_at : 0;
        for (std::size_t round = 0; round < 4; ++round) {
          for (const TestItem& item : items) {
            if (item.construction != wanted.construction || round >= item.pieces.size()) continue;
            if (&item == &wanted && round == piece) return at;
            at += item.pieces[round].size();
          }
        }
        return at;
      };
      const std::string idat = data(1).empty() ? "" : box("idat", data(1));
      return full("meta", 0, 0,
                  full("hdlr", 0, 0, big(0, 4) + "pict" + std::string(12, '\0') + "\0"s) +
                      full("pitm", 0, 0, big(primary, 2)) + item_list() + location_list(place) + reference_list() +
                      property_list() + idat + (groups.empty() ? "" : box("grpl", groups)) + meta_boxes);
    };
    const std::size_t mdat_at = ftyp.size() + meta(0).size() + before_mdat.size() + 8;
    return ftyp + meta(mdat_at) + before_mdat + box("mdat", data(0)) + behind_mdat;
  }
};

inline const std::string kDecoderConfiguration = box("hvcC", "configuration");
inline const std::string kExtents = full("ispe", 0, 0, big(64, 4) + big(48, 4));
inline const std::string kRotation = box("irot", "\x01");

/// A picture of 64 × 48 pixels, turned by a quarter, without metadata.
inline TestFile picture() {
  TestFile file;
  file.items = {{1, "hvc1", "\0"s, {"coded pixels of the picture"}, 0, {0x81, 0x02, 0x83}, false}};
  file.properties = {kDecoderConfiguration, kExtents, kRotation};
  return file;
}

inline TestItem exif_item(unsigned id) {
  return {id,
          "Exif",
          "\0"s,
          {"\0\0\0\x06"
           "Exif\0\0"s +
           orientation_tiff_bytes(6) + secrets()},
          0,
          {},
          true};
}
inline TestItem xmp_item(unsigned id) {
  return {id, "mime", "\0application/rdf+xml\0"s, {"<x:xmpmeta>" + secrets()}, 0, {}, false};
}

}  // namespace gvw::testing::heif_file
