#include "core/stats/prefix_moments.h"

#include <algorithm>
#include <array>
#include <utility>

namespace bitloupe {
namespace {

// Four running sums side by side, so that every processor adds in the same order; each keeps what its
// additions round away. Squares of float32 numbers are exact in double.
constexpr std::size_t kLanes = 4;

struct LaneSums {
  std::array<double, kLanes> high{}, low{};

  void add(std::size_t lane, double term) {
    const DoubleDouble sum = two_sum(high[lane], term);
    high[lane] = sum.hi;
    low[lane] += sum.lo;
  }
  DoubleDouble total() const {
    const DoubleDouble a = two_sum(high[0], high[1]), b = two_sum(high[2], high[3]),
                       sum = two_sum(a.hi, b.hi);
    return two_sum(sum.hi, sum.lo + (a.lo + b.lo + (low[0] + low[1] + (low[2] + low[3]))));
  }
};

MomentSums plain_sums(std::span<const float> values) {
  LaneSums s1, s2;
  const auto add = [&](std::size_t lane, double x) {
    s1.add(lane, x);
    s2.add(lane, x * x);
  };
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) add(lane, static_cast<double>(values[i + lane]));
  for (std::size_t i = whole; i < values.size(); ++i) add(i - whole, static_cast<double>(values[i]));
  return {{static_cast<double>(values.size()), 0}, s1.total(), s2.total()};
}

// A product of weight and value has 48 bits, one more factor is rounded: 1e-16 of each term.
MomentSums weighted_sums(std::span<const float> values, std::span<const float> weights) {
  MomentSums sums;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = static_cast<double>(values[i]), w = static_cast<double>(weights[i]);
    sums.s0 = sums.s0 + DoubleDouble{w, 0};
    sums.s1 = sums.s1 + DoubleDouble{w * x, 0};
    sums.s2 = sums.s2 + times_float(x * x, w);
  }
  return sums;
}

}  // namespace

MomentSums PrefixMoments::read(std::uint64_t begin, std::uint64_t end) const {
  const auto values = sorted_.values().subspan(begin, end - begin);
  return weighted() ? weighted_sums(values, sorted_.weights().subspan(begin, end - begin))
                    : plain_sums(values);
}

// From the nearer border; from the upper one only where it is of the same size, so that what is taken away
// again leaves no trace.
MomentSums PrefixMoments::below(std::uint64_t position) const {
  std::uint64_t block = position / kBlock;
  const bool nearer_above = position % kBlock > kBlock / 2 && block + 1 < borders_.size();
  if (nearer_above && borders_[block + 1].s2.hi <= 2 * borders_[block].s2.hi) ++block;
  const std::uint64_t border = block * kBlock;
  const MomentSums sums{weighted() ? weight_borders_[block] : DoubleDouble{static_cast<double>(border), 0},
                        borders_[block].s1, borders_[block].s2};
  if (border == position) return sums;
  if (border > position) return sums - read(position, border);
  const MomentSums part = read(border, position);
  return {sums.s0 + part.s0, sums.s1 + part.s1, sums.s2 + part.s2};
}

std::optional<PrefixMoments> PrefixMoments::from_sorted(std::optional<SortedValues> sorted,
                                                        const WorkContext& context) {
  if (!sorted) return std::nullopt;
  PrefixMoments result;
  result.sorted_ = std::move(*sorted);
  const std::uint64_t count = result.entries(), blocks = count / kBlock;  // whole blocks
  result.borders_ = HugeArray<Border>(blocks + 1);
  if (result.weighted()) result.weight_borders_ = HugeArray<DoubleDouble>(blocks + 1);

  // Every block's own sums, then their running sums.
  const bool done = parallel_for(blocks, 1024, context, [&](std::size_t begin, std::size_t end) {
    for (std::size_t block = begin; block < end; ++block) {
      const MomentSums sums = result.read(block * kBlock, (block + 1) * kBlock);
      result.borders_[block] = {sums.s1, sums.s2};
      if (result.weighted()) result.weight_borders_[block] = sums.s0;
    }
  });
  if (!done) return std::nullopt;
  Border running;
  DoubleDouble weight;
  for (std::uint64_t block = 0; block <= blocks; ++block) {
    const Border own = block < blocks ? result.borders_[block] : Border{};
    result.borders_[block] = running;
    running = {running.s1 + own.s1, running.s2 + own.s2};
    if (!result.weighted()) continue;
    const DoubleDouble own_weight = block < blocks ? result.weight_borders_[block] : DoubleDouble{};
    result.weight_borders_[block] = weight;
    weight = weight + own_weight;
  }
  return result;
}

std::optional<PrefixMoments> PrefixMoments::build(std::span<const float> values, const WorkContext& context) {
  return from_sorted(SortedValues::sort(values, {}, phase(context, 0, 0.9)), phase(context, 0.9, 1));
}

std::optional<PrefixMoments> PrefixMoments::build_weighted(std::span<const float> values,
                                                           std::span<const float> weights,
                                                           const WorkContext& context) {
  return from_sorted(SortedValues::sort(values, weights, phase(context, 0, 0.9)), phase(context, 0.9, 1));
}

void PrefixMoments::stands_for(const Buckets& buckets) {
  bucketed_ = true;
  within_ = buckets.within;
  sorted_.set_specials(buckets.nan, buckets.negative_inf, buckets.positive_inf);
}

std::uint64_t PrefixMoments::count() const { return count_below(entries()); }

std::uint64_t PrefixMoments::count_below(std::uint64_t position) const {
  return bucketed_ ? static_cast<std::uint64_t>(below(position).s0.value()) : position;
}

std::uint64_t PrefixMoments::bytes() const {
  return sorted_.bytes() + borders_.size() * sizeof(Border) + weight_borders_.size() * sizeof(DoubleDouble);
}

}  // namespace bitloupe
