// What every calibration method picks, measured: the markers on the error curve.

#include <chrono>
#include <limits>

#include "core/calibration/error_curve.h"
#include "core/calibration/threshold_errors.h"
#include "core/quant/choices.h"
#include "core/stats/moment_error.h"

namespace bitloupe {
namespace {

using Clock = std::chrono::steady_clock;

class Picker {
 public:
  Picker(const Prepared& prepared, const MomentSet* moments, const QuantSpec& spec,
         const GroupExtremes& extremes, const ErrorCurve& curve, const WorkContext& context)
      : prepared_(prepared),
        moments_(moments && moments->layout == extremes.layout ? moments : nullptr),
        spec_(spec),
        extremes_(extremes),
        curve_(curve),
        context_(context) {}

  Result<MethodPick> pick(const Calibration& calibration) const {
    const Clock::time_point start = Clock::now();
    QuantSpec spec = spec_;
    spec.calibration = calibration;
    spec.overrides.clear();
    spec = canonical(spec);
    const bool on_curve = calibration.method == CalibrationMethod::Mse && !curve_.relative;
    const auto ranges = calibrate(prepared_, spec, extremes_, moments_,
                                  on_curve ? std::optional(curve_.best.range) : std::nullopt, context_);
    if (!ranges) return ranges.error();
    const auto report = measure(spec, *ranges);
    if (!report) return report.error();

    MethodPick result;
    result.calibration = spec.calibration;
    result.key = choice_of(calibration_choices(), calibration.method).key;
    result.range = curve_.relative ? hull(*ranges) : (*ranges)[0];
    if (!curve_.relative)
      result.threshold = magnitude(result.range);
    else if (calibration.method == CalibrationMethod::MinMax)
      result.threshold = 1;
    else if (calibration.method == CalibrationMethod::Ratio)
      result.threshold = calibration.ratio;
    result.mse = report->mse();
    result.sqnr_db = report->sqnr_db();
    result.clipped_fraction = report->clipped_fraction();
    result.time_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
    return result;
  }

 private:
  static ClipRange hull(const std::vector<ClipRange>& ranges) {
    ClipRange all = ranges[0];
    for (const ClipRange& range : ranges) all = {std::min(all.lo, range.lo), std::max(all.hi, range.hi)};
    return all;
  }

  Result<ErrorReport> measure(const QuantSpec& spec, const std::vector<ClipRange>& ranges) const {
    const Quantizer quantizer(spec);
    const ScaleSet scales = make_scales(spec, extremes_.layout, ranges, extremes_.largest);
    if (moments_ && moments_pay(*moments_, spec.format))
      return measure_moments(*moments_, quantizer, scales, context_);
    return measure_error(prepared_, quantizer, scales, !curve_.exact, context_);
  }

  const Prepared& prepared_;
  const MomentSet* moments_;
  const QuantSpec& spec_;
  const GroupExtremes& extremes_;
  const ErrorCurve& curve_;
  const WorkContext& context_;
};

}  // namespace

Result<std::vector<MethodPick>> method_picks(const Prepared& prepared, const MomentSet* moments,
                                             const QuantSpec& spec, const GroupExtremes& extremes,
                                             const ErrorCurve& curve, const WorkContext& context) {
  Calibration minmax, percentile, mse, ratio;
  percentile.method = CalibrationMethod::Percentile;
  if (spec.calibration.method == CalibrationMethod::Percentile)
    percentile.percentile = spec.calibration.percentile;
  mse.method = CalibrationMethod::Mse;
  ratio.method = CalibrationMethod::Ratio;
  ratio.ratio = curve.best.threshold;
  std::vector<Calibration> methods = {minmax, percentile, mse};
  if (curve.relative && ratio.ratio > 0) methods.push_back(ratio);

  const Picker picker(prepared, moments, spec, extremes, curve, context);
  std::vector<MethodPick> picks;
  for (const Calibration& method : methods) {
    auto pick = picker.pick(method);
    if (!pick) return pick.error();
    picks.push_back(std::move(*pick));
  }
  return picks;
}

}  // namespace bitloupe
