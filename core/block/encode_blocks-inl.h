// The kernels of encode_blocks, compiled once for every instruction set. A block of which vectors could not
// give the specification's bytes is handed to that: numbers that are not finite, ties for the furthest value,
// scales at the ends of their range.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_ENCODE_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_ENCODE_BLOCKS_INL_H_
#undef BITLOUPE_ENCODE_BLOCKS_INL_H_
#else
#define BITLOUPE_ENCODE_BLOCKS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>

#include "core/block/block_bytes.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/fp4_codes.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Blocks one at a time, by the specification.
template <std::size_t kValues, std::size_t kBytes, void (*kEncode)(const float*, std::byte*)>
HWY_NOINLINE void one_by_one(const float* x, std::size_t count, std::byte* block) {
  for (std::size_t i = 0; i < count; ++i) encode_any<kValues, kEncode>(x + i * kValues, block + i * kBytes);
}

#if HWY_TARGET == HWY_SCALAR  // vectors of one lane

inline void q4_0_blocks(const float* x, std::size_t count, std::byte* block) {
  one_by_one<32, 18, encode_q4_0>(x, count, block);
}
inline void mxfp4_blocks(const float* x, std::size_t count, std::byte* block) {
  one_by_one<32, 17, encode_mxfp4>(x, count, block);
}
inline void nvfp4_blocks(const float* x, std::size_t count, std::byte* block) {
  one_by_one<64, 36, encode_nvfp4>(x, count, block);
}

#else

// Scales are worked out for four groups of values at a time, one in each lane of a small vector.
using Four = hn::FixedTag<float, 4>;
using FourInts = hn::RebindToSigned<Four>;

constexpr std::size_t kAheadOfQuad = 2048;  // values: 8 KiB

HWY_INLINE hn::Vec<Four> four_lanes(hn::Vec<Four> v) { return v; }
template <class V>
HWY_INLINE hn::Vec<Four> four_lanes(V v) {
  const hn::DFromV<V> d;
  return four_lanes(hn::Max(hn::LowerHalf(v), hn::UpperHalf(hn::Half<decltype(d)>(), v)));
}

// Values by the vector, eight lanes at most.
using Wide = hn::CappedTag<float, 8>;
using WideInts = hn::RebindToSigned<Wide>;
using WideBytes = hn::Repartition<std::uint8_t, Wide>;
using Floats = hn::Vec<Wide>;
using Ints = hn::Vec<WideInts>;
constexpr std::size_t kWide = hn::MaxLanes(Wide());

// The largest of what `of` makes of `count` values, a multiple of 8, spread over four lanes.
template <class Of>
HWY_INLINE hn::Vec<Four> largest_spread(const float* x, std::size_t count, const Of& of) {
  Floats most = of(hn::LoadU(Wide(), x));
  for (std::size_t i = kWide; i < count; i += kWide) most = hn::Max(most, of(hn::LoadU(Wide(), x + i)));
  return four_lanes(most);
}

