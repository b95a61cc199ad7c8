#include "core/calibration/error_curve.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/calibration/curve_minimum.h"
#include "core/calibration/log_spaced.h"
#include "core/calibration/threshold_errors.h"
#include "core/format/presets.h"
#include "core/quant/recipes.h"
#include "core/stats/bucket_moments.h"

namespace bitloupe {
namespace {

constexpr int kOctaves = 20;      // below the largest magnitude, at most
constexpr double kHalf = 0.5;     // the curve begins where half of the signal is lost
constexpr double kAround = 1.25;  // a third of the points lie within this factor of the minimum

// Where the curve begins: the last octave, coming from below, in which half of the signal is lost, and at
// least three octaves below the one of least error. (Heavy tails lose half again at the upper end.)
std::optional<double> lowest_threshold(const ThresholdErrors& errors, const WorkContext& context) {
  constexpr std::size_t kBelowLeast = 3;
  std::vector<double> octaves;
  for (int i = kOctaves; i >= 0; --i) octaves.push_back(std::ldexp(errors.largest(), -i));
  const auto sums = errors.at(octaves, context);
  if (!sums) return std::nullopt;
  const auto error = [&](std::size_t i) { return (*sums)[i].rounding + (*sums)[i].clipping; };
  std::size_t half = 0, least = 0;
  while (half + 1 < octaves.size() && error(half + 1) >= kHalf * error(0)) ++half;
  for (std::size_t i = 1; i < octaves.size(); ++i)
    if (error(i) < error(least)) least = i;
  return octaves[std::min(half, least - std::min(least, kBelowLeast))];
}

CurvePoint point_at(const ThresholdErrors& errors, double threshold, const SweepSums& sums) {
  CurvePoint point;
  point.threshold = threshold;
  point.range = errors.range_at(threshold);
  const double weight = std::max(errors.weight(), 1.0);
  point.mse_rounding = sums.rounding / weight;
  point.mse_clipping = sums.clipping / weight;
  return point;
}

// A curve of a group without a non-zero value: one threshold, no error.
ErrorCurve empty_curve(bool relative) {
  ErrorCurve curve;
  curve.relative = relative;
  curve.points.push_back({});
  curve.label = MinimumLabel::Proven;
  return curve;
}

// A third of the points lies around the minimum, the rest over the whole width; from four points on the
// minimum and the largest magnitude are among them. What coincides is made up for in the widest gaps.
std::vector<double> adapted(const ThresholdErrors& errors, double lowest, double best, std::size_t points) {
  const double highest = std::max(errors.largest(), best);
  std::vector<double> thresholds = {lowest, highest};
  for (const double mark : {best, errors.largest()})
    if (thresholds.size() < points) thresholds.push_back(mark);
  const std::size_t free = points - std::min(points, thresholds.size()), around = free / 3;
  const double lo = std::max(lowest, best / kAround), hi = std::min(highest, best * kAround);
  const auto add_between = [&](double from, double to, std::size_t count) {
    const std::vector<double> part = log_spaced(from, to, count + 2);
    thresholds.insert(thresholds.end(), part.begin() + 1, part.end() - 1);
  };
  add_between(lo, hi, around);
  add_between(lowest, highest, free - around);
  const auto tidy = [&] {
    std::sort(thresholds.begin(), thresholds.end());
    thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
  };
  for (tidy(); thresholds.size() < points; tidy()) {
    std::size_t widest = 0;
    for (std::size_t i = 0; i + 1 < thresholds.size(); ++i)
      if (thresholds[i + 1] / thresholds[i] > thresholds[widest + 1] / thresholds[widest]) widest = i;
    thresholds.push_back(std::sqrt(thresholds[widest] * thresholds[widest + 1]));
  }
  return thresholds;
}

}  // namespace

Status validate_curve(const QuantSpec& spec) {
  if (spec.format.fit != Fit::None)
    return bad_argument("format " + format_name(spec.format) +
                        ": its levels are fitted to the values, so there is no clip threshold; use a format "
                        "with a scale");
  if (spec.scheme == Scheme::Direct)
    return bad_argument("scheme direct: a plain cast has no clip threshold; use symmetric or affine");
  if (block_type_of(spec))
    return bad_argument("recipe " + spec.recipe +
                        ": ggml's code chooses scales and codes together, so there is "
                        "no clip threshold; use another recipe or none");
  if (spec.scale_type == ScaleType::Nested)
    return bad_argument(
        "scale_type nested: all scales are quantized together, so no threshold has an error of "
        "its own; use f32");
  if (spec.format.bits > 16)
    return bad_argument("format " + format_name(spec.format) +
                        ": too fine for an error curve; use a format of at most 16 bits");
  return Ok{};
}

Result<ErrorCurve> error_curve(const Prepared& prepared, const MomentSet* moments, const QuantSpec& spec,
                               const GroupExtremes& extremes, const CurveRequest& request,
                               const WorkContext& context) {
  if (Status valid = validate_curve(spec); !valid) return valid.error();
  const ThresholdErrors errors(prepared, moments, spec, extremes, request.group, request.group_step);
  if (!(errors.largest() > 0) || !(errors.weight() > 0) ||
      (errors.relative() && prepared.statistics.min == 0 && prepared.statistics.max == 0))
    return empty_curve(errors.relative());

  const auto lowest = lowest_threshold(errors, context);
  if (!lowest) return cancelled();
  auto best = refined_minimum(errors, *lowest, context);
  if (!best) return cancelled();
  ErrorCurve curve;
  curve.relative = errors.relative();
  curve.exact = errors.exact();
  curve.proof_tried = request.prove;
  if (request.prove && !curve.relative) {
    if (const auto proven = proven_minimum(errors, *best, context)) {
      best = proven;
      curve.label = MinimumLabel::Proven;
    }
    if (context.stopped()) return cancelled();
  }
  const std::vector<double> thresholds =
      adapted(errors, *lowest, best->threshold, static_cast<std::size_t>(request.points));
  const auto sums = errors.at(thresholds, context);
  if (!sums) return cancelled();
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    curve.points.push_back(point_at(errors, thresholds[i], (*sums)[i]));
    const CurveMinimum here{thresholds[i], (*sums)[i]};
    if (here.error() < best->error()) best = here;
  }
  if (!errors.moments() && curve.exact) {  // to the last digit: the sweep's codes may differ at ties
    const auto measured = errors.measured(best->threshold, context);
    if (!measured) return cancelled();
    best->sums = *measured;
  }
  curve.best = point_at(errors, best->threshold, best->sums);
  for (CurvePoint& point : curve.points)
    if (point.threshold == curve.best.threshold) point = curve.best;
  if (errors.moments() && errors.moments()->bucketed()) {
    const GroupScale scale = errors.scale_at(best->threshold);
    const CodeLadder ladder(errors.quantizer(), scale.zero_point);
    curve.mse_bound = bucket_bound(*errors.moments(), ladder, errors.quantizer(), scale) / errors.weight();
  }
  return curve;
}

}  // namespace bitloupe
