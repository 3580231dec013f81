#pragma once

#include <cstddef>
#include <utility>

#include "base/buffer.h"

/// The open door of a module without embind: bytes of any length, one copy each way. Both ends of it belong to the
/// module: JavaScript asks for room, fills it, calls, copies the answer out and says that it has it. Nothing of it ever
/// has to be freed by JavaScript: what a call is given goes with the call, and an answer nobody took goes with the next
/// one.
namespace gvw::bindings {

/// Most inputs that one call has.
inline constexpr std::size_t kInputs = 2;

struct OpenDoor {
  Buffer inputs[kInputs];
  Buffer output;
};

inline OpenDoor open_door;

/// What JavaScript has put there; ok() is false when there was no room for it.
inline Buffer take(std::size_t slot = 0) { return std::exchange(open_door.inputs[slot], Buffer()); }

inline void give(Buffer bytes) { open_door.output = std::move(bytes); }

}  // namespace gvw::bindings
