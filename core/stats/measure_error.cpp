// One pass over the values: quantize a block into small buffers, add up its sums, fold the blocks in order.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/stats/error_report.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kBlock = 1 << 16;  // values per task; fixes the order of every sum
constexpr std::size_t kBuffer = 1024;      // values quantized at a time: the buffers stay in the L1 cache
constexpr int kCountedBits = 16;           // wider formats have too many codes to count

struct Sums {
  std::uint64_t finite = 0, clipped = 0, overflowed = 0, nan = 0, inf = 0;
  double rounding = 0, clipping = 0, error = 0, max_abs = 0;
  double signal = 0, dot = 0, signal_hat = 0;

  void add(const Sums& other) {
    finite += other.finite;
    clipped += other.clipped;
    overflowed += other.overflowed;
    nan += other.nan;
    inf += other.inf;
    rounding += other.rounding;
    clipping += other.clipping;
    error += other.error;
    max_abs = std::max(max_abs, other.max_abs);
    signal += other.signal;
    dot += other.dot;
    signal_hat += other.signal_hat;
  }
};

struct GroupSums {
  double signal = 0, noise = 0;
};

// What one task brings home.
struct Partial {
  Sums sums;
  std::uint64_t first_group = 0;
  std::vector<GroupSums> groups;  // of groups first_group, first_group + 1, ...
  std::vector<std::uint32_t> counts;
};

class BlockPass {
 public:
  BlockPass(std::span<const float> values, const Quantizer& quantizer, const ScaleSet& scales)
      : values_(values), quantizer_(quantizer), scales_(scales) {}

  // Opens a partial result for elements inside groups [first, last].
  Partial open(GroupSpan span) const {
    Partial partial;
    partial.first_group = span.first;
    if (scales_.layout.count > 1) partial.groups.resize(span.last - span.first + 1);
    if (quantizer_.format.bits <= kCountedBits)
      partial.counts.resize(std::size_t{1} << quantizer_.format.bits);
    return partial;
  }

  void add(Partial& partial, std::uint64_t begin, std::uint64_t end) const {
    for_each_run(scales_.layout, begin, end, [&](const GroupRun& run) {
      if (run.step == 0) return add_run(partial, run.begin, run.length, run.group);
      for (std::uint64_t i = 0; i < run.length; ++i) add_run(partial, run.begin + i, 1, run.group + i);
    });
  }

 private:
  void add_run(Partial& partial, std::uint64_t begin, std::uint64_t length, std::uint64_t group) const {
    std::array<Code, kBuffer> codes;
    std::array<float, kBuffer> dequantized;
    std::array<ErrorKind, kBuffer> kinds;
    Sums sums;
    for (std::uint64_t done = 0; done < length; done += kBuffer) {
      const std::size_t size = std::min<std::uint64_t>(kBuffer, length - done);
      const std::span<const float> x = values_.subspan(begin + done, size);
      quantize_run(quantizer_, scales_.groups[group], x, begin + done, std::span(codes).first(size),
                   std::span(dequantized).first(size), std::span(kinds).first(size));
      for (std::size_t i = 0; i < size; ++i) add_value(sums, x[i], dequantized[i], kinds[i]);
      if (!partial.counts.empty())
        for (std::size_t i = 0; i < size; ++i) ++partial.counts[codes[i]];
    }
    partial.sums.add(sums);
    if (!partial.groups.empty()) {
      GroupSums& own = partial.groups[group - partial.first_group];
      own.signal += sums.signal;
      own.noise += sums.rounding + sums.clipping;
    }
  }

  static void add_value(Sums& sums, float original, float dequantized, ErrorKind kind) {
    if (kind > ErrorKind::Clipped) return add_special(sums, kind);
    const double x = static_cast<double>(original), hat = static_cast<double>(dequantized);
    const double e = x - hat;
    const bool clipped = kind == ErrorKind::Clipped;
    ++sums.finite;
    sums.clipped += clipped;
    sums.rounding += clipped ? 0 : e * e;
    sums.clipping += clipped ? e * e : 0;
    sums.error += e;
    sums.max_abs = std::max(sums.max_abs, std::fabs(e));
    sums.signal += x * x;
    sums.dot += x * hat;
    sums.signal_hat += hat * hat;
  }

