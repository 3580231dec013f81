#pragma once

#include <cstdint>

#include "base/result.h"
#include "pixels/image.h"

namespace gvw {

/// The longest side at which a picture is judged: one that is larger is looked at in this size.
inline constexpr std::uint32_t kJudgedEdge = 640;

/// How sharp a picture is, from 0 to 1: 1 / (1 + (σ / σ₀)²), where σ is the width of its edges (of the Gaussian that a
/// step would have been blurred by), as a share of the longest side, and σ₀ what a sharp picture stays below. Below 0.5
/// a picture is blurry.
///
/// Edges are measured after Zhuo & Sim, "Defocus map estimation from a single image" (2011): blurred once more, a wide
/// edge loses less of its slope than a narrow one. The narrower quarter counts, for a sharp face before a blurred
/// background is a sharp picture, and the worst of four directions does, for a moved camera leaves the edges along its
/// way sharp. As a share of the side the answer is the same for a picture and its smaller copy, down to 420 pixels,
/// below which pixels are too coarse for it. Noise makes no edges: what it could reach is left out. A picture without
/// edges has nothing that could be blurred: 1.
///
/// Fails with out_of_memory; needs some 7 MB, whatever the picture's size.
Result<double> sharpness(const Image& image);

}  // namespace gvw
