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

// 2 * kHalf values as vectors, none of which lies in both halves.
template <std::size_t kHalf>
struct Halves {
  using D = hn::CappedTag<float, kHalf>;
  using Di = hn::RebindToSigned<D>;
  using Floats = hn::Vec<D>;
  using Ints = hn::Vec<Di>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D()), kVectors = 2 * kHalf / kLanes;

  Floats v[kVectors];

  HWY_INLINE explicit Halves(const float* x) {
    for (std::size_t i = 0; i < kVectors; ++i) v[i] = hn::LoadU(D(), x + i * kLanes);
  }

  // The largest of what `of` makes of the values, spread over four lanes.
  template <class Of>
  HWY_INLINE hn::Vec<Four> largest(const Of& of) const {
    Floats most = of(v[0]);
    for (std::size_t i = 1; i < kVectors; ++i) most = hn::Max(most, of(v[i]));
    return four_lanes(most);
  }

  // Four bits a value, those of the first half of the values in the low half of each byte.
  template <class CodesOf>
  HWY_INLINE void put_codes(std::byte* bytes, const CodesOf& codes_of) const {
    const hn::Rebind<std::uint8_t, D> narrow;
    const hn::RebindToUnsigned<D> words;
    for (std::size_t i = 0; i < kVectors / 2; ++i) {
      const Ints pair = hn::Or(codes_of(v[i]), hn::ShiftLeft<4>(codes_of(v[i + kVectors / 2])));
      hn::StoreU(hn::TruncateTo(narrow, hn::BitCast(words, pair)), narrow,
                 reinterpret_cast<std::uint8_t*>(bytes) + i * kLanes);
    }
  }
};

