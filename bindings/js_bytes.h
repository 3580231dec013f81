#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <span>

#include "base/buffer.h"

/// The open door of a module bound by embind: bytes of any length, one copy each way. Nothing of it ever has to be
/// freed by JavaScript.
namespace gvw::bindings {

/// A copy of a Uint8Array; ok() is false when there is no memory for it.
inline Buffer take(const emscripten::val& bytes) {
  Buffer buffer = Buffer::of_size(bytes["length"].as<std::size_t>());
  if (buffer.ok() && buffer.size() != 0) {
    // The view is taken after the allocation, which may have moved the heap under an older one.
    emscripten::val(emscripten::typed_memory_view(buffer.size(), buffer.data())).call<void>("set", bytes);
  }
  return buffer;
}

/// A Uint8Array of its own with a copy of the bytes.
inline emscripten::val give(std::span<const std::uint8_t> bytes) {
  return emscripten::val::global("Uint8Array").new_(emscripten::typed_memory_view(bytes.size(), bytes.data()));
}

}  // namespace gvw::bindings
