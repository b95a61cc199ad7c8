#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/vector_run.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/vector_run-inl.h"

#if HWY_ONCE
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/ordered.h"
#include "core/quant/vector_run.h"
#include "core/simd.h"

namespace bitloupe {

HWY_EXPORT(rounded_bytes);
HWY_EXPORT(rounded_words);
HWY_EXPORT(levelled_bytes);

namespace {

// Values from which cuts of the values themselves are looked for: there are as many searches as levels.
constexpr std::size_t kLongRun = 8192;

// The smallest float32 that is not below a real number, in the total order.
std::int32_t first_key_from(double from) {
  if (std::isinf(from)) return ordered(static_cast<float>(from));
  const float nearest = static_cast<float>(from);
  std::int32_t key = ordered(nearest);
  if (ordered(static_cast<double>(nearest)) < ordered(from)) ++key;
  return key;
}

bool may_have_few_levels(const Quantizer& quantizer) {
  return quantizer.format.bits <= 8 && !quantizer.integer && quantizer.rounding != Rounding::Stochastic;
}

}  // namespace

CodeType code_type(const NumberFormat& format) {
  const std::size_t bytes = format.bits <= 8 ? 1 : format.bits <= 16 ? 2 : 4;
  return {is_integer_family(format) && format.is_signed, bytes};
}

std::uint32_t stored_code(const NumberFormat& format, Code code) {
  return is_integer_family(format) ? static_cast<std::uint32_t>(code_integer(format, code)) : code;
}

VectorRun::VectorRun(const Quantizer& quantizer)
    : quantizer_(quantizer), type_(code_type(quantizer.format)), rounds_(vector_applies(quantizer)) {
  choose_kernel();
  if (rounds_) plan_ = make_vector_plan(quantizer);
  if (!may_have_few_levels(quantizer)) return;
  ladder_.emplace(quantizer, 0);
  if (ladder_->rungs().size() > LevelCuts::kMost) {
    ladder_.reset();
    return;
  }
  quotients_.of = quantizer.divide == Divide::F32 ? LevelCuts::Of::Quotients : LevelCuts::Of::Products;
  for (const Rung& rung : ladder_->rungs()) {
    const std::size_t k = quotients_.count++;
    quotients_.below[k] = first_key_from(rung.from) - 1;
    quotients_.level[k] = rung.level;
    quotients_.stored[k] = stored_code(quantizer.format, rung.code);
  }
}

// Under float division and reciprocals the quotient is a float32, whose cuts no scale moves.
bool VectorRun::by_levels(const GroupScale& scale, std::span<const float> values,
                          const RunOutputs& out) const {
  constexpr float kSmallest = std::numeric_limits<float>::min();
  if (!ladder_ || scale.divisor() < kSmallest) return false;
  LevelCuts cuts = quotients_;
  cuts.divisor = scale.divisor();
  cuts.reciprocal = 1.0f / cuts.divisor;
  if (values.size() >= kLongRun) {
    cuts.of = LevelCuts::Of::Values;
    for (std::size_t k = 0; k < cuts.count; ++k)
      cuts.below[k] = ordered(first_value_at(ladder_->rungs()[k].from, cuts.divisor, quantizer_.divide)) - 1;
  } else if (quantizer_.divide == Divide::Exact) {
    return false;
  }
  for (std::size_t k = 0; k < cuts.count; ++k)
    if (std::isfinite(cuts.level[k])) cuts.level[k] = scaled_level(scale.scale, cuts.level[k]);
  HWY_DYNAMIC_DISPATCH(levelled_bytes)
  (quantizer_, scale, cuts, values.data(), values.size(), reinterpret_cast<std::uint8_t*>(out.codes.data()),
   out.dequantized.data(), out.streams && values.size() >= kLongRun);
  return true;
}

bool VectorRun::by_rounding(const GroupScale& scale, std::span<const float> values,
                            const RunOutputs& out) const {
  VectorGroup group;
  // The kernel's codes of sign-magnitude are bit patterns, not the integers that arrays hold.
  const bool codes_fit = plan_.kind != VectorKind::SignMagnitude || out.codes.empty();
  if (!rounds_ || !codes_fit || !make_vector_group(plan_, scale, group)) return false;
  if (type_.bytes == 1) HWY_DYNAMIC_DISPATCH(rounded_bytes)
  (plan_, group, values.data(), values.size(), reinterpret_cast<std::uint8_t*>(out.codes.data()),
   out.dequantized.data(), out.streams && values.size() >= kLongRun);
  else HWY_DYNAMIC_DISPATCH(rounded_words)(plan_, group, values.data(), values.size(),
                                           reinterpret_cast<std::uint16_t*>(out.codes.data()),
                                           out.dequantized.data(), out.streams && values.size() >= kLongRun);
  return true;
}

void VectorRun::operator()(const GroupScale& scale, std::span<const float> values, std::uint64_t first_index,
                           const RunOutputs& out) const {
  constexpr std::size_t kPart = 1024;
  const bool is_long = values.size() >= kLongRun;
  if (values.empty() || (is_long && by_levels(scale, values, out)) || by_rounding(scale, values, out) ||
      (!is_long && by_levels(scale, values, out)))
    return;
  std::array<Code, kPart> codes;
  for (std::size_t i = 0; i < values.size(); i += kPart) {
    const std::size_t n = std::min(kPart, values.size() - i);
    const auto part = std::span(codes).first(out.codes.empty() ? 0 : n);
    quantize_run(quantizer_, scale, values.subspan(i, n), first_index + i, part,
                 out.dequantized.empty() ? out.dequantized : out.dequantized.subspan(i, n), {});
    for (std::size_t k = 0; k < part.size(); ++k) {
      const std::uint32_t stored = stored_code(quantizer_.format, part[k]);
      std::memcpy(out.codes.data() + (i + k) * type_.bytes, &stored, type_.bytes);
    }
  }
}

}  // namespace bitloupe
#endif  // HWY_ONCE
