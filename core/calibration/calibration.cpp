#include "core/calibration/calibration.h"

#include <algorithm>
#include <cmath>

#include "core/calibration/group_sweep.h"
#include "core/calibration/order_statistics.h"
#include "core/calibration/threshold_errors.h"
#include "core/quant/group_tensor.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = 1 << 16;  // values per task

// The percentile range of n finite values: at(key, rank) is their order statistic (kth_smallest), or nothing
// if stopped. Without a value: [0, 0].
template <class At>
std::optional<ClipRange> percentile_range(std::uint64_t n, const QuantSpec& spec, At&& at) {
  if (n == 0) return ClipRange{};
  const double percent = spec.calibration.percentile;
  if (spec.scheme == Scheme::Affine) {
    const std::uint64_t rank = percentile_rank(50 + percent / 2, n);
    const std::optional<float> hi = at(OrderKey::Value, rank);
    const std::optional<float> lo = hi ? at(OrderKey::Value, n - 1 - rank) : std::nullopt;
    if (!lo) return std::nullopt;
    return ClipRange{std::min(*lo, *hi), *hi};
  }
  const std::optional<float> amax = at(OrderKey::Magnitude, percentile_rank(percent, n));
  if (!amax) return std::nullopt;
  return ClipRange{-*amax, *amax};
}

// Of values that fit into a cache, which are reordered.
ClipRange percentile_range(std::vector<float>& finite, const QuantSpec& spec) {
  return *percentile_range(finite.size(), spec, [&](OrderKey key, std::uint64_t rank) {
    if (key == OrderKey::Magnitude)
      for (float& x : finite) x = std::fabs(x);
    std::nth_element(finite.begin(), finite.begin() + static_cast<std::ptrdiff_t>(rank), finite.end());
    return std::optional(finite[rank]);
  });
}

// Of a whole tensor with n finite values, without a copy. Nothing if stopped.
std::optional<ClipRange> percentile_range(const Tensor& values, std::uint64_t n, const QuantSpec& spec,
                                          const WorkContext& context) {
  return percentile_range(
      n, spec, [&](OrderKey key, std::uint64_t rank) { return kth_smallest(values, key, rank, context); });
}

ClipRange percentile_range(const SortedValues& sorted, const QuantSpec& spec) {
  return *percentile_range(sorted.size(), spec, [&](OrderKey key, std::uint64_t rank) {
    return std::optional(key == OrderKey::Value ? sorted[rank] : kth_magnitude(sorted, rank));
  });
}

bool percentiles_of_groups(const Tensor& tensor, const QuantSpec& spec, const GroupLayout& layout,
                           std::span<ClipRange> ranges, const WorkContext& context) {
  const std::uint64_t values_per_group = std::max<std::uint64_t>(layout.elements() / layout.count, 1);
  const std::size_t grain = std::max<std::uint64_t>(kBlock / values_per_group, 1);
  return parallel_for(layout.count, grain, context, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) {
      std::vector<float> finite = group_values(tensor, layout, g);
      std::erase_if(finite, [](float x) { return !std::isfinite(x); });
      ranges[g] = percentile_range(finite, spec);
    }
  });
}

bool streamed_percentiles(const Tensor& tensor, const QuantSpec& spec, const GroupLayout& layout,
                          std::span<ClipRange> ranges, const WorkContext& context) {
  return for_each_group_rows(tensor, layout, 1, 1, context, [&](const GroupRows& rows) {
    const std::span<ClipRange> own = ranges.subspan(rows.first, rows.last - rows.first);
    WorkContext quiet = context;
    quiet.progress = nullptr;
    if (rows.tensor.resident()) return percentiles_of_groups(rows.tensor, spec, rows.layout, own, quiet);
    const auto statistics = compute_statistics(rows.tensor, quiet);
    if (!statistics) return false;
    const auto range = percentile_range(rows.tensor, statistics->finite, spec, quiet);
    if (range) own[0] = *range;
    return range.has_value();
  });
}

bool group_percentiles(const Prepared& prepared, const QuantSpec& spec, const GroupLayout& layout,
                       const MomentSet* moments, std::vector<ClipRange>& ranges, const WorkContext& context) {
  if (moments && moments->all && moments->layout == layout && !moments->groups[0].bucketed()) {
    for (std::size_t g = 0; g < layout.count; ++g)
      ranges[g] = percentile_range(moments->groups[g].sorted(), spec);
    return true;
  }
  if (layout.count == 1) {
    const auto range = percentile_range(*prepared.tensor, prepared.statistics.finite, spec, context);
    if (range) ranges[0] = *range;
    return range.has_value();
  }
  if (!prepared.tensor->resident())
    return streamed_percentiles(*prepared.tensor, spec, layout, ranges, context);
  return percentiles_of_groups(*prepared.tensor, spec, layout, ranges, context);
}

// The hand-set range as a cap on a group's own; where the two do not meet, the cap's nearest end.
ClipRange capped(const ClipRange& own, const ClipRange& cap) {
  const ClipRange range{std::max(own.lo, cap.lo), std::min(own.hi, cap.hi)};
  return range.lo <= range.hi
             ? range
             : ClipRange{std::clamp(own.lo, cap.lo, cap.hi), std::clamp(own.hi, cap.lo, cap.hi)};
}

}  // namespace

Result<std::vector<ClipRange>> calibrate(const Prepared& prepared, const QuantSpec& spec,
                                         const GroupExtremes& extremes, const MomentSet* moments,
                                         const std::optional<ClipRange>& least, const WorkContext& context) {
  const Calibration& calibration = spec.calibration;
  const ClipRange manual{static_cast<float>(calibration.lo), static_cast<float>(calibration.hi)};
  std::vector<ClipRange> ranges = extremes.groups;
  for (ClipRange& range : ranges) {
    const bool empty = range.lo > range.hi;
    if (calibration.method == CalibrationMethod::Manual) {
      range = spec.granularity.kind == GranularityKind::Tensor ? manual
              : empty                                          ? ClipRange{}
                                                               : capped(range, manual);
    } else if (empty) {
      range = {};
    } else if (calibration.method == CalibrationMethod::Ratio) {
      range = scaled(range, calibration.ratio);
    }
  }
  if (calibration.method == CalibrationMethod::Percentile &&
      !group_percentiles(prepared, spec, extremes.layout, moments, ranges, context))
    return cancelled();
  if (calibration.method == CalibrationMethod::Mse) {
    const auto best = least ? std::optional(std::vector<ClipRange>(ranges.size(), *least))
                            : best_group_ranges(prepared, searched(spec), extremes, context);
    if (!best) return cancelled();
    ranges = *best;
  }
  for (const RangeOverride& override_ : spec.overrides)
    ranges[override_.group] = {static_cast<float>(override_.lo), static_cast<float>(override_.hi)};
  return ranges;
}

}  // namespace bitloupe
