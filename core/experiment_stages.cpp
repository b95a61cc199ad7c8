#include "core/experiment_stages.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/recipes.h"

namespace bitloupe {
namespace {

// What calibrate() reads of a spec.
bool same_ranges(const QuantSpec& a, const QuantSpec& b) {
  return a.calibration == b.calibration && a.scheme == b.scheme && a.granularity == b.granularity &&
         a.overrides == b.overrides;
}

// Where every threshold takes a read of so many values, the curve has fewer points.
constexpr std::uint64_t kManyValues = 1 << 24;
constexpr int kFewPoints = 96;

// Whether every threshold of the curve is a read of the values: several groups together, nothing sorted, or
// more levels than moments pay for.
bool takes_reads(const Snapshot& next) {
  return next.extremes->layout.count > 1 || !next.moments ||
         !moments_pay(MomentUse::Curve, next.moments->groups[0].count(), next.spec.format);
}

// The spec with the levels that its format was fitted to.
QuantSpec with_fit(const Snapshot& next, QuantSpec spec) {
  if (spec.format != next.spec.format) return spec;
  if (next.fitted) spec.format = next.fitted->format;
  if (next.magnitudes) spec.format = unit_format(spec.format);
  return spec;
}

// `spec` may be one to compare with: of the same granularity, where its format is fitted.
ScaleSet scales_of(const Snapshot& next, const QuantSpec& spec, const GroupLayout& layout,
                   const std::vector<ClipRange>& ranges) {
  if (next.magnitudes && spec.format == next.spec.format)
    return fitted_scales(spec, layout, *next.magnitudes);
  return make_scales(spec, layout, ranges, next.extremes->largest);
}

// The sampled values as a tensor of their own.
std::shared_ptr<const Prepared> sample_alone(const Prepared& prepared) {
  auto values = std::make_shared<Values>(sampled_values(prepared));
  auto alone = std::make_shared<Prepared>();
  alone->statistics = prepared.statistics;
  alone->statistics.count = values->size();
  alone->statistics.finite = static_cast<std::uint64_t>(
      std::count_if(values->begin(), values->end(), [](float x) { return std::isfinite(x); }));
  alone->sample.values = values->size();
  auto tensor = std::make_shared<Tensor>();
  tensor->shape = {values->size()};
  tensor->values = std::move(values);
  alone->tensor = std::move(tensor);
  return alone;
}

// A range that was found on a sample's curve is not final, whatever the report has seen.
bool final_ranges(const Snapshot& next) {
  return !searches_on_curve(next.spec, *next.extremes) || next.curve->exact;
}

// Min-max under the same granularity and scale type, in the formats that one compares with first.
std::vector<Comparison> comparison_specs(const QuantSpec& spec) {
  std::vector<NumberFormat> formats = {spec.format};
  for (const NumberFormat& format : {integer_format(4, true), float_format(2, 1, Specials::Finite),
                                     integer_format(8, true), float_format(4, 3, Specials::Fn)})
    if (format != spec.format) formats.push_back(format);
  std::vector<Comparison> comparisons;
  for (const NumberFormat& format : formats) {
    QuantSpec other;
    other.format = format;
    other.granularity = spec.granularity;
    other.scale_type = spec.scale_type;
    other.scale_rule = spec.scale_rule;
    other.scheme = format == spec.format ? spec.scheme : std::nullopt;
    const bool direct = canonical(other).scheme == Scheme::Direct;
    comparisons.push_back(
        {format_label(format) + (direct ? " · direct" : " · min-max"), other, std::nullopt});
  }
  return comparisons;
}

bool same_comparisons(const std::vector<Comparison>& measured, const std::vector<Comparison>& wanted) {
  if (measured.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (measured[i].spec != wanted[i].spec) return false;
  return true;
}

}  // namespace

bool same_curve(QuantSpec a, const QuantSpec& b) {
  a.calibration = b.calibration;
  a.overrides = b.overrides;
  return a == b;
}

bool searches_on_curve(const QuantSpec& spec, const GroupExtremes& extremes) {
  return spec.calibration.method == CalibrationMethod::Mse && extremes.layout.count == 1;
}

Status fill_extremes(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  const GroupLayout layout = make_group_layout(next.spec.granularity, next.tensor().shape);
  if (previous && previous->extremes && previous->extremes->layout == layout) {
    next.extremes = previous->extremes;
    return Ok{};
  }
  auto extremes = group_extremes(*next.prepared, layout, work);
  if (!extremes) return extremes.error();
  next.extremes = std::make_shared<const GroupExtremes>(std::move(*extremes));
  return Ok{};
}

Status fill_moments(Snapshot& next, const Snapshot* previous, const RunContext& context) {
  const auto layout = moment_layout(next.spec, next.tensor());
  if (!layout) return Ok{};
  if (context.moments && context.moments->layout == *layout) {
    next.moments = context.moments;
    return Ok{};
  }
  const bool needed = context.with_curve || searches_on_curve(next.spec, *next.extremes);
  if (!context.sort_if_needed || !needed || !validate_curve(next.spec)) return Ok{};
  if (previous && previous->moments && previous->moments->layout == *layout) {
    next.moments = previous->moments;
    return Ok{};
  }
  auto moments = make_moments(*next.prepared, *layout, false, context.work);
  if (!moments) return moments.error();
  next.moments = *moments;
  return Ok{};
}

bool has_curve(const Snapshot& previous, const Snapshot& next, bool prove) {
  return previous.curve_final && previous.extremes == next.extremes && previous.moments == next.moments &&
         same_curve(previous.spec, next.spec) && (previous.curve->proof_tried || !prove);
}

Status fill_curve(Snapshot& next, const Snapshot* previous, bool prove, const WorkContext& work) {
  if (previous && has_curve(*previous, next, prove)) {
    next.curve = previous->curve;
    next.curve_final = true;
    return Ok{};
  }
  CurveRequest request;
  request.prove = prove;
  if (takes_reads(next) && next.tensor().count() > kManyValues) request.points = kFewPoints;
  auto curve = error_curve(*next.prepared, next.moments.get(), next.spec, *next.extremes, request, work);
  if (!curve) return curve.error();
  next.curve = std::make_shared<const ErrorCurve>(std::move(*curve));
  next.curve_final = true;
  return Ok{};
}

Status fill_first_curve(Snapshot& next, const WorkContext& work) {
  constexpr std::uint64_t kFirstValues = 1 << 20;
  if (!takes_reads(next) || next.prepared->sample.all) return Ok{};
  const GroupLayout& layout = next.extremes->layout;
  CurveRequest request;
  request.prove = false;
  request.points = kFewPoints;
  request.group_step = layout.count == 1 ? 1 : next.tensor().count() / kFirstValues;
  if (layout.count > 1 && layout.count < 64 * request.group_step) return Ok{};
  const auto some = layout.count == 1 ? sample_alone(*next.prepared) : next.prepared;
  GroupExtremes extremes = *next.extremes;
  if (layout.count == 1) extremes.layout = make_group_layout({}, some->tensor->shape);
  auto curve = error_curve(*some, nullptr, next.spec, extremes, request, work);
  if (!curve) return curve.error();
  curve->exact = false;
  next.curve = std::make_shared<const ErrorCurve>(std::move(*curve));
  return Ok{};
}

Status fill_ranges(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  const bool on_curve = searches_on_curve(next.spec, *next.extremes);
  if (!on_curve && previous && previous->ranges && previous->extremes == next.extremes &&
      same_ranges(previous->spec, next.spec) &&
      (next.spec.calibration.method != CalibrationMethod::Mse || same_curve(previous->spec, next.spec))) {
    next.ranges = previous->ranges;
    return Ok{};
  }
  const auto least = on_curve ? std::optional(next.curve->best.range) : std::nullopt;
  auto ranges = calibrate(*next.prepared, next.spec, *next.extremes, next.moments.get(), least, work);
  if (!ranges) return ranges.error();
  next.ranges = std::make_shared<const std::vector<ClipRange>>(std::move(*ranges));
  return Ok{};
}

Status fill_fit(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  if (next.spec.format.fit == Fit::None) return Ok{};
  const bool same_format = previous && previous->spec.format == next.spec.format;
  if (fits_groups(next.spec)) {
    if (same_format && previous->magnitudes && previous->extremes == next.extremes) {
      next.magnitudes = previous->magnitudes;
      return Ok{};
    }
    auto groups = fit_groups(next.spec.format, next.tensor(), next.extremes->layout, work);
    if (!groups) return groups.error();
    next.magnitudes = std::make_shared<const std::vector<GroupMagnitude>>(std::move(*groups));
    return Ok{};
  }
  if (same_format && previous->fitted) {
    next.fitted = previous->fitted;
    return Ok{};
  }
  auto fitted = fit_format(next.spec.format, next.tensor(), work);
  if (!fitted) return fitted.error();
  next.fitted = std::make_shared<const FittedFormat>(std::move(*fitted));
  return Ok{};
}

Status fill_blocks(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  const BlockType* type = block_type_of(next.spec);
  if (type == nullptr) return Ok{};
  if (previous && previous->blocks && previous->blocks->type == type) {
    next.blocks = previous->blocks;
    return Ok{};
  }
  auto store = make_block_store(next.tensor(), *type, work);
  if (!store) return store.error();
  next.blocks = std::move(*store);
  return Ok{};
}

void fill_scales(Snapshot& next) {
  auto quantizer = std::make_shared<Quantizer>(with_fit(next, next.spec));
  quantizer->blocks = next.blocks;
  next.quantizer = std::move(quantizer);
  const GroupLayout& layout = next.extremes->layout;
  next.scales = std::make_shared<const ScaleSet>(
      next.blocks ? block_scales(*next.blocks, layout) : scales_of(next, next.spec, layout, *next.ranges));
  next.storage = storage_of(next.spec, next.extremes->layout, next.tensor().stored_bits());
  next.report = nullptr;
  next.exact = false;
}

Status fill_report_by_reading(Snapshot& next, bool sample_only, const WorkContext& work) {
  auto report = measure_error(*next.prepared, *next.quantizer, *next.scales, sample_only, work);
  if (!report) return report.error();
  next.report = std::make_shared<const ErrorReport>(std::move(*report));
  next.exact = (!sample_only || next.prepared->sample.all) && final_ranges(next);
  return Ok{};
}

Status fill_report_by_moments(Snapshot& next, const WorkContext& work) {
  auto report = measure_moments(*next.moments, *next.quantizer, *next.scales, work);
  if (!report) return report.error();
  next.report = std::make_shared<const ErrorReport>(std::move(*report));
  // Stochastic rounding: these are expectations, the drawn result is still to come.
  next.exact = next.moments->all && next.spec.rounding != Rounding::Stochastic && final_ranges(next);
  return Ok{};
}

Status fill_picks(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  const auto percentile = [](const QuantSpec& spec) {
    return spec.calibration.method == CalibrationMethod::Percentile ? spec.calibration.percentile
                                                                    : Calibration().percentile;
  };
  if (previous && previous->picks_final && previous->curve == next.curve &&
      percentile(previous->spec) == percentile(next.spec)) {
    next.picks = previous->picks;
    next.picks_final = true;
    return Ok{};
  }
  auto picks = method_picks(*next.prepared, next.moments.get(), next.spec, *next.extremes, *next.curve, work);
  if (!picks) return picks.error();
  next.picks = std::make_shared<const std::vector<MethodPick>>(std::move(*picks));
  next.picks_final = true;
  return Ok{};
}

Status fill_comparisons(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  std::vector<Comparison> comparisons = comparison_specs(next.spec);
  if (previous && previous->comparisons && previous->extremes == next.extremes &&
      previous->moments == next.moments && same_comparisons(*previous->comparisons, comparisons)) {
    next.comparisons = previous->comparisons;
    return Ok{};
  }
  for (Comparison& comparison : comparisons) {
    const QuantSpec spec = canonical(comparison.spec);
    const GroupLayout layout = make_group_layout(spec.granularity, next.tensor().shape);
    const GroupExtremes* extremes = next.extremes.get();
    auto own = layout == extremes->layout ? Result<GroupExtremes>(GroupExtremes{})
                                          : group_extremes(*next.prepared, layout, work);
    if (!own) return own.error();
    if (layout != extremes->layout) extremes = &*own;
    auto ranges = calibrate(*next.prepared, spec, *extremes, nullptr, std::nullopt, work);
    if (!ranges) return ranges.error();
    const ScaleSet scales = scales_of(next, spec, layout, *ranges);
    const bool sorted = next.moments && next.moments->all && next.moments->layout == layout &&
                        moments_pay(*next.moments, spec.format);
    const Quantizer quantizer(with_fit(next, spec));
    auto report = sorted ? measure_moments(*next.moments, quantizer, scales, work)
                         : measure_error(*next.prepared, quantizer, scales, true, work);
    if (!report) return report.error();
    comparison.sqnr_db = report->sqnr_db();
    comparison.exact = sorted || next.prepared->sample.all;
  }
  next.comparisons = std::make_shared<const std::vector<Comparison>>(std::move(comparisons));
  return Ok{};
}

}  // namespace bitloupe
