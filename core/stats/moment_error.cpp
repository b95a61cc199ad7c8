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

std::uint64_t count_of(const PrefixMoments& moments, const Run& run) {
  return moments.count_below(run.end) - moments.count_below(run.begin);
}

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

// Sum of w * (x - a) = S1 - a S0, read where the values lie on their level but for a trifle. |S1| is at most
// sqrt(S2 S0).
DoubleDouble sum_of_errors(const PrefixMoments& moments, const Run& run, float a) {
  const auto [sums, magnitude] = sums_of(moments, run);
  const double da = static_cast<double>(a);
  const DoubleDouble result = sums.s1 - times_float(sums.s0, da);
  if (std::fabs(result.value()) > kTrusted * std::sqrt(magnitude * run.after.s0.hi)) return result;
  const auto weights = moments.sorted().weights();
  if (at(moments, run.begin) == at(moments, run.end - 1))
    return {(at(moments, run.begin) - da) * sums.s0.value(), 0};
  double sum = 0;
  for (std::uint64_t i = run.begin; i < run.end; ++i)
    sum += (at(moments, i) - da) * (weights.empty() ? 1.0 : static_cast<double>(weights[i]));
  return {sum, 0};
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
        const float cut = first_value_at(rungs[k + 1].from, scale_.divisor(), quantizer_.divide);
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
    return ladder_.rung_of(quotient(moments_.sorted()[i], scale_.divisor(), quantizer_.divide));
  }
  float level(const Rung& rung) const {
    return std::isfinite(rung.level) ? scaled_level(scale_.scale, rung.level) : rung.level;
  }

  const PrefixMoments& moments_;
  const CodeLadder& ladder_;
  const Quantizer& quantizer_;
  GroupScale scale_;
};

// Where clipping begins on either side; cuts runs there and adds up their errors.
class Parts {
 public:
  Parts(const PrefixMoments& moments, const Quantizer& quantizer, const GroupScale& scale)
      : moments_(moments), stochastic_(quantizer.rounding == Rounding::Stochastic) {
    const GridRange grid = grid_range(quantizer, scale);
    first_inside_ = moments.sorted().count_below(grid.clip_below);
    first_above_ = moments.sorted().count_up_to(grid.clip_above);
    below_inside_ = moments.below(first_inside_);
    below_above_ = moments.below(first_above_);
  }

  // Calls visit(run, inside) for the part of a run that is inside the grid range and those that are clipped.
  template <class Visit>
  void for_each_part(const Run& run, Visit&& visit) const {
    const std::uint64_t first = std::clamp(first_inside_, run.begin, run.end);
    const std::uint64_t last = std::clamp(first_above_, first, run.end);
    const MomentSums& at_first = first == run.begin ? run.before
                                 : first == run.end ? run.after
                                                    : below_inside_;
    const MomentSums& at_last = last == first ? at_first : last == run.end ? run.after : below_above_;
    if (first > run.begin) visit(Run{run.begin, first, run.before, at_first}, false);
    if (last > first) visit(Run{first, last, at_first, at_last}, true);
    if (run.end > last) visit(Run{last, run.end, at_last, run.after}, false);
  }

  // Under stochastic rounding a value between its rung's level and the next has the expected squared error
  // (x - a)(b - x).
  bool drawn(float level, float next, bool inside) const {
    return stochastic_ && inside && level != next && std::isfinite(next);
  }

  void add(MomentErrors& errors, float level, float next, const Run& part, bool inside) const {
    const double error = drawn(level, next, inside) ? std::fabs(sum_of_product(moments_, part, level, next))
                                                    : sum_of_product(moments_, part, level, level);
    (inside ? errors.rounding : errors.clipping) += error;
  }

 private:
  const PrefixMoments& moments_;
  bool stochastic_;
  std::uint64_t first_inside_ = 0, first_above_ = 0;
  MomentSums below_inside_, below_above_;
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
    if (!std::isfinite(level)) return;
    parts.for_each_part(run,
                        [&](const Run& part, bool inside) { parts.add(errors, level, next, part, inside); });
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
  const auto add_part = [&](const Rung& rung, float level, float next, const Run& part, bool inside) {
    parts.add(errors, level, next, part, inside);
    const std::uint64_t count = count_of(moments, part);
    if (!inside) report.clipped += count;
    const MomentSums sums = sums_of(moments, part).sums;
    const double hat = static_cast<double>(level), first = at(moments, part.begin),
                 last = at(moments, part.end - 1);
    report.signal += sums.s2.value();
    if (parts.drawn(level, next, inside)) {  // x on the average: no mean error, and x * x_hat is x^2
      const double above = static_cast<double>(next), n = static_cast<double>(count);
      const double up = std::clamp((sums.s1 - times_float(sums.s0, hat)).value() / (above - hat), 0.0, n);
      const auto drawn_up = static_cast<std::uint64_t>(std::llround(up));
      report.code_counts[rung.code] -= drawn_up;
      report.code_counts[(&rung)[1].code] += drawn_up;
      report.dot += sums.s2.value();
      report.signal_hat += hat * hat * (n - up) + above * above * up;
      report.max_abs = std::max({report.max_abs, above - first, last - hat});
    } else {
      error = error + sum_of_errors(moments, part, level);
      report.dot += hat * sums.s1.value();
      report.signal_hat += hat * hat * static_cast<double>(count);
      report.max_abs = std::max({report.max_abs, std::fabs(first - hat), std::fabs(last - hat)});
    }
  };
  Walk(moments, ladder, quantizer, scale)([&](const Rung& rung, float level, float next, const Run& run) {
    const std::uint64_t count = count_of(moments, run);
    report.code_counts[rung.code] += count;
    if (std::isfinite(level))
      parts.for_each_part(run,
                          [&](const Run& part, bool inside) { add_part(rung, level, next, part, inside); });
    else
      report.overflowed += count;
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
