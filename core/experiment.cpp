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
    snapshot_.elapsed_ms = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    last_ = std::make_shared<const Snapshot>(snapshot_);
    if (context_.publish) context_.publish(last_);
    return last_;
  }
  std::shared_ptr<const Snapshot> last() { return last_ ? last_ : publish(); }

 private:
  const RunContext& context_;
  Clock::time_point start_;
  Snapshot snapshot_;
  std::shared_ptr<const Snapshot> last_;
};

// What calibrate() reads of a spec.
bool same_ranges(const QuantSpec& a, const QuantSpec& b) {
  return a.calibration == b.calibration && a.scheme == b.scheme && a.granularity == b.granularity &&
         a.overrides == b.overrides;
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

Status fill_ranges(Snapshot& next, const Snapshot* previous, const WorkContext& work) {
  if (previous && previous->ranges && previous->extremes == next.extremes &&
      same_ranges(previous->spec, next.spec)) {
    next.ranges = previous->ranges;
    return Ok{};
  }
  auto ranges = calibrate(*next.prepared, next.spec, *next.extremes, work);
  if (!ranges) return ranges.error();
  next.ranges = std::make_shared<const std::vector<ClipRange>>(std::move(*ranges));
  return Ok{};
}

void fill_scales(Snapshot& next) {
  next.quantizer = std::make_shared<const Quantizer>(next.spec);
  next.scales = std::make_shared<const ScaleSet>(make_scales(next.spec, next.extremes->layout, *next.ranges));
  next.storage = storage_of(next.spec, next.extremes->layout, next.tensor().dtype);
}

Status fill_report(Snapshot& next, bool sample_only, const WorkContext& work) {
  auto report = measure_error(*next.prepared, *next.quantizer, *next.scales, sample_only, work);
  if (!report) return report.error();
  next.report = std::make_shared<const ErrorReport>(std::move(*report));
  next.exact = !sample_only || next.prepared->sample.all;
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
    auto ranges = calibrate(*next.prepared, spec, *extremes, work);
    if (!ranges) return ranges.error();
    auto report =
        measure_error(*next.prepared, Quantizer(spec), make_scales(spec, layout, *ranges), true, work);
    if (!report) return report.error();
    comparison.sqnr_db = report->sqnr_db();
  }
  next.comparisons = std::make_shared<const std::vector<Comparison>>(std::move(comparisons));
  return Ok{};
}

}  // namespace

Result<std::shared_ptr<const Snapshot>> run(const Experiment& experiment,
                                            std::shared_ptr<const Prepared> prepared,
                                            const std::shared_ptr<const Snapshot>& previous,
                                            const RunContext& context) {
  Builder next(experiment, std::move(prepared), previous.get(), context);
  const Snapshot* reusable =
      previous && previous->prepared == next->prepared && !previous->error ? previous.get() : nullptr;
  if (Status valid = validate(next->spec, next->tensor().shape); !valid) {
    next->error = valid.error();
    return next.publish();
  }

  for (auto* fill : {&fill_extremes, &fill_ranges})
    if (Status done = (*fill)(*next, reusable, context.work); !done) return done.error();
  if (reusable && reusable->scales && reusable->spec == next->spec) {
    next->quantizer = reusable->quantizer;
    next->scales = reusable->scales;
    next->storage = reusable->storage;
    next->report = reusable->report;
    next->exact = reusable->exact;
  } else {
    fill_scales(*next);
  }
  if (reusable) next->comparisons = reusable->comparisons;  // shown until the new ones are measured

  // After the sample's answer is out, a newer request may end the run early.
  WorkContext refining = context.work;
  if (context.superseded.stop_possible()) refining.stop = context.superseded;
  if (!next->report && context.with_sample && !next->prepared->sample.all) {
    if (Status done = fill_report(*next, true, context.work); !done) return done.error();
    next.publish();
  }
  if (!next->exact) {
    if (Status done = fill_report(*next, false, next->report ? refining : context.work); !done)
      return next->report ? Result<std::shared_ptr<const Snapshot>>(next.last()) : done.error();
  }
  next.publish();
  if (context.with_comparisons && fill_comparisons(*next, reusable, refining)) next.publish();
  return next.last();
}

}  // namespace bitloupe
