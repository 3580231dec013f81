// The exports of the open door, for modules without embind.
#include "open_door.h"

#include <emscripten/em_macros.h>

#include <algorithm>
#include <cstdint>

namespace gvw::bindings {
namespace {

std::uint32_t address_of_bytes(const Buffer& buffer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(buffer.data()));
}

}  // namespace

extern "C" {

/// Where `length` bytes are to be put as an input of the next call; 0 when there is no memory for them.
EMSCRIPTEN_KEEPALIVE std::uint32_t input_room(std::uint32_t slot, std::uint32_t length) {
  constexpr std::uint32_t kAnywhere = 8;  // for nothing at all
  Buffer& input = open_door.inputs[std::min<std::size_t>(slot, kInputs - 1)];
  input = Buffer();  // gives back what was there before there is more
  input = Buffer::of_size(length);
  if (!input.ok()) return 0;
  return length == 0 ? kAnywhere : address_of_bytes(input);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t output_address() { return address_of_bytes(open_door.output); }
EMSCRIPTEN_KEEPALIVE std::uint32_t output_length() { return static_cast<std::uint32_t>(open_door.output.size()); }
EMSCRIPTEN_KEEPALIVE void output_taken() { open_door.output = Buffer(); }
}

}  // namespace gvw::bindings
