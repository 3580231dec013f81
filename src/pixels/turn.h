#pragma once

namespace gvw {

/// An EXIF orientation is three bits: the stored picture is transposed, then mirrored left-right, then top-bottom.
struct Turn {
  bool transpose;
  bool mirror_x;
  bool mirror_y;
};

/// EXIF 2.32, 4.6.4 A, tag 0x0112: which side of the scene the first stored row and column are.
inline constexpr Turn kTurns[9] = {
    {},                     // no orientation 0
    {false, false, false},  // 1 row 0 top, column 0 left
    {false, true, false},   // 2 top, right
    {false, true, true},    // 3 bottom, right
    {false, false, true},   // 4 bottom, left
    {true, false, false},   // 5 left, top
    {true, true, false},    // 6 right, top
    {true, true, true},     // 7 right, bottom
    {true, false, true},    // 8 left, bottom
};

}  // namespace gvw
