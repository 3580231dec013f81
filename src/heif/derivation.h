#pragma once

#include <libheif/heif.h>

#include "base/result.h"

namespace gvw {

/// Whether libheif can be given the item to decode. It follows references between items wherever they lead: a grid that
/// is one of its own tiles would keep it busy until its stack ends, and grids of grids of grids for years.
///
/// ok, malformed (a picture within itself, or deeper than kMaxHeifDerivations), too_large (more than kMaxHeifTiles in
/// all).
/// @throws std::bad_alloc
Status check_derivation(const heif_context* context, heif_item_id item);

}  // namespace gvw
