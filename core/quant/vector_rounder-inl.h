// Quantizing vectors of float32 under one scale, compiled once for every instruction set: what writing
// arrays, the fused pass and the threshold sweep share. Sixteen virtual float lanes, whatever the vector
// width.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_VECTOR_ROUNDER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_VECTOR_ROUNDER_INL_H_
#undef BITLOUPE_VECTOR_ROUNDER_INL_H_
#else
#define BITLOUPE_VECTOR_ROUNDER_INL_H_
#endif

#include <hwy/highway.h>

#include "core/quant/vector_plan.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Df = hn::CappedTag<float, kVectorLanes>;
using Dd = hn::CappedTag<double, 8>;
using Du = hn::RebindToUnsigned<Df>;
using Di = hn::RebindToSigned<Df>;
using DfHalf = hn::Rebind<float, Dd>;
using Floats = hn::Vec<Df>;
using Doubles = hn::Vec<Dd>;
using Words = hn::Vec<Du>;
using Flags = hn::Mask<Df>;
constexpr std::size_t kFloats = hn::MaxLanes(Df()), kDoubles = hn::MaxLanes(Dd());
constexpr std::size_t kParts = kVectorLanes / kFloats;    // float vectors in the sixteen lanes
constexpr std::size_t kPieces = kVectorLanes / kDoubles;  // double vectors in them
constexpr std::size_t kHalves = kFloats / kDoubles;       // double vectors in one of floats

// Half `h` of the lanes, as doubles.
template <class V>
HWY_INLINE Doubles promote(V v, std::size_t h) {
  if constexpr (kHalves == 1) {
    return hn::PromoteTo(Dd(), v);
  } else {
    return h == 0 ? hn::PromoteTo(Dd(), hn::LowerHalf(DfHalf(), v))
                  : hn::PromoteTo(Dd(), UpperHalf(DfHalf(), v));
  }
}

// Lanes i and i + 8, i + 4, i + 2, i + 1 are added in this order on every target.
HWY_INLINE double fold(const Doubles* pieces) {
  alignas(64) double eight[8];
  for (std::size_t i = 0; i < kPieces / 2; ++i)
    hn::Store(hn::Add(pieces[i], pieces[i + kPieces / 2]), Dd(), eight + i * kDoubles);
  const double a = eight[0] + eight[4], b = eight[1] + eight[5], c = eight[2] + eight[6],
               d = eight[3] + eight[7];
  return (a + c) + (b + d);
}

// Values beyond the grid become its ends where kClamps; else there must be none, or somebody else's business.
template <VectorKind kKind, bool kDirected, bool kClamps>
struct Rounder {
  const VectorPlan& plan;
  const VectorGroup& group;
  // Copies: stores of codes might change what `group` refers to, as far as the compiler knows.
  const Floats reciprocal, step, tie_error, tie_fraction, low, high, clip_low, clip_high;
  const Words zero_point, min_exponent, to_spacing;
  const bool negative_zero;
  const int bits;

  HWY_INLINE Rounder(const VectorPlan& p, const VectorGroup& g)
      : plan(p),
        group(g),
        reciprocal(hn::Set(Df(), g.reciprocal)),
        step(hn::Set(Df(), g.step)),
        tie_error(hn::Set(Df(), g.tie_error)),
        tie_fraction(hn::Set(Df(), g.tie_fraction)),
        low(hn::Set(Df(), g.low)),
        high(hn::Set(Df(), g.high)),
        clip_low(hn::Set(Df(), g.clip_low)),
        clip_high(hn::Set(Df(), g.clip_high)),
        zero_point(hn::Set(Du(), static_cast<std::uint32_t>(g.zero_point))),
        min_exponent(hn::Set(Du(), static_cast<std::uint32_t>(p.min_exponent_bits))),
        to_spacing(hn::Set(Du(), static_cast<std::uint32_t>(p.mantissa_shift) << 23)),
        negative_zero(p.negative_zero),
        bits(p.bits) {}

  HWY_INLINE Floats quotients(Floats x) const {
    if constexpr (kDirected) {
      const Floats y = plan.divides ? hn::Div(x, hn::Set(Df(), group.scale)) : hn::Mul(x, reciprocal);
      return kKind == VectorKind::Float ? y : hn::Mul(y, hn::Set(Df(), group.per_step));
    } else {
      return hn::Mul(x, reciprocal);
    }
  }

  struct Quantized {
    Floats hat;
    Words code;
    Flags near_boundary;  // where the quotient's error might matter
  };

  // y - n for the nearest integer n: one step down where y is below n and the mode goes to -inf there.
  HWY_INLINE Floats directed_step(Floats y, Floats nearest, Flags positive) const {
    const Floats one = hn::Set(Df(), 1.0f), zero = hn::Zero(Df());
    const Floats down = hn::IfThenElse(positive, hn::Set(Df(), plan.nearer_positive ? 1.0f : 0.0f),
                                       hn::Set(Df(), plan.nearer_negative ? 1.0f : 0.0f));
    const Floats beyond = hn::Sub(y, nearest);
    const Floats minus = hn::IfThenElse(hn::Lt(beyond, zero), down, zero);
    const Floats plus = hn::IfThenElse(hn::Gt(beyond, zero), hn::Sub(one, down), zero);
    return hn::Sub(plus, minus);
  }

