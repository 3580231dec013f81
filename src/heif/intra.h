#pragma once
// Kernels of intra prediction (ITU-T H.265, 8.4.4.2).
#include <cstddef>
#include <cstdint>

namespace gvw {

/// The samples around a block of `size`: border[0] is the corner, to the right of it those above, to the left of it
/// those beside the block, from the top; twice `size` each way. Smooths them by 1 2 1 into `output`, but for the two
/// ends. One byte before the first is read and ignored. `size` is 8, 16 or 32.
void smooth_border(const std::uint8_t* border, int size, std::uint8_t* output);
/// The twin.
void smooth_border_scalar(const std::uint8_t* border, int size, std::uint8_t* output);

/// border[-i] as output[i]; up to fifteen bytes beyond the end are written, and read before the beginning.
void mirror_border(const std::uint8_t* border, int size, std::uint8_t* output);

/// Rows of `input`, `size` bytes apart, become columns of `output`. `size` is 4, 8, 16 or 32.
void transpose_block(const std::uint8_t* input, int size, std::uint8_t* output, std::ptrdiff_t stride);
/// The twin.
void transpose_block_scalar(const std::uint8_t* input, int size, std::uint8_t* output, std::ptrdiff_t stride);

}  // namespace gvw
