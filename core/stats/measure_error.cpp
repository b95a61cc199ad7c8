// One pass over the values, blocks folded in order: by the fused kernels where they apply, else by the
// readable way, which quantizes into small buffers and adds up value by value.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "core/stats/error_report.h"
#include "core/stats/fused_pass.h"

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

// What one task brings home.
struct Partial {
  Sums sums;
  std::uint64_t first_group = 0;
  std::vector<GroupSums> groups;  // of groups first_group, first_group + 1, ...
  std::vector<std::uint32_t> counts;
};

class BlockPass {
 public:
  BlockPass(const Quantizer& quantizer, const ScaleSet& scales) : quantizer_(quantizer), scales_(scales) {}

  // Opens a partial result for elements inside groups [first, last].
  Partial open(GroupSpan span) const {
    Partial partial;
    partial.first_group = span.first;
    if (scales_.layout.count > 1) partial.groups.resize(span.last - span.first + 1);
    if (quantizer_.format.bits <= kCountedBits)
      partial.counts.resize(std::size_t{1} << quantizer_.format.bits);
    return partial;
  }

  // `values` are those of elements begin, begin + 1, ...
  void add(Partial& partial, std::uint64_t begin, std::span<const float> values) const {
    for_each_run(scales_.layout, begin, begin + values.size(), [&](const GroupRun& run) {
      const std::span<const float> own = values.subspan(run.begin - begin, run.length);
      if (run.step == 0) return add_run(partial, run.begin, own, run.group);
      for (std::uint64_t i = 0; i < run.length; ++i)
        add_run(partial, run.begin + i, own.subspan(i, 1), run.group + i);
    });
  }

