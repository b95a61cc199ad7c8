// A value grid as a drawing: panes of cells with title, colour bar, numbers, borders of scale groups, marks
// and, in files, the numbers of rows and columns. It draws what it is given and knows nothing of the pointer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/plot/grid_painter.h"
#include "app/plot/viewport.h"
#include "app/ui/theme.h"

namespace bitloupe {

struct GridPaneScene {
  std::string title;  // "x^" is drawn hatted
  Color color = 0;
  Rect title_row, rect;
  GridQuantity quantity = GridQuantity::Original;
  ColorMap map = ColorMap::Diverging;
  float low = -1, high = 1;  // values at the ends of the colours
  std::string low_text, high_text,
      range;  // beside the colour bar, or instead of it: "-0.22", "0.22", "±0.22"
};

// A rectangle of cells.
struct CellSpan {
  Cell first;
  std::uint64_t rows = 1, columns = 1;
};

// What the panes share.
struct GridScene {
  SliceSize size;
  Viewport viewport;  // resolved
  WindowRequest request;
  std::shared_ptr<const WindowResult> window;   // null: not known yet
  std::function<std::uint64_t(Cell)> group_of;  // null: all cells belong to one scale group
  std::optional<Cell> selected, hovered;        // outlined
  std::vector<CellSpan> group;                  // the scale group under the pointer: outlined
  std::optional<float> level;                   // cells of this dequantized value are outlined
  bool axes = false;                            // row and column numbers left of and below the panes
  std::string caption;                          // beside the title, where there is room
  std::vector<GridPaneScene> panes;
};

// Room that row and column numbers take, logical pixels.
inline constexpr float kRowNumbers = 56, kColumnNumbers = 24;

const std::vector<WindowResult::Extremes>& values_of(const WindowResult& window, GridQuantity quantity);

void draw_grid(Canvas& canvas, const GridScene& scene, const Theme& theme);

}  // namespace bitloupe
