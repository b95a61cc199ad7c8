// The fused kernel, compiled once for every instruction set: quantizes a block of values under one scale and
// adds up its errors in one read. Sixteen virtual float lanes whatever the vector width; products are fused
// into sums only where they are exact (squares of floats in double), so all targets give the same bits.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_FUSED_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_FUSED_KERNEL_INL_H_
#undef BITLOUPE_FUSED_KERNEL_INL_H_
#else
#define BITLOUPE_FUSED_KERNEL_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cmath>
#include <cstring>

#include "core/quant/vector_rounder-inl.h"
#include "core/stats/fused_sums.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {
// Under nearest the error of a value inside the grid range is a float32, and its square exact in double:
// x_hat is 0 or within a factor of two of x (Sterbenz). Under directed modes it is neither.
template <VectorKind kKind, bool kDirected, bool kClips>
struct BlockKernel : Rounder<kKind, kDirected, kDirected> {
  using Base = Rounder<kKind, kDirected, kDirected>;
  using Base::group;
  using Base::plan;
  using typename Base::Quantized;
  FusedLanes& lanes;
  Doubles error[kPieces], hat[kPieces], signal[kPieces], noise[kPieces], max_double[kPieces];
  Floats max_float[kParts];
  FusedClipped& clipped;  // apart, so that the address of the sums above never leaves the registers

  HWY_INLINE BlockKernel(const VectorPlan& p, const VectorGroup& g, FusedLanes& l, FusedClipped& c)
      : Base(p, g), lanes(l), clipped(c) {
    for (std::size_t i = 0; i < kPieces; ++i) {
      error[i] = hn::Load(Dd(), lanes.error + i * kDoubles);
      hat[i] = hn::Load(Dd(), lanes.hat + i * kDoubles);
      signal[i] = noise[i] = hn::Zero(Dd());
      if constexpr (kDirected) max_double[i] = hn::Load(Dd(), lanes.max_double + i * kDoubles);
    }
    if constexpr (!kDirected)
      for (std::size_t i = 0; i < kParts; ++i) max_float[i] = hn::Load(Df(), lanes.max_float + i * kFloats);
  }

  HWY_INLINE void store() {
    for (std::size_t i = 0; i < kPieces; ++i) {
      hn::Store(error[i], Dd(), lanes.error + i * kDoubles);
      hn::Store(hat[i], Dd(), lanes.hat + i * kDoubles);
      if constexpr (kDirected) hn::Store(max_double[i], Dd(), lanes.max_double + i * kDoubles);
    }
    if constexpr (!kDirected)
      for (std::size_t i = 0; i < kParts; ++i) hn::Store(max_float[i], Df(), lanes.max_float + i * kFloats);
    lanes.clipped_error += clipped.error;
    lanes.clipped_max = clipped.max > lanes.clipped_max ? clipped.max : lanes.clipped_max;
    lanes.clipped += clipped.count;
  }

  // Sixteen values at `x`; `keep` < 16: only so many of them count, the others are 0. Codes go to `codes`.
  template <class CodeT>
  HWY_INLINE void sixteen(const float* HWY_RESTRICT x, std::size_t keep, CodeT* HWY_RESTRICT codes) {
    const Df df;
    for (std::size_t p = 0; p < kParts; ++p) {
      const Floats xf = hn::LoadU(df, x + p * kFloats);
      Quantized q = Base::quantize(xf);
      Flags off = q.near_boundary;
      if constexpr (kKind != VectorKind::Float && !kDirected)
        off = hn::Gt(hn::Abs(hn::Sub(xf, q.hat)), Base::tie_error);
      Flags beyond = hn::MaskFromVec(hn::Zero(df));
      if constexpr (kClips) {
        beyond = Base::clipped_lanes(xf);
        off = hn::Or(off, beyond);
      }
      const bool is_off = !hn::AllFalse(df, off);
      if (HWY_LIKELY(!is_off && keep == kVectorLanes)) {
        store_codes(q.code, codes + p * kFloats);
        add<false>(x, xf, q.hat, p);
        continue;
      }
      Floats counted = xf;  // what the error is taken of: x, or x_hat where it is not this loop's business
      const std::size_t left = keep > p * kFloats ? keep - p * kFloats : 0;
      if (is_off) {
        const Settled settled = settle(plan, group, clipped, xf, q, off, beyond, left);
        counted = settled.counted;
        q.hat = settled.hat;
        q.code = settled.code;
      }
      const Flags live = hn::FirstN(df, left);
      store_codes(q.code, codes + p * kFloats);
      add<true>(x, hn::IfThenElseZero(live, counted), hn::IfThenElseZero(live, q.hat), p);
    }
  }

