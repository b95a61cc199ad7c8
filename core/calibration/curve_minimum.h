// The threshold of least squared error: a refined search for every spec, and one that proves its answer where
// the sorted values are at hand.
#pragma once

#include <optional>
#include <span>

#include "core/calibration/threshold_errors.h"

namespace bitloupe {

struct CurveMinimum {
  double threshold = 0;
  SweepSums sums;
  double error() const { return sums.rounding + sums.clipping; }
};

// 1,024 log-spaced thresholds in [lowest, 2 * errors.largest()] (and farther while the error falls) and
// min-max, which wins among equals; every local minimum within 1 % of the best refined by the alternation s =
// sum(x q) / sum(q q) and neighbouring float32 thresholds. Without moments: 64 thresholds, then ever closer
// ones around the best. Nothing if stopped.
std::optional<CurveMinimum> refined_minimum(const ThresholdErrors& errors, double lowest,
                                            const WorkContext& context);

// Between two scales where no value changes its code the error is a parabola in s; `refined` is improved on
// the lowest of all these parabolas. Scales that cannot do better are excluded by the slope that the root of
// the error can have (at most the norm of the codes' values); the breakpoints of the rest are enumerated, up
// to 10^7. No real scale then does better than the answer by more than what rounding to float32 changes.
// Nothing where that is not affordable, rounding is not to nearest, scales are not float32, or it was
// stopped.
bool may_be_proven(const QuantSpec& canonical_spec);  // rounding, scale type and levels allow a proof
std::optional<CurveMinimum> proven_minimum(const ThresholdErrors& errors, const CurveMinimum& refined,
                                           const WorkContext& context);

// The better of `best` and the float32 thresholds next to `threshold`, `reach` on either side.
std::optional<CurveMinimum> best_neighbour(const ThresholdErrors& errors, const CurveMinimum& best,
                                           double threshold, std::int32_t reach, const WorkContext& context);

}  // namespace bitloupe