  static void add_special(Sums& sums, ErrorKind kind) {
    sums.nan += kind == ErrorKind::Nan;
    sums.inf += kind == ErrorKind::Inf;
    sums.overflowed += kind == ErrorKind::Overflowed;
    sums.finite += kind == ErrorKind::Overflowed;  // a finite value, though it has no error
  }

  std::span<const float> values_;
  const Quantizer& quantizer_;
  const ScaleSet& scales_;
};

// Folds partial results in task order.
struct Total {
  Sums sums;
  std::vector<GroupSums> groups;
  std::vector<std::uint64_t> counts;

  void fold(const Partial& partial) {
    sums.add(partial.sums);
    for (std::size_t i = 0; i < partial.groups.size(); ++i) {
      groups[partial.first_group + i].signal += partial.groups[i].signal;
      groups[partial.first_group + i].noise += partial.groups[i].noise;
    }
    for (std::size_t i = 0; i < partial.counts.size(); ++i) counts[i] += partial.counts[i];
  }
};

double ratio_db(double signal, double noise) {
  return noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
}

// The group with the least SQNR; the first of equals. Groups without signal do not take part.
std::optional<WorstGroup> worst_group(const std::vector<GroupSums>& groups) {
  std::optional<WorstGroup> worst;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].signal <= 0) continue;
    const double db = ratio_db(groups[g].signal, groups[g].noise);
    if (!worst || db < *worst->sqnr_db) worst = WorstGroup{g, db};
  }
  return worst;
}

ErrorReport finish(Total&& total, std::uint64_t values) {
  const Sums& sums = total.sums;
  ErrorReport report;
  report.values = values;
  report.finite = sums.finite;
  const double n = static_cast<double>(std::max<std::uint64_t>(sums.finite, 1));
  report.mse_rounding = sums.rounding / n;
  report.mse_clipping = sums.clipping / n;
  report.mean = sums.error / n;
  report.max_abs = sums.max_abs;
  report.signal = sums.signal;
  report.noise = sums.rounding + sums.clipping;
  report.dot = sums.dot;
  report.signal_hat = sums.signal_hat;
  report.clipped = sums.clipped;
  report.overflowed = sums.overflowed;
  report.nan = sums.nan;
  report.inf = sums.inf;
  if (total.groups.empty()) total.groups.push_back({report.signal, report.noise});
  report.worst_group = worst_group(total.groups);
  report.code_counts = std::move(total.counts);
  return report;
}

}  // namespace

Result<ErrorReport> measure_error(const Prepared& prepared, const Quantizer& quantizer,
                                  const ScaleSet& scales, bool sample_only, const WorkContext& context) {
  const std::span<const float> values = prepared.tensor->span();
  const Sample& sample = prepared.sample;
  const bool from_sample = sample_only && !sample.all;
  const BlockPass pass(values, quantizer, scales);

  Total total;
  if (scales.layout.count > 1) total.groups.resize(scales.layout.count);
  if (quantizer.format.bits <= kCountedBits) total.counts.resize(std::size_t{1} << quantizer.format.bits);

  const std::uint64_t runs_per_task = kBlock / Sample::kRun;
  const std::uint64_t units = from_sample ? sample.starts.size() : values.size();
  const std::uint64_t per_task = from_sample ? runs_per_task : kBlock;
  const bool done =
      ordered_reduce((units + per_task - 1) / per_task, context,
                     [&](std::size_t task) {
                       const std::uint64_t first = task * per_task, last = std::min(first + per_task, units);
                       if (!from_sample) {
                         Partial partial = pass.open(groups_in(scales.layout, first, last));
                         pass.add(partial, first, last);
                         return partial;
                       }
                       const std::uint64_t end = sample.starts[last - 1] + Sample::kRun;
                       Partial partial = pass.open(groups_in(scales.layout, sample.starts[first], end));
                       for (std::uint64_t i = first; i < last; ++i)
                         pass.add(partial, sample.starts[i], sample.starts[i] + Sample::kRun);
                       return partial;
                     },
                     [&](Partial&& partial) { total.fold(partial); });
  if (!done) return cancelled();
  return finish(std::move(total), from_sample ? sample.values : values.size());
}

}  // namespace bitloupe
