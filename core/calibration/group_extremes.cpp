// The extremes of every scale group, in one pass over the values.

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calibration/calibration.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = 1 << 16;  // values per task
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr ClipRange kNothing{kInfinity, -kInfinity};

void include(ClipRange& range, float x) {
  if (!std::isfinite(x)) return;
  range.lo = std::min(range.lo, x);
  range.hi = std::max(range.hi, x);
}

void include(ClipRange& range, const ClipRange& other) {
  range.lo = std::min(range.lo, other.lo);
  range.hi = std::max(range.hi, other.hi);
}

struct PartialExtremes {
  std::uint64_t first_group = 0;
  std::vector<ClipRange> groups;
};

PartialExtremes extremes_of_block(std::span<const float> values, const GroupLayout& layout,
                                  std::uint64_t begin, std::uint64_t end) {
  const GroupSpan span = groups_in(layout, begin, end);
  PartialExtremes partial{span.first, std::vector<ClipRange>(span.last - span.first + 1, kNothing)};
  for_each_run(layout, begin, end, [&](const GroupRun& run) {
    ClipRange* own = &partial.groups[run.group - span.first];
    if (run.step == 1) {
      for (std::uint64_t i = 0; i < run.length; ++i) include(own[i], values[run.begin + i]);
    } else {
      ClipRange range = *own;
      for (const float x : values.subspan(run.begin, run.length)) include(range, x);
      *own = range;
    }
  });
  return partial;
}

}  // namespace

Result<GroupExtremes> group_extremes(const Prepared& prepared, const GroupLayout& layout,
                                     const WorkContext& context) {
  GroupExtremes result{layout, std::vector<ClipRange>(layout.count, kNothing)};
  const std::span<const float> values = prepared.tensor->span();
  if (layout.count == 1) {
    const Statistics& statistics = prepared.statistics;
    if (statistics.has_finite()) result.groups[0] = {statistics.min, statistics.max};
    return result;
  }
  const bool done =
      ordered_reduce((values.size() + kBlock - 1) / kBlock, context,
                     [&](std::size_t block) {
                       const std::uint64_t begin = block * kBlock;
                       return extremes_of_block(values, layout, begin,
                                                std::min<std::uint64_t>(begin + kBlock, values.size()));
                     },
                     [&](PartialExtremes&& partial) {
                       for (std::size_t i = 0; i < partial.groups.size(); ++i)
                         include(result.groups[partial.first_group + i], partial.groups[i]);
                     });
  if (!done) return cancelled();
  return result;
}

}  // namespace bitloupe
