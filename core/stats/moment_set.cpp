#include "core/stats/moment_set.h"

#include <algorithm>
#include <atomic>
#include <optional>

#include "core/quant/group_tensor.h"
#include "core/stats/bucket_moments.h"
#include "core/stats/moment_error.h"

namespace bitloupe {
namespace {

constexpr std::uint64_t kMostSorted = std::uint64_t{1} << 32;

// Sorted where the values lie in memory, else added up in buckets as they are read.
std::optional<PrefixMoments> moments_of_all(const Tensor& tensor, const WorkContext& context) {
  if (tensor.resident()) return PrefixMoments::build(tensor.span(), context);
  const ReadValues read = [&](std::uint64_t begin, std::uint64_t count, std::vector<float>& buffer) {
    return tensor.view(begin, count, buffer);
  };
  return build_bucketed(tensor.count(), read, context);
}

// Adds the sums of one group's report to the whole; the worst group is the first with the least SQNR.
void fold(ErrorReport& total, ErrorReport&& own, std::uint64_t group) {
  const double rounding = own.mse_rounding * static_cast<double>(own.finite);
  const double clipping = own.mse_clipping * static_cast<double>(own.finite);
  const double error = own.mean * static_cast<double>(own.finite);
  total.values += own.values;
  total.finite += own.finite;
  total.mse_rounding += rounding;  // sums until finish()
  total.mse_clipping += clipping;
  total.mean += error;
  total.max_abs = std::max(total.max_abs, own.max_abs);
  total.signal += own.signal;
  total.noise += own.noise;
  total.dot += own.dot;
  total.signal_hat += own.signal_hat;
  total.clipped += own.clipped;
  total.overflowed += own.overflowed;
  total.nan += own.nan;
  total.inf += own.inf;
  for (std::size_t i = 0; i < own.code_counts.size(); ++i) total.code_counts[i] += own.code_counts[i];
  if (own.signal <= 0) return;
  const double db = *own.sqnr_db();
  if (!total.worst_group || db < *total.worst_group->sqnr_db) total.worst_group = WorstGroup{group, db};
}

void finish(ErrorReport& total) {
  const double n = static_cast<double>(std::max<std::uint64_t>(total.finite, 1));
  total.mse_rounding /= n;
  total.mse_clipping /= n;
  total.mean /= n;
}

}  // namespace

bool worth_sorting(const GroupLayout& layout, const Tensor& tensor) {
  const std::uint64_t count = layout.elements();
  if (!tensor.resident()) return layout.count == 1;
  return count < kMostSorted && (layout.count == 1 || count / layout.count >= kSortedGroup);
}

Result<std::shared_ptr<const MomentSet>> make_moments(const Prepared& prepared, const GroupLayout& layout,
                                                      bool sample_only, const WorkContext& context) {
  auto set = std::make_shared<MomentSet>();
  set->layout = layout;
  set->groups.resize(layout.count);
  if (layout.count == 1) {
    set->all = !sample_only || prepared.sample.all;
    auto moments = set->all ? moments_of_all(*prepared.tensor, context)
                            : PrefixMoments::build(sampled_values(prepared), context);
    if (!moments) return cancelled();
    set->groups[0] = std::move(*moments);
    return std::shared_ptr<const MomentSet>(std::move(set));
  }
  std::atomic<bool> stopped = false;
  WorkContext quiet = context;
  quiet.progress = nullptr;
  const bool done = parallel_for(layout.count, 1, context, [&](std::size_t group, std::size_t) {
    auto moments = PrefixMoments::build(group_values(*prepared.tensor, layout, group), quiet);
    if (moments)
      set->groups[group] = std::move(*moments);
    else
      stopped = true;
  });
  if (!done || stopped) return cancelled();
  return std::shared_ptr<const MomentSet>(std::move(set));
}

bool moments_pay(MomentUse use, std::uint64_t values, const NumberFormat& format) {
  if (format.bits > 16) return false;
  if (use == MomentUse::Curve && format.bits <= 8) return true;
  const std::uint64_t per_cut = use == MomentUse::OneError ? 2000 : 6 * 400;
  return (per_cut << format.bits) <= values;
}

bool moments_pay(const MomentSet& moments, const NumberFormat& format) {
  return moments_pay(MomentUse::OneError, moments.layout.elements() / moments.layout.count, format);
}

Result<ErrorReport> measure_moments(const MomentSet& moments, const Quantizer& quantizer,
                                    const ScaleSet& scales, const WorkContext& context) {
  const CodeLadder common(quantizer, scales.groups[0].zero_point);
  const auto report_of = [&](std::size_t group) {
    const GroupScale& scale = scales.groups[group];
    std::optional<CodeLadder> own;
    if (scale.zero_point != scales.groups[0].zero_point) own.emplace(quantizer, scale.zero_point);
    const CodeLadder& ladder = own ? *own : common;
    ErrorReport report = moment_report(moments.groups[group], ladder, quantizer, scale);
    const double n = static_cast<double>(std::max<std::uint64_t>(report.finite, 1));
    report.mse_bound = bucket_bound(moments.groups[group], ladder, quantizer, scale) / n;
    return report;
  };
  if (moments.groups.size() == 1) return report_of(0);
  ErrorReport total;
  total.code_counts.resize(std::size_t{1} << quantizer.format.bits);
  std::uint64_t group = 0;
  const bool done = ordered_reduce(moments.groups.size(), context, report_of,
                                   [&](ErrorReport&& own) { fold(total, std::move(own), group++); });
  if (!done) return cancelled();
  finish(total);
  return total;
}

}  // namespace bitloupe
