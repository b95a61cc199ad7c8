// Groups are walked by position: value p of a group, p in [0, its size), so that slices of one large group
// and many small groups are cut into tasks the same way.

#include "core/calibration/group_sweep.h"

#include <algorithm>
#include <cmath>

#include "core/calibration/log_spaced.h"
#include "core/quant/group_tensor.h"
#include "core/quant/quantizer.h"
#include "core/stats/fused_scales.h"
#include "core/stats/fused_sweep.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kTask = 1 << 16;  // values per task; larger groups are cut into slices of so many
constexpr std::size_t kCoarse = 64;
constexpr int kRefined = 8, kAlternations = 2;
constexpr double kLeastFraction = 0x1p-4;

std::uint64_t groups_per_task(std::uint64_t size) {
  return std::max<std::uint64_t>(kTask / std::max<std::uint64_t>(size, 1), 1);
}

struct Scratch {
  std::vector<float> values = std::vector<float>(FusedSweep::kBlock + FusedSweep::kPadding);
  std::vector<GroupScale> scales;
  std::vector<VectorGroup> groups;
  std::vector<float> read;  // of a streamed tensor
};

class GroupValues {
 public:
  // A streamed tensor must be one group: others are taken apart by for_each_group_rows.
  GroupValues(const Tensor& tensor, const GroupLayout& layout) : tensor_(tensor), layout_(layout) {}

  std::uint64_t largest() const { return largest_group(layout_); }

  // The finite values among positions [begin, end) of a group, in pieces of at most FusedSweep::kBlock.
  template <class Visit>
  void for_each_piece(std::uint64_t group, std::uint64_t begin, std::uint64_t end, Scratch& scratch,
                      Visit&& visit) const {
    std::uint64_t position = 0;
    std::size_t filled = 0;
    const auto add = [&](float x) {
      if (!std::isfinite(x)) return;
      scratch.values[filled++] = x;
      if (filled < FusedSweep::kBlock) return;
      visit(scratch.values.data(), filled);
      filled = 0;
    };
    if (!tensor_.resident()) {
      for (const float x : tensor_.view(begin, std::min(end, tensor_.count()) - begin, scratch.read)) add(x);
      if (filled > 0) visit(scratch.values.data(), filled);
      return;
    }
    const std::span<const float> values = tensor_.span();
    for_each_segment(layout_, group, [&](const GroupSegment& segment) {
      const std::uint64_t first = std::max(begin, position) - position;
      const std::uint64_t last = std::min(std::max(end, position) - position, segment.count);
      position += segment.count;
      for (std::uint64_t i = first; i < last; ++i) add(values[segment.begin + i * segment.stride]);
    });
    if (filled > 0) visit(scratch.values.data(), filled);
  }

 private:
  const Tensor& tensor_;
  const GroupLayout& layout_;
};

class Sweep {
 public:
  Sweep(const Tensor& tensor, const QuantSpec& spec, const GroupExtremes& extremes)
      : quantizer_(spec),
        kernel_(quantizer_),
        own_(spec, tensor_scale_of(spec, extremes.largest)),
        extremes_(extremes),
        values_(tensor, extremes.layout) {}

  const GroupValues& values() const { return values_; }
  const ClipRange& range(std::uint64_t group) const { return extremes_.groups[group]; }
  bool empty(std::uint64_t group) const { return range(group).lo > range(group).hi; }

  // Adds the errors of positions [begin, end) of a group at every fraction of its range.
  void add(std::uint64_t group, std::uint64_t begin, std::uint64_t end, std::span<const double> fractions,
           Scratch& scratch, std::span<SweepLanes> sums) const {
    if (empty(group)) return;
    scratch.scales.resize(fractions.size());
    for (std::size_t i = 0; i < fractions.size(); ++i)
      own_.make(scaled(range(group), fractions[i]), scratch.scales[i]);
    values_.for_each_piece(group, begin, end, scratch, [&](const float* x, std::size_t n) {
      kernel_.add(x, n, scratch.scales, sums, scratch.groups);
    });
  }

  struct Fit {
    double cross = 0, square = 0;  // sums of x * x_hat, x_hat^2
  };
  // Of positions [begin, end) at one fraction: s * cross / square is the best scale for these codes.
  Fit fit(std::uint64_t group, std::uint64_t begin, std::uint64_t end, double fraction,
          Scratch& scratch) const {
    GroupScale scale;
    own_.make(scaled(range(group), fraction), scale);
    std::vector<float> dequantized(FusedSweep::kBlock);
    Fit fit;
    values_.for_each_piece(group, begin, end, scratch, [&](const float* x, std::size_t n) {
      quantize_run(quantizer_, scale, std::span(x, n), 0, {}, std::span(dequantized).first(n), {});
      for (std::size_t i = 0; i < n; ++i) {
        const double hat = static_cast<double>(dequantized[i]);
        if (!std::isfinite(hat)) continue;
        fit.cross += static_cast<double>(x[i]) * hat;
        fit.square += hat * hat;
      }
    });
    return fit;
  }

