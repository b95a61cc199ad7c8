// The elements of a block as cells with code and value, coloured as the value grids are: geometry, drawing,
// and which element lies under a point.
#pragma once

#include <cstddef>
#include <optional>

#include "app/plot/grid_plot.h"
#include "core/probe_block.h"

namespace bitloupe {

// In rows of eight or, where there is room, sixteen; the groups of a block are set apart.
struct ValueGrid {
  Point origin;
  std::size_t count = 0, columns = 8, group = 0;  // group: values of one, 0 for no parts
  float width = 0, height = 0, group_gap = 0;     // of a cell; between groups

  Rect cell(std::size_t element) const;
  float total_height() const;
  std::optional<std::size_t> element_at(Point point) const;
};
ValueGrid value_grid(const BlockView& view, Point origin, float width, const Theme& theme);

// `colors`: map and ends of the pane of dequantized values. Cells between `top` and `bottom` only.
void draw_value_grid(Canvas& canvas, const ValueGrid& grid, const BlockView& view,
                     const GridPaneScene& colors, std::size_t marked, float top, float bottom,
                     const Theme& theme);

}  // namespace bitloupe
