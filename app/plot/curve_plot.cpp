#include "app/plot/curve_plot.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/plot/label_places.h"

namespace bitloupe {
namespace {

constexpr double kMarginBelow = 3;      // thresholds shown below the smallest that matters
constexpr double kFloorBelow = 12;      // errors shown below the least MSE
constexpr double kLinearMultiples = 6;  // of the least MSE
constexpr double kFarthestInUse = 3;    // times the largest point
constexpr double kAir = 0.04;           // of an axis

enum class Part { Total, Rounding, Clipping };

double error_of(const CurvePoint& point, Part part) {
  if (part == Part::Rounding) return point.mse_rounding;
  return part == Part::Clipping ? point.mse_clipping : point.mse();
}

bool visible(const Axis& axis, double value) { return value >= axis.lo && value <= axis.hi; }

// The pixel of an error, not farther from the plot than the plot's height: a part that falls to 0 leaves a
// logarithmic plot through its lower edge.
float error_pixel(const CurveScene& scene, double error) {
  const float y = scene.errors.pixel(error);
  return std::clamp(y, scene.plot.y - scene.plot.height, scene.plot.bottom() + scene.plot.height);
}

void draw_part(Canvas& canvas, const CurveScene& scene, std::span<const CurvePoint> points, Part part,
               Color color, float thickness) {
  std::vector<Point> line;
  for (const CurvePoint& point : points)
    line.push_back({scene.thresholds.pixel(point.threshold), error_pixel(scene, error_of(point, part))});
  canvas.polyline(line, color, thickness);
}

}  // namespace

ValueRange fitted_thresholds(std::span<const CurvePoint> points, double best, std::span<const double> marks,
                             std::optional<double> in_use, bool logarithmic) {
  if (points.empty()) return {0, 1};
  double lo = logarithmic ? best : 0, hi = points.back().threshold;
  for (const double mark : marks) {
    if (!(mark > 0)) continue;
    lo = std::min(lo, mark);
    hi = std::max(hi, mark);
  }
  if (logarithmic) lo = std::max(lo / kMarginBelow, points.front().threshold);
  if (in_use && *in_use > 0) {
    hi = std::max(hi, std::min(*in_use, kFarthestInUse * points.back().threshold));
    if (logarithmic) lo = std::min(lo, std::max(*in_use, hi * 1e-6));
  }
  if (!(hi > 0)) return {0, 1};
  if (!logarithmic) return {lo, hi * (1 + kAir)};
  if (!(lo > 0)) lo = hi / 1000;
  if (!(hi > lo * 1.001)) return {lo / 2, hi * 2};
  const double air = std::pow(hi / lo, kAir);
  return {lo / air, hi * air};
}

Axis fitted_errors(const CurveScene& scene, double best, std::span<const double> marks, bool logarithmic) {
  double most = 0, least = HUGE_VAL, end = 0;
  for (const CurvePoint& point : scene.points) {
    if (!visible(scene.thresholds, point.threshold)) continue;
    const double error = point.mse();
    if (!std::isfinite(error)) continue;
    most = std::max(most, error);
    if (error > 0) least = std::min(least, error);
    end = error;
  }
  for (const double mark : marks) {
    most = std::max(most, mark);
    end = std::max(end, mark);
    if (mark > 0) least = std::min(least, mark);
  }
  Axis axis{0, 1, scene.plot.bottom(), scene.above - scene.plot.height};
  if (!(most > 0)) return axis;
  if (logarithmic) {
    axis.logarithmic = true;
    axis.lo = std::max(least / kFloorBelow, 1e-290);
    axis.hi = std::max(most, least * 2);
    axis.hi *= std::pow(axis.hi / axis.lo, 2 * kAir);
  } else {
    axis.hi = std::min(most, std::max(end, kLinearMultiples * std::max(best, least))) * (1 + 3 * kAir);
  }
  return axis;
}

void draw_curve(Canvas& canvas, const CurveScene& scene, const Theme& theme) {
  const Rect plot = scene.plot;
  const Palette& palette = theme.palette;
  canvas.push_clip(plot);
  if (!scene.group.empty())
    draw_part(canvas, scene, scene.group, Part::Total, palette.text_dim, theme.px(1.2f));
  if (scene.rounding)
    draw_part(canvas, scene, scene.points, Part::Rounding, palette.rounding, theme.px(1.5f));
  if (scene.clipping)
    draw_part(canvas, scene, scene.points, Part::Clipping, palette.clipping, theme.px(1.5f));
  // On top, or it would take the colour of the part that it nearly equals on either side.
  if (scene.total) draw_part(canvas, scene, scene.points, Part::Total, palette.total, theme.px(2.2f));
  canvas.pop_clip();
  const auto dot = [&](double threshold, double error, Color color, float radius) {
    const Point at{scene.thresholds.pixel(threshold), scene.errors.pixel(error)};
    if (at.x < plot.x || at.x > plot.right() || at.y < plot.y || at.y > plot.bottom()) return;
    canvas.circle(at, theme.px(radius + 1.2f), palette.card);
    canvas.circle(at, theme.px(radius), color);
  };
  if (scene.hovered) {
    const CurvePoint& point = *scene.hovered;
    if (scene.rounding) dot(point.threshold, point.mse_rounding, palette.rounding, 2.4f);
    if (scene.clipping) dot(point.threshold, point.mse_clipping, palette.clipping, 2.4f);
    if (scene.total) dot(point.threshold, shown_error(scene.errors, point.mse()), palette.total, 3.2f);
  }
  if (scene.threshold && scene.here)
    dot(*scene.threshold, shown_error(scene.errors, *scene.here), palette.handle, 3.6f);
}

double shown_error(const Axis& errors, double error) {
  return errors.logarithmic ? std::max(error, errors.lo) : error;
}

void draw_error_ticks(Canvas& canvas, const CurveScene& scene, const Theme& theme) {
  const TextStyle style{TextFace::Mono, theme.px(kMonoSmallSize), theme.palette.text_dim};
  const Axis& axis = scene.errors;
  const int most = std::max(2, static_cast<int>(scene.plot.height / theme.px(30)));
  const std::vector<Tick> row =
      axis.logarithmic ? log_ticks(axis.lo, axis.hi, most) : ticks(axis.lo, axis.hi, most);
  for (const Tick& tick : row) {
    const float y = std::round(axis.pixel(tick.value));
    const Point size = canvas.measure(tick.label, style);
    canvas.line({scene.plot.x, y}, {scene.plot.right(), y}, theme.palette.border, theme.px(1));
    canvas.text({scene.plot.x - size.x - theme.px(6), y - size.y / 2}, tick.label, style);
  }
}

const CurvePoint* nearest_point(const CurveScene& scene, float pixel) {
  const CurvePoint* nearest = nullptr;
  float least = HUGE_VALF;
  for (const CurvePoint& point : scene.points) {
    if (!visible(scene.thresholds, point.threshold)) continue;
    const float away = std::abs(scene.thresholds.pixel(point.threshold) - pixel);
    if (away >= least) continue;
    least = away;
    nearest = &point;
  }
  return nearest;
}

Point label_size(const Canvas& canvas, const std::string& text, const Theme& theme) {
  const Point size = canvas.measure(text, {TextFace::Sans, theme.px(kSmallSize), 0});
  return {std::ceil(size.x + theme.px(8)), std::ceil(size.y + theme.px(4))};
}

void draw_mark(Canvas& canvas, const CurveMark& mark, const Theme& theme) {
  const Palette& palette = theme.palette;
  const Color color = mark.hot || mark.active ? palette.text : palette.text_dim;
  if (mark.label.width > 0) {
    const Point from = leader_start(mark.label, mark.dot);
    if (distance(from, mark.dot) > theme.px(9)) canvas.line(from, mark.dot, palette.text_faint, theme.px(1));
    canvas.fill(mark.label, mark.hot ? palette.selection : palette.header, theme.px(3));
    const TextStyle style{TextFace::Sans, theme.px(kSmallSize), color};
    const Point size = canvas.measure(mark.text, style);
    canvas.text(
        {mark.label.x + (mark.label.width - size.x) / 2, mark.label.y + (mark.label.height - size.y) / 2},
        mark.text, style);
  }
  canvas.circle(mark.dot, theme.px(5), palette.card);
  canvas.circle(mark.dot, theme.px(mark.hot ? 4.4f : 3.6f), color);
  if (!mark.active) canvas.circle(mark.dot, theme.px(mark.hot ? 2.4f : 1.9f), palette.card);
}

void draw_marks(Canvas& canvas, std::span<const CurveMark> marks, const Theme& theme) {
  const auto layer = [](const CurveMark& mark) { return mark.hot ? 2 : mark.active ? 1 : 0; };
  for (int i = 0; i < 3; ++i)
    for (const CurveMark& mark : marks)
      if (!mark.text.empty() && layer(mark) == i) draw_mark(canvas, mark, theme);
}

}  // namespace bitloupe