  template <class CodeT>
  static HWY_INLINE void store_codes(Words code, CodeT* HWY_RESTRICT codes) {
    if constexpr (sizeof(CodeT) == sizeof(float))
      hn::StoreU(code, Du(), codes);
    else
      hn::StoreU(hn::TruncateTo(hn::Rebind<CodeT, Df>(), code), hn::Rebind<CodeT, Df>(), codes);
  }

  // The rare lanes: near a boundary, or clipped, whose errors are added up one by one; `counted` is what the
  // error of the other lanes is taken of. Only the first `left` lanes count.
  struct Settled {
    Floats counted, hat;
    Words code;
  };
  static HWY_NOINLINE Settled settle(const VectorPlan& plan, const VectorGroup& group, FusedClipped& clipped,
                                     Floats xf, Quantized q, Flags off, Flags beyond, std::size_t left) {
    const Df df;
    const Du du;
    alignas(64) float x[kFloats], level[kFloats];
    alignas(64) std::uint32_t code[kFloats];
    hn::Store(xf, df, x);
    hn::Store(q.hat, df, level);
    hn::Store(q.code, du, code);
    std::uint8_t off_bytes[8] = {}, beyond_bytes[8] = {};
    hn::StoreMaskBits(df, off, off_bytes);
    hn::StoreMaskBits(df, beyond, beyond_bytes);
    std::uint64_t off_bits, beyond_bits;
    std::memcpy(&off_bits, off_bytes, 8);
    std::memcpy(&beyond_bits, beyond_bytes, 8);
    if (left < 64) beyond_bits &= (std::uint64_t{1} << left) - 1;
    const std::uint64_t near = off_bits & ~beyond_bits;
    if (near != 0) settle_lanes(*plan.quantizer, group.given, x, near, level, code);
    for (std::size_t i = 0; i < kFloats; ++i) {
      if ((beyond_bits >> i & 1) == 0) continue;
      if constexpr (!kDirected) {
        const bool above = x[i] > group.clip_high;
        level[i] = above ? group.high_level : group.low_level;
        code[i] = above ? group.high_code : group.low_code;
      }
      const double e = static_cast<double>(x[i]) - static_cast<double>(level[i]);
      ++clipped.count;
      clipped.error += e;
      clipped.squares += e * e;
      clipped.max = std::fabs(e) > clipped.max ? std::fabs(e) : clipped.max;
      x[i] = level[i];
    }
    return {hn::Load(df, x), hn::Load(df, level), hn::Load(du, code)};
  }

  // The sums of x are taken of memory; those of the error of `counted`, which is that memory unless kApart.
  template <bool kApart>
  HWY_INLINE void add(const float* HWY_RESTRICT x, Floats counted, Floats level, std::size_t p) {
    const Dd dd;
    const Doubles one = hn::Set(dd, 1.0);
    if constexpr (!kDirected) {
      // Magnitudes order like their bits; integer pipes have time.
      const Floats difference = hn::Abs(hn::Sub(counted, level));
      max_float[p] =
          hn::BitCast(Df(), hn::Max(hn::BitCast(Di(), max_float[p]), hn::BitCast(Di(), difference)));
    }
    for (std::size_t h = 0; h < kHalves; ++h) {
      const std::size_t i = p * kHalves + h;
      const Doubles xd = hn::PromoteTo(dd, hn::LoadU(DfHalf(), x + i * kDoubles));
      const Doubles level_d = promote(level, h);
      const Doubles e = hn::Sub(kApart ? promote(counted, h) : xd, level_d);
      if constexpr (kDirected) {
        noise[i] = hn::Add(noise[i], hn::Mul(e, e));
        max_double[i] = hn::Max(max_double[i], hn::Abs(e));
      } else {
        noise[i] = hn::MulAdd(e, e, noise[i]);
      }
      error[i] = hn::MulAdd(e, one, error[i]);  // an exact product: where multipliers idle and adders do not
      signal[i] = hn::MulAdd(xd, xd, signal[i]);
      hat[i] = hn::MulAdd(level_d, level_d, hat[i]);
    }
  }
};

