#pragma once
// The smallest inverse transforms (ITU-T H.265, 8.6.4.2), of 4 by 4, for samples of eight bits.
#include <cstddef>
#include <cstdint>

namespace gvw {

/// Rows are the transform's functions.
using TransformMatrix = std::int16_t[4][4];
inline constexpr TransformMatrix kSine = {{29, 55, 74, 84}, {74, 74, 0, -74}, {84, -29, -74, 55}, {55, -84, 74, -29}};
inline constexpr TransformMatrix kCosine = {
    {64, 64, 64, 64}, {83, 36, -36, -83}, {64, -64, -64, 64}, {36, -83, 83, -36}};

/// Adds what sixteen `coefficients` stand for to a block of `samples`, whose rows are `stride` bytes apart.
void add_transformed(const TransformMatrix& matrix, const std::int16_t* coefficients, std::uint8_t* samples,
                     std::ptrdiff_t stride);
/// The twin.
void add_transformed_scalar(const TransformMatrix& matrix, const std::int16_t* coefficients, std::uint8_t* samples,
                            std::ptrdiff_t stride);

}  // namespace gvw
