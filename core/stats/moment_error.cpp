#include "core/stats/moment_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/ordered.h"

namespace bitloupe {
namespace {

// A run of sorted values [begin, end) that share a code, or the part of one on one side of a clip bound.
struct Run {
  std::uint64_t begin = 0, end = 0;
  MomentSums before, after;  // sums below begin and below end
};

double at(const PrefixMoments& moments, std::uint64_t i) { return static_cast<double>(moments.sorted()[i]); }

// Sum of w * (x - a)(x - b), value by value.
double read_product(const PrefixMoments& moments, const Run& run, double a, double b) {
  const auto weights = moments.sorted().weights();
  if (at(moments, run.begin) == at(moments, run.end - 1)) {
    const double x = at(moments, run.begin);
    return (x - a) * (x - b) * (run.after.s0 - run.before.s0).value();
  }
  double sum = 0;
  for (std::uint64_t i = run.begin; i < run.end; ++i) {
    const double x = at(moments, i);
    sum += (x - a) * (x - b) * (weights.empty() ? 1.0 : static_cast<double>(weights[i]));
  }
  return sum;
}

// Prefix sums carry about 100 bits of what was added up so far. Where fewer than 34 of them are left, the
// values are read.
constexpr double kTrusted = 0x1p-66;

struct RunSums {
  MomentSums sums;
  double magnitude = 0;  // of the S2 whose bits they carry
};

RunSums sums_of(const PrefixMoments& moments, const Run& run) {
  const MomentSums sums = run.after - run.before;
  if (sums.s2.hi > kTrusted * run.after.s2.hi) return {sums, run.after.s2.hi};
  const MomentSums read = moments.read(run.begin, run.end);
  return {read, read.s2.hi};
}

// Sum of w * (x - a)(x - b) = S2 - a S1 - b (S1 - a S0).
double sum_of_product(const PrefixMoments& moments, const Run& run, float a, float b) {
  const auto [sums, magnitude] = sums_of(moments, run);
  const double da = static_cast<double>(a), db = static_cast<double>(b);
  const DoubleDouble inner = sums.s1 - times_float(sums.s0, da);
  const DoubleDouble result = sums.s2 - times_float(sums.s1, da) - times_float(inner, db);
  if (std::fabs(result.value()) > kTrusted * magnitude) return result.value();
  return read_product(moments, run, da, db);
}

// Walks over the codes' runs in ascending order and hands each to `visit(rung, level, next level, run)`.
class Walk {
 public:
  Walk(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
       const GroupScale& scale)
      : moments_(moments), ladder_(ladder), quantizer_(quantizer), scale_(scale) {}

  template <class Visit>
  void operator()(Visit&& visit) const {
    const std::uint64_t count = moments_.entries();
    if (count == 0) return;
    const std::span<const Rung> rungs = ladder_.rungs();
    std::size_t k = rung_of(0);
    const std::size_t last = rung_of(count - 1);
    Run run;
    while (run.begin < count) {
      if (k < last) {
        const float cut = first_value_at(rungs[k + 1].from, scale_.scale, quantizer_.divide);
        run.end = moments_.sorted().position(cut);
      } else {
        run.end = count;
      }
      if (run.end > run.begin) {
        run.after = moments_.below(run.end);
        visit(rungs[k], level(rungs[k]), level(rungs[std::min(k + 1, rungs.size() - 1)]), run);
        run.begin = run.end;
        run.before = run.after;
        ++k;
      } else {
        k = rung_of(run.begin);  // past the codes that no value takes
      }
    }
  }

 private:
  std::size_t rung_of(std::uint64_t i) const {
    return ladder_.rung_of(quotient(moments_.sorted()[i], scale_.scale, quantizer_.divide));
  }
  float level(const Rung& rung) const {
    return std::isfinite(rung.level) ? scaled_level(scale_.scale, rung.level) : rung.level;
  }

  const PrefixMoments& moments_;
  const CodeLadder& ladder_;
  const Quantizer& quantizer_;
  GroupScale scale_;
};

// Where clipping begins on either side, and the errors of runs that may cross these bounds.
class Parts {
 public:
  Parts(const PrefixMoments& moments, const Quantizer& quantizer, const GroupScale& scale)
      : moments_(moments), stochastic_(quantizer.rounding == Rounding::Stochastic) {
    const GridRange grid = grid_range(quantizer, scale);
    lo_ = static_cast<double>(grid.lo);
    hi_ = static_cast<double>(grid.hi);
    first_inside_ = moments.sorted().count_below(grid.clip_below);
    first_above_ = moments.sorted().count_up_to(grid.clip_above);
    low_.end = first_inside_;
    low_.after = moments.below(first_inside_);
    high_before_ = moments.below(first_above_);
  }

