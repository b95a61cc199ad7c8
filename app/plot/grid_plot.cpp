#include "app/plot/grid_plot.h"

#include <algorithm>
#include <cmath>

#include "app/plot/axis.h"
#include "app/plot/cell_text.h"
#include "app/plot/color_map.h"
#include "app/ui/text.h"

namespace bitloupe {
namespace {

constexpr float kNumbersFrom = 28, kBordersFrom = 6;  // logical pixels a cell
constexpr float kBarWidth = 56, kBarHeight = 8, kBarGap = 6;
constexpr int kBarSteps = 28;

float shorter(Point size) { return std::min(size.x, size.y); }

TextStyle number_style(const Theme& theme) {
  return {TextFace::Mono, theme.px(kMonoSmallSize), theme.palette.text_dim};
}

// The colours from `low` to `high`, with the two numbers beside them; its right end is at `right`.
void draw_color_bar(Canvas& canvas, const GridPaneScene& pane, float right, float text_y,
                    const Theme& theme) {
  const TextStyle style = number_style(theme);
  const float gap = theme.px(kBarGap), width = theme.px(kBarWidth), height = theme.px(kBarHeight);
  canvas.text({right - canvas.measure(pane.high_text, style).x, text_y}, pane.high_text, style);
  right -= canvas.measure(pane.high_text, style).x + gap;
  const float y = std::round(pane.title_row.y + (pane.title_row.height - height) / 2);
  const float left = std::round(right - width);
  for (int i = 0; i < kBarSteps; ++i) {
    const float share = (static_cast<float>(i) + 0.5f) / kBarSteps;
    const Color color =
        color_at(pane.map, theme.dark, pane.low + share * (pane.high - pane.low), pane.low, pane.high);
    // Each reaches to the end: no seam shows between two of them.
    const float from = left + width * static_cast<float>(i) / kBarSteps;
    canvas.fill({from, y, left + width - from, height}, color);
  }
  canvas.text({left - gap - canvas.measure(pane.low_text, style).x, text_y}, pane.low_text, style);
}

// Returns its left end.
float draw_range(Canvas& canvas, const GridPaneScene& pane, float from, float text_y, const Theme& theme) {
  const TextStyle style = number_style(theme);
  const float right = pane.title_row.right() - theme.px(2);
  const float bar = canvas.measure(pane.low_text, style).x + canvas.measure(pane.high_text, style).x +
                    theme.px(kBarWidth + 2 * kBarGap);
  if (from + bar <= right) {
    draw_color_bar(canvas, pane, right, text_y, theme);
    return right - bar;
  }
  const float range = canvas.measure(pane.range, style).x;
  if (from + range > right) return right;
  canvas.text({right - range, text_y}, pane.range, style);
  return right - range;
}

void draw_title(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  const TextStyle title{TextFace::SansBold, theme.px(kBodySize), legible(pane.color, theme)};
  const TextStyle small{TextFace::Sans, theme.px(kSmallSize), theme.palette.text_dim};
  const Rect row = pane.title_row;
  const float gap = theme.px(10);
  const float y = row.y + (row.height - canvas.measure(pane.range, number_style(theme)).y) / 2;
  const std::string shown = ui::elide_end(canvas, pane.title, title, row.width - theme.px(8));
  float x = row.x + theme.px(2);
  x += ui::rich_text(canvas, {x, y - theme.px(1)}, shown, title) + gap;
  const float room = draw_range(canvas, pane, x, y, theme) - gap - x;
  if (scene.caption.empty() || room < theme.px(60)) return;
  canvas.text({x, y}, ui::elide_end(canvas, scene.caption, small, room), small);
}

GridPane painted(const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  return {scene.window,
          scene.request,
          scene.viewport,
          pane.quantity,
          pane.map,
          pane.low,
          pane.high,
          pane.rect.x,
          pane.rect.y,
          pane.rect.width,
          pane.rect.height,
          theme.scale,
          theme.dark,
          theme.palette.cell_gap,
          theme.palette.clipping};
}

// Calls visit(cell, texel) for the visible cells; texels must be single cells.
template <class Visit>
void for_cells(const GridScene& scene, Visit visit) {
  if (!scene.window || scene.request.row_step != 1 || scene.request.column_step != 1) return;
  if (scene.window->height * scene.window->width > scene.window->original.size()) return;
  for (std::uint64_t r = 0; r < scene.window->height; ++r)
    for (std::uint64_t c = 0; c < scene.window->width; ++c)
      visit(Cell{scene.request.row + r, scene.request.column + c},
            static_cast<std::size_t>(r * scene.window->width + c));
}

void draw_numbers(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  const Point cell = cell_size(scene.viewport, pane.rect);
  if (shorter(cell) < theme.px(kNumbersFrom)) return;
  const auto& values = values_of(*scene.window, pane.quantity);
  TextStyle style = number_style(theme);
  for_cells(scene, [&](Cell at, std::size_t texel) {
    if ((scene.window->marks[texel] & (kMarkNan | kMarkInf)) != 0) return;  // the painter's marks say it
    const float value = values[texel].min;
    const bool integer = pane.quantity == GridQuantity::Code;
    const std::string text = (integer ? fitted_code : fitted_number)(canvas, static_cast<double>(value),
                                                                     style, cell.x - theme.px(4));
    style.color = readable_on(color_at(pane.map, theme.dark, value, pane.low, pane.high));
    const Rect rect = cell_rect(scene.viewport, pane.rect, at);
    const Point size = canvas.measure(text, style);
    canvas.text({rect.x + (rect.width - size.x) / 2, rect.y + (rect.height - size.y) / 2}, text, style);
  });
}

// A line wherever two neighbours belong to different scale groups.
void draw_group_borders(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane,
                        const Theme& theme) {
  const Point cell = cell_size(scene.viewport, pane.rect);
  if (!scene.group_of || shorter(cell) < theme.px(kBordersFrom)) return;
  // Quiet while cells are small, or borders along every row would hide what is in them.
  const float strength = std::clamp(shorter(cell) / theme.px(kNumbersFrom), 0.35f, 1.0f);
  const Color color = (theme.palette.text_dim & 0x00FFFFFFu) | static_cast<Color>(strength * 200) << 24;
  for_cells(scene, [&](Cell at, std::size_t) {
    const Rect rect = cell_rect(scene.viewport, pane.rect, at);
    const std::uint64_t own = scene.group_of(at);
    if (at.column + 1 < scene.size.columns && scene.group_of({at.row, at.column + 1}) != own)
      canvas.line({rect.right(), rect.y}, {rect.right(), rect.bottom()}, color, theme.px(1));
    if (at.row + 1 < scene.size.rows && scene.group_of({at.row + 1, at.column}) != own)
      canvas.line({rect.x, rect.bottom()}, {rect.right(), rect.bottom()}, color, theme.px(1));
  });
}

void draw_outline(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, std::optional<Cell> cell,
                  Color color, const Theme& theme) {
  if (!cell) return;
  Rect rect = cell_rect(scene.viewport, pane.rect, *cell);
  const float least = theme.px(7);  // a cell of one pixel is still found
  if (rect.width < least) rect = {rect.x - (least - rect.width) / 2, rect.y, least, rect.height};
  if (rect.height < least) rect = {rect.x, rect.y - (least - rect.height) / 2, rect.width, least};
  canvas.stroke(rect, color, theme.px(1.6f));
}

// The scale group under the pointer, whatever the size of a cell.
void draw_group(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  for (const CellSpan& span : scene.group) {
    const Rect first = cell_rect(scene.viewport, pane.rect, span.first);
    const Rect last = cell_rect(scene.viewport, pane.rect,
                                {span.first.row + span.rows - 1, span.first.column + span.columns - 1});
    canvas.stroke({first.x, first.y, last.right() - first.x, last.bottom() - first.y}, theme.palette.handle,
                  theme.px(1));
  }
}

// The cells that hold the level under the pointer, in the histogram.
void mark_level(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  if (!scene.level || shorter(cell_size(scene.viewport, pane.rect)) < theme.px(kBordersFrom)) return;
  for_cells(scene, [&](Cell at, std::size_t texel) {
    if (scene.window->dequantized[texel].min == *scene.level)
      canvas.stroke(cell_rect(scene.viewport, pane.rect, at), theme.palette.quantized, theme.px(1));
  });
}

// Of whole cells, at their middles.
void draw_axis_numbers(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane,
                       const Theme& theme) {
  const TextStyle style = number_style(theme);
  const Rect rect = pane.rect;
  const auto whole = [](double first, double count, int most) {
    std::vector<Tick> row = ticks(first - 0.5, first + count - 0.5, most);
    std::erase_if(row,
                  [](const Tick& tick) { return tick.value != std::round(tick.value) || tick.value < 0; });
    return row;
  };
  const Axis down{scene.viewport.row - 0.5, scene.viewport.row + scene.viewport.rows - 0.5, rect.y,
                  rect.height};
  const int rows = std::max(2, static_cast<int>(rect.height / theme.px(28)));
  for (const Tick& tick : whole(scene.viewport.row, scene.viewport.rows, rows)) {
    const Point size = canvas.measure(tick.label, style);
    const float y = down.pixel(tick.value);
    canvas.line({rect.x - theme.px(4), y}, {rect.x, y}, theme.palette.text_faint, theme.px(1));
    canvas.text({rect.x - theme.px(7) - size.x, y - size.y / 2}, tick.label, style);
  }
  const Axis across{scene.viewport.column - 0.5, scene.viewport.column + scene.viewport.columns - 0.5, rect.x,
                    rect.width};
  const int columns = std::max(2, static_cast<int>(rect.width / theme.px(70)));
  for (const Tick& tick : whole(scene.viewport.column, scene.viewport.columns, columns)) {
    const float x = across.pixel(tick.value), width = canvas.measure(tick.label, style).x;
    canvas.line({x, rect.bottom()}, {x, rect.bottom() + theme.px(4)}, theme.palette.text_faint, theme.px(1));
    canvas.text({x - width / 2, rect.bottom() + theme.px(7)}, tick.label, style);
  }
}

void draw_pane(Canvas& canvas, const GridScene& scene, const GridPaneScene& pane, const Theme& theme) {
  draw_title(canvas, scene, pane, theme);
  canvas.fill(pane.rect, theme.palette.card);
  if (scene.axes) draw_axis_numbers(canvas, scene, pane, theme);
  if (!scene.window) return;
  canvas.push_clip(pane.rect);
  canvas.cells(painted(scene, pane, theme));
  draw_group_borders(canvas, scene, pane, theme);
  draw_numbers(canvas, scene, pane, theme);
  mark_level(canvas, scene, pane, theme);
  draw_group(canvas, scene, pane, theme);
  draw_outline(canvas, scene, pane, scene.selected, theme.palette.accent, theme);
  draw_outline(canvas, scene, pane, scene.hovered, theme.palette.handle, theme);
  canvas.pop_clip();
}

}  // namespace

const std::vector<WindowResult::Extremes>& values_of(const WindowResult& window, GridQuantity quantity) {
  switch (quantity) {
    case GridQuantity::Dequantized:
      return window.dequantized;
    case GridQuantity::Error:
      return window.error;
    case GridQuantity::Code:
      return window.code;
    case GridQuantity::Original:
      break;
  }
  return window.original;
}

void draw_grid(Canvas& canvas, const GridScene& scene, const Theme& theme) {
  for (const GridPaneScene& pane : scene.panes) draw_pane(canvas, scene, pane, theme);
}

}  // namespace bitloupe
