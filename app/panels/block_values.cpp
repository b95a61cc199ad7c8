#include "app/panels/block_values.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "app/plot/cell_text.h"
#include "app/plot/color_map.h"
#include "app/ui/theme.h"

namespace bitloupe {
namespace {

constexpr float kCellHeight = 32, kWideCell = 32;  // logical pixels; sixteen cells of that width are a row

}  // namespace

Rect ValueGrid::cell(std::size_t element) const {
  const std::size_t row = element / columns;
  const std::size_t gaps = group >= columns ? element / group : 0;
  const auto left = [&](std::size_t column) { return std::round(static_cast<float>(column) * width); };
  const std::size_t column = element % columns;
  return {origin.x + left(column),
          origin.y + static_cast<float>(row) * height + static_cast<float>(gaps) * group_gap,
          left(column + 1) - left(column) - 1, height - 1};
}

float ValueGrid::total_height() const { return count == 0 ? 0 : cell(count - 1).bottom() + 1 - origin.y; }

std::optional<std::size_t> ValueGrid::element_at(Point point) const {
  const float x = point.x - origin.x;
  if (x < 0 || x >= width * static_cast<float>(columns)) return std::nullopt;
  const auto column = std::min(static_cast<std::size_t>(x / width), columns - 1);
  for (std::size_t element = column; element < count; element += columns) {
    const Rect rect = cell(element);
    if (point.y >= rect.y && point.y < rect.y + height) return element;
  }
  return std::nullopt;
}

ValueGrid value_grid(const BlockView& view, Point origin, float width, const Theme& theme) {
  ValueGrid grid;
  grid.origin = origin;
  grid.count = view.elements.size();
  grid.columns = width >= 16 * theme.px(kWideCell) ? 16 : 8;
  grid.group = view.group_values < view.elements.size() ? view.group_values : 0;
  grid.width = width / static_cast<float>(grid.columns);
  grid.height = std::round(theme.px(kCellHeight));
  grid.group_gap = std::round(theme.px(4));
  return grid;
}

void draw_value_grid(Canvas& canvas, const ValueGrid& grid, const BlockView& view,
                     const GridPaneScene& colors, std::size_t marked, float top, float bottom,
                     const Theme& theme) {
  TextStyle style{TextFace::Mono, theme.px(kMonoSmallSize), 0};
  const float line = std::round(0.92f * canvas.measure("0", style).y), room = grid.width - theme.px(2);
  const auto middle = [&](const Rect& rect, const std::string& text, float y) {
    canvas.text({rect.x + (rect.width - canvas.measure(text, style).x) / 2, y}, text, style);
  };
  for (std::size_t i = 0; i < grid.count; ++i) {
    const Rect rect = grid.cell(i);
    if (rect.bottom() < top || rect.y > bottom) continue;
    const BlockElement& element = view.elements[i];
    const Color face = color_at(colors.map, theme.dark, element.dequantized, colors.low, colors.high);
    canvas.fill(rect, face);
    style.color = readable_on(face);
    const float inset = (rect.height - 2 * line) / 2;
    middle(rect, fitted_code(canvas, element.q, style, room), rect.y + inset);
    middle(rect, fitted_number(canvas, static_cast<double>(element.dequantized), style, room),
           rect.y + inset + line);
  }
  if (marked < grid.count) canvas.stroke(grid.cell(marked), theme.palette.handle, theme.px(1.8f));
}

}  // namespace bitloupe
