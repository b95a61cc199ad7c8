// The kernels of encode_blocks, compiled once for every instruction set. Four blocks of which vectors could
// not give the specification's bytes are handed to that: where a number is not finite, or a scale or its
// reciprocal lies at an end of its range.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_ENCODE_BLOCKS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_ENCODE_BLOCKS_INL_H_
#undef BITLOUPE_ENCODE_BLOCKS_INL_H_
#else
#define BITLOUPE_ENCODE_BLOCKS_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <limits>

#include "core/block/block_bytes.h"
#include "core/block/block_encoders.h"
#include "core/block/encode_numbers.h"
#include "core/block/encode_vectors-inl.h"
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

constexpr std::size_t kAheadOfQuad = 2048;  // values: 8 KiB

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

inline bool q4_0_quad(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block) {
  const Four d;
  const FourInts di;
  const auto highest = largest_of_groups(x, 32, [](Ints bits) HWY_ATTR { return bits; });
  // Unsigned, the negative number that is furthest from zero is the largest, if there is one.
  const hn::RebindToUnsigned<WideInts> words;
  const auto deepest =
      hn::BitCast(di, largest_of_groups(x, 32, [&](Ints bits) HWY_ATTR { return hn::BitCast(words, bits); }));
  const auto above = hn::BitCast(d, hn::Max(highest, hn::Zero(di)));
  const auto below = hn::Abs(hn::BitCast(d, hn::Min(deepest, hn::Zero(di))));
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
  const auto infinite = hn::Set(d, std::numeric_limits<float>::infinity());
  const auto finite = hn::And(hn::Lt(above, infinite), hn::Lt(below, infinite));
  const auto usual = hn::And(finite, hn::Or(divides, hn::Eq(scale, zero)));
  if (HWY_UNLIKELY(!hn::AllTrue(d, usual))) return false;

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

// Of four groups of `count` values; infinite or NaN where one of them is.
HWY_INLINE hn::Vec<Four> largest_magnitudes(const float* x, std::size_t count) {
  const auto magnitude = [](Ints bits) HWY_ATTR { return hn::And(bits, hn::Set(WideInts(), 0x7FFFFFFF)); };
  return hn::BitCast(Four(), largest_of_groups(x, count, magnitude));
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
  if (HWY_UNLIKELY(!hn::AllTrue(d, as_it_seems))) return false;

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

// Writes the four scales of a block, and to `divisors` what its groups' codes are decided by: half of half
// the scale, or infinity where the scale is 0, and so are all codes.
HWY_INLINE bool nvfp4_scales(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block,
                             float* HWY_RESTRICT divisors) {
  const Four d;
  const FourInts di;
  const auto largest = largest_magnitudes(x, 16);
  const auto stored = ue4m3_codes(hn::Div(largest, hn::Set(d, 6.0f)));
  const auto half_units = hn::Mul(half_scales(stored), hn::Set(d, 0.5f));
  const auto infinite = hn::Set(d, std::numeric_limits<float>::infinity());
  hn::Store(hn::IfThenElse(hn::Eq(half_units, hn::Zero(d)), infinite, half_units), d, divisors);
  alignas(16) std::int32_t bytes[4];
  hn::Store(stored, di, bytes);
  for (std::size_t g = 0; g < 4; ++g) put_byte(block, g, static_cast<unsigned>(bytes[g]));
  return hn::AllTrue(d, hn::Lt(largest, hn::Set(d, 0x1p28f)));  // nvfp4.cpp
}

// All scales of four blocks first: the codes of a block wait for the end of a long chain.
inline bool nvfp4_quad(const float* HWY_RESTRICT x, std::byte* HWY_RESTRICT block) {
  alignas(16) float divisors[16];
  bool usual = true;
  for (std::size_t b = 0; b < 4; ++b) usual &= nvfp4_scales(x + 64 * b, block + 36 * b, divisors + 4 * b);
  if (HWY_UNLIKELY(!usual)) return false;
  for (std::size_t g = 0; g < 16; g += 2) {
    const float* pair = x + 16 * g;
    const Floats divisor[2] = {hn::Set(Wide(), divisors[g]), hn::Set(Wide(), divisors[g + 1])};
    // A scale has four significant bits: of a value beside a middle the quotient, too, rounds to its side.
    const auto halves = [&](std::size_t i) HWY_ATTR {
      const auto quotient = hn::Div(hn::Abs(hn::LoadU(Wide(), pair + i)), divisor[i / 16]);
      return halves_up(hn::Min(quotient, hn::Set(Wide(), 32.0f)));
    };
    put_sixteen(block + 36 * (g / 4) + 4 + 8 * (g % 4), 8, 16,
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

inline void nvfp4_blocks(const float* x, std::size_t count, std::byte* block) {
  by_quads<64, 36, encode_nvfp4>(x, count, block, nvfp4_quad);
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