// One block of at most kFusedBlock values. False, and nothing changed but `codes`, where a value is not
// finite.
template <VectorKind kKind, bool kDirected, bool kClips, class CodeT>
HWY_INLINE bool fused_block(const VectorPlan& plan, const VectorGroup& group, const float* HWY_RESTRICT x,
                            std::size_t n, FusedLanes& lanes, FusedBlock& block, CodeT* HWY_RESTRICT codes,
                            FusedPending& pending) {
  FusedClipped clipped;
  BlockKernel<kKind, kDirected, kClips> kernel(plan, group, lanes, clipped);
  std::size_t i = 0;
  for (; i + kVectorLanes <= n; i += kVectorLanes) {
    hwy::Prefetch(x + i + kFusedAhead);
    kernel.sixteen(x + i, kVectorLanes, codes + i);
    if constexpr (sizeof(CodeT) == 1 && !kDirected) pending.count_sixteen();
  }
  if (i < n) {
    alignas(64) float rest[kVectorLanes] = {};
    std::memcpy(rest, x + i, (n - i) * sizeof(float));
    kernel.sixteen(rest, n - i, codes + i);  // the buffer has room for sixteen
  }
  block.signal = fold(kernel.signal);
  if (!(block.signal <= 1e300)) return false;  // squares of 2^10 finite floats stay below 2^266
  block.rounding = fold(kernel.noise);
  block.clipping = clipped.squares;
  kernel.store();
  return true;
}

// `count` groups of `size` values, one block each. `finite[g]` is 0 where the block was left undone.
template <VectorKind kKind, bool kDirected, bool kClips, class CodeT>
void fused_groups(const VectorPlan& plan, const VectorGroup* groups, const float* x, std::size_t size,
                  std::size_t count, FusedLanes& lanes, FusedBlock* blocks, CodeT* codes,
                  std::uint8_t* finite, FusedPending& pending) {
  FusedPending counting = pending;  // a copy that stays in registers
  for (std::size_t g = 0; g < count; ++g)
    finite[g] = fused_block<kKind, kDirected, kClips>(plan, groups[g], x + g * size, size, lanes, blocks[g],
                                                      codes + g * size, counting);
  pending = counting;
}

template <class CodeT>
void fused_dispatch(const VectorPlan& plan, const VectorGroup* groups, const float* x, std::size_t size,
                    std::size_t count, bool clips, FusedLanes& lanes, FusedBlock* blocks, CodeT* codes,
                    std::uint8_t* finite, FusedPending& pending) {
  const auto with_kind = [&](auto kernel) {
    kernel(plan, groups, x, size, count, lanes, blocks, codes, finite, pending);
  };
  using enum VectorKind;
  if (plan.directed) {
    if (plan.kind == Integer) return with_kind(fused_groups<Integer, true, true, CodeT>);
    if (plan.kind == SignMagnitude) return with_kind(fused_groups<SignMagnitude, true, true, CodeT>);
    return with_kind(fused_groups<Float, true, true, CodeT>);
  }
  if (plan.kind == Integer)
    return clips ? with_kind(fused_groups<Integer, false, true, CodeT>)
                 : with_kind(fused_groups<Integer, false, false, CodeT>);
  if (plan.kind == SignMagnitude) return with_kind(fused_groups<SignMagnitude, false, true, CodeT>);
  return clips ? with_kind(fused_groups<Float, false, true, CodeT>)
               : with_kind(fused_groups<Float, false, false, CodeT>);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
