// The kernels of VectorRun that round by arithmetic, compiled once for every instruction set, and the loops
// over runs and vectors that they share with those of vector_levels-inl.h.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_VECTOR_RUN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_VECTOR_RUN_INL_H_
#undef BITLOUPE_VECTOR_RUN_INL_H_
#else
#define BITLOUPE_VECTOR_RUN_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <cstring>
#include <span>

#include "core/quant/vector_rounder-inl.h"
#include "core/quant/vector_run.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {

struct Outcome {
  Floats hat;
  Words stored;
};

// Lanes that arithmetic cannot decide, by the specification.
inline Outcome settled(const Quantizer& quantizer, const GroupScale& scale, Floats x, Floats hat, Words codes,
                       Flags lanes) {
  alignas(64) float values[kFloats], hats[kFloats];
  alignas(64) std::uint32_t stored[kFloats];
  hn::Store(x, Df(), values);
  hn::Store(hat, Df(), hats);
  hn::Store(codes, Du(), stored);
  std::uint8_t bytes[8] = {};
  hn::StoreMaskBits(Df(), lanes, bytes);
  std::uint64_t bits;
  std::memcpy(&bits, bytes, sizeof bits);
  for (std::size_t i = 0; i < kFloats; ++i) {
    if ((bits >> i & 1) == 0) continue;
    const QuantizedValue value = quantize_value(quantizer, scale, values[i], 0);
    hats[i] = value.dequantized;
    stored[i] = stored_code(quantizer.format, value.code);
  }
  return {hn::Load(Df(), hats), hn::Load(Du(), stored)};
}

// One run, a vector after the other: what `quantize` makes of the values goes where it is wanted.
template <bool kCodes, bool kValues, class CodeT, class Quantize>
HWY_INLINE void run_vectors(const Quantize& quantize, const float* HWY_RESTRICT x, std::size_t n,
                            CodeT* HWY_RESTRICT codes, float* HWY_RESTRICT values, bool streams) {
  constexpr std::size_t kAhead = 2048;  // values: 8 KiB
  const auto store_codes = [](Words stored, CodeT* into) HWY_ATTR {
    const hn::Rebind<CodeT, Df> narrow;
    hn::StoreU(hn::TruncateTo(narrow, stored), narrow, into);
  };
  const auto some = [&](std::size_t begin, std::size_t count) HWY_ATTR {  // fewer than a vector
    alignas(64) float in[kFloats] = {}, out[kFloats];
    alignas(64) CodeT out_codes[kFloats];
    std::memcpy(in, x + begin, count * sizeof(float));
    const Outcome found = quantize(hn::Load(Df(), in));
    if constexpr (kValues) {
      hn::Store(found.hat, Df(), out);
      std::memcpy(values + begin, out, count * sizeof(float));
    }
    if constexpr (kCodes) {
      store_codes(found.stored, out_codes);
      std::memcpy(codes + begin, out_codes, count * sizeof(CodeT));
    }
  };
  std::size_t i = 0;
  if constexpr (kValues) {
    const std::size_t beyond = reinterpret_cast<std::uintptr_t>(values) / sizeof(float) % kFloats;
    streams = streams && (beyond == 0 || n >= 64 * kFloats);
    if (streams && beyond > 0) {
      i = kFloats - beyond;
      some(0, i);
    }
  }
  const auto whole = [&](const auto& store) HWY_ATTR {
    for (; i + kFloats <= n; i += kFloats) {
      hwy::Prefetch(x + i + kAhead);
      const Outcome found = quantize(hn::LoadU(Df(), x + i));
      if constexpr (kValues) store(found.hat, values + i);
      if constexpr (kCodes) store_codes(found.stored, codes + i);
    }
  };
  if (kValues && streams)
    whole([](Floats hat, float* into) HWY_ATTR { hn::Stream(hat, Df(), into); });
  else
    whole([](Floats hat, float* into) HWY_ATTR { hn::StoreU(hat, Df(), into); });
  if (i < n) some(i, n - i);
}