// Lane g: the largest lane of groups[g].
HWY_INLINE hn::Vec<Four> largest_lanes(const hn::Vec<Four> (&groups)[4]) {
  const Four d;
  const auto in_pairs = [&](hn::Vec<Four> a, hn::Vec<Four> b) HWY_ATTR {  // a, b, a, b
    return hn::Max(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  };
  const auto ab = in_pairs(groups[0], groups[1]), ce = in_pairs(groups[2], groups[3]);
  return hn::Max(hn::ConcatLowerLower(d, ce, ab), hn::ConcatUpperUpper(d, ce, ab));
}

// Whether all of `count` values, a multiple of 8, are finite: a number less itself is 0 then, else NaN.
HWY_INLINE bool all_finite(const float* x, std::size_t count) {
  const Wide d;
  auto zero = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += kWide) {
    const auto v = hn::LoadU(d, x + i);
    zero = hn::Add(zero, hn::Sub(v, v));
  }
  return hn::AllTrue(d, hn::Eq(zero, zero));
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

// half_bits of finite numbers.
HWY_INLINE hn::Vec<FourInts> halves_of(hn::Vec<Four> v) {
  const Four d;
  const FourInts di;
  const auto of = [&](std::int32_t i) HWY_ATTR { return hn::Set(di, i); };
  const auto magnitude = hn::BitCast(di, hn::Abs(v));
  const auto sign = hn::And(hn::ShiftRight<16>(hn::BitCast(di, v)), of(0x8000));
  const auto small = hn::Sub(hn::BitCast(di, hn::Add(hn::Abs(v), hn::Set(d, 0.5f))), of(126 << 23));
  const auto odd = hn::And(hn::ShiftRight<13>(magnitude), of(1));
  const auto normal = hn::ShiftRight<13>(hn::Add(hn::Add(magnitude, of(0xFFF - (112 << 23))), odd));
  const auto rounded = hn::IfThenElse(hn::Lt(magnitude, of(0x38800000)), small, normal);
  return hn::Or(sign, hn::IfThenElse(hn::Lt(magnitude, of(0x477FF000)), rounded, of(0x7C00)));
}

// `quad` encodes four blocks and is false where it cannot.
template <std::size_t kValues, std::size_t kBytes, void (*kEncode)(const float*, std::byte*), class Quad>
HWY_INLINE void by_quads(const float* HWY_RESTRICT x, std::size_t count, std::byte* HWY_RESTRICT block,
                         const Quad& quad) {
  for (; count >= 4; count -= 4, x += 4 * kValues, block += 4 * kBytes) {
    for (std::size_t i = 0; i < 4 * kValues; i += 16) hwy::Prefetch(x + kAheadOfQuad + i);
    if (HWY_UNLIKELY(!quad(x, block))) one_by_one<kValues, kBytes, kEncode>(x, 4, block);
  }
  one_by_one<kValues, kBytes, kEncode>(x, count, block);
}

inline bool q4_0_quad(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block) {
  const Four d;
  hn::Vec<Four> highest[4], deepest[4];
  for (std::size_t b = 0; b < 4; ++b) {
    highest[b] = largest_spread(x + 32 * b, 32, [](Floats v) HWY_ATTR { return v; });
    deepest[b] = largest_spread(x + 32 * b, 32, [](Floats v) HWY_ATTR { return hn::Neg(v); });
  }
  const auto above = largest_lanes(highest), below = largest_lanes(deepest);
  auto furthest = hn::IfThenElse(hn::Gt(above, below), above, hn::Neg(below));
  const auto zero = hn::Zero(d);
  const auto tie = hn::And(hn::Eq(above, below), hn::Ne(above, zero));
  if (HWY_UNLIKELY(!hn::AllFalse(d, tie))) {  // the sign of the first decides
    alignas(16) float lanes[4];
    for (std::size_t b = 0; b < 4; ++b) lanes[b] = furthest_from_zero({x + 32 * b, 32});
    furthest = hn::Load(d, lanes);
  }
  furthest = hn::IfThenElse(hn::Eq(furthest, zero), zero, furthest);  // not -0
  const auto scale = hn::Mul(furthest, hn::Set(d, -0.125f));
  const auto divides = hn::Ge(hn::Abs(scale), hn::Set(d, 0x1p-126f));
  const auto inverse = hn::IfThenElseZero(divides, hn::Div(hn::Set(d, 1.0f), scale));
  const bool usual = hn::AllTrue(d, hn::Or(divides, hn::Eq(scale, zero)));
  if (HWY_UNLIKELY(!usual || !all_finite(x, 128))) return false;

  alignas(16) std::int32_t halves[4];
  alignas(16) float inverses[4];
  hn::Store(halves_of(scale), FourInts(), halves);
  hn::Store(inverse, d, inverses);
  const auto offset = hn::Set(Wide(), 8.5f);
  for (std::size_t b = 0; b < 4; ++b, x += 32, block += 18) {
    put_word(block, 0, static_cast<std::uint16_t>(halves[b]));
    const auto factor = hn::Set(Wide(), inverses[b]);
    const auto code = [&](std::size_t i) HWY_ATTR {
      const auto product = hn::Mul(hn::LoadU(Wide(), x + i), factor);
      return hn::ConvertTo(WideInts(), hn::Add(product, offset));
    };
    put_sixteen(block + 2, 16, 8, [&](std::size_t i, std::size_t j, std::size_t k, std::size_t l) HWY_ATTR {
      const auto codes = bytes_of(code(i), code(j), code(k), code(l));
      return hn::Min(codes, hn::Set(WideBytes(), 15));
    });
  }
  return true;
}

// What decides on the code of E2M1: the magnitude in halves of kTwiceE2M1's unit, rounded up, at most 32. The
// middles between levels are 1, 3, 5, 7, 10, 14 and 20 such halves.
HWY_INLINE Ints halves_up(Floats magnitude_in_halves) {
  return hn::ConvertTo(WideInts(), hn::Ceil(magnitude_in_halves));
}

// Codes of E2M1 of the values from x + a, x + b, x + c and x + e on, as bytes_of() lays them out. `halves`
// gives halves_up of the vector at such a place.
template <class Halves>
HWY_INLINE hn::Vec<WideBytes> e2m1_codes(const Halves& halves, const float* x, std::size_t a, std::size_t b,
                                         std::size_t c, std::size_t e) {
  const WideBytes d;
  const hn::RebindToSigned<WideBytes> signed_bytes;
  alignas(16) static constexpr std::uint8_t kCodes[16] = {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 6};
  const auto in_halves = bytes_of(halves(a), halves(b), halves(c), halves(e));
  const auto up_to_15 = hn::TableLookupBytes(hn::LoadDup128(d, kCodes), hn::Min(in_halves, hn::Set(d, 15)));
  const auto last = hn::Gt(hn::BitCast(signed_bytes, in_halves), hn::Set(signed_bytes, 20));
  const auto code = hn::Sub(up_to_15, hn::BitCast(d, hn::VecFromMask(signed_bytes, last)));  // a mask is -1
  const auto sign = [&](std::size_t i) HWY_ATTR {
    const hn::RebindToUnsigned<Wide> words;
    return hn::BitCast(WideInts(),
                       hn::ShiftLeft<3>(hn::ShiftRight<31>(hn::BitCast(words, hn::LoadU(Wide(), x + i)))));
  };
  const auto signs = bytes_of(sign(a), sign(b), sign(c), sign(e));
  return hn::Or(code, hn::IfThenZeroElse(hn::Eq(code, hn::Zero(d)), signs));
}

// Of four groups of `count` values.
HWY_INLINE hn::Vec<Four> largest_magnitudes(const float* x, std::size_t count) {
  hn::Vec<Four> largest[4];
  for (std::size_t g = 0; g < 4; ++g)
    largest[g] = largest_spread(x + count * g, count, [](Floats v) HWY_ATTR { return hn::Abs(v); });
  return largest_lanes(largest);
}

inline bool mxfp4_quad(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block) {
  const Four d;
  const FourInts di;
  const auto largest = largest_magnitudes(x, 32);
  const auto none = hn::Eq(largest, hn::Zero(d));
  // Of these neither the scale nor its reciprocal leaves the normal numbers.
  const auto usual = hn::And(hn::Ge(largest, hn::Set(d, 0x1p-120f)), hn::Le(largest, hn::Set(d, 0x1p120f)));
  // Elsewhere no logarithm rounds up.
  const auto mantissa = hn::And(hn::BitCast(di, largest), hn::Set(di, 0x7FFFFF));
  const auto near_next = hn::RebindMask(d, hn::Gt(mantissa, hn::Set(di, 0x7FFFFF - 100)));
  const auto as_it_seems = hn::Or(none, hn::AndNot(near_next, usual));
  if (HWY_UNLIKELY(!hn::AllTrue(d, as_it_seems) || !all_finite(x, 128))) return false;

  const auto exponent = hn::Sub(hn::ShiftRight<23>(hn::BitCast(di, largest)), hn::Set(di, 2));
  const auto factor = hn::BitCast(d, hn::ShiftLeft<23>(hn::Sub(hn::Set(di, 256), exponent)));
  alignas(16) std::int32_t exponents[4];
  alignas(16) float factors[4];
  hn::Store(hn::IfThenZeroElse(hn::RebindMask(di, none), exponent), di, exponents);
  hn::Store(hn::IfThenZeroElse(none, factor), d, factors);
  for (std::size_t b = 0; b < 4; ++b, x += 32, block += 17) {
    put_byte(block, 0, static_cast<unsigned>(exponents[b]));
    // 2 / half_of_e8m0(exponent), a power of two: the products are exact, and below 32.
    const auto factor_of_all = hn::Set(Wide(), factors[b]);
    const auto halves = [&](std::size_t i) HWY_ATTR {
      return halves_up(hn::Mul(hn::Abs(hn::LoadU(Wide(), x + i)), factor_of_all));
    };
    put_sixteen(block + 1, 16, 8, [&](std::size_t i, std::size_t j, std::size_t k, std::size_t l) HWY_ATTR {
      return e2m1_codes(halves, x, i, j, k, l);
    });
  }
  return true;
}

// ue4m3_of and half_of_ue4m3.
HWY_INLINE hn::Vec<FourInts> ue4m3_codes(hn::Vec<Four> v) {
  const Four d;
  const FourInts di;
  const auto of = [&](std::int32_t i) HWY_ATTR { return hn::Set(di, i); };
  const auto bits = hn::BitCast(di, v);
  const auto up = hn::And(hn::ShiftRight<19>(bits), of(1));
  const auto normal = hn::Sub(hn::Add(hn::ShiftRight<20>(bits), up), of(120 << 3));
  const auto capped = hn::IfThenElse(hn::Gt(normal, of(0x77)), of(0x7E), normal);
  const auto in_steps = hn::Add(hn::Mul(hn::Min(v, hn::Set(d, 1.0f)), hn::Set(d, 512.0f)), hn::Set(d, 0.5f));
  const auto small = hn::Min(hn::ConvertTo(di, in_steps), of(7));
  return hn::IfThenElse(hn::RebindMask(di, hn::Lt(v, hn::Set(d, 0x1p-6f))), small, capped);
}
HWY_INLINE hn::Vec<Four> half_scales(hn::Vec<FourInts> codes) {
  const Four d;
  const FourInts di;
  const auto small = hn::Mul(hn::ConvertTo(d, codes), hn::Set(d, 0x1p-10f));
  const auto normal = hn::BitCast(d, hn::Add(hn::ShiftLeft<20>(codes), hn::Set(di, 119 << 23)));
  return hn::IfThenElse(hn::RebindMask(d, hn::Lt(codes, hn::Set(di, 8))), small, normal);
}

// One block: four groups.
inline bool nvfp4_quad(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block) {
  const Four d;
  const auto largest = largest_magnitudes(x, 16);
  if (HWY_UNLIKELY(!hn::AllTrue(d, hn::Lt(largest, hn::Set(d, 0x1p28f))) || !all_finite(x, 64)))
    return false;  // nvfp4.cpp

  const auto stored = ue4m3_codes(hn::Div(largest, hn::Set(d, 6.0f)));
  const auto half_units = hn::Mul(half_scales(stored), hn::Set(d, 0.5f));
  const auto infinite = hn::Set(d, std::numeric_limits<float>::infinity());
  alignas(16) std::int32_t bytes[4];
  alignas(16) float divisors[4];
  hn::Store(stored, FourInts(), bytes);
  // Where the scale is 0 so are all codes.
  hn::Store(hn::IfThenElse(hn::Eq(half_units, hn::Zero(d)), infinite, half_units), d, divisors);
  for (std::size_t g = 0; g < 4; ++g) put_byte(block, g, static_cast<unsigned>(bytes[g]));
  for (std::size_t g = 0; g < 4; g += 2) {
    const float* pair = x + 16 * g;
    const hn::Vec<Wide> divisor[2] = {hn::Set(Wide(), divisors[g]), hn::Set(Wide(), divisors[g + 1])};
    // A scale has four significant bits: of a value beside a middle the quotient, too, rounds to its side.
    const auto halves = [&](std::size_t i) HWY_ATTR {
      const auto quotient = hn::Div(hn::Abs(hn::LoadU(Wide(), pair + i)), divisor[i / 16]);
      return halves_up(hn::Min(quotient, hn::Set(Wide(), 32.0f)));
    };
    put_sixteen(block + 4 + 8 * g, 8, 16,
                [&](std::size_t i, std::size_t j, std::size_t k, std::size_t l)
                    HWY_ATTR { return e2m1_codes(halves, pair, i, j, k, l); });
  }
  return true;
}

inline void q4_0_blocks(const float* x, std::size_t count, std::byte* block) {
  by_quads<32, 18, encode_q4_0>(x, count, block, q4_0_quad);
}

inline void mxfp4_blocks(const float* x, std::size_t count, std::byte* block) {
  by_quads<32, 17, encode_mxfp4>(x, count, block, mxfp4_quad);
}

inline void nvfp4_blocks(const float* HWY_RESTRICT x, std::size_t count, std::byte* HWY_RESTRICT block) {
  for (std::size_t i = 0; i < count; ++i, x += 64, block += 36) {
    for (std::size_t k = 0; k < 64; k += 16) hwy::Prefetch(x + kAheadOfQuad + k);
    if (HWY_UNLIKELY(!nvfp4_quad(x, block))) encode_any<64, encode_nvfp4>(x, block);
  }
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
