#include "core/experiment.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/calibration/curve_minimum.h"
#include "core/experiment_stages.h"
#include "core/memory.h"

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
    if (context_.publish && !snapshot_.tensor().error()) context_.publish(last_);
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

// Range, scale and sums of every scale group are held while the values of a streamed tensor pass by.
Status groups_fit(const QuantSpec& spec, const Tensor& tensor) {
  constexpr std::uint64_t kBytesPerGroup = 48;
  const std::uint64_t groups = make_group_layout(spec.granularity, tensor.shape).count;
  constexpr std::uint64_t kAlways = 64 << 20;
  const std::uint64_t budget = std::max(resident_budget(), kAlways);
  if (tensor.resident() || groups <= budget / kBytesPerGroup) return Ok{};
  return Error{ErrorCode::OutOfMemory,
               "granularity: " + std::to_string(groups) + " scale groups need " +
                   std::to_string(kBytesPerGroup) + " bytes each, more than the " + std::to_string(budget) +
                   " bytes that one tensor may take; use larger groups, or raise BITLOUPE_MEMORY"};
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

  // Where values could not be read, that is the answer, not what was made of the others.
  Result<std::shared_ptr<const Snapshot>> operator()() {
    auto result = stages();
    if (const auto failure = next_->tensor().error()) return *failure;
    return result;
  }

 private:
  Result<std::shared_ptr<const Snapshot>> stages() {
    Status valid = validate(next_->spec, next_->tensor().shape);
    if (valid) valid = groups_fit(next_->spec, next_->tensor());
    if (!valid) {
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

  Status prepare_scales() {
    if (Status done = fill_extremes(*next_, reusable_, context_.work); !done) return done;
    if (Status done = fill_moments(*next_, reusable_, context_); !done) return done;
    if (searches_on_curve(next_->spec, *next_->extremes))
      if (Status done = curve_to_search(); !done) return done;
    if (Status done = fill_ranges(*next_, reusable_, context_.work); !done) return done;
    if (Status done = fill_fit(*next_, reusable_, context_.work); !done) return done;
    if (Status done = fill_blocks(*next_, reusable_, context_.work); !done) return done;
    if (reusable_ && reusable_->scales && reusable_->spec == next_->spec &&
        reusable_->ranges == next_->ranges && (reusable_->moments == next_->moments || reusable_->exact)) {
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

  // The first answer by whatever is at hand, then the exact one. Bucketed moments, whose bound is shown, are
  // the last word in the window; the command line reads all values.
  Status measure() {
    if (next_->exact) return Ok{};
    // By index alone do blocks know their codes.
    const bool by_value = !next_->quantizer->blocks;
    const bool lasting = next_->spec.rounding != Rounding::Stochastic && !next_->prepared->tensor->stream;
    const bool by_moments = by_value && next_->moments && moments_pay(*next_->moments, next_->spec.format) &&
                            (context_.step_by_step || lasting);
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
      if (Status done = first_look(); !done) return done;
      const auto before = next_->curve;
      if (Status done = curve(reusable_, !context_.step_by_step, refining_); !done) return done;
      if (Status done = follow_curve(before); !done) return done;
      next_.publish();
      if (Status done = fill_picks(*next_, reusable_, refining_); !done) return done;
      next_.publish();
    }
    if (context_.with_comparisons) {
      if (Status done = fill_comparisons(*next_, reusable_, refining_); !done) return done;
      next_.publish();
    }
    if (with_curve && next_->moments && next_->curve->exact && !next_->curve->proof_tried &&
        !next_->curve->relative && may_be_proven(next_->spec))
      return prove();
    return Ok{};
  }

  // The curve that calibration needs now; a first look will do where more is still to come.
  Status curve_to_search() {
    const bool known = reusable_ && has_curve(*reusable_, *next_, false);
    if (context_.step_by_step && !known) {
      if (Status done = fill_first_curve(*next_, context_.work); !done) return done;
      if (next_->curve) return Ok{};
    }
    return curve(reusable_, !context_.step_by_step, context_.work);
  }

  Status first_look() {
    const bool known = curve_is_new_ || (reusable_ && has_curve(*reusable_, *next_, false));
    if (known || !context_.step_by_step || searches_on_curve(next_->spec, *next_->extremes)) return Ok{};
    const auto before = next_->curve;
    if (Status done = fill_first_curve(*next_, refining_); !done) return done;
    if (next_->curve != before) next_.publish();
    return Ok{};
  }

  // The range follows the curve that was searched for it.
  Status follow_curve(const std::shared_ptr<const ErrorCurve>& before) {
    if (!searches_on_curve(next_->spec, *next_->extremes) || next_->curve == before) return Ok{};
    if (Status done = fill_ranges(*next_, nullptr, refining_); !done) return done;
    fill_scales(*next_);
    return measure();
  }

  Status curve(const Snapshot* reusable, bool prove, const WorkContext& work) {
    if (curve_is_new_ && (next_->curve->proof_tried || !prove)) return Ok{};
    const Status done = fill_curve(*next_, reusable, prove, work);
    curve_is_new_ = done.ok();
    return done;
  }

  Status prove() {
    const auto before = next_->curve;
    if (Status done = curve(nullptr, true, refining_); !done) return done;
    if (next_->curve->best.mse() < before->best.mse())
      if (Status done = follow_curve(before); !done) return done;
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

std::optional<GroupLayout> moment_layout(const QuantSpec& spec, const Tensor& tensor) {
  const GroupLayout layout = make_group_layout(spec.granularity, tensor.shape);
  if (layout.elements() == 0 || !worth_sorting(layout, tensor)) return std::nullopt;
  return layout;
}

Result<std::shared_ptr<const Snapshot>> run(const Experiment& experiment,
                                            std::shared_ptr<const Prepared> prepared,
                                            const std::shared_ptr<const Snapshot>& previous,
                                            const RunContext& context) {
  return Run(experiment, std::move(prepared), previous.get(), context)();
}

}  // namespace bitloupe
