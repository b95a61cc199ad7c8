#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/fused_range.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/stats/fused_range-inl.h"

#if HWY_ONCE
#include "core/simd.h"
#include "core/stats/fused_range.h"

namespace bitloupe {

HWY_EXPORT(group_ranges);

void find_group_ranges(std::span<const float> values, std::size_t size, std::span<ClipRange> ranges) {
  choose_kernel();
  HWY_DYNAMIC_DISPATCH(group_ranges)(values.data(), size, ranges.size(), ranges.data());
}

}  // namespace bitloupe
#endif  // HWY_ONCE
