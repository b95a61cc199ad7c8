// What vector kernels need to know, as plain numbers: of a quantizer (VectorPlan) and of one scale group
// (VectorGroup). Nothing here depends on an instruction set.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/quant/quantizer.h"

namespace bitloupe {

enum class VectorKind : std::uint8_t { Integer, SignMagnitude, Float };

// Fixed for a quantizer. The kernels quantize in float32: x * (1/s) finds the code, and where that lies so
// near a rounding boundary that the true quotient might fall on its other side, quantize_value decides.
struct VectorPlan {
  const Quantizer* quantizer = nullptr;
  VectorKind kind = VectorKind::Integer;
  bool directed = false;  // toward zero, down, up; else one of the nearest modes
  bool divides = false;   // x / s outright: directed modes have their boundaries where values are (at 0)
  bool checks = true;     // directed: quotients near a boundary go to quantize_value
  bool nearest_even = false, by_products = false;         // nearest-even; of x * (1/s) itself
  bool divides_nearest = false;                           // nearest-even of the float32 x / s
  bool nearer_positive = false, nearer_negative = false;  // directed: towards -inf for x > 0, for x < 0
  int bits = 8;
  float min_steps = 0, max_steps = 0;         // of integer families: q_min, q_max; of floats -max, max
  float step = 1, per_step = 1;               // fixed point: 2^-n, 2^n
  std::uint32_t low_code = 0, high_code = 0;  // of q_min, q_max without a zero point; floats: of -max, max
  float max = 0;                              // floats: largest finite value
  std::int32_t min_exponent_bits = 0, mantissa_shift = 0;  // floats: of float32 bits
  float tie_fraction = 0;  // floats: what share of one spacing over 2^23 is near a tie
  bool negative_zero = true;
};

// One scale group. Steps are q - z; a value is clipped when x > clip_high or x < clip_low.
struct VectorGroup {
  float reciprocal = 1;     // 1 / s, for fixed point times 2^n
  float scale = 1;          // s, to divide by
  float per_step = 1;       // 2^n
  float step = 1;           // s times 2^-n: x_hat = step * steps
  float low = 0, high = 0;  // least and greatest number of steps
  float clip_low = 0, clip_high = 0;
  float low_level = 0, high_level = 0;  // what clipped values become
  std::uint32_t low_code = 0, high_code = 0;
  float tie_error = 0;     // |e| from which a tie is near
  float tie_steps = 0;     // the same in steps
  float tie_fraction = 0;  // the same in spacings of a float's grid, times 2^-23
  std::int32_t zero_point = 0;
  GroupScale given;  // for quantize_value
};

inline constexpr std::size_t kVectorLanes = 16;
// Whether the kernels apply, and what they then work with. `quantizer` must outlive
// the plan.
bool vector_applies(const Quantizer& quantizer);
VectorPlan make_vector_plan(const Quantizer& quantizer);

// The greatest float32 not above a real number. Without a branch: which way a tolerance rounds is a coin's
// toss.
inline float round_down(double x) {
  const float nearest = static_cast<float>(x);
  const auto bits = std::bit_cast<std::int32_t>(nearest);
  const std::int32_t above = static_cast<double>(nearest) > x;
  return std::bit_cast<float>(bits - above * (1 + 2 * (bits >> 31)));
}

// False for a scale so small or large that reciprocals and products lose bits in float32, and for codes made
// with another scale than the one that reads them.
inline bool make_vector_group(const VectorPlan& plan, const GroupScale& scale, VectorGroup& group) {
  const float s = scale.scale;
  group.given = scale;
  group.scale = s;
  group.per_step = plan.per_step;
  group.step = s * plan.step;
  group.reciprocal = (1.0f / s) * (plan.directed ? 1.0f : plan.per_step);
  group.zero_point = scale.zero_point;
  const float z = plan.kind == VectorKind::Float ? 0.0f : static_cast<float>(scale.zero_point);
  group.low = plan.min_steps - z;
  group.high = plan.max_steps - z;
  group.low_level = group.low * group.step;
  group.high_level = group.high * group.step;
  group.low_code = plan.low_code;
  group.high_code = plan.high_code;
  const double low = static_cast<double>(group.low_level), high = static_cast<double>(group.high_level);
  const double tau = 0x1p-20 * std::max(std::fabs(low), std::fabs(high));
  group.clip_high = round_down(high + tau);
  group.clip_low = -round_down(tau - low);
  // The product x * (1/s) is off by 2^-23 of itself, x_hat and the exact quotient's rounding by 2^-24 each:
  // at most 2^-22 of the largest number of steps. Twice that is allowed for.
  const float reach = std::max(std::fabs(group.low), std::fabs(group.high)) + 1;
  group.tie_steps = 0.5f - reach * 0x1p-21f;
  group.tie_error = plan.directed ? reach * 0x1p-21f : group.step * (0.5f - reach * 0x1p-21f);
  group.tie_fraction = plan.tie_fraction;
  // x * (1/s) is what is rounded: nothing is in doubt.
  const bool power_of_two = (std::bit_cast<std::uint32_t>(s) & 0x7FFFFF) == 0;
  if (!plan.directed && plan.nearest_even && (plan.by_products || power_of_two))
    group.tie_error = group.tie_steps = group.tie_fraction = std::numeric_limits<float>::infinity();
  return s >= 0x1p-90f && s <= 0x1p90f && scale.divisor() == s;
}

// quantize_value for single lanes: bit i of `lanes` asks for x[i].
void settle_lanes(const Quantizer& quantizer, const GroupScale& scale, const float* x, std::uint64_t lanes,
                  float* dequantized, std::uint32_t* codes);

}  // namespace bitloupe
