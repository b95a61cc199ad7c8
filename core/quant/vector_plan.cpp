#include "core/quant/vector_plan.h"

#include <bit>
#include <cmath>

namespace bitloupe {

bool vector_applies(const Quantizer& quantizer) {
  const NumberFormat& f = quantizer.format;
  if (quantizer.blocks || f.bits > 16 || quantizer.rounding == Rounding::Stochastic) return false;
  if (quantizer.integer) return true;
  const bool directed =
      quantizer.rounding != Rounding::NearestEven && quantizer.rounding != Rounding::NearestAway;
  // All of the grid, and a float32 whose ulp is its spacing, far inside float32's normal range.
  const bool in_range = 1 - f.bias - f.mantissa_bits >= -60 && max_finite(f) < 0x1p60;
  return f.family == Family::Float && f.is_signed && f.subnormals && f.has_zero && f.mantissa_bits > 0 &&
         f.mantissa_bits <= 10 && in_range && quantizer.overflow == Overflow::Saturate &&
         !(directed && quantizer.divide == Divide::Exact);
}

VectorPlan make_vector_plan(const Quantizer& quantizer) {
  VectorPlan plan;
  const NumberFormat& f = quantizer.format;
  plan.quantizer = &quantizer;
  plan.kind = !quantizer.integer                  ? VectorKind::Float
              : f.family == Family::SignMagnitude ? VectorKind::SignMagnitude
                                                  : VectorKind::Integer;
  const Rounding rounding = quantizer.rounding;
  plan.directed = rounding != Rounding::NearestEven && rounding != Rounding::NearestAway;
  plan.divides = plan.directed && quantizer.divide == Divide::F32;
  plan.checks = !plan.directed || quantizer.divide == Divide::Exact;
  plan.nearest_even = rounding == Rounding::NearestEven;
  plan.by_products = quantizer.divide == Divide::Reciprocal;
  plan.divides_nearest = plan.nearest_even && quantizer.divide == Divide::F32;
  plan.nearer_positive = rounding == Rounding::Down || rounding == Rounding::TowardZero;
  plan.nearer_negative = rounding == Rounding::Down;
  plan.bits = f.bits;
  const double step = quantizer.integer ? quantizer.step : 1;
  plan.min_steps = static_cast<float>(quantizer.grid_min / step);
  plan.max_steps = static_cast<float>(quantizer.grid_max / step);
  plan.step = static_cast<float>(step);
  plan.per_step = 1 / plan.step;
  if (plan.kind != VectorKind::Float) {
    plan.low_code = integer_code(f, static_cast<std::int32_t>(plan.min_steps));
    plan.high_code = integer_code(f, static_cast<std::int32_t>(plan.max_steps));
    return plan;
  }
  plan.low_code = encode(f, quantizer.grid_min, Rounding::NearestEven, Overflow::Saturate).value_or(0);
  plan.high_code = encode(f, quantizer.grid_max, Rounding::NearestEven, Overflow::Saturate).value_or(0);
  plan.max = static_cast<float>(quantizer.grid_max);
  plan.min_exponent_bits = (1 - f.bias + 127) << 23;
  plan.mantissa_shift = 23 - f.mantissa_bits;
  // The product x * (1/s) is off by 2^-23 of itself, at most 2^(m + 1) spacings; twice that is allowed for.
  plan.tie_fraction = 0x1p-23f * (0.5f - std::ldexp(1.0f, f.mantissa_bits - 21));
  plan.negative_zero = !nan_is_negative_zero(f);
  return plan;
}

void settle_lanes(const Quantizer& quantizer, const GroupScale& scale, const float* x, std::uint64_t lanes,
                  float* dequantized, std::uint32_t* codes) {
  for (; lanes != 0; lanes &= lanes - 1) {
    const int i = std::countr_zero(lanes);
    const QuantizedValue value = quantize_value(quantizer, scale, x[i], 0);
    dequantized[i] = value.dequantized;
    codes[i] = value.code;
  }
}

}  // namespace bitloupe
