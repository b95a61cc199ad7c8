#include "app/figures/curve_marks.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "app/clip.h"
#include "app/plot/label_places.h"
#include "app/ui/text.h"
#include "core/quant/choices.h"
#include "core/text.h"

namespace bitloupe {
namespace {

constexpr float kLinePoints = 4;  // logical pixels

// Is it the minimum of the curve? Under a finer granularity that is a ratio; MSE finds each group's own.
bool is_minimum(const MethodPick& pick, const ErrorCurve& curve) {
  return pick.calibration.method == (curve.relative ? CalibrationMethod::Ratio : CalibrationMethod::Mse);
}

std::string mark_text(const MethodPick& pick, const ErrorCurve& curve) {
  std::string text = (curve.exact ? "" : "~ ") + method_name(pick);
  if (pick.threshold) text += "  " + ui::number(*pick.threshold, 3);
  if (pick.mse == 0) return text + " · exact";
  if (is_minimum(pick, curve)) text += curve.label == MinimumLabel::Proven ? " · proven" : " · refined";
  return text;
}

// The order in which labels choose their places: the minimum of the curve, then the lesser error.
std::vector<std::size_t> by_weight(std::span<const MethodPick> picks, const ErrorCurve& curve) {
  std::vector<std::size_t> order(picks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const bool first = is_minimum(picks[a], curve), second = is_minimum(picks[b], curve);
    return first != second ? first : picks[a].mse < picks[b].mse;
  });
  return order;
}

// The visible lines as pixels, for labels to keep off.
std::vector<Point> drawn_lines(const CurveScene& scene, const Theme& theme) {
  std::vector<Point> lines;
  float last = -HUGE_VALF;
  for (const CurvePoint& point : scene.points) {
    const float x = scene.thresholds.pixel(point.threshold);
    if (x < scene.plot.x || x > scene.plot.right() || x - last < theme.px(kLinePoints)) continue;
    last = x;
    if (scene.total) lines.push_back({x, scene.errors.pixel(point.mse())});
    if (scene.rounding) lines.push_back({x, scene.errors.pixel(point.mse_rounding)});
    if (scene.clipping) lines.push_back({x, scene.errors.pixel(point.mse_clipping)});
  }
  return lines;
}

}  // namespace

std::string method_name(const MethodPick& pick) {
  switch (pick.calibration.method) {
    case CalibrationMethod::MinMax:
      return "min-max";
    case CalibrationMethod::Mse:
      return "MSE";
    case CalibrationMethod::Percentile:
      return number_text(pick.calibration.percentile) + " %";
    case CalibrationMethod::Ratio:
      return "best ratio";
    case CalibrationMethod::Manual:
      break;
  }
  return std::string(choice_of(calibration_choices(), pick.calibration.method).label);
}

std::string pick_help(const MethodPick& pick, const ErrorCurve& curve) {
  const std::string about = curve.exact ? "" : "~ ";
  std::string text = method_name(pick) + ": click to adopt it.\n";
  if (curve.relative)
    text += pick.threshold
                ? "every group at " + ui::number(*pick.threshold) + " of its own range, all within "
                : "a range of its own for every group, all within ";
  else
    text += "range ";
  text += ui::signed_number(static_cast<double>(pick.range.lo)) + " … " +
          ui::signed_number(static_cast<double>(pick.range.hi));
  text += "\nMSE " + about + ui::number(pick.mse) + " · SQNR " + about + ui::decibels(pick.sqnr_db);
  text += "\nclipped " + about + ui::percent(pick.clipped_fraction) + " · found and measured in " +
          ui::milliseconds(pick.time_ms);
  if (is_minimum(pick, curve))
    text += curve.label == MinimumLabel::Proven
                ? "\nproven: every scale that could do better was tried."
                : "\nrefined: 1,024 thresholds, and the neighbourhood of the best of them.";
  return text;
}

std::vector<CurveMark> place_marks(const Canvas& canvas, const Snapshot& snapshot, const QuantSpec& spec,
                                   const CurveScene& scene, float reserved, const Theme& theme) {
  if (!snapshot.picks) return {};
  std::vector<CurveMark> marks(snapshot.picks->size());
  std::vector<std::size_t> shown;
  std::vector<Point> dots, sizes;
  for (const std::size_t i : by_weight(*snapshot.picks, *snapshot.curve)) {
    const MethodPick& pick = (*snapshot.picks)[i];
    CurveMark& mark = marks[i];
    // Without a place on the axis: at the right edge, as high as its error.
    mark.dot = {pick.threshold ? scene.thresholds.pixel(*pick.threshold) : scene.plot.right(),
                scene.errors.pixel(shown_error(scene.errors, pick.mse))};
    const Rect reach{scene.plot.x - 1, scene.plot.y, scene.plot.width + 2, scene.plot.height + 1};
    if (!reach.contains(mark.dot)) continue;
    mark.text = mark_text(pick, *snapshot.curve);
    mark.active = adopted(spec, pick.calibration);
    shown.push_back(i);
    dots.push_back(mark.dot);
    sizes.push_back(label_size(canvas, mark.text, theme));
  }
  const Rect tags{scene.plot.x, scene.plot.y, scene.plot.width, reserved};
  const std::vector<Rect> labels =
      place_labels(dots, sizes, scene.plot, std::span(&tags, reserved > 0 ? 1 : 0), drawn_lines(scene, theme),
                   theme.px(7));
  for (std::size_t i = 0; i < shown.size(); ++i) marks[shown[i]].label = labels[i];
  return marks;
}

}  // namespace bitloupe
