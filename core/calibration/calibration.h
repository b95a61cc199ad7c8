// Calibration: how clip ranges are chosen, one a scale group. Methods are rows of calibration_choices().
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/parallel.h"
#include "core/quant/group_layout.h"
#include "core/quant/quant_spec.h"
#include "core/quant/scales.h"
#include "core/result.h"
#include "core/stats/moment_set.h"
#include "core/stats/prepared.h"

namespace bitloupe {

// Smallest and largest finite value of every group (lo > hi where a group has none): exact, one pass.
struct GroupExtremes {
  GroupLayout layout;
  std::vector<ClipRange> groups;
  double largest = 0;  // magnitude in the whole tensor, other groups than these included
};
Result<GroupExtremes> group_extremes(const Prepared& prepared, const GroupLayout& layout,
                                     const WorkContext& context);

// The clip range of every group. Percentile, symmetric scheme: [-a, a] with a the nearest-rank percentile of
// |x| (the smallest value with at least P % of the finite ones at or below it); affine: nearest-rank
// percentiles that cut (100 - P)/2 % at either end. Mse: `least`, the range of least squared error, under
// tensor granularity; else every group's own (best_group_ranges). Ratio: the group's own range times R.
// Manual: [lo, hi] under tensor granularity, else a cap on every group's own range. Overrides replace a
// group's range last. `moments` of all values, if there are any, answer percentiles at once; null is as good.
Result<std::vector<ClipRange>> calibrate(const Prepared& prepared, const QuantSpec& canonical_spec,
                                         const GroupExtremes& extremes, const MomentSet* moments,
                                         const std::optional<ClipRange>& least, const WorkContext& context);

}  // namespace bitloupe
