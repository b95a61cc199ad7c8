#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

#include "core/calibration/curve_minimum.h"
#include "core/calibration/log_spaced.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kMostBreakpoints = 10'000'000, kFewBreakpoints = 1 << 20;
constexpr std::size_t kCandidates = 32;
constexpr std::uint64_t kFewValues = 1000;

struct Interval {
  double lo = 0, hi = 0;            // of the scale
  double root_lo = 0, root_hi = 0;  // root of the error at either end
};

struct Candidate {
  double scale = 0, error = 0;
};

// A value's code changes where the scale passes `scale`: sums of x*g and g*g change by these.
struct Breakpoint {
  double scale, xg, gg;
};

class Proof {
 public:
  Proof(const ThresholdErrors& errors, const CurveMinimum& refined)
      : errors_(errors), moments_(*errors.moments()), root_best_(std::sqrt(refined.error())) {
    const GroupScale scale = errors.scale_at(refined.threshold);
    per_scale_ = refined.threshold / static_cast<double>(scale.scale);
    for (const Rung& rung : errors.ladder().rungs()) {
      const double level = static_cast<double>(rung.level);
      if (std::isfinite(level) && (levels_.empty() || level > levels_.back())) levels_.push_back(level);
    }
    signal_ = moments_.total().s2.value();
  }

  double threshold_of(double scale) const { return scale * per_scale_; }

  // What may hold a scale better than the best known one. Nothing if that takes too much or was stopped.
  std::optional<std::vector<Interval>> remaining(const WorkContext& context) {
    std::size_t budget = std::clamp<std::size_t>((std::size_t{1} << 20) / levels_.size(), 1024, 32768);
    auto first = first_intervals(context);
    if (!first) return std::nullopt;
    std::vector<Interval> open = std::move(*first);
    for (;;) {
      std::uint64_t breakpoints = 0;
      for (const Interval& interval : open) breakpoints += breakpoints_in(interval);
      if (breakpoints <= kFewBreakpoints || budget < open.size())
        return breakpoints <= kMostBreakpoints ? std::optional(open) : std::nullopt;
      budget -= open.size();
      if (!halve(open, context)) return std::nullopt;
    }
  }

  // The lowest points of the parabolas in these intervals, lowest first. Nothing if stopped.
  std::optional<std::vector<Candidate>> lowest(const std::vector<Interval>& intervals,
                                               const WorkContext& context) const {
    std::vector<Candidate> all;
    std::mutex mutex;
    const bool done = parallel_for(intervals.size(), 1, context, [&](std::size_t i, std::size_t) {
      const std::vector<Candidate> own = lowest_in(intervals[i]);
      std::lock_guard lock(mutex);
      all.insert(all.end(), own.begin(), own.end());
    });
    if (!done) return std::nullopt;
    keep_best(all);
    return all;
  }

 private:
  double norm() const { return std::sqrt(signal_); }

  double root_at(double scale) const {
    const double threshold = threshold_of(scale);
    const WorkContext quiet;
    const auto sums = errors_.at(std::span(&threshold, 1), quiet);
    return std::sqrt((*sums)[0].rounding + (*sums)[0].clipping);
  }

  // Below `lo` everything is clipped too hard, above `hi` every value becomes zero.
  // Nothing if stopped.
  std::optional<std::vector<Interval>> first_intervals(const WorkContext& context) const {
    const double reach = std::max(std::fabs(levels_.front()), std::fabs(levels_.back()));
    const double lo = (norm() - root_best_) / (reach * std::sqrt(errors_.weight()));
    double nearest = std::numeric_limits<double>::infinity();
    for (const double level : levels_)
      if (level != 0) nearest = std::min(nearest, std::fabs(level));
    const auto values = moments_.sorted().values();
    const double amax = std::max(std::fabs(static_cast<double>(values.front())),
                                 std::fabs(static_cast<double>(values.back())));
    const double hi = 2 * amax / nearest;
    if (!(lo > 0) || !(hi > lo)) return std::vector<Interval>();
    constexpr std::size_t kParts = 256;
    const std::vector<double> scales = log_spaced(lo, hi, kParts + 1);
    std::vector<double> thresholds;
    for (const double scale : scales) thresholds.push_back(threshold_of(scale));
    const auto sums = errors_.at(thresholds, context);
    if (!sums) return std::nullopt;
    const auto root = [&](std::size_t i) { return std::sqrt((*sums)[i].rounding + (*sums)[i].clipping); };
    std::vector<Interval> parts;
    for (std::size_t i = 0; i < kParts; ++i)
      parts.push_back({scales[i], scales[i + 1], root(i), root(i + 1)});
    std::erase_if(parts, [&](const Interval& part) { return excluded(part); });
    return parts;
  }

  // |d root(E) / ds| <= |g|, the norm of the codes' values, and s |g| <= |x| + root(E).
  bool excluded(const Interval& i) const {
    const double width = i.hi - i.lo;
    const double root = std::min(std::max(i.root_lo, i.root_hi) + norm() * width / i.lo, norm());
    const double slope = (norm() + root) / i.lo;
    return (i.root_lo + i.root_hi - slope * width) / 2 > root_best_;
  }

  bool halve(std::vector<Interval>& open, const WorkContext& context) const {
    std::vector<Interval> halves(2 * open.size());
    const bool done = parallel_for(open.size(), 1, context, [&](std::size_t i, std::size_t) {
      const Interval& whole = open[i];
      const double middle = whole.lo + (whole.hi - whole.lo) / 2, root = root_at(middle);
      halves[2 * i] = {whole.lo, middle, whole.root_lo, root};
      halves[2 * i + 1] = {middle, whole.hi, root, whole.root_hi};
    });
    std::erase_if(halves, [&](const Interval& part) { return excluded(part); });
    open = std::move(halves);
    return done;
  }

