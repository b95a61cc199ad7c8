// The extremes of every scale group, in one pass over the values.

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/calibration/calibration.h"
#include "core/stats/fused_range.h"

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

// Groups that lie one behind the other, all of one size and no larger than a task.
bool even(const GroupLayout& layout) {
  const bool consecutive = layout.outer == 1 || layout.outer_step != 0;  // channels begin anew each time
  return consecutive && layout.inner == 1 && layout.axis % layout.size == 0 && layout.size <= kBlock &&
         layout.axis_step == 1;
}

// `values` are elements [begin, end).
PartialExtremes extremes_of_block(std::span<const float> values, const GroupLayout& layout,
                                  std::uint64_t begin, std::uint64_t end) {
  if (even(layout)) {
    PartialExtremes partial{begin / layout.size, std::vector<ClipRange>((end - begin) / layout.size)};
    find_group_ranges(values, layout.size, partial.groups);
    return partial;
  }
  const GroupSpan span = groups_in(layout, begin, end);
  PartialExtremes partial{span.first, std::vector<ClipRange>(span.last - span.first + 1, kNothing)};
  for_each_run(layout, begin, end, [&](const GroupRun& run) {
    ClipRange* own = &partial.groups[run.group - span.first];
    if (run.step == 1) {
      for (std::uint64_t i = 0; i < run.length; ++i) include(own[i], values[run.begin - begin + i]);
    } else {
      ClipRange range;
      find_group_ranges(values.subspan(run.begin - begin, run.length), run.length, std::span(&range, 1));
      include(*own, range);
    }
  });
  return partial;
}

}  // namespace

Result<GroupExtremes> group_extremes(const Prepared& prepared, const GroupLayout& layout,
                                     const WorkContext& context) {
  GroupExtremes result{layout, std::vector<ClipRange>(layout.count, kNothing), 0};
  const Tensor& tensor = *prepared.tensor;
  const Statistics& statistics = prepared.statistics;
  if (statistics.has_finite()) result.largest = magnitude({statistics.min, statistics.max});
  if (layout.count == 1) {
    if (statistics.has_finite()) result.groups[0] = {statistics.min, statistics.max};
    return result;
  }
  const std::uint64_t per_task = even(layout) ? kBlock / layout.size * layout.size : kBlock;
  const bool done = ordered_reduce(
      (tensor.count() + per_task - 1) / per_task, context,
      [&](std::size_t task) {
        const std::uint64_t begin = task * per_task, size = std::min(per_task, tensor.count() - begin);
        if (tensor.error()) return PartialExtremes();
        std::vector<float> buffer;
        return extremes_of_block(tensor.view(begin, size, buffer), layout, begin, begin + size);
      },
      [&](PartialExtremes&& partial) {
        for (std::size_t i = 0; i < partial.groups.size(); ++i)
          include(result.groups[partial.first_group + i], partial.groups[i]);
      });
  if (!done) return cancelled();
  return result;
}

}  // namespace bitloupe