  HWY_INLINE Quantized integers(Floats x, Floats y) const {
    const Floats magic = hn::Set(Df(), 0x1.8p23f);              // adding it rounds to nearest-even integers
    if constexpr (kClamps) y = hn::Min(hn::Max(y, low), high);  // up to the grid's end from within tau of it
    Floats shifted = hn::Add(y, magic);
    Floats steps = hn::Sub(shifted, magic);
    Quantized out;
    out.near_boundary = hn::MaskFromVec(hn::Zero(Df()));
    if constexpr (kDirected) {
      if (plan.checks)  // exact quotients: near a whole number, 0 itself apart
        out.near_boundary = hn::And(hn::Le(hn::Abs(hn::Sub(y, steps)), tie_error), hn::Ne(x, hn::Zero(Df())));
      steps = hn::Add(steps, directed_step(y, steps, hn::Gt(y, hn::Zero(Df()))));
      shifted = hn::Add(steps, magic);
    } else if constexpr (kClamps) {  // without: |x - x_hat| tells, and costs less where it is needed anyway
      out.near_boundary = hn::Gt(hn::Abs(hn::Sub(y, steps)), hn::Set(Df(), group.tie_steps));
    }
    out.hat = hn::Mul(step, steps);
    if constexpr (kKind == VectorKind::SignMagnitude) {
      const Words magnitude = hn::BitCast(Du(), hn::Add(hn::Abs(steps), magic));
      const Words sign = hn::And(hn::BitCast(Du(), x), hn::Set(Du(), 0x80000000u));
      const Words low_bits = hn::And(magnitude, hn::Set(Du(), 0xFFFFu));
      out.code = hn::Or(low_bits, hn::ShiftRightSame(sign, 32 - bits));
    } else {
      out.code = hn::Add(hn::BitCast(Du(), shifted), zero_point);
    }
    return out;
  }

  // The power of two C of which one float32 ulp is the grid's spacing at |y|: |y| + C is |y| rounded to the
  // grid, and its low bits count the spacings.
  HWY_INLINE Quantized floats(Floats x, Floats y) const {
    const Du du;
    Floats magnitude = hn::Abs(y);
    if constexpr (kClamps) magnitude = hn::Min(magnitude, high);
    const Words exponent =
        hn::Max(hn::And(hn::BitCast(du, magnitude), hn::Set(du, 0x7F800000u)), min_exponent);
    const Words spacing_bits = hn::Add(exponent, to_spacing);
    const Floats spacing = hn::BitCast(Df(), spacing_bits);
    Floats shifted = hn::Add(magnitude, spacing);
    Floats rounded = hn::Sub(shifted, spacing);
    const Words sign = hn::And(hn::BitCast(du, x), hn::Set(du, 0x80000000u));
    Quantized out;
    if constexpr (kDirected) {
      out.near_boundary = hn::MaskFromVec(hn::Zero(Df()));
      // Down is towards zero where x > 0, away from it where x < 0.
      const auto is_positive = hn::RebindMask(Df(), hn::Eq(sign, hn::Zero(du)));
      const Floats shrink = hn::IfThenElse(is_positive, hn::Set(Df(), plan.nearer_positive ? 1.0f : 0.0f),
                                           hn::Set(Df(), plan.nearer_negative ? 0.0f : 1.0f));
      const Flags shrinks = hn::Gt(shrink, hn::Zero(Df()));
      const Flags above = hn::And(hn::Gt(rounded, magnitude), shrinks);
      const Flags below = hn::AndNot(shrinks, hn::Lt(rounded, magnitude));
      Words bits = hn::BitCast(du, shifted);
      bits = hn::Add(bits, hn::BitCast(du, hn::VecFromMask(Df(), above)));
      bits = hn::Sub(bits, hn::BitCast(du, hn::VecFromMask(Df(), below)));
      shifted = hn::BitCast(Df(), bits);
      rounded = hn::Sub(shifted, spacing);
    } else {
      const Floats beyond = hn::Abs(hn::Sub(magnitude, rounded));
      out.near_boundary = hn::Gt(beyond, hn::Mul(spacing, tie_fraction));
    }
    const Words binade = hn::ShiftRightSame(hn::Sub(exponent, min_exponent), plan.mantissa_shift);
    const Words code = hn::Add(binade, hn::Sub(hn::BitCast(du, shifted), spacing_bits));
    const Words kept = negative_zero ? sign : hn::IfThenElseZero(hn::Ne(code, hn::Zero(du)), sign);
    out.code = hn::Or(code, hn::ShiftRightSame(kept, 32 - bits));
    out.hat = hn::Mul(step, hn::CopySignToAbs(rounded, hn::BitCast(Df(), kept)));
    return out;
  }

  // `y` is the quotient of x.
  HWY_INLINE Quantized quantize(Floats x, Floats y) const {
    if constexpr (kKind == VectorKind::Float)
      return floats(x, y);
    else
      return integers(x, y);
  }
  HWY_INLINE Quantized quantize(Floats x) const { return quantize(x, quotients(x)); }

  // Nearest-even of the float32 quotient itself: exact, where that is what the spec rounds.
  HWY_INLINE Quantized quantize_divided(Floats x) const {
    Floats y = hn::Div(x, hn::Set(Df(), group.scale));
    if constexpr (kKind != VectorKind::Float) y = hn::Mul(y, hn::Set(Df(), group.per_step));
    return quantize(x, y);
  }

  HWY_INLINE Flags clipped_lanes(Floats x) const { return hn::Or(hn::Gt(x, clip_high), hn::Lt(x, clip_low)); }
};

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