// Lane g: the largest lane of groups[g].
HWY_INLINE hn::Vec<Four> largest_lanes(const hn::Vec<Four> (&groups)[4]) {
  const Four d;
  const auto in_pairs = [&](hn::Vec<Four> a, hn::Vec<Four> b) HWY_ATTR {  // a, b, a, b
    return hn::Max(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
  };
  const auto ab = in_pairs(groups[0], groups[1]), ce = in_pairs(groups[2], groups[3]);
  return hn::Max(hn::ConcatLowerLower(d, ce, ab), hn::ConcatUpperUpper(d, ce, ab));
}

// Whether all of `count` values, a multiple of 16, are finite: a number less itself is 0 then, else NaN.
HWY_INLINE bool all_finite(const float* x, std::size_t count) {
  const hn::CappedTag<float, 16> d;
  auto zero = hn::Zero(d);
  for (std::size_t i = 0; i < count; i += hn::MaxLanes(d)) {
    const auto v = hn::LoadU(d, x + i);
    zero = hn::Add(zero, hn::Sub(v, v));
  }
  return hn::AllTrue(d, hn::Eq(zero, zero));
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
  using H = Halves<16>;
  const Four d;
  const typename H::D wide;
  const typename H::Di wide_ints;
  hn::Vec<Four> highest[4], deepest[4];
  for (std::size_t b = 0; b < 4; ++b) {
    const H values(x + 32 * b);
    highest[b] = values.largest([](auto v) HWY_ATTR { return v; });
    deepest[b] = values.largest([](auto v) HWY_ATTR { return hn::Neg(v); });
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
  const auto offset = hn::Set(wide, 8.5f);
  const auto most = hn::Set(wide_ints, 15);
  for (std::size_t b = 0; b < 4; ++b, block += 18) {
    put_word(block, 0, static_cast<std::uint16_t>(halves[b]));
    const auto factor = hn::Set(wide, inverses[b]);
    H(x + 32 * b).put_codes(block + 2, [&](typename H::Floats v) HWY_ATTR {
      return hn::Min(hn::ConvertTo(wide_ints, hn::Add(hn::Mul(v, factor), offset)), most);
    });
  }
  return true;
}

// Codes of E2M1 by the seven middles between levels.
template <class H>
struct FourBits {
  typename H::Floats above[7];

  // Of twice the E2M1 numbers, times `unit`; the products are exact.
  HWY_INLINE explicit FourBits(float unit) {
    constexpr float kMiddles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};
    for (std::size_t i = 0; i < 7; ++i)
      above[i] = hn::Mul(hn::Set(typename H::D(), unit), hn::Set(typename H::D(), kMiddles[i]));
  }

  HWY_INLINE typename H::Ints operator()(typename H::Floats value, typename H::Floats magnitude) const {
    const typename H::Di di;
    auto code = hn::Zero(di);
    for (const auto& middle : above)  // a mask is -1
      code = hn::Sub(code, hn::VecFromMask(di, hn::RebindMask(di, hn::Gt(magnitude, middle))));
    const auto sign = hn::And(hn::ShiftRight<28>(hn::BitCast(di, value)), hn::Set(di, 8));
    return hn::Or(code, hn::IfThenZeroElse(hn::Eq(code, hn::Zero(di)), sign));
  }
};

// The largest magnitudes of four groups of kHalf * 2 values.
template <std::size_t kHalf>
HWY_INLINE hn::Vec<Four> largest_magnitudes(const float* x) {
  hn::Vec<Four> largest[4];
  for (std::size_t g = 0; g < 4; ++g)
    largest[g] = Halves<kHalf>(x + 2 * kHalf * g).largest([](auto v) HWY_ATTR { return hn::Abs(v); });
  return largest_lanes(largest);
}

template <class FourBitsOfHalves>
inline bool mxfp4_quad(const FourBitsOfHalves& four_bits, const float* HWY_RESTRICT x,
                       std::byte* HWY_RESTRICT block) {
  using H = Halves<16>;
  const Four d;
  const FourInts di;
  const auto largest = largest_magnitudes<16>(x);
  const auto none = hn::Eq(largest, hn::Zero(d));
  // Of these neither the scale nor its reciprocal leaves the normal numbers.
  const auto usual = hn::And(hn::Ge(largest, hn::Set(d, 0x1p-120f)), hn::Le(largest, hn::Set(d, 0x1p120f)));
  // Elsewhere no logarithm rounds up.
  const auto mantissa = hn::And(hn::BitCast(di, largest), hn::Set(di, 0x7FFFFF));
  const auto near_next = hn::RebindMask(d, hn::Gt(mantissa, hn::Set(di, 0x7FFFFF - 100)));
  const auto as_it_seems = hn::Or(none, hn::AndNot(near_next, usual));
  if (HWY_UNLIKELY(!hn::AllTrue(d, as_it_seems) || !all_finite(x, 128))) return false;

  const auto exponent = hn::Sub(hn::ShiftRight<23>(hn::BitCast(di, largest)), hn::Set(di, 2));
  const auto factor = hn::BitCast(d, hn::ShiftLeft<23>(hn::Sub(hn::Set(di, 255), exponent)));
  alignas(16) std::int32_t exponents[4];
  alignas(16) float factors[4];
  hn::Store(hn::IfThenZeroElse(hn::RebindMask(di, none), exponent), di, exponents);
  hn::Store(hn::IfThenZeroElse(none, factor), d, factors);
  for (std::size_t b = 0; b < 4; ++b, block += 17) {
    put_byte(block, 0, static_cast<unsigned>(exponents[b]));
    // 1 / half_of_e8m0(exponent): the values move to the middles, which are the same for all blocks, exactly.
    const auto unit = hn::Set(typename H::D(), factors[b]);
    H(x + 32 * b).put_codes(block + 1, [&](typename H::Floats v) HWY_ATTR {
      return four_bits(v, hn::Mul(hn::Abs(v), unit));
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
  using H = Halves<8>;
  const Four d;
  const auto largest = largest_magnitudes<8>(x);
  if (HWY_UNLIKELY(!hn::AllTrue(d, hn::Lt(largest, hn::Set(d, 0x1p28f))) || !all_finite(x, 64)))
    return false;  // nvfp4.cpp

  const auto codes = ue4m3_codes(hn::Div(largest, hn::Set(d, 6.0f)));
  const auto scales = half_scales(codes);
  const auto infinite = hn::Set(d, std::numeric_limits<float>::infinity());
  alignas(16) std::int32_t stored[4];
  alignas(16) float units[4];
  hn::Store(codes, FourInts(), stored);
  // Where the scale is 0 so are all codes.
  hn::Store(hn::IfThenElse(hn::Eq(scales, hn::Zero(d)), infinite, scales), d, units);
  for (std::size_t g = 0; g < 4; ++g) {
    put_byte(block, g, static_cast<unsigned>(stored[g]));
    const FourBits<H> four_bits(units[g]);
    H(x + 16 * g).put_codes(block + 4 + 8 * g, [&](typename H::Floats v) HWY_ATTR {
      return four_bits(v, hn::Abs(v));
    });
  }
  return true;
}

inline void q4_0_blocks(const float* x, std::size_t count, std::byte* block) {
  by_quads<32, 18, encode_q4_0>(x, count, block, q4_0_quad);
}

inline void mxfp4_blocks(const float* x, std::size_t count, std::byte* block) {
  const FourBits<Halves<16>> four_bits(1);
  by_quads<32, 17, encode_mxfp4>(x, count, block, [&](const float* values, std::byte* four) HWY_ATTR {
    return mxfp4_quad(four_bits, values, four);
  });
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
