// Many thresholds on one read: the error of every scale group when all groups clip at the same fraction of
// their own range, and each group's own best fraction. A group's values stay in the cache while all
// thresholds pass over them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/calibration/calibration.h"

namespace bitloupe {

// Sums of squared errors (concepts.md, "Rounding error and clipping error") over all finite values.
struct SweepSums {
  double rounding = 0, clipping = 0;
};

// One entry a fraction t (ascending, > 0): every group g has the range t * extremes.groups[g]. Scales are
// those of make_scale, errors those of the codec (1e-9 relative up to 8 bits, 1e-5 above, where codes next to
// a tie may differ). `group_step`: only groups 0, step, 2*step,
// ... Any deterministic rounding. Nothing if stopped.
std::optional<std::vector<SweepSums>> sweep_fractions(const Prepared& prepared,
                                                      const QuantSpec& canonical_spec,
                                                      const GroupExtremes& extremes,
                                                      std::span<const double> fractions,
                                                      std::uint64_t group_step, const WorkContext& context);

// Each group's range of least squared error: the best of 64 fractions log-spaced in [2^-4, 1], refined by the
// alternation s = sum(x*q) / sum(q*q) and neighbouring fractions, never worse than min-max. Groups without a
// finite value: [0, 0]. Nothing if stopped.
std::optional<std::vector<ClipRange>> best_group_ranges(const Prepared& prepared,
                                                        const QuantSpec& canonical_spec,
                                                        const GroupExtremes& extremes,
                                                        const WorkContext& context);

}  // namespace bitloupe
