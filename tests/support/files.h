#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/bytes.h"

/// The files a test reads: fixtures, which a build step makes, and vectors, which other languages' tests read as well.
namespace gvw::testing {

inline Bytes read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline nlohmann::json read_json(const std::filesystem::path& path) { return nlohmann::json::parse(read_file(path)); }

inline nlohmann::json vectors(const std::string& name) { return read_json(GVW_TESTS_FOLDER "/vectors/" + name); }

/// One row of the fixtures' manifest, with its bytes.
struct Fixture {
  std::string name;
  nlohmann::json facts;
  Bytes bytes;
};

/// All of them, in the manifest's order; read once.
inline const std::vector<Fixture>& fixtures() {
  static const std::vector<Fixture> all = [] {
    const std::string folder = GVW_TESTS_FOLDER "/fixtures/generated/";
    std::vector<Fixture> read;
    for (const nlohmann::json& row : read_json(folder + "manifest.json")) {
      const std::string name = row.at("file");
      read.push_back({name, row, read_file(folder + name)});
    }
    return read;
  }();
  return all;
}

inline const Bytes& fixture(const std::string& name) {
  for (const Fixture& fixture : fixtures()) {
    if (fixture.name == name) return fixture.bytes;
  }
  throw std::runtime_error("no fixture " + name);
}

/// The place of a name in a table of the vocabulary.
template <class Names>
std::size_t index_of(const Names& names, const std::string& name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  throw std::runtime_error("the vocabulary has no " + name);
}

}  // namespace gvw::testing