  double middle_above(std::size_t k) const { return (levels_[k] + levels_[k + 1]) / 2; }

  // Places in the sorted values of those that cross from level k to k + 1, or back, inside the interval.
  std::pair<std::uint64_t, std::uint64_t> crossing(std::size_t k, double lo, double hi) const {
    const double a = lo * middle_above(k), b = hi * middle_above(k);
    const SortedValues& sorted = moments_.sorted();
    return {sorted.position(static_cast<float>(std::min(a, b))),
            sorted.position(static_cast<float>(std::max(a, b)))};
  }

  std::uint64_t breakpoints_in(const Interval& interval) const {
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k + 1 < levels_.size(); ++k) {
      const auto [begin, end] = crossing(k, interval.lo, interval.hi);
      sum += end - begin;
    }
    return sum;
  }

  std::vector<Candidate> lowest_in(const Interval& interval) const {
    double xg = 0, gg = 0;
    MomentSums before;
    std::vector<Breakpoint> breakpoints;
    const SortedValues& sorted = moments_.sorted();
    for (std::size_t k = 0; k < levels_.size(); ++k) {
      const bool last = k + 1 == levels_.size();
      // At the lower end of the interval.
      const std::uint64_t cut =
          last ? sorted.size() : sorted.position(static_cast<float>(interval.lo * middle_above(k)));
      const MomentSums upto = moments_.below(cut), own = upto - before;
      xg += levels_[k] * own.s1.value();
      gg += levels_[k] * levels_[k] * own.s0.value();
      before = upto;
      if (last || middle_above(k) == 0) continue;
      const auto [begin, end] = crossing(k, interval.lo, interval.hi);
      const double up = levels_[k + 1], down = levels_[k], middle = middle_above(k);
      const double from = middle > 0 ? up : down, to = middle > 0 ? down : up;
      for (std::uint64_t i = begin; i < end; ++i) {
        const double x = static_cast<double>(sorted[i]);
        breakpoints.push_back({x / middle, x * (to - from), to * to - from * from});
      }
    }
    std::sort(breakpoints.begin(), breakpoints.end(),
              [](const Breakpoint& a, const Breakpoint& b) { return a.scale < b.scale; });

    std::vector<Candidate> best;
    double lo = interval.lo;
    for (std::size_t i = 0; i <= breakpoints.size(); ++i) {
      const double hi = i < breakpoints.size() ? breakpoints[i].scale : interval.hi;
      if (gg > 0 && hi > lo) {
        const double scale = std::clamp(xg / gg, lo, hi);
        best.push_back({scale, signal_ - scale * (2 * xg - scale * gg)});
        if (best.size() >= 4 * kCandidates) keep_best(best);
      }
      if (i == breakpoints.size()) break;
      xg += breakpoints[i].xg;
      gg += breakpoints[i].gg;
      lo = std::max(lo, hi);
    }
    keep_best(best);
    return best;
  }

  static void keep_best(std::vector<Candidate>& candidates) {
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return a.error < b.error || (a.error == b.error && a.scale < b.scale);
    });
    if (candidates.size() > kCandidates) candidates.resize(kCandidates);
  }

  const ThresholdErrors& errors_;
  const PrefixMoments& moments_;
  double root_best_, per_scale_ = 1, signal_ = 0;
  std::vector<double> levels_;
};

bool can_prove(const ThresholdErrors& errors) {
  return errors.moments() && errors.moments()->count() > 0 && !errors.moments()->weighted() &&
         may_be_proven(errors.spec());
}

// Thresholds and scales are proportional only where no scale was floored or saturated, with one zero point.
bool proportional(const ThresholdErrors& errors, double threshold) {
  std::uint64_t floored = 0, saturated = 0;
  const GroupScale scale = make_scale(errors.spec(), errors.range_at(threshold), floored, saturated);
  const auto rungs = errors.ladder().rungs();
  const bool has_zero =
      std::any_of(rungs.begin(), rungs.end(), [](const Rung& rung) { return rung.level == 0; });
  return floored + saturated == 0 && has_zero &&
         scale.zero_point == errors.scale_at(errors.largest()).zero_point;
}

}  // namespace

bool may_be_proven(const QuantSpec& spec) {
  return spec.format.bits <= 8 && spec.scale_type == ScaleType::F32 &&
         (spec.rounding == Rounding::NearestEven || spec.rounding == Rounding::NearestAway);
}

std::optional<CurveMinimum> proven_minimum(const ThresholdErrors& errors, const CurveMinimum& refined,
                                           const WorkContext& context) {
  if (!can_prove(errors) || !proportional(errors, refined.threshold)) return std::nullopt;
  CurveMinimum best = refined;
  if (best.error() == 0) return best;
  Proof proof(errors, refined);
  const auto remaining = proof.remaining(context);
  const auto candidates = remaining ? proof.lowest(*remaining, context) : std::nullopt;
  if (!candidates) return std::nullopt;
  // Few values feel every float32 step of their levels.
  const std::int32_t reach = errors.moments()->count() <= kFewValues ? 16 : 2;
  for (const Candidate& candidate : *candidates) {
    const auto tried = best_neighbour(errors, best, proof.threshold_of(candidate.scale), reach, context);
    if (!tried) return std::nullopt;
    best = *tried;
  }
  return best;
}

}  // namespace bitloupe
