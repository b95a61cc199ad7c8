// The kernels of VectorRun, compiled once for every instruction set: by rounding arithmetic, and by the cuts
// between few levels.

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
// Vectors by value, never together in a struct: the common path must keep them in registers.
HWY_NOINLINE Outcome settled(const Quantizer& quantizer, const GroupScale& scale, Floats x, Floats hat,
                             Words codes, Flags lanes) {
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

// Hands vectors of `n` values to `quantize` and writes what it gives.
template <bool kCodes, bool kValues, class CodeT, class Quantize>
HWY_INLINE void for_each_vector(const float* HWY_RESTRICT x, std::size_t n, CodeT* HWY_RESTRICT codes,
                                float* HWY_RESTRICT values, bool streams, const Quantize& quantize) {
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
    if (streams && beyond > 0) {
      i = HWY_MIN(kFloats - beyond, n);
      some(0, i);
    }
  }
  for (; i + kFloats <= n; i += kFloats) {
    hwy::Prefetch(x + i + kAhead);
    const Outcome found = quantize(hn::LoadU(Df(), x + i));
    if constexpr (kValues) {
      if (streams)
        hn::Stream(found.hat, Df(), values + i);
      else
        hn::StoreU(found.hat, Df(), values + i);
    }
    if constexpr (kCodes) store_codes(found.stored, codes + i);
  }
  if (i < n) some(i, n - i);
  if (streams) hwy::FlushStream();
}

template <class CodeT, class Quantize>
HWY_INLINE void with_outputs(const float* x, std::size_t n, CodeT* codes, float* values, bool streams,
                             const Quantize& quantize) {
  if (codes != nullptr && values != nullptr)
    for_each_vector<true, true>(x, n, codes, values, streams, quantize);
  else if (codes != nullptr)
    for_each_vector<true, false>(x, n, codes, values, false, quantize);
  else if (values != nullptr)
    for_each_vector<false, true>(x, n, codes, values, streams, quantize);
}

template <VectorKind kKind, bool kDirected, class CodeT>
void rounded(const VectorPlan& plan, const VectorGroup& group, const float* x, std::size_t n, CodeT* codes,
             float* values, bool streams) {
  const Rounder<kKind, kDirected, true> rounder(plan, group);
  with_outputs(x, n, codes, values, streams, [&](Floats v) HWY_ATTR {
    const auto quantized = rounder.quantize(v);
    Floats hat = quantized.hat;
    Words stored = quantized.code;
    const Flags unsure = hn::Or(quantized.near_boundary, hn::IsNaN(v));
    if (HWY_UNLIKELY(!hn::AllFalse(Df(), unsure))) {
      const Outcome sure = settled(*plan.quantizer, group.given, v, hat, stored, unsure);
      hat = sure.hat;
      stored = sure.stored;
    }
    return Outcome{hat, stored};
  });
}

template <class CodeT>
void rounded_dispatch(const VectorPlan& plan, const VectorGroup& group, const float* x, std::size_t n,
                      CodeT* codes, float* values, bool streams) {
  using enum VectorKind;
  const auto with_kind = [&](auto kernel) { kernel(plan, group, x, n, codes, values, streams); };
  if (plan.directed) {
    if (plan.kind == Integer) return with_kind(rounded<Integer, true, CodeT>);
    if (plan.kind == SignMagnitude) return with_kind(rounded<SignMagnitude, true, CodeT>);
    return with_kind(rounded<Float, true, CodeT>);
  }
  if (plan.kind == Integer) return with_kind(rounded<Integer, false, CodeT>);
  if (plan.kind == SignMagnitude) return with_kind(rounded<SignMagnitude, false, CodeT>);
  return with_kind(rounded<Float, false, CodeT>);
}

void rounded_bytes(const VectorPlan& plan, const VectorGroup& group, const float* x, std::size_t n,
                   std::uint8_t* codes, float* values, bool streams) {
  rounded_dispatch(plan, group, x, n, codes, values, streams);
}
void rounded_words(const VectorPlan& plan, const VectorGroup& group, const float* x, std::size_t n,
                   std::uint16_t* codes, float* values, bool streams) {
  rounded_dispatch(plan, group, x, n, codes, values, streams);
}

template <LevelCuts::Of kOf>
void levelled(const Quantizer& quantizer, const GroupScale& scale, const LevelCuts& cuts, const float* x,
              std::size_t n, std::uint8_t* codes, float* values, bool streams) {
  const Di di;
  with_outputs(x, n, codes, values, streams, [&](Floats v) HWY_ATTR {
    Floats y = v;
    if constexpr (kOf == LevelCuts::Of::Quotients) y = hn::Div(v, hn::Set(Df(), cuts.divisor));
    if constexpr (kOf == LevelCuts::Of::Products) y = hn::Mul(v, hn::Set(Df(), cuts.reciprocal));
    const auto bits = hn::BitCast(di, y);
    const auto key = hn::Xor(bits, hn::And(hn::ShiftRight<31>(bits), hn::Set(di, 0x7FFFFFFF)));
    Floats hat = hn::Set(Df(), cuts.level[0]);
    Words stored = hn::Set(Du(), cuts.stored[0]);
    for (std::size_t k = 1; k < cuts.count; ++k) {
      const auto reached = hn::Gt(key, hn::Set(di, cuts.below[k]));
      hat = hn::IfThenElse(hn::RebindMask(Df(), reached), hn::Set(Df(), cuts.level[k]), hat);
      stored = hn::IfThenElse(hn::RebindMask(Du(), reached), hn::Set(Du(), cuts.stored[k]), stored);
    }
    // Infinities too: what they become is not always what the largest values do.
    const Flags odd = hn::Not(hn::IsFinite(v));
    if (HWY_UNLIKELY(!hn::AllFalse(Df(), odd))) {
      const Outcome sure = settled(quantizer, scale, v, hat, stored, odd);
      hat = sure.hat;
      stored = sure.stored;
    }
    return Outcome{hat, stored};
  });
}

void levelled_bytes(const Quantizer& quantizer, const GroupScale& scale, const LevelCuts& cuts,
                    const float* x, std::size_t n, std::uint8_t* codes, float* values, bool streams) {
  using Of = LevelCuts::Of;
  const auto with = [&](auto kernel) { kernel(quantizer, scale, cuts, x, n, codes, values, streams); };
  if (cuts.of == Of::Quotients) return with(levelled<Of::Quotients>);
  if (cuts.of == Of::Products) return with(levelled<Of::Products>);
  return with(levelled<Of::Values>);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
