// The sorted values of a tensor, one PrefixMoments a scale group: what live tuning reads instead of the
// values.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/parallel.h"
#include "core/quant/group_layout.h"
#include "core/result.h"
#include "core/stats/error_report.h"
#include "core/stats/prefix_moments.h"
#include "core/stats/prepared.h"

namespace bitloupe {

struct MomentSet {
  GroupLayout layout;
  std::vector<PrefixMoments> groups;  // layout.count of them
  bool all = true;                    // false: of the prepared sample only (one group)
};

// Whether sorting pays under this layout: one group, or groups of kSortedGroup values and more in memory.
// Smaller ones are measured faster by reading them.
inline constexpr std::uint64_t kSortedGroup = 4096;
bool worth_sorting(const GroupLayout& layout, const Tensor& tensor);

// Sorts the values of every group; those of a streamed tensor are added up in buckets instead (one group).
// `sample_only`: only the prepared sample (one group). Errors: Cancelled.
Result<std::shared_ptr<const MomentSet>> make_moments(const Prepared& prepared, const GroupLayout& layout,
                                                      bool sample_only, const WorkContext& context);

// When moments are asked instead of reading `values` values: where a cut between each two codes costs less.
// OneError: a cut costs as much as reading 2,000 values. Curve: as much as reading 400 for one of many
// thresholds, six times as many of which are looked at where there are moments; up to 8 bits moments pay
// always, as only they prove the minimum. Above 16 bits never.
enum class MomentUse { OneError, Curve };
bool moments_pay(MomentUse use, std::uint64_t values, const NumberFormat& format);
// The same for one error of a whole set.
bool moments_pay(const MomentSet& moments, const NumberFormat& format);

// measure_error by moments: `scales` belong to the same layout. Under stochastic rounding the errors are
// expectations. Errors: Cancelled.
Result<ErrorReport> measure_moments(const MomentSet& moments, const Quantizer& quantizer,
                                    const ScaleSet& scales, const WorkContext& context);

}  // namespace bitloupe
