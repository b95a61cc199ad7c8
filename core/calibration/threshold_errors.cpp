#include "core/calibration/threshold_errors.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/quant/group_tensor.h"

namespace bitloupe {
namespace {

std::uint64_t count_finite(const Tensor& tensor) {
  constexpr std::uint64_t kPiece = 1 << 16;
  std::vector<float> buffer;
  std::uint64_t finite = 0;
  for (std::uint64_t done = 0; done < tensor.count(); done += kPiece)
    for (const float x : tensor.view(done, std::min(kPiece, tensor.count() - done), buffer))
      finite += std::isfinite(x);
  return finite;
}

// The values of one group alone: what reads tensors can read it.
std::shared_ptr<const Prepared> alone(const Prepared& prepared, const GroupLayout& layout,
                                      std::uint64_t group) {
  auto own = std::make_shared<Prepared>();
  auto tensor = std::make_shared<const Tensor>(group_tensor(*prepared.tensor, layout, group));
  own->statistics.count = own->sample.values = tensor->count();
  own->statistics.finite = count_finite(*tensor);
  own->tensor = std::move(tensor);
  return own;
}

std::uint64_t finite_of_groups(const Prepared& prepared, const GroupLayout& layout, std::uint64_t step) {
  if (step <= 1) return prepared.statistics.finite;
  std::uint64_t finite = 0;
  for_each_group_rows(*prepared.tensor, layout, step, 1, {}, [&](const GroupRows& rows) {
    finite += count_finite(rows.tensor);
    return true;
  });
  return finite;
}

}  // namespace

QuantSpec searched(QuantSpec spec) {
  spec.overflow = Overflow::Saturate;
  return spec;
}

ClipRange threshold_range(const QuantSpec& spec, const ClipRange& own, double threshold) {
  const double largest = magnitude(own);
  const double t = largest > 0 ? threshold / largest : 0;
  const bool mirrored = spec.scheme == Scheme::Symmetric && spec.symmetric_scale != SymmetricScale::MaxSide;
  if (!mirrored) return scaled(own, t);
  const auto bound = static_cast<float>(largest);
  return scaled({-bound, bound}, t);
}

ThresholdErrors::ThresholdErrors(const Prepared& prepared, const MomentSet* moments, const QuantSpec& spec,
                                 const GroupExtremes& extremes, std::optional<std::uint64_t> group,
                                 std::uint64_t group_step)
    : prepared_(prepared),
      spec_(searched(spec)),
      tensor_scale_(tensor_scale_of(spec_, extremes.largest)),
      quantizer_(spec_),
      relative_(extremes.layout.count > 1 && !group),
      group_step_(std::max<std::uint64_t>(group_step, 1)),
      extremes_(&extremes) {
  if (relative_) {
    const Statistics& statistics = prepared.statistics;
    own_ = {statistics.min, statistics.max};
    weight_ = static_cast<double>(finite_of_groups(prepared, extremes.layout, group_step_));
    return;
  }
  const std::uint64_t index = group.value_or(0);
  own_ = extremes.groups[index].lo > extremes.groups[index].hi ? ClipRange{} : extremes.groups[index];
  largest_ = magnitude(own_);
  if (moments && moments->layout == extremes.layout &&
      moments_pay(MomentUse::Curve, moments->groups[index].count(), spec.format)) {
    moments_ = &moments->groups[index];
    sampled_ = !moments->all;
    weight_ = moments_->total().s0.value();
    ladder_zero_ = scale_at(largest_).zero_point;
    ladder_.emplace(quantizer_, ladder_zero_);
    return;
  }
  group_step_ = 1;
  if (extremes.layout.count == 1) {
    weight_ = static_cast<double>(prepared.statistics.finite);
    return;
  }
  group_values_ = alone(prepared, extremes.layout, index);
  weight_ = static_cast<double>(group_values_->statistics.finite);
  group_extremes_ = {make_group_layout({}, group_values_->tensor->shape), {own_}, extremes.largest};
  extremes_ = &group_extremes_;
}

bool ThresholdErrors::exact() const { return !sampled_ && group_step_ == 1; }

ClipRange ThresholdErrors::range_at(double threshold) const {
  return relative_ ? scaled(own_, threshold) : threshold_range(spec_, own_, threshold);
}

GroupScale ThresholdErrors::scale_at(double threshold) const {
  std::uint64_t floored = 0, saturated = 0;
  return make_scale(spec_, range_at(threshold), floored, saturated, tensor_scale_);
}

std::optional<std::vector<SweepSums>> ThresholdErrors::at(std::span<const double> thresholds,
                                                          const WorkContext& context) const {
  if (!moments_) {
    std::vector<double> fractions(thresholds.begin(), thresholds.end());
    for (double& t : fractions) t = largest_ > 0 ? t / largest_ : 1;
    const Prepared& values = group_values_ ? *group_values_ : prepared_;
    return sweep_fractions(values, spec_, *extremes_, fractions, group_step_, context);
  }
  std::vector<SweepSums> sums(thresholds.size());
  const bool done = parallel_for(thresholds.size(), 1, context, [&](std::size_t i, std::size_t) {
    const GroupScale scale = scale_at(thresholds[i]);
    const MomentErrors errors =
        scale.zero_point == ladder_zero_
            ? moment_errors(*moments_, *ladder_, quantizer_, scale)
            : moment_errors(*moments_, CodeLadder(quantizer_, scale.zero_point), quantizer_, scale);
    sums[i] = {errors.rounding, errors.clipping};
  });
  if (!done) return std::nullopt;
  return sums;
}

std::optional<SweepSums> ThresholdErrors::measured(double threshold, const WorkContext& context) const {
  const Prepared& values = group_values_ ? *group_values_ : prepared_;
  std::vector<ClipRange> ranges;
  for (const ClipRange& own : extremes_->groups)
    ranges.push_back(!relative_        ? range_at(threshold)
                     : own.lo > own.hi ? ClipRange{}
                                       : scaled(own, threshold));
  const ScaleSet scales = make_scales(spec_, extremes_->layout, ranges, extremes_->largest);
  const auto report = measure_error(values, quantizer_, scales, false, context);
  if (!report) return std::nullopt;
  const double n = static_cast<double>(report->finite);
  return SweepSums{report->mse_rounding * n, report->mse_clipping * n};
}

}  // namespace bitloupe
