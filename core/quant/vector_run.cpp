#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/vector_run.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/quant/vector_levels-inl.h"
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

bool may_have_cuts(const Quantizer& quantizer) {
  return quantizer.format.bits <= 8 && !quantizer.integer && quantizer.rounding != Rounding::Stochastic;
}

std::uint8_t* bytes_of(const RunOutputs& out) { return reinterpret_cast<std::uint8_t*>(out.codes.data()); }

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
  // Arrays hold integers, not the bit patterns of sign-magnitude codes.
  if (plan_.kind == VectorKind::SignMagnitude) plan_.kind = VectorKind::Integer;
  if (quantizer.blocks || !may_have_cuts(quantizer)) return;
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
    if (std::isfinite(rung.level)) quotients_.largest = std::max(quotients_.largest, std::fabs(rung.level));
  }
}

// Of a long run of few levels: no division, and cuts of exact quotients can be found no other way.
std::size_t VectorRun::by_value_cuts(std::span<const ScaledRun> runs, std::span<const float> values,
                                     const RunOutputs& out) const {
  const ScaledRun& run = runs.front();
  if (!ladder_ || run.length < kLongRun || !quotients_.apply_to(run.scale)) return 0;
  if (quotients_.count > LevelCuts::kFew && (rounds_ || quantizer_.divide != Divide::Exact)) return 0;
  LevelCuts cuts = quotients_;
  cuts.of = LevelCuts::Of::Values;
  for (std::size_t k = 0; k < cuts.count; ++k)
    cuts.below[k] =
        ordered(first_value_at(ladder_->rungs()[k].from, run.scale.divisor(), quantizer_.divide)) - 1;
  return HWY_DYNAMIC_DISPATCH(levelled_bytes)(quantizer_, cuts, runs.first(1), values.data(), bytes_of(out),
                                              out.dequantized.data(), out.streams);
}

std::size_t VectorRun::by_rounding(std::span<const ScaledRun> runs, std::span<const float> values,
                                   const RunOutputs& out) const {
  if (!rounds_) return 0;
  if (type_.bytes == 1)
    return HWY_DYNAMIC_DISPATCH(rounded_bytes)(plan_, runs, values.data(), bytes_of(out),
                                               out.dequantized.data(), out.streams);
  return HWY_DYNAMIC_DISPATCH(rounded_words)(plan_, runs, values.data(),
                                             reinterpret_cast<std::uint16_t*>(out.codes.data()),
                                             out.dequantized.data(), out.streams);
}

// Under float division and reciprocals the quotient is a float32, whose cuts no scale moves.
std::size_t VectorRun::by_quotient_cuts(std::span<const ScaledRun> runs, std::span<const float> values,
                                        const RunOutputs& out) const {
  if (!ladder_ || quantizer_.divide == Divide::Exact) return 0;
  return HWY_DYNAMIC_DISPATCH(levelled_bytes)(quantizer_, quotients_, runs, values.data(), bytes_of(out),
                                              out.dequantized.data(), out.streams);
}

void VectorRun::by_specification(const GroupScale& scale, std::span<const float> values,
                                 std::uint64_t first_index, const RunOutputs& out) const {
  constexpr std::size_t kPart = 1024;
  std::array<Code, kPart> codes;
  for (std::size_t i = 0; i < values.size(); i += kPart) {
    const std::size_t n = std::min(kPart, values.size() - i);
    const RunOutputs part = out.part(i, n, type_.bytes);
    const auto found = std::span(codes).first(part.codes.empty() ? 0 : n);
    quantize_run(quantizer_, scale, values.subspan(i, n), first_index + i, found, part.dequantized, {});
    for (std::size_t k = 0; k < found.size(); ++k) {
      const std::uint32_t stored = stored_code(quantizer_.format, found[k]);
      std::memcpy(part.codes.data() + k * type_.bytes, &stored, type_.bytes);
    }
  }
}

void VectorRun::operator()(std::span<const ScaledRun> runs, std::span<const float> values,
                           std::uint64_t first_index, const RunOutputs& out) const {
  std::size_t at = 0;
  while (!runs.empty()) {
    const auto rest = values.subspan(at);
    const RunOutputs into = out.part(at, rest.size(), type_.bytes);
    std::size_t done = by_value_cuts(runs, rest, into);
    if (done == 0) done = by_rounding(runs, rest, into);
    if (done == 0) done = by_quotient_cuts(runs, rest, into);
    if (done == 0) {
      by_specification(runs.front().scale, rest.first(runs.front().length), first_index + at, into);
      done = 1;
    }
    for (const ScaledRun& run : runs.first(done)) at += run.length;
    runs = runs.subspan(done);
  }
}

void VectorRun::operator()(const GroupScale& scale, std::span<const float> values, std::uint64_t first_index,
                           const RunOutputs& out) const {
  const ScaledRun run{scale, values.size()};
  (*this)(std::span(&run, 1), values, first_index, out);
}

}  // namespace bitloupe
#endif  // HWY_ONCE
