// Extremes of groups, compiled once for every instruction set.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_FUSED_RANGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_FUSED_RANGE_INL_H_
#undef BITLOUPE_FUSED_RANGE_INL_H_
#else
#define BITLOUPE_FUSED_RANGE_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "core/quant/scales.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {

// Smallest and largest finite value of `count` groups of `size` values, +0 for zeros; inf, -inf without any.
// Reads ahead into the cache: the groups that follow are read next.
inline void group_ranges(const float* x, std::size_t size, std::size_t count, ClipRange* ranges) {
  namespace hn = hwy::HWY_NAMESPACE;
  constexpr hn::CappedTag<float, 16> d;
  constexpr std::size_t kLanes = hn::MaxLanes(d);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const auto largest = hn::Set(d, std::numeric_limits<float>::max());
  for (std::size_t g = 0; g < count; ++g, x += size) {
    auto low = hn::Set(d, kInfinity), high = hn::Set(d, -kInfinity);
    auto odd = hn::MaskFromVec(hn::Zero(d));
    std::size_t i = 0;
    for (; i + kLanes <= size; i += kLanes) {
      if (i % 16 == 0) hwy::Prefetch(x + i + 1024);
      const auto v = hn::LoadU(d, x + i);
      odd = hn::Or(odd, hn::Not(hn::Le(hn::Abs(v), largest)));
      low = hn::Min(low, v);
      high = hn::Max(high, v);
    }
    ClipRange range{hn::GetLane(hn::MinOfLanes(d, low)), hn::GetLane(hn::MaxOfLanes(d, high))};
    if (HWY_UNLIKELY(!hn::AllFalse(d, odd))) {
      range = {kInfinity, -kInfinity};
      i = 0;
    }
    for (; i < size; ++i) {
      if (!std::isfinite(x[i])) continue;
      range.lo = x[i] < range.lo ? x[i] : range.lo;
      range.hi = x[i] > range.hi ? x[i] : range.hi;
    }
    ranges[g] = {range.lo + 0.0f, range.hi + 0.0f};  // -0 + 0 = +0
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
