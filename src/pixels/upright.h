#pragma once

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// The picture as a viewer shows it: orientations 2 to 8 turned and mirrored so that 1 is right. Orientation 1 hands
/// the picture through. Fails with out_of_memory, or bad_argument for an orientation outside 1 to 8.
Result<Image> upright(Image image, unsigned orientation);

}  // namespace gvw