 private:
  void add_run(Partial& partial, std::uint64_t begin, std::span<const float> values,
               std::uint64_t group) const {
    std::array<Code, kBuffer> codes;
    std::array<float, kBuffer> dequantized;
    std::array<ErrorKind, kBuffer> kinds;
    Sums sums;
    for (std::uint64_t done = 0; done < values.size(); done += kBuffer) {
      const std::size_t size = std::min<std::uint64_t>(kBuffer, values.size() - done);
      const std::span<const float> x = values.subspan(done, size);
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

  const Quantizer& quantizer_;
  const ScaleSet& scales_;
};

Sums sums_of(const FusedSums& fused) {
  Sums sums;
  sums.finite = fused.finite;
  sums.clipped = fused.clipped;
  sums.nan = fused.nan;
  sums.inf = fused.inf;
  sums.rounding = fused.rounding;
  sums.clipping = fused.clipping;
  sums.error = fused.error;
  sums.max_abs = fused.max_abs;
  sums.signal = fused.signal;
  sums.dot = fused.dot();
  sums.signal_hat = fused.signal_hat;
  return sums;
}

// The same tasks as BlockPass, by the kernels. For layouts whose neighbours share a scale.
class KernelPass {
 public:
  KernelPass(std::uint64_t count, const Quantizer& quantizer, const ScaleSet& scales)
      : scales_(scales),
        pass_(quantizer),
        workers_([this, count] { return std::make_unique<FusedPass::Worker>(pass_, true, count); }) {}

  static bool applies(const Quantizer& quantizer, const GroupLayout& layout) {
    const bool alternating = layout.inner_step != 0 ? layout.inner > 1 && layout.inner_size == 1
                                                    : layout.inner == 1 && layout.size == 1;
    return FusedPass::applies(quantizer) && (layout.count == 1 || !alternating);
  }

  // Groups that lie one behind the other, all of one size and no larger than a task.
  static bool even(const GroupLayout& layout) {
    const bool consecutive = layout.outer == 1 || layout.outer_step != 0;  // channels begin anew each time
    return consecutive && layout.inner == 1 && layout.axis % layout.size == 0 && layout.size <= kBlock &&
           layout.axis_step == 1;
  }

  Partial open(GroupSpan span) const {
    Partial partial;
    partial.first_group = span.first;
    if (scales_.layout.count > 1) partial.groups.resize(span.last - span.first + 1);
    return partial;
  }

  // Adds ranges (the first element, the values from there on) one after the other to `partial`.
  template <class ForEachRange>
  void add(Partial& partial, ForEachRange&& for_each_range) {
    workers_.lend([&](FusedPass::Worker& worker) {
      for_each_range([&](std::uint64_t begin, std::span<const float> values) {
        add_range(worker, partial, begin, values);
      });
      partial.sums = sums_of(worker.take());
    });
  }

  void move_counts(std::vector<std::uint64_t>& counts) {
    workers_.for_each([&](FusedPass::Worker& worker) { worker.move_counts(counts); });
  }

 private:
  void add_range(FusedPass::Worker& worker, Partial& partial, std::uint64_t begin,
                 std::span<const float> values) const {
    const std::uint64_t end = begin + values.size();
    const GroupLayout& layout = scales_.layout;
    const std::span<const GroupScale> scales = scales_.groups;
    const auto sums_from = [&](std::uint64_t group, std::uint64_t count) {
      return partial.groups.empty() ? std::span<GroupSums>()
                                    : std::span(partial.groups).subspan(group - partial.first_group, count);
    };
    if (even(layout) && begin % layout.size == 0 && end % layout.size == 0) {
      const std::uint64_t group = begin / layout.size, count = (end - begin) / layout.size;
      return pass_.add_groups(worker, values, layout.size, scales.subspan(group, count),
                              sums_from(group, count));
    }
    for_each_run(layout, begin, end, [&](const GroupRun& run) {
      pass_.add_groups(worker, values.subspan(run.begin - begin, run.length), run.length,
                       scales.subspan(run.group, 1), sums_from(run.group, 1));
    });
  }

  const ScaleSet& scales_;
  const FusedPass pass_;
  Lent<FusedPass::Worker> workers_;  // the counts
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

// The group with the least SQNR; the first of equals. Groups without signal do not take part. One logarithm:
// millions of groups are common.
std::optional<WorstGroup> worst_group(const std::vector<GroupSums>& groups) {
  std::optional<std::size_t> worst;
  double least = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    if (groups[g].signal <= 0) continue;
    const double ratio = groups[g].signal / groups[g].noise;  // inf without noise
    if (worst && ratio >= least) continue;
    worst = g;
    least = ratio;
  }
  if (!worst) return std::nullopt;
  return WorstGroup{*worst, ratio_db(groups[*worst].signal, groups[*worst].noise)};
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

// x * x_hat comes from a difference of sums: where it is this small against them, too few digits are left.
bool dot_is_lost(const Sums& sums) {
  return std::fabs(sums.dot) < 1e-5 * (sums.signal + sums.signal_hat) && sums.signal_hat > 0;
}

// One task after the other: `open` and `add` of either pass. Nothing if stopped.
template <class AddTask>
bool run_tasks(std::uint64_t units, std::uint64_t per_task, const WorkContext& context, Total& total,
               AddTask&& add_task) {
  return ordered_reduce((units + per_task - 1) / per_task, context,
                        [&](std::size_t task) {
                          const std::uint64_t first = task * per_task;
                          return add_task(first, std::min(first + per_task, units));
                        },
                        [&](Partial&& partial) { total.fold(partial); });
}

}  // namespace

Result<ErrorReport> measure_error(const Prepared& prepared, const Quantizer& quantizer,
                                  const ScaleSet& scales, bool sample_only, const WorkContext& context) {
  const Tensor& tensor = *prepared.tensor;
  const GroupLayout& layout = scales.layout;
  const Sample& sample = prepared.sample;
  const bool from_sample = sample_only && !sample.all;
  const std::uint64_t units = from_sample ? sample.starts.size() : tensor.count();

  const auto fresh = [&] {
    Total total;
    if (layout.count > 1) total.groups.resize(layout.count);
    if (quantizer.format.bits <= kCountedBits) total.counts.resize(std::size_t{1} << quantizer.format.bits);
    return total;
  };
  // Elements of units [first, last), as ranges: visit(first element, values).
  const auto for_each_range = [&](std::uint64_t first, std::uint64_t last, auto&& visit) {
    std::vector<float> buffer;
    if (!from_sample) return visit(first, tensor.view(first, last - first, buffer));
    for (std::uint64_t i = first; i < last; ++i)
      visit(sample.starts[i], tensor.view(sample.starts[i], Sample::kRun, buffer));
  };
  const auto groups_of = [&](std::uint64_t first, std::uint64_t last) {
    if (!from_sample && KernelPass::even(layout))
      return GroupSpan{first / layout.size, (last - 1) / layout.size};
    return from_sample ? groups_in(layout, sample.starts[first], sample.starts[last - 1] + Sample::kRun)
                       : groups_in(layout, first, last);
  };

  const std::uint64_t per_task = from_sample ? kBlock / Sample::kRun : kBlock;
  Total total = fresh();
  bool done = false, kernels = KernelPass::applies(quantizer, layout);
  if (kernels) {
    KernelPass pass(tensor.count(), quantizer, scales);
    const std::uint64_t whole_groups = kBlock / layout.size * layout.size;
    const std::uint64_t per_kernel_task = !from_sample && KernelPass::even(layout) ? whole_groups : per_task;
    done = run_tasks(units, per_kernel_task, context, total, [&](std::uint64_t first, std::uint64_t last) {
      if (tensor.error()) return Partial();
      Partial partial = pass.open(groups_of(first, last));
      pass.add(partial, [&](auto&& visit) { for_each_range(first, last, visit); });
      return partial;
    });
    if (!done) return cancelled();
    pass.move_counts(total.counts);
    kernels = !dot_is_lost(total.sums);
  }
  if (!kernels) {
    total = fresh();
    const BlockPass pass(quantizer, scales);
    done = run_tasks(units, per_task, context, total, [&](std::uint64_t first, std::uint64_t last) {
      if (tensor.error()) return Partial();
      Partial partial = pass.open(groups_of(first, last));
      for_each_range(first, last, [&](std::uint64_t begin, std::span<const float> values) {
        pass.add(partial, begin, values);
      });
      return partial;
    });
  }
  if (!done) return cancelled();
  return finish(std::move(total), from_sample ? sample.values : tensor.count());
}

}  // namespace bitloupe
