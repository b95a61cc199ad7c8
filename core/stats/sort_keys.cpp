// Highway's vectorised quicksort, instantiated for every target here: only so can a target be chosen.
#include "core/stats/sort_keys.h"

#include <algorithm>

// foreach_target comes first: it includes this file once a target.
// clang-format off
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/sort_keys.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <hwy/contrib/sort/traits-inl.h>
#include <hwy/contrib/sort/vqsort-inl.h>
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace bitloupe::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
void sort_ascending(T* keys, std::size_t count) {
  if (count < 2) return;  // Highway asserts that there is a key
#if VQSORT_ENABLED
  HWY_ALIGN T buffer[hwy::SortConstants::BufNum<T>(HWY_LANES(T))] = {};
  const hn::SortTag<T> tag;
  const hn::detail::SharedTraits<hn::detail::TraitsLane<hn::detail::OrderAscending<T>>> traits;
  hn::Sort(tag, traits, keys, count, buffer);
#else
  std::sort(keys, keys + count);
#endif
}

void sort_i32(std::int32_t* keys, std::size_t count) { sort_ascending(keys, count); }
void sort_u64(std::uint64_t* keys, std::size_t count) { sort_ascending(keys, count); }

}  // namespace bitloupe::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitloupe {

HWY_EXPORT(sort_i32);
HWY_EXPORT(sort_u64);

#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_SSE4)
namespace on_amd = N_SSE4;
#else
namespace on_amd = HWY_NAMESPACE;
#endif

namespace {

// AMD's Zen runs compressing (AVX-512) and masked (AVX2) stores in microcode: a million keys take 36 ms by
// either, 16 ms by SSE4.
bool is_amd() {
#if HWY_ARCH_X86 && (HWY_TARGETS & HWY_SSE4)
  static const bool amd = __builtin_cpu_is("amd") != 0 && (hwy::SupportedTargets() & HWY_SSE4) != 0;
  return amd;
#else
  return false;
#endif
}

}  // namespace

void sort_keys(std::span<std::int32_t> keys) {
  if (is_amd()) return on_amd::sort_i32(keys.data(), keys.size());
  HWY_DYNAMIC_DISPATCH(sort_i32)(keys.data(), keys.size());
}

void sort_keys(std::span<std::uint64_t> keys) {
  if (is_amd()) return on_amd::sort_u64(keys.data(), keys.size());
  HWY_DYNAMIC_DISPATCH(sort_u64)(keys.data(), keys.size());
}

}  // namespace bitloupe
#endif
