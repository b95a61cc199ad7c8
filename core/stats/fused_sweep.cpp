#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/stats/fused_sweep.cpp"
#include "core/stats/fused_sweep.h"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/vector_rounder-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {

template <VectorKind kKind, bool kDirected>
struct SweepKernel : Rounder<kKind, kDirected, true> {
  using Base = Rounder<kKind, kDirected, true>;
  SweepLanes& lanes;
  Doubles rounding[kPieces];

  HWY_INLINE SweepKernel(const VectorPlan& plan, const VectorGroup& group, SweepLanes& l)
      : Base(plan, group), lanes(l) {
    for (std::size_t i = 0; i < kPieces; ++i) rounding[i] = hn::Load(Dd(), lanes.rounding + i * kDoubles);
  }

  HWY_INLINE void store() const {
    for (std::size_t i = 0; i < kPieces; ++i) hn::Store(rounding[i], Dd(), lanes.rounding + i * kDoubles);
  }

  // Sixteen values, of which the first `keep` count.
  HWY_INLINE void sixteen(const float* HWY_RESTRICT x, std::size_t keep) {
    const Df df;
    for (std::size_t p = 0; p < kParts; ++p) {
      Floats xf = hn::LoadU(df, x + p * kFloats);
      Floats level = Base::quantize(xf).hat;
      Flags beyond = Base::clipped_lanes(xf);
      if (HWY_UNLIKELY(keep < kVectorLanes)) {
        const Flags live = hn::FirstN(df, keep > p * kFloats ? keep - p * kFloats : 0);
        level = hn::IfThenElse(live, level, xf);
        beyond = hn::And(live, beyond);
      }
      if (HWY_UNLIKELY(!hn::AllFalse(df, beyond))) {
        add_clipped(hn::IfThenElseZero(beyond, xf), hn::IfThenElseZero(beyond, level), p);
        level = hn::IfThenElse(beyond, xf, level);
      }
      for (std::size_t h = 0; h < kHalves; ++h) {
        const std::size_t i = p * kHalves + h;
        if constexpr (kDirected) {
          const Doubles e = hn::Sub(promote(xf, h), promote(level, h));
          rounding[i] = hn::Add(rounding[i], hn::Mul(e, e));
        } else {  // an exact difference, an exact square
          const Doubles e = promote(hn::Sub(xf, level), h);
          rounding[i] = hn::MulAdd(e, e, rounding[i]);
        }
      }
    }
  }

  HWY_INLINE void add_clipped(Floats x, Floats level, std::size_t p) {
    for (std::size_t h = 0; h < kHalves; ++h) {
      double* const sum = lanes.clipping + (p * kHalves + h) * kDoubles;
      const Doubles e = hn::Sub(promote(x, h), promote(level, h));
      hn::Store(hn::Add(hn::Load(Dd(), sum), hn::Mul(e, e)), Dd(), sum);
    }
  }
};

template <VectorKind kKind, bool kDirected>
void sweep_all(const VectorPlan& plan, const float* x, std::size_t n, const VectorGroup* groups,
               std::size_t count, SweepLanes* sums) {
  for (std::size_t g = 0; g < count; ++g) {
    SweepKernel<kKind, kDirected> kernel(plan, groups[g], sums[g]);
    std::size_t i = 0;
    for (; i + kVectorLanes <= n; i += kVectorLanes) kernel.sixteen(x + i, kVectorLanes);
    if (i < n) kernel.sixteen(x + i, n - i);
    kernel.store();
  }
}

void sweep(const VectorPlan& plan, const float* x, std::size_t n, const VectorGroup* groups,
           std::size_t count, SweepLanes* sums) {
  const auto with = [&](auto kernel) { kernel(plan, x, n, groups, count, sums); };
  if (plan.kind == VectorKind::Float)
    return plan.directed ? with(sweep_all<VectorKind::Float, true>)
                         : with(sweep_all<VectorKind::Float, false>);
  return plan.directed ? with(sweep_all<VectorKind::Integer, true>)
                       : with(sweep_all<VectorKind::Integer, false>);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <array>

#include "core/simd.h"

namespace bitloupe {

HWY_EXPORT(sweep);

double fold_lanes(const double (&lanes)[kVectorLanes]) {
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

FusedSweep::FusedSweep(const Quantizer& quantizer)
    : quantizer_(quantizer), applies_(vector_applies(quantizer)), plan_(make_vector_plan(quantizer)) {
  choose_kernel();
  // Directed modes under exact division: the wrong side of a level is a whole step away.
  if (plan_.directed && quantizer.divide == Divide::Exact) applies_ = false;
}

void FusedSweep::add_reference(std::span<const float> values, const GroupScale& scale,
                               SweepLanes& sums) const {
  std::array<float, kBlock> dequantized;
  std::array<ErrorKind, kBlock> kinds;
  const std::size_t n = values.size();
  quantize_run(quantizer_, scale, values, 0, {}, std::span(dequantized).first(n), std::span(kinds).first(n));
  for (std::size_t i = 0; i < n; ++i) {
    const double e = static_cast<double>(values[i]) - static_cast<double>(dequantized[i]);
    if (kinds[i] == ErrorKind::Rounding) sums.rounding[0] += e * e;
    if (kinds[i] == ErrorKind::Clipped) sums.clipping[0] += e * e;
  }
}

void FusedSweep::add(const float* values, std::size_t count, std::span<const GroupScale> scales,
                     std::span<SweepLanes> sums, std::vector<VectorGroup>& groups) const {
  groups.resize(scales.size());
  bool usable = applies_;
  for (std::size_t i = 0; i < scales.size() && applies_; ++i)
    usable = make_vector_group(plan_, scales[i], groups[i]) && usable;
  if (usable)
    HWY_DYNAMIC_DISPATCH(sweep)(plan_, values, count, groups.data(), scales.size(), sums.data());
  else
    for (std::size_t i = 0; i < scales.size(); ++i)
      add_reference(std::span(values, count), scales[i], sums[i]);
}

}  // namespace bitloupe
#endif  // HWY_ONCE
