// What the kernels of encode_blocks share, compiled once for every instruction set: the largest values of
// four groups, and four-bit codes on their way from lanes to bytes. It knows no block type.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_ENCODE_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_ENCODE_VECTORS_INL_H_
#undef BITLOUPE_ENCODE_VECTORS_INL_H_
#else
#define BITLOUPE_ENCODE_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR  // its vectors have one lane

// Scales are worked out for four groups of values at a time, one in each lane of a small vector.
using Four = hn::FixedTag<float, 4>;
using FourInts = hn::RebindToSigned<Four>;

// Values by the vector, eight lanes at most.
using Wide = hn::CappedTag<float, 8>;
using WideInts = hn::RebindToSigned<Wide>;
using WideBytes = hn::Repartition<std::uint8_t, Wide>;
using Floats = hn::Vec<Wide>;
using Ints = hn::Vec<WideInts>;
constexpr std::size_t kWide = hn::MaxLanes(Wide());

// The largest of what `of` makes of the bits of `count` values, a multiple of 8, spread over four lanes. As
// integers, so that infinities and NaN, of either sign, are the largest.
template <class Of>
HWY_INLINE auto largest_spread(const float* x, std::size_t count, const Of& of) {
  const auto bits = [&](std::size_t i)
                        HWY_ATTR { return of(hn::BitCast(WideInts(), hn::LoadU(Wide(), x + i))); };
  auto most = bits(0);
  for (std::size_t i = kWide; i < count; i += kWide) most = hn::Max(most, bits(i));
  if constexpr (kWide == 8)
    return hn::Max(hn::LowerHalf(most), hn::UpperHalf(hn::Half<hn::DFromV<decltype(most)>>(), most));
  else
    return most;
}

// Lane g: the largest lane of groups[g].
template <class V>
HWY_INLINE V largest_lanes(const V (&groups)[4]) {
  const hn::DFromV<V> d;
  const auto in_pairs = [&](V a, V b) HWY_ATTR {  // a, b, a, b
    return hn::Max(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  };
  const auto ab = in_pairs(groups[0], groups[1]), ce = in_pairs(groups[2], groups[3]);
  return hn::Max(hn::ConcatLowerLower(d, ce, ab), hn::ConcatUpperUpper(d, ce, ab));
}

// The largest of what `of` makes of the bits of four groups of `count` values.
template <class Of>
HWY_INLINE auto largest_of_groups(const float* x, std::size_t count, const Of& of) {
  const auto first = largest_spread(x, count, of);
  const std::remove_const_t<decltype(first)> groups[4] = {first, largest_spread(x + count, count, of),
                                                          largest_spread(x + 2 * count, count, of),
                                                          largest_spread(x + 3 * count, count, of)};
  return largest_lanes(groups);
}

// Four small integers as the bytes of each lane, the first lowest.
HWY_INLINE hn::Vec<WideBytes> bytes_of(Ints a, Ints b, Ints c, Ints e) {
  const auto low = hn::Or(a, hn::ShiftLeft<8>(b)), high = hn::Or(hn::ShiftLeft<16>(c), hn::ShiftLeft<24>(e));
  return hn::BitCast(WideBytes(), hn::Or(low, high));
}

// Writes sixteen bytes of four-bit codes: those of values j (low half) and j + `high` (high half) for the
// eight j from 0 and then for the eight from `second` on. codes(a, b, c, e) gives the codes of the values
// from each of these places on, as bytes_of() lays them out: so far no code has left the lane of its value.
template <class Codes>
HWY_INLINE void put_sixteen(std::byte* bytes, std::size_t high, std::size_t second, const Codes& codes) {
  const WideInts di;
  const hn::FixedTag<std::uint8_t, 16> d16;
  const hn::FixedTag<std::uint32_t, 4> d4;
  alignas(16) static constexpr std::uint8_t kOrder[16] = {0, 4, 8, 12, 2, 6, 10, 14};
  const auto order = hn::LoadDup128(WideBytes(), kOrder);
  hn::Vec<WideBytes> columns[8 / kWide];
  for (std::size_t i = 0; i < 8 / kWide; ++i) {
    const std::size_t a = i * kWide;
    const auto four = hn::BitCast(di, codes(a, a + high, a + second, a + second + high));
    const auto pairs = hn::BitCast(WideBytes(), hn::Or(four, hn::ShiftRight<4>(four)));  // in bytes 0 and 2
    columns[i] = hn::TableLookupBytes(pairs, order);
  }
  const auto put = [&](auto first, auto last) HWY_ATTR {
    const auto all = hn::InterleaveLower(d4, hn::BitCast(d4, first), hn::BitCast(d4, last));
    hn::StoreU(hn::BitCast(d16, all), d16, reinterpret_cast<std::uint8_t*>(bytes));
  };
  if constexpr (kWide == 8)
    put(hn::LowerHalf(columns[0]), hn::UpperHalf(hn::Half<WideBytes>(), columns[0]));
  else
    put(columns[0], columns[1]);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