 private:
  const Quantizer quantizer_;
  const FusedSweep kernel_;
  const OwnScales own_;
  const GroupExtremes& extremes_;
  const GroupValues values_;
};

SweepSums fold(const SweepLanes& lanes) { return {fold_lanes(lanes.rounding), fold_lanes(lanes.clipping)}; }

// The errors of one group at any fractions: of a small one on this thread, of a large one slice by slice on
// all.
class GroupErrors {
 public:
  GroupErrors(const Sweep& sweep, std::uint64_t group, const WorkContext& context)
      : sweep_(sweep), group_(group), context_(context) {}

  // Nothing if stopped.
  std::optional<std::vector<double>> at(std::span<const double> fractions) {
    std::vector<double> errors(fractions.size());
    const auto slice = [&](std::size_t i) {
      Scratch scratch;
      std::vector<SweepLanes> lanes(fractions.size());
      sweep_.add(group_, i * kTask, (i + 1) * kTask, fractions, scratch, lanes);
      return lanes;
    };
    const auto add = [&](std::vector<SweepLanes>&& lanes) {
      for (std::size_t i = 0; i < errors.size(); ++i) {
        const SweepSums sums = fold(lanes[i]);
        errors[i] += sums.rounding + sums.clipping;
      }
    };
    if (!reduce(slice, add)) return std::nullopt;
    return errors;
  }

  // The fraction whose scale fits the codes of `fraction` best; nothing if stopped.
  std::optional<double> fitted(double fraction) {
    Sweep::Fit total;
    const auto slice = [&](std::size_t i) {
      Scratch scratch;
      return sweep_.fit(group_, i * kTask, (i + 1) * kTask, fraction, scratch);
    };
    const auto add = [&](Sweep::Fit&& fit) {
      total.cross += fit.cross;
      total.square += fit.square;
    };
    if (!reduce(slice, add)) return std::nullopt;
    const double ratio = total.cross / total.square;
    return std::isfinite(ratio) && ratio > 0 ? fraction * ratio : fraction;
  }

 private:
  template <class Slice, class Add>
  bool reduce(Slice&& slice, Add&& add) {
    const std::uint64_t slices = (sweep_.values().largest() + kTask - 1) / kTask;
    if (slices > 1) return ordered_reduce(slices, context_, slice, add);
    add(slice(0));
    return true;
  }

  const Sweep& sweep_;
  const std::uint64_t group_;
  const WorkContext& context_;
};

// The best fraction of one group's range; nothing if stopped.
std::optional<double> best_fraction(GroupErrors& errors) {
  std::vector<double> fractions = log_spaced(kLeastFraction, 1, kCoarse);
  const auto coarse = errors.at(fractions);
  if (!coarse) return std::nullopt;
  // The widest range of equals: a group of zeros keeps its own.
  double best = 1, least = coarse->back();
  const auto take_better = [&](std::span<const double> at, std::span<const double> found) {
    for (std::size_t i = at.size(); i-- > 0;)
      if (found[i] < least) {
        least = found[i];
        best = at[i];
      }
  };
  take_better(fractions, *coarse);

  const double ratio = fractions[1] / fractions[0];
  fractions.clear();
  for (int i = 1; i < kRefined; ++i)
    if (const double t = best * std::pow(ratio, 2.0 * i / kRefined - 1); t <= 1) fractions.push_back(t);
  const auto refined = errors.at(fractions);
  if (!refined) return std::nullopt;
  take_better(fractions, *refined);

  for (int i = 0; i < kAlternations; ++i) {
    const auto fitted = errors.fitted(best);
    if (!fitted) return std::nullopt;
    const double before = best, candidate = std::min(*fitted, 1.0);
    const auto found = errors.at(std::span(&candidate, 1));
    if (!found) return std::nullopt;
    take_better(std::span(&candidate, 1), *found);
    if (best == before) break;
  }
  return best;
}

