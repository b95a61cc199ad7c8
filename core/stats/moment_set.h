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

  std::uint64_t bytes() const;
};

// Whether sorting pays under this layout: one group, or groups of kSortedGroup values and more in memory.
// Smaller ones are measured faster by reading them.
inline constexpr std::uint64_t kSortedGroup = 4096;
bool worth_sorting(const GroupLayout& layout, const Tensor& tensor);

// Sorts the values of every group; those of a streamed tensor are added up in buckets instead (one group).
// `sample_only`: only the prepared sample (one group). Errors: Cancelled.
Result<std::shared_ptr<const MomentSet>> make_moments(const Prepared& prepared, const GroupLayout& layout,
                                                      bool sample_only, const WorkContext& context);

// Whether moments give a spec's error faster than reading all values does: a cut costs as much as reading
// some two thousand values.
bool moments_pay(const MomentSet& moments, const NumberFormat& format);

// measure_error by moments: `scales` belong to the same layout. Under stochastic rounding the errors are
// expectations. Errors: Cancelled.
Result<ErrorReport> measure_moments(const MomentSet& moments, const Quantizer& quantizer,
                                    const ScaleSet& scales, const WorkContext& context);

}  // namespace bitloupe
