// The kernels of VectorRun that look values up among the cuts between levels, compiled once for every
// instruction set.

// Per-target include guard, as Highway's foreach_target.h wants it.
#if defined(BITLOUPE_VECTOR_LEVELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef BITLOUPE_VECTOR_LEVELS_INL_H_
#undef BITLOUPE_VECTOR_LEVELS_INL_H_
#else
#define BITLOUPE_VECTOR_LEVELS_INL_H_
#endif

#include <hwy/highway.h>

#include "core/quant/vector_run-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitloupe {
namespace HWY_NAMESPACE {

// Entries of a table at the places of each lane, from memory.
struct GatheredTable {
  const void* entries;

  HWY_INLINE explicit GatheredTable(const void* table) : entries(table) {}
  HWY_INLINE hn::Vec<Di> at(hn::Vec<Di> place) const {
    return hn::GatherIndex(Di(), static_cast<const std::int32_t*>(entries), place);
  }
};

// The same of sixteen entries, kept in registers; of vectors of 8 or 16 lanes.
struct RegisterTable {
  hn::Vec<Di> low, high;

  HWY_INLINE explicit RegisterTable(const void* table) {
    const auto* entries = static_cast<const std::int32_t*>(table);
    low = hn::LoadU(Di(), entries);
    high = kFloats == 16 ? low : hn::LoadU(Di(), entries + 8);
  }
  HWY_INLINE hn::Vec<Di> at(hn::Vec<Di> place) const {
    if constexpr (kFloats == 16) return hn::TableLookupLanes(low, hn::IndicesFromVec(Di(), place));
    const auto wrapped = hn::And(place, hn::Set(Di(), 7));
    const auto in_low = hn::TableLookupLanes(low, hn::IndicesFromVec(Di(), wrapped));
    const auto in_high = hn::TableLookupLanes(high, hn::IndicesFromVec(Di(), wrapped));
    return hn::IfThenElse(hn::Gt(place, hn::Set(Di(), 7)), in_high, in_low);
  }
};

// The last of 2^kSteps cuts that each key exceeds, by halving; the first if none.
template <class Table, std::size_t kSteps>
struct CutSearch {
  const Table below;

  HWY_INLINE explicit CutSearch(const LevelCuts& cuts) : below(cuts.below.data()) {}
  HWY_INLINE hn::Vec<Di> operator()(hn::Vec<Di> key) const {
    auto place = hn::Zero(Di());
    for (std::size_t half = (std::size_t{1} << kSteps) / 2; half > 0; half /= 2) {
      const auto next = hn::Add(place, hn::Set(Di(), static_cast<std::int32_t>(half)));
      place = hn::IfThenElse(hn::Gt(key, below.at(next)), next, place);
    }
    return place;
  }
};

template <LevelCuts::Of kOf, class Table, std::size_t kSteps>
struct LevelKernel {
  struct Group {
    GroupScale scale;
    float reciprocal = 1;
  };
  const Quantizer& quantizer;
  const LevelCuts& cuts;

  HWY_INLINE bool prepare(const GroupScale& scale, Group& group) const {
    group = {scale, 1.0f / scale.divisor()};
    return cuts.apply_to(scale);
  }

  struct Scaled {
    const LevelKernel& kernel;
    const Group& group;
    const Floats scale, divisor, reciprocal;
    const CutSearch<Table, kSteps> search;
    const Table levels, stored;

    HWY_INLINE Scaled(const LevelKernel& k, const Group& g)
        : kernel(k),
          group(g),
          scale(hn::Set(Df(), g.scale.scale)),
          divisor(hn::Set(Df(), g.scale.divisor())),
          reciprocal(hn::Set(Df(), g.reciprocal)),
          search(k.cuts),
          levels(k.cuts.level.data()),
          stored(k.cuts.stored.data()) {}

    HWY_INLINE Floats quotients(Floats x) const {
      if constexpr (kOf == LevelCuts::Of::Quotients) return hn::Div(x, divisor);
      if constexpr (kOf == LevelCuts::Of::Products) return hn::Mul(x, reciprocal);
      return x;
    }

    HWY_INLINE Outcome operator()(Floats x) const {
      if (HWY_UNLIKELY(!hn::AllTrue(Df(), hn::IsFinite(x)))) return careful(kernel, group, x);
      return found(x);
    }

    HWY_INLINE Outcome found(Floats x) const {
      const auto bits = hn::BitCast(Di(), quotients(x));
      const auto place = search(hn::Xor(bits, hn::And(hn::ShiftRight<31>(bits), hn::Set(Di(), 0x7FFFFFFF))));
      return {hn::Mul(scale, hn::BitCast(Df(), levels.at(place))), hn::BitCast(Du(), stored.at(place))};
    }

    // Infinities too: what they become is not always what the largest values do.
    static HWY_NOINLINE Outcome careful(const LevelKernel& kernel, const Group& group, Floats x) {
      const Outcome sure = Scaled(kernel, group).found(x);
      const Flags odd = hn::Not(hn::IsFinite(x));
      return settled(kernel.quantizer, group.scale, x, sure.hat, sure.stored, odd);
    }
  };
};

template <LevelCuts::Of kOf>
std::size_t levelled(const Quantizer& quantizer, const LevelCuts& cuts, std::span<const ScaledRun> runs,
                     const float* x, std::uint8_t* codes, float* values, bool streams) {
  const auto with = [&](auto kernel) { return with_outputs(kernel, runs, x, codes, values, streams); };
  if (cuts.count > LevelCuts::kFew) return with(LevelKernel<kOf, GatheredTable, 8>{quantizer, cuts});
  if constexpr (kFloats >= 8) return with(LevelKernel<kOf, RegisterTable, 4>{quantizer, cuts});
  return with(LevelKernel<kOf, GatheredTable, 4>{quantizer, cuts});
}

std::size_t levelled_bytes(const Quantizer& quantizer, const LevelCuts& cuts, std::span<const ScaledRun> runs,
                           const float* x, std::uint8_t* codes, float* values, bool streams) {
  using Of = LevelCuts::Of;
  if (cuts.of == Of::Quotients)
    return levelled<Of::Quotients>(quantizer, cuts, runs, x, codes, values, streams);
  if (cuts.of == Of::Products)
    return levelled<Of::Products>(quantizer, cuts, runs, x, codes, values, streams);
  return levelled<Of::Values>(quantizer, cuts, runs, x, codes, values, streams);
}

}  // namespace HWY_NAMESPACE
}  // namespace bitloupe
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
