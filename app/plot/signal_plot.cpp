#include "app/plot/signal_plot.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "app/ui/text.h"

namespace bitloupe {
namespace {

using Extremes = WindowResult::Extremes;

void widen(ValueRange& range, std::span<const Extremes> row) {
  for (const Extremes& texel : row) {
    if (std::isfinite(texel.min)) range.lo = std::min(range.lo, static_cast<double>(texel.min));
    if (std::isfinite(texel.max)) range.hi = std::max(range.hi, static_cast<double>(texel.max));
  }
}

Axis upward(ValueRange range, Rect plot) {
  if (!(range.hi >= range.lo)) range = {-1, 1};
  // A constant stands in the middle between 0 and twice itself.
  const double air = range.hi > range.lo ? 0.08 * (range.hi - range.lo)
                     : range.lo != 0     ? std::abs(range.lo)
                                         : 1;
  return {range.lo - air, range.hi + air, plot.bottom(), -plot.height};
}

float left_of(const SignalScene& scene, std::size_t texel) {
  return scene.columns.pixel(static_cast<double>(scene.first + texel * scene.step));
}

// A line through the texels' middles (single elements) or over both ends of each texel's range (reduced);
// broken at NaN and inf.
void draw_line(Canvas& canvas, const SignalScene& scene, std::span<const Extremes> row, const Axis& axis,
               Color color, float thickness) {
  std::vector<Point> line;
  const auto flush = [&] {
    if (line.size() > 1) canvas.polyline(line, color, thickness);
    if (line.size() == 1) canvas.circle(line.front(), thickness, color);
    line.clear();
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::isfinite(row[i].min) || !std::isfinite(row[i].max)) {
      flush();
      continue;
    }
    const float x = (left_of(scene, i) + left_of(scene, i + 1)) / 2;
    line.push_back({x, axis.pixel(static_cast<double>(row[i].min))});
    if (row[i].max != row[i].min) line.push_back({x, axis.pixel(static_cast<double>(row[i].max))});
  }
  flush();
}

// Each element's value held over its own column.
void draw_staircase(Canvas& canvas, const SignalScene& scene, std::span<const Extremes> row, const Axis& axis,
                    Color color, float thickness) {
  std::vector<Point> line;
  const auto flush = [&] {
    if (line.size() > 1) canvas.polyline(line, color, thickness);
    line.clear();
  };
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::isfinite(row[i].min)) {
      flush();
      continue;
    }
    const float y = axis.pixel(static_cast<double>(row[i].min));
    // A step to the same height would give the stroke a point twice, which thickens it.
    const bool level = !line.empty() && line.back().y == y;
    if (level) line.pop_back();
    if (!level) line.push_back({left_of(scene, i), y});
    line.push_back({left_of(scene, i + 1), y});
  }
  flush();
}

void draw_dots(Canvas& canvas, const SignalScene& scene, const Axis& axis, const Theme& theme) {
  if (scene.step != 1 || left_of(scene, 1) - left_of(scene, 0) < theme.px(8)) return;
  for (std::size_t i = 0; i < scene.window->original.size(); ++i) {
    const float value = scene.window->original[i].min;
    if (!std::isfinite(value)) continue;
    const float x = (left_of(scene, i) + left_of(scene, i + 1)) / 2;
    canvas.circle({x, axis.pixel(static_cast<double>(value))}, theme.px(2.5f), theme.palette.original);
  }
}

void draw_zero_and_ticks(Canvas& canvas, Rect plot, const Axis& axis, const Theme& theme) {
  const TextStyle style{TextFace::Mono, theme.px(11), theme.palette.text_dim};
  const int most = std::max(2, static_cast<int>(plot.height / theme.px(28)));
  for (const Tick& tick : ticks(axis.lo, axis.hi, most)) {
    const float y = std::round(axis.pixel(tick.value));
    canvas.line({plot.x, y}, {plot.right(), y},
                tick.value == 0 ? theme.palette.text_faint : theme.palette.border, theme.px(1));
    const Point size = canvas.measure(tick.label, style);
    if (y - size.y / 2 < plot.y || y + size.y / 2 > plot.bottom()) continue;
    canvas.text({plot.x - size.x - theme.px(6), y - size.y / 2}, tick.label, style);
  }
}

void draw_hovered(Canvas& canvas, const SignalScene& scene, Rect plot, const Theme& theme) {
  if (!scene.hovered) return;
  const float x = scene.columns.pixel(static_cast<double>(*scene.hovered) + 0.5);
  canvas.line({x, plot.y}, {x, plot.bottom()}, theme.palette.handle, theme.px(1));
}

}  // namespace

Axis value_axis(const SignalScene& scene) {
  ValueRange range{HUGE_VAL, -HUGE_VAL};
  if (scene.window) {
    widen(range, scene.window->original);
    widen(range, scene.window->dequantized);
  }
  return upward(range, scene.values);
}

Axis error_axis(const SignalScene& scene) {
  ValueRange range{0, 0};
  if (scene.window) widen(range, scene.window->error);
  return upward(range, scene.errors);
}

void draw_signal(Canvas& canvas, const SignalScene& scene, const Theme& theme) {
  const Axis values = value_axis(scene), errors = error_axis(scene);
  draw_zero_and_ticks(canvas, scene.values, values, theme);
  draw_zero_and_ticks(canvas, scene.errors, errors, theme);
  if (!scene.window) return;
  const Palette& palette = theme.palette;
  const bool steps = scene.step == 1;

  canvas.push_clip(scene.values);
  if (scene.original) {
    draw_line(canvas, scene, scene.window->original, values, palette.original, theme.px(1.4f));
    draw_dots(canvas, scene, values, theme);
  }
  if (scene.dequantized)
    (steps ? draw_staircase : draw_line)(canvas, scene, scene.window->dequantized, values, palette.quantized,
                                         theme.px(1.4f));
  draw_hovered(canvas, scene, scene.values, theme);
  canvas.pop_clip();

  canvas.push_clip(scene.errors);
  (steps ? draw_staircase : draw_line)(canvas, scene, scene.window->error, errors, palette.rounding,
                                       theme.px(1.4f));
  draw_hovered(canvas, scene, scene.errors, theme);
  canvas.pop_clip();
}

}  // namespace bitloupe
