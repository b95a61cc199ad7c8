#include "core/experiment.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/format/presets.h"
#include "core/quant/choices.h"

namespace bitloupe {
namespace {

using Clock = std::chrono::steady_clock;

// The next snapshot while its stages are filled in; publishing copies it, so that what was published never
// changes.
class Builder {
 public:
  Builder(const Experiment& experiment, std::shared_ptr<const Prepared> prepared, const Snapshot* previous,
          const RunContext& context)
      : context_(context), start_(Clock::now()) {
    snapshot_.id = std::max(context.last_id, previous ? previous->id : 0);
    snapshot_.experiment = experiment;
    snapshot_.spec = canonical(experiment.quant);
    snapshot_.prepared = std::move(prepared);
  }

  Snapshot& operator*() { return snapshot_; }
  Snapshot* operator->() { return &snapshot_; }

  std::shared_ptr<const Snapshot> publish() {
    ++snapshot_.id;
    if (!answered_)
      snapshot_.elapsed_ms = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    last_ = std::make_shared<const Snapshot>(snapshot_);
    if (context_.publish) context_.publish(last_);
    return last_;
  }
  // From now on elapsed_ms stays: what is added later is not waited for.
  void answered() { answered_ = true; }
  std::shared_ptr<const Snapshot> last() { return last_ ? last_ : publish(); }

