// The bytes of a block as boxes, one a bit, coloured by what the bit is part of: geometry, drawing, and which
// bit lies under a point.
#pragma once

#include <cstddef>
#include <optional>

#include "app/plot/canvas.h"
#include "app/ui/theme.h"
#include "core/probe_block.h"

namespace bitloupe {

// Scales orange and yellow, minima green, codes blue, other bits grey.
Color part_color(BlockPart part, const Palette& palette);
// `share` of the colour over `under`.
Color shaded(Color color, Color under, float share);

// Bytes in rows, in the order of storage; bit 7 of a byte is its leftmost. Small blocks get digits.
struct BitGrid {
  Point origin;
  std::size_t bytes = 0, bytes_per_row = 2;
  float hex_width = 0, pitch = 0, byte_gap = 0, row_height = 0;
  bool digits = false;

  std::size_t rows() const { return (bytes + bytes_per_row - 1) / bytes_per_row; }
  float height() const { return static_cast<float>(rows()) * row_height; }
  Rect box(std::size_t bit) const;  // of the block's bit number `bit`: 8 a byte, bit 0 of byte 0 first
  std::optional<std::size_t> bit_at(Point point) const;
};
BitGrid bit_grid(const Canvas& canvas, const BlockView& view, Point origin, float width, const Theme& theme);

// Rows between `top` and `bottom` only. The marked element's bits are outlined, those of the numbers that it
// shares underlined.
void draw_bit_grid(Canvas& canvas, const BitGrid& grid, const BlockView& view, std::size_t marked, float top,
                   float bottom, const Theme& theme);

}  // namespace bitloupe
