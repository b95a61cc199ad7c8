// The squared error of a spec at given clip thresholds, from prefix moments where there are some and they
// pay, else from the values. Error curve and searches ask it; they know nothing of where the errors come
// from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/calibration/calibration.h"
#include "core/calibration/group_sweep.h"
#include "core/quant/code_ladder.h"
#include "core/stats/moment_error.h"
#include "core/stats/moment_set.h"

namespace bitloupe {

// The spec that searches measure: overflow saturates. What overflows to infinity or NaN leaves the sum of
// errors, so a search would let everything overflow.
QuantSpec searched(QuantSpec canonical_spec);

// The range that a clip threshold > 0 asks for where values reach from own.lo to own.hi: [-T, T] under the
// symmetric scheme. Affine, and with max-side, which looks at both ends: along the ray (t*lo, t*hi), where
// T = t * magnitude(own).
ClipRange threshold_range(const QuantSpec& canonical_spec, const ClipRange& own, double threshold);

class ThresholdErrors {
 public:
  // Of all scale groups together (fractions of every group's own range), or of one group alone. What is
  // passed must outlive this.
  ThresholdErrors(const Prepared& prepared, const MomentSet* moments, const QuantSpec& canonical_spec,
                  const GroupExtremes& extremes, std::optional<std::uint64_t> group,
                  std::uint64_t group_step);

  bool relative() const { return relative_; }
  double largest() const { return largest_; }  // max(|lo|, |hi|) of the own range; 1 when relative

  // threshold_range() of the own range; of all groups together the fraction of the tensor's.
  ClipRange range_at(double threshold) const;

  // Sums of squared errors at each threshold. Nothing if stopped.
  std::optional<std::vector<SweepSums>> at(std::span<const double> thresholds,
                                           const WorkContext& context) const;
  // The same at one threshold by the codec, value by value. Without moments and of all groups only.
  std::optional<SweepSums> measured(double threshold, const WorkContext& context) const;
  // What the sums are divided by: finite values (those that take part).
  double weight() const { return weight_; }
  bool exact() const;  // all values take part

  // One group by moments: what the searches that look at runs of sorted values need. Null otherwise.
  const PrefixMoments* moments() const { return moments_; }
  const Quantizer& quantizer() const { return quantizer_; }
  const QuantSpec& spec() const { return spec_; }
  GroupScale scale_at(double threshold) const;
  const CodeLadder& ladder() const { return *ladder_; }  // with moments(): of the zero point at largest()

 private:
  const Prepared& prepared_;
  const QuantSpec spec_;
  const float tensor_scale_;
  const Quantizer quantizer_;
  bool relative_ = false, sampled_ = false;
  ClipRange own_;
  double largest_ = 1, weight_ = 0;
  std::uint64_t group_step_ = 1;
  const PrefixMoments* moments_ = nullptr;
  std::optional<CodeLadder> ladder_;
  std::int32_t ladder_zero_ = 0;
  const GroupExtremes* extremes_ = nullptr;
  // One group of several without moments: its values as a tensor of their own.
  std::shared_ptr<const Prepared> group_values_;
  GroupExtremes group_extremes_;
};

}  // namespace bitloupe