// Run after run until the kernel refuses a scale; how many were done.
template <bool kCodes, bool kValues, class CodeT, class Kernel>
std::size_t each_run(const Kernel& kernel, std::span<const ScaledRun> runs, const float* x, CodeT* codes,
                     float* values, bool streams) {
  std::size_t done = 0, at = 0;
  for (; done < runs.size(); at += runs[done++].length) {
    typename Kernel::Group group;
    if (!kernel.prepare(runs[done].scale, group)) break;
    const typename Kernel::Scaled quantize(kernel, group);
    run_vectors<kCodes, kValues>(quantize, x + at, runs[done].length, codes + (kCodes ? at : 0),
                                 values + (kValues ? at : 0), streams);
  }
  if (streams) hwy::FlushStream();
  return done;
}

template <class CodeT, class Kernel>
std::size_t with_outputs(const Kernel& kernel, std::span<const ScaledRun> runs, const float* x, CodeT* codes,
                         float* values, bool streams) {
  if (codes != nullptr && values != nullptr)
    return each_run<true, true>(kernel, runs, x, codes, values, streams);
  if (codes != nullptr) return each_run<true, false>(kernel, runs, x, codes, values, false);
  return each_run<false, true>(kernel, runs, x, codes, values, streams);
}

// By arithmetic in float32 (VectorPlan).
template <VectorKind kKind, bool kDirected>
struct RoundingKernel {
  using Group = VectorGroup;
  const VectorPlan& plan;

  HWY_INLINE bool prepare(const GroupScale& scale, Group& group) const {
    return make_vector_group(plan, scale, group);
  }

  struct Scaled {
    const VectorPlan& plan;
    const Group& group;
    const Rounder<kKind, kDirected, true> rounder;

    HWY_INLINE Scaled(const RoundingKernel& kernel, const Group& g)
        : plan(kernel.plan), group(g), rounder(kernel.plan, g) {}

    HWY_INLINE Outcome operator()(Floats x) const {
      const auto quantized = rounder.quantize(x);
      if (HWY_UNLIKELY(!hn::AllFalse(Df(), unsure(quantized, x)))) return careful(plan, group, x);
      return {quantized.hat, quantized.code};
    }

    static HWY_INLINE Flags unsure(const typename Rounder<kKind, kDirected, true>::Quantized& quantized,
                                   Floats x) {
      return hn::Or(quantized.near_boundary, hn::IsNaN(x));
    }

    // From the start again: nothing of the common path has to be kept for it, or lie in memory.
    static HWY_NOINLINE Outcome careful(const VectorPlan& plan, const Group& group, Floats x) {
      const Rounder<kKind, kDirected, true> rounder(plan, group);
      const bool divides = plan.divides_nearest && hn::AllFalse(Df(), hn::IsNaN(x));
      const auto quantized = divides ? rounder.quantize_divided(x) : rounder.quantize(x);
      if (divides) return {quantized.hat, quantized.code};
      return settled(*plan.quantizer, group.given, x, quantized.hat, quantized.code, unsure(quantized, x));
    }
  };
};

template <class CodeT>
std::size_t rounded(const VectorPlan& plan, std::span<const ScaledRun> runs, const float* x, CodeT* codes,
                    float* values, bool streams) {
  using enum VectorKind;
  const auto with = [&](auto kernel) { return with_outputs(kernel, runs, x, codes, values, streams); };
  if (plan.kind == Float && plan.directed) return with(RoundingKernel<Float, true>{plan});
  if (plan.kind == Float) return with(RoundingKernel<Float, false>{plan});
  if (plan.directed) return with(RoundingKernel<Integer, true>{plan});
  return with(RoundingKernel<Integer, false>{plan});
}

std::size_t rounded_bytes(const VectorPlan& plan, std::span<const ScaledRun> runs, const float* x,
                          std::uint8_t* codes, float* values, bool streams) {
  return rounded(plan, runs, x, codes, values, streams);
}
std::size_t rounded_words(const VectorPlan& plan, std::span<const ScaledRun> runs, const float* x,
                          std::uint16_t* codes, float* values, bool streams) {
  return rounded(plan, runs, x, codes, values, streams);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