 private:
  const RunContext& context_;
  Clock::time_point start_;
  bool answered_ = false;
  Snapshot snapshot_;
  std::shared_ptr<const Snapshot> last_;
};

// What calibrate() reads of a spec.
bool same_ranges(const QuantSpec& a, const QuantSpec& b) {
  return a.calibration == b.calibration && a.scheme == b.scheme && a.granularity == b.granularity &&
         a.overrides == b.overrides;
}

// What the error curve reads of a spec: all but the choice of the range.
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

Status fill_moments(Snapshot& next, const RunContext& context) {
  const auto layout = moment_layout(next.spec, next.tensor().shape);
  if (!layout) return Ok{};
  if (context.moments && context.moments->layout == *layout) {
    next.moments = context.moments;
    return Ok{};
  }
  const bool needed = context.with_curve || searches_on_curve(next.spec, *next.extremes);
  if (!context.sort_if_needed || !needed || !validate_curve(next.spec)) return Ok{};
  auto moments = make_moments(*next.prepared, *layout, false, context.work);
  if (!moments) return moments.error();
  next.moments = *moments;
  return Ok{};
}

// `prove`: the minimum is to be proven where that is possible.
Status fill_curve(Snapshot& next, const Snapshot* previous, bool prove, const WorkContext& work) {
  if (previous && previous->curve && previous->extremes == next.extremes &&
      previous->moments == next.moments && same_curve(previous->spec, next.spec) &&
      (previous->curve->proof_tried || !prove)) {
    next.curve = previous->curve;
    return Ok{};
  }
  CurveRequest request;
  request.prove = prove;
  auto curve = error_curve(*next.prepared, next.moments.get(), next.spec, *next.extremes, request, work);
  if (!curve) return curve.error();
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

void fill_scales(Snapshot& next) {
  next.quantizer = std::make_shared<const Quantizer>(next.spec);
  next.scales = std::make_shared<const ScaleSet>(make_scales(next.spec, next.extremes->layout, *next.ranges));
  next.storage = storage_of(next.spec, next.extremes->layout, next.tensor().dtype);
  next.report = nullptr;
  next.exact = false;
}

// A range that was found on a sample's curve is not final, whatever the report has seen.
bool final_ranges(const Snapshot& next) {
  return !searches_on_curve(next.spec, *next.extremes) || next.curve->exact;
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
  if (previous && previous->picks && previous->curve == next.curve &&
      percentile(previous->spec) == percentile(next.spec)) {
    next.picks = previous->picks;
    return Ok{};
  }
  auto picks = method_picks(*next.prepared, next.moments.get(), next.spec, *next.extremes, *next.curve, work);
  if (!picks) return picks.error();
  next.picks = std::make_shared<const std::vector<MethodPick>>(std::move(*picks));
  return Ok{};
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

Status fill_comparisons(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  std::vector<Comparison> comparisons = comparison_specs(next.spec);
  if (previous && previous->comparisons && previous->extremes == next.extremes &&
      same_comparisons(*previous->comparisons, comparisons)) {
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
    auto report =
        measure_error(*next.prepared, Quantizer(spec), make_scales(spec, layout, *ranges), true, work);
    if (!report) return report.error();
    comparison.sqnr_db = report->sqnr_db();
  }
  next.comparisons = std::make_shared<const std::vector<Comparison>>(std::move(comparisons));
  return Ok{};
}

// One run, stage by stage.
class Run {
 public:
  Run(const Experiment& experiment, std::shared_ptr<const Prepared> prepared, const Snapshot* previous,
      const RunContext& context)
      : context_(context), next_(experiment, std::move(prepared), previous, context) {
    const bool same_tensor = previous && previous->prepared == next_->prepared && !previous->error;
    reusable_ = same_tensor ? previous : nullptr;
    // Once an answer is out, a newer request may end the run early.
    refining_ = context.work;
    if (context.superseded.stop_possible()) refining_.stop = context.superseded;
  }

  Result<std::shared_ptr<const Snapshot>> operator()() {
    if (Status valid = validate(next_->spec, next_->tensor().shape); !valid) {
      next_->error = valid.error();
      return next_.publish();
    }
    if (Status done = prepare_scales(); !done) return done.error();
    if (reusable_) {  // shown until the new ones are measured
      next_->comparisons = reusable_->comparisons;
      if (!next_->curve && same_curve(reusable_->spec, next_->spec)) next_->curve = reusable_->curve;
      if (next_->curve == reusable_->curve) next_->picks = reusable_->picks;
    }
    if (Status done = measure(); !done) {
      if (next_->report) return next_.last();
      return done.error();
    }
    next_.publish();
    next_.answered();
    (void)describe_around();  // what is cut short there stays as it is
    return next_.last();
  }

 private:
  Status prepare_scales() {
    const bool at_once = !context_.step_by_step;
    if (Status done = fill_extremes(*next_, reusable_, context_.work); !done) return done;
    if (Status done = fill_moments(*next_, context_); !done) return done;
    if (searches_on_curve(next_->spec, *next_->extremes))
      if (Status done = curve(reusable_, at_once, context_.work); !done) return done;
    if (Status done = fill_ranges(*next_, reusable_, context_.work); !done) return done;
    if (reusable_ && reusable_->scales && reusable_->spec == next_->spec &&
        reusable_->moments == next_->moments && reusable_->ranges == next_->ranges) {
      next_->quantizer = reusable_->quantizer;
      next_->scales = reusable_->scales;
      next_->storage = reusable_->storage;
      next_->report = reusable_->report;
      next_->exact = reusable_->exact;
    } else {
      fill_scales(*next_);
    }
    return Ok{};
  }

  // The first answer by whatever is at hand, then the exact one.
  Status measure() {
    if (next_->exact) return Ok{};
    const bool by_moments = next_->moments && moments_pay(*next_->moments, next_->spec.format) &&
                            (context_.step_by_step || next_->spec.rounding != Rounding::Stochastic);
    if (!next_->report && by_moments) {
      if (Status done = fill_report_by_moments(*next_, context_.work); !done) return done;
      if (next_->exact) return Ok{};
      next_.publish();
    } else if (!next_->report && context_.step_by_step && !next_->prepared->sample.all) {
      if (Status done = fill_report_by_reading(*next_, true, context_.work); !done) return done;
      next_.publish();
    }
    return fill_report_by_reading(*next_, false, next_->report ? refining_ : context_.work);
  }

  // Curve, picks and comparisons, each published as it comes; then the proof of the curve's minimum.
  Status describe_around() {
    const bool with_curve = context_.with_curve && validate_curve(next_->spec);
    if (with_curve) {
      if (Status done = curve(reusable_, !context_.step_by_step, refining_); !done) return done;
      next_.publish();
      if (Status done = fill_picks(*next_, reusable_, refining_); !done) return done;
      next_.publish();
    }
    if (context_.with_comparisons) {
      if (Status done = fill_comparisons(*next_, reusable_, refining_); !done) return done;
      next_.publish();
    }
    if (with_curve && next_->curve->exact && !next_->curve->proof_tried && !next_->curve->relative)
      return prove();
    return Ok{};
  }

  Status curve(const Snapshot* reusable, bool prove, const WorkContext& work) {
    if (curve_is_new_ && (next_->curve->proof_tried || !prove)) return Ok{};
    const Status done = fill_curve(*next_, reusable, prove, work);
    curve_is_new_ = done.ok();
    return done;
  }

  Status prove() {
    const double before = next_->curve->best.mse();
    if (Status done = curve(nullptr, true, refining_); !done) return done;
    if (next_->curve->best.mse() < before) {
      if (searches_on_curve(next_->spec, *next_->extremes)) {
        if (Status done = fill_ranges(*next_, nullptr, refining_); !done) return done;
        fill_scales(*next_);
        if (Status done = measure(); !done) return done;
      }
    }
    if (Status done = fill_picks(*next_, nullptr, refining_); !done) return done;
    next_.publish();
    return Ok{};
  }

  const RunContext& context_;
  Builder next_;
  const Snapshot* reusable_ = nullptr;
  bool curve_is_new_ = false;  // next_'s curve is this run's, not one that is shown meanwhile
  WorkContext refining_;
};

}  // namespace

std::optional<GroupLayout> moment_layout(const QuantSpec& spec, const Shape& shape) {
  const GroupLayout layout = make_group_layout(spec.granularity, shape);
  if (layout.elements() == 0 || !worth_sorting(layout)) return std::nullopt;
  return layout;
}

Result<std::shared_ptr<const Snapshot>> run(const Experiment& experiment,
                                            std::shared_ptr<const Prepared> prepared,
                                            const std::shared_ptr<const Snapshot>& previous,
                                            const RunContext& context) {
  return Run(experiment, std::move(prepared), previous.get(), context)();
}

}  // namespace bitloupe
