#include "core/quant/dialect.h"

namespace bitloupe {
namespace {

// Our own conventions are what a default QuantSpec holds; the test of the table compares them.
constexpr Dialect kDialects[] = {
    {.key = "default",
     .label = "Bitloupe",
     .help = "Our own conventions: s = amax / q_max on the narrow code range, z = round(q_min - lo/s), float "
             "division, ties to even, scales computed in double.",
     .symmetric_scale = SymmetricScale::QMax,
     .code_range_of_format = true,
     .zero_point_rule = ZeroPointRule::RoundDifference,
     .unsigned_zero = UnsignedZero::Middle,
     .divide = Divide::F32,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .scale_rule = ScaleRule::Floor,
     .zero_group = ZeroGroup::One,
     .scale_floor = ScaleFloor::SmallestNormal,
     .scale_arithmetic = ScaleArithmetic::Double},
    {.key = "torch",
     .label = "PyTorch",
     .help = "PyTorch's MinMaxObserver and quantize_per_tensor: half-range divisor on the full code range, "
             "z = q_min - round(lo/s), reciprocal division, scales in float32 and at least 2^-23. Checked "
             "against PyTorch 1.13 on 876 cases and 80 observers. Not checked: zero-point rounding, scale of "
             "the codes.",
     .symmetric_scale = SymmetricScale::HalfRange,
     .code_range = CodeRange::Full,
     .zero_point_rule = ZeroPointRule::DifferenceOfRound,
     .unsigned_zero = UnsignedZero::Torch,
     .divide = Divide::Reciprocal,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .zero_group = ZeroGroup::Smallest,
     .scale_floor = ScaleFloor::TwoToMinus23,
     .scale_arithmetic = ScaleArithmetic::Float32},
    {.key = "onnx",
     .label = "ONNX",
     .help =
         "QuantizeLinear: float division, ties to even, full code range, z = round(q_min - lo/s). Checked on "
         "the operator's published examples, whose scales and zero points are given. Not checked: zero-point "
         "rounding, division, scale of the codes.",
     .code_range = CodeRange::Full,
     .zero_point_rule = ZeroPointRule::RoundDifference,
     .divide = Divide::F32,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven},
    {.key = "ggml",
     .label = "ggml",
     .help = "ggml's reference code for Q8_0: codes by the reciprocal of the scale before it is rounded to "
             "float16, ties away from zero, scales in float32 and without a floor, 0 for a group of zeros. "
             "Checked against ggml for Q8_0 (int8, group:32, f16 scales), the power-of-two rule against its "
             "MXFP4; the other block types have rules of their own. Not checked: division, ties, scale "
             "arithmetic.",
     .divide = Divide::Reciprocal,
     .code_scale = CodeScale::Unrounded,
     .rounding = Rounding::NearestAway,
     .scale_rule = ScaleRule::Floor,
     .zero_group = ZeroGroup::Zero,
     .scale_floor = ScaleFloor::None,
     .scale_arithmetic = ScaleArithmetic::Float32},
    {.key = "modelopt",
     .label = "ModelOpt",
     .help =
         "TensorRT Model Optimizer: amax / q_max on the narrow code range, reciprocal division, power-of-two "
         "scales rounded up until nothing clips, float32 arithmetic. Checked against its NVFP4 on 7 tensors. "
         "Not checked: symmetric divisor, signed code range, division, power-of-two rule, scale arithmetic.",
     .symmetric_scale = SymmetricScale::QMax,
     .code_range = CodeRange::Narrow,
     .divide = Divide::Reciprocal,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .scale_rule = ScaleRule::RCeil,
     .zero_group = ZeroGroup::One,
     .scale_arithmetic = ScaleArithmetic::Float32},
    {.key = "compressed-tensors",
     .label = "compressed-tensors",
     .help =
         "compressed-tensors (vLLM, llm-compressor): half-range divisor on the full code range, "
         "z = round(q_min - lo/s), float division, power-of-two scales after rounding the maximum, float32 "
         "arithmetic. Not checked: symmetric divisor, signed code range, zero-point rounding, division, "
         "scale of the codes, ties, power-of-two rule, group of zeros, scale arithmetic.",
     .symmetric_scale = SymmetricScale::HalfRange,
     .code_range = CodeRange::Full,
     .zero_point_rule = ZeroPointRule::RoundDifference,
     .divide = Divide::F32,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .scale_rule = ScaleRule::Even,
     .zero_group = ZeroGroup::TwoToMinus3,
     .scale_arithmetic = ScaleArithmetic::Float32},
    {.key = "torchao",
     .label = "torchao",
     .help =
         "torchao: half-range divisor on the full code range, z = q_min - round(lo/s), reciprocal division, "
         "power-of-two scales rounded down, float32 arithmetic, E4M3 scales of at least 2^-6. Checked "
         "against "
         "its NVFP4 on 14 cases. Not checked: symmetric divisor, signed code range, zero-point rounding, "
         "division, power-of-two rule, scale arithmetic.",
     .symmetric_scale = SymmetricScale::HalfRange,
     .code_range = CodeRange::Full,
     .zero_point_rule = ZeroPointRule::DifferenceOfRound,
     .divide = Divide::Reciprocal,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .scale_rule = ScaleRule::Floor,
     .zero_group = ZeroGroup::Smallest,
     .scale_floor = ScaleFloor::TwoToMinus6,
     .scale_arithmetic = ScaleArithmetic::Float32},
    {.key = "ocp",
     .label = "OCP MX",
     .help =
         "OCP Microscaling Formats 1.0, section 6.3: power-of-two scales rounded down from an exact "
         "logarithm, 2^-127 for a group of zeros and at least; ties to even. Checked against microxcaling "
         "and gfloat on 66 cases of six formats, and on maxima just below a power of two. Not checked: "
         "division, smallest scale, scale arithmetic.",
     .divide = Divide::F32,
     .code_scale = CodeScale::Stored,
     .rounding = Rounding::NearestEven,
     .scale_rule = ScaleRule::Floor,
     .zero_group = ZeroGroup::Smallest,
     .scale_floor = ScaleFloor::SmallestNormal,
     .scale_arithmetic = ScaleArithmetic::Double}};

template <class T>
void set(T& field, const std::optional<T>& cell) {
  if (cell) field = *cell;
}

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view key) {
  for (const Dialect& dialect : kDialects)
    if (dialect.key == key) return &dialect;
  return nullptr;
}

void apply(const Dialect& dialect, QuantSpec& spec) {
  if (dialect.code_range_of_format) spec.code_range.reset();
  if (dialect.code_range) spec.code_range = dialect.code_range;
  set(spec.symmetric_scale, dialect.symmetric_scale);
  set(spec.zero_point_rule, dialect.zero_point_rule);
  set(spec.unsigned_zero, dialect.unsigned_zero);
  set(spec.divide, dialect.divide);
  set(spec.code_scale, dialect.code_scale);
  set(spec.rounding, dialect.rounding);
  set(spec.scale_rule, dialect.scale_rule);
  set(spec.zero_group, dialect.zero_group);
  set(spec.scale_floor, dialect.scale_floor);
  set(spec.scale_arithmetic, dialect.scale_arithmetic);
  spec.dialect = dialect.key;
}

}  // namespace bitloupe