  void add(MomentErrors& errors, float level, float next, const Run& run) const {
    if (run.begin < first_inside_) {
      const Run clipped = until(run, first_inside_, low_.after);
      errors.clipping += error(level, level, clipped);
      if (clipped.end < run.end) add(errors, level, next, from(run, first_inside_, low_.after));
    } else if (run.end > first_above_) {
      const Run clipped = from(run, first_above_, high_before_);
      errors.clipping += error(level, level, clipped);
      if (run.begin < first_above_) add(errors, level, next, until(run, first_above_, high_before_));
    } else {
      errors.rounding += error(level, next, run);
    }
  }

  std::uint64_t clipped(const Run& run) const {
    const auto count = [&](std::uint64_t begin, std::uint64_t end) {
      return moments_.count_below(end) - moments_.count_below(begin);
    };
    return count(std::min(run.begin, first_inside_), std::min(run.end, first_inside_)) +
           count(std::max(run.begin, first_above_), std::max(run.end, first_above_));
  }

 private:
  static Run until(Run run, std::uint64_t end, const MomentSums& after) {
    if (end >= run.end) return run;
    run.end = end;
    run.after = after;
    return run;
  }
  static Run from(Run run, std::uint64_t begin, const MomentSums& before) {
    if (begin <= run.begin) return run;
    run.begin = begin;
    run.before = before;
    return run;
  }

  // Under stochastic rounding a value between its rung's level and the next has the expected squared error
  // (x - a)(b - x); one at or beyond the grid's ends rounds to the end like any other.
  double error(float level, float next, const Run& run) const {
    if (!stochastic_ || level == next || !std::isfinite(next))
      return sum_of_product(moments_, run, level, level);
    const double first = at(moments_, run.begin), last = at(moments_, run.end - 1);
    if (last < lo_ || first > hi_) return sum_of_product(moments_, run, level, level);
    return std::fabs(sum_of_product(moments_, run, level, next));
  }

  const PrefixMoments& moments_;
  bool stochastic_;
  double lo_ = 0, hi_ = 0;
  std::uint64_t first_inside_ = 0, first_above_ = 0;
  Run low_;
  MomentSums high_before_;
};

void count_specials(ErrorReport& report, const SortedValues& sorted, const Quantizer& quantizer,
                    const GroupScale& scale) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  report.nan = sorted.nan();
  report.inf = sorted.negative_inf() + sorted.positive_inf();
  report.values = report.finite + report.nan + report.inf;
  const auto count = [&](float x, std::uint64_t times) {
    if (times > 0) report.code_counts[quantize_value(quantizer, scale, x, 0).code] += times;
  };
  count(std::numeric_limits<float>::quiet_NaN(), sorted.nan());
  count(-kInfinity, sorted.negative_inf());
  count(kInfinity, sorted.positive_inf());
}

}  // namespace

MomentErrors moment_errors(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                           const GroupScale& scale) {
  MomentErrors errors;
  if (moments.entries() == 0) return errors;
  errors.weight = moments.total().s0.value();
  errors.rounding = moments.within();
  const Parts parts(moments, quantizer, scale);
  Walk(moments, ladder, quantizer, scale)([&](const Rung&, float level, float next, const Run& run) {
    if (std::isfinite(level)) parts.add(errors, level, next, run);
  });
  return errors;
}

ErrorReport moment_report(const PrefixMoments& moments, const CodeLadder& ladder, const Quantizer& quantizer,
                          const GroupScale& scale) {
  ErrorReport report;
  report.finite = moments.count();
  report.code_counts.resize(std::size_t{1} << quantizer.format.bits);
  count_specials(report, moments.sorted(), quantizer, scale);
  if (report.finite == 0) return report;

  MomentErrors errors;
  errors.rounding = moments.within();
  DoubleDouble error;
  const Parts parts(moments, quantizer, scale);
  Walk(moments, ladder, quantizer, scale)([&](const Rung& rung, float level, float next, const Run& run) {
    const std::uint64_t count = moments.count_below(run.end) - moments.count_below(run.begin);
    report.code_counts[rung.code] += count;
    if (!std::isfinite(level)) {
      report.overflowed += count;
      return;
    }
    parts.add(errors, level, next, run);
    report.clipped += parts.clipped(run);
    const double hat = static_cast<double>(level);
    const MomentSums sums = sums_of(moments, run).sums;
    error = error + (sums.s1 - times_float(sums.s0, hat));
    report.signal += sums.s2.value();
    report.dot += hat * sums.s1.value();
    report.signal_hat += hat * hat * static_cast<double>(count);
    const double first = std::fabs(at(moments, run.begin) - hat),
                 last = std::fabs(at(moments, run.end - 1) - hat);
    report.max_abs = std::max({report.max_abs, first, last});
  });
  const double n = static_cast<double>(report.finite);
  report.mse_rounding = errors.rounding / n;
  report.mse_clipping = errors.clipping / n;
  report.mean = error.value() / n;
  report.noise = errors.rounding + errors.clipping;
  if (report.signal > 0) report.worst_group = WorstGroup{0, report.sqnr_db()};
  return report;
}

}  // namespace bitloupe