// Adds the errors of all groups at every fraction to `total`. False if stopped.
bool add_fractions(const Tensor& tensor, const QuantSpec& spec, const GroupExtremes& extremes,
                   std::span<const double> fractions, std::uint64_t group_step, const WorkContext& context,
                   std::vector<SweepSums>& total) {
  const Sweep sweep(tensor, spec, extremes);
  const std::uint64_t size = std::max<std::uint64_t>(sweep.values().largest(), 1);
  const std::uint64_t groups = (extremes.layout.count + group_step - 1) / group_step;
  const std::uint64_t slices = (size + kTask - 1) / kTask;  // of one group
  const std::uint64_t per_task = groups_per_task(size);
  const std::uint64_t tasks = slices > 1 ? groups * slices : (groups + per_task - 1) / per_task;
  return ordered_reduce(
      tasks, context,
      [&](std::size_t task) {
        Scratch scratch;
        std::vector<SweepLanes> lanes(fractions.size());
        if (slices > 1) {
          const std::uint64_t slice = task % slices;
          sweep.add(task / slices * group_step, slice * kTask, (slice + 1) * kTask, fractions, scratch,
                    lanes);
        } else {
          for (std::uint64_t g = task * per_task; g < std::min((task + 1) * per_task, groups); ++g)
            sweep.add(g * group_step, 0, size, fractions, scratch, lanes);
        }
        std::vector<SweepSums> sums;
        for (const SweepLanes& lane : lanes) sums.push_back(fold(lane));
        return sums;
      },
      [&](std::vector<SweepSums>&& sums) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
          total[i].rounding += sums[i].rounding;
          total[i].clipping += sums[i].clipping;
        }
      });
}

// Each group's best range into `ranges`. False if stopped.
bool find_ranges(const Tensor& tensor, const QuantSpec& spec, const GroupExtremes& extremes,
                 const WorkContext& context, std::span<ClipRange> ranges) {
  const Sweep sweep(tensor, spec, extremes);
  const auto find = [&](std::uint64_t group) {
    if (sweep.empty(group)) return true;
    GroupErrors errors(sweep, group, context);
    const auto fraction = best_fraction(errors);
    if (fraction) ranges[group] = scaled(sweep.range(group), *fraction);
    return fraction.has_value();
  };
  const std::uint64_t size = std::max<std::uint64_t>(sweep.values().largest(), 1);
  if (size > kTask) {
    for (std::uint64_t g = 0; g < ranges.size(); ++g)
      if (!find(g)) return false;
    return true;
  }
  return parallel_for(ranges.size(), groups_per_task(size), context, [&](std::size_t begin, std::size_t end) {
    for (std::size_t g = begin; g < end; ++g) find(g);
  });
}

// A streamed tensor of several groups, some groups at a time: visit(rows, their extremes, context).
template <class Visit>
bool for_each_rows(const Tensor& tensor, const GroupExtremes& extremes, std::uint64_t step,
                   std::uint64_t multiple, const WorkContext& context, Visit&& visit) {
  WorkContext quiet = context;
  quiet.progress = nullptr;
  return for_each_group_rows(tensor, extremes.layout, step, multiple, context, [&](const GroupRows& rows) {
    GroupExtremes own{rows.layout, {}, extremes.largest};
    for (std::uint64_t i = rows.first; i < rows.last; ++i) own.groups.push_back(extremes.groups[i * step]);
    return visit(rows, own, quiet);
  });
}

bool takes_rows(const Tensor& tensor, const GroupExtremes& extremes) {
  return !tensor.resident() && extremes.layout.count > 1;
}

}  // namespace

std::optional<std::vector<SweepSums>> sweep_fractions(const Prepared& prepared, const QuantSpec& spec,
                                                      const GroupExtremes& extremes,
                                                      std::span<const double> fractions,
                                                      std::uint64_t group_step, const WorkContext& context) {
  const Tensor& tensor = *prepared.tensor;
  std::vector<SweepSums> total(fractions.size());
  if (tensor.count() == 0) return total;
  const auto add = [&](const Tensor& values, const GroupExtremes& own, std::uint64_t step,
                       const WorkContext& work) {
    return add_fractions(values, spec, own, fractions, step, work, total);
  };
  // Rows in whole tasks: sums are folded in the same order.
  const std::uint64_t multiple = groups_per_task(largest_group(extremes.layout));
  const bool done =
      takes_rows(tensor, extremes)
          ? for_each_rows(tensor, extremes, group_step, multiple, context,
                          [&](const GroupRows& rows, const GroupExtremes& own, const WorkContext& work) {
                            return add(rows.tensor, own, 1, work);
                          })
          : add(tensor, extremes, group_step, context);
  if (!done) return std::nullopt;
  return total;
}

std::optional<std::vector<ClipRange>> best_group_ranges(const Prepared& prepared, const QuantSpec& spec,
                                                        const GroupExtremes& extremes,
                                                        const WorkContext& context) {
  const Tensor& tensor = *prepared.tensor;
  std::vector<ClipRange> ranges(extremes.groups.size());
  const bool done =
      takes_rows(tensor, extremes)
          ? for_each_rows(tensor, extremes, 1, 1, context,
                          [&](const GroupRows& rows, const GroupExtremes& own, const WorkContext& work) {
                            return find_ranges(rows.tensor, spec, own, work,
                                               std::span(ranges).subspan(rows.first, rows.last - rows.first));
                          })
          : find_ranges(tensor, spec, extremes, context, ranges);
  if (!done) return std::nullopt;
  return ranges;
}

}  // namespace bitloupe
