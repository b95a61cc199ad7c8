#include "core/quant/choices.h"

namespace bitloupe {
namespace {

constexpr Choice<Scheme> kSchemes[] = {
    {Scheme::Symmetric, "symmetric", "Symmetric",
     "The code of zero is fixed (0 for signed codes, the middle one for unsigned), so one scale does it: "
     "value = s * q."},
    {Scheme::Affine, "affine", "Affine",
     "The zero point z is free, so that a lopsided range uses every code: value = s * (q - z) with "
     "s = (hi - lo) / (q_max - q_min); integers only."},
    {Scheme::Direct, "direct", "Direct",
     "No scale at all (s = 1): each value is rounded to the format as it is, a plain cast; binary and "
     "ternary "
     "fit their levels to the values."}};

constexpr Choice<GranularityKind> kGranularities[] = {
    {GranularityKind::Tensor, "tensor", "Per tensor",
     "One scale for the whole tensor: cheapest and coarsest."},
    {GranularityKind::Channel, "channel", "Per channel",
     "One scale for each index along an axis, such as each output channel of a weight."},
    {GranularityKind::Group, "group", "Per group",
     "One scale for each run of values along an axis; the last run of a line may be short."},
    {GranularityKind::Tile, "tile", "Per tile",
     "One scale for each tile of rows and columns of the last two axes, as DeepSeek's 128 x 128; tiles at "
     "the edges may be smaller."}};

constexpr Choice<ScaleType> kScaleTypes[] = {
    {ScaleType::F32, "f32", "FP32",
     "The scale is kept in 32 bits: 24 significant bits, never the weak point."},
    {ScaleType::F16, "f16", "FP16",
     "The scale is rounded to 16-bit IEEE half: 11 significant bits, 65504 at most."},
    {ScaleType::BF16, "bf16", "BF16",
     "The scale is rounded to bfloat16: 8 significant bits, the range of FP32."},
    {ScaleType::Pow2, "pow2", "Power of two",
     "The scale is a power of two kept in 32 bits, so dividing by it is exact; the scale rule says which "
     "one."},
    {ScaleType::E8M0, "e8m0", "E8M0",
     "The scale is a power of two stored as its 8-bit exponent, 2^-127 to 2^127, as in the OCP MX formats; "
     "the scale rule says which one."},
    {ScaleType::E4M3, "e4m3", "E4M3",
     "The scale is rounded to an 8-bit float, 4 significant bits, 2^-9 to 448, as in NVFP4."},
    {ScaleType::Nested, "nested", "Nested",
     "The scales are quantized again: less their mean to 8 bits, 256 of them under a float32 scale, as "
     "QLoRA's double quantization does."}};

constexpr Choice<ScaleRule> kScaleRules[] = {
    {ScaleRule::Floor, "floor", "Floor",
     "2^(floor(log2 amax) - emax), emax = floor(log2 max|grid|): the OCP MX rule; the largest values may "
     "clip."},
    {ScaleRule::RCeil, "rceil", "Round up",
     "2^ceil(log2(amax / max|grid|)): the smallest power of two that clips nothing."},
    {ScaleRule::Ceil, "ceil", "Ceiling",
     "2^(ceil(log2 amax) - emax), emax = floor(log2 max|grid|): never clips, often one step coarser than "
     "needed."},
    {ScaleRule::Even, "even", "Even",
     "amax is first rounded half up to the format's mantissa bits, then as floor: a value just below a power "
     "of two counts as that power."},
    {ScaleRule::Nearest, "nearest", "Nearest",
     "2^round(log2(amax / max|grid|)): the nearest power of two on a log scale; clips up to a factor 1.41."}};

constexpr Choice<SymmetricScale> kSymmetricScales[] = {
    {SymmetricScale::QMax, "qmax", "Largest code",
     "s = amax / (q_max - z): the largest magnitude lands on the largest code (127 for INT8)."},
    {SymmetricScale::HalfRange, "half-range", "Half the range",
     "s = amax / ((q_max - q_min) / 2), 127.5 for INT8 with full range: PyTorch's rule; a positive extreme "
     "clips by half a step."},
    {SymmetricScale::MaxSide, "max-side", "Each side",
     "s = max(hi / q_max, lo / q_min): each end is held by the codes on its own side, so -128 is used."}};

constexpr Choice<CodeRange> kCodeRanges[] = {
    {CodeRange::Narrow, "narrow", "Narrow",
     "The most negative code stays unused, so the codes mirror around 0: -127 to 127 for INT8."},
    {CodeRange::Full, "full", "Full", "All codes are used: -128 to 127 for INT8."}};

constexpr Choice<Divide> kDivides[] = {
    {Divide::F32, "f32", "Float division", "fl32(x / s) is rounded to the grid: what numpy and ONNX do."},
    {Divide::Exact, "exact", "Exact quotient",
     "The real quotient x / s is rounded once, straight to the grid."},
    {Divide::Reciprocal, "reciprocal", "Times reciprocal",
     "fl32(x * fl32(1 / s)) is rounded to the grid: what PyTorch does; near ties it picks another code."}};

constexpr Choice<CalibrationMethod> kCalibrations[] = {
    {CalibrationMethod::MinMax, "minmax", "Min-max",
     "The clip range is [min, max] of the values: nothing is clipped."},
    {CalibrationMethod::Percentile, "percentile", "Percentile",
     "The rarest values are left out: symmetric keeps P % of the magnitudes inside, affine cuts (100 - P)/2 "
     "% at either "
     "end."},
    {CalibrationMethod::Mse, "mse", "MSE-optimal",
     "The clip range of least mean squared error: rounding and clipping error together, searched on the "
     "exact "
     "error curve; finer granularities search for every scale group."},
    {CalibrationMethod::Ratio, "ratio", "Ratio",
     "Every scale group clips at R times its own range: below 1 it clips, above 1 it wastes codes."},
    {CalibrationMethod::Manual, "manual", "Manual",
     "The clip range is set by hand; under a finer granularity it caps each group's own range."}};

constexpr Choice<Rounding> kRoundings[] = {
    {Rounding::NearestEven, "nearest-even", "Nearest, ties even",
     "To the nearest level; half-way goes to the code whose last bit is 0, so 0.5 and 2.5 become 0 and 2."},
    {Rounding::NearestAway, "nearest-away", "Nearest, ties away",
     "To the nearest level; half-way goes away from zero, so 0.5 and 2.5 become 1 and 3."},
    {Rounding::TowardZero, "toward-zero", "Toward zero",
     "To the next level toward zero: digits are cut off."},
    {Rounding::Down, "down", "Down", "To the next level below, toward minus infinity: floor(x)."},
    {Rounding::Up, "up", "Up", "To the next level above, toward plus infinity: ceil(x)."},
    {Rounding::Stochastic, "stochastic", "Stochastic",
     "To one of the two levels around x, each with the probability that makes the mean error 0; seeded, so "
     "it can be repeated."},
    {Rounding::NearestExponent, "nearest-exponent", "Nearest exponent",
     "To the nearest power of two on a log scale, 2^round(log2 |x|), for pow2 and floats without mantissa: "
     "half-way is 1.414, not 1.5."}};

constexpr Choice<Overflow> kOverflows[] = {
    {Overflow::Saturate, "saturate", "Saturate", "What is too large becomes the largest finite value."},
    {Overflow::Special, "special", "To infinity or NaN",
     "What is too large becomes infinity, or NaN where the format has no infinity, as IEEE 754 casts do."}};

constexpr Choice<ZeroPointRule> kZeroPointRules[] = {
    {ZeroPointRule::RoundDifference, "round-difference", "round(q_min - lo/s)",
     "z = round(q_min - lo / s), rounded once: ONNX and compressed-tensors."},
    {ZeroPointRule::DifferenceOfRound, "difference-of-round", "q_min - round(lo/s)",
     "z = q_min - round(lo / s): PyTorch; differs from the other rule at ties only."}};

constexpr Choice<UnsignedZero> kUnsignedZeros[] = {
    {UnsignedZero::Middle, "middle", "Middle code", "Symmetric unsigned codes have zero at z = 2^(b-1)."},
    {UnsignedZero::Torch, "torch", "PyTorch",
     "Symmetric unsigned codes have zero at 128 for 0 to 255, else at floor((q_min + q_max) / 2)."}};

constexpr Choice<ScaleFloor> kScaleFloors[] = {
    {ScaleFloor::SmallestNormal, "smallest-normal", "Smallest normal",
     "A scale never falls below the smallest normal number of its type."},
    {ScaleFloor::TwoToMinus23, "2^-23", "2^-23",
     "A scale never falls below 2^-23 (float32 epsilon): PyTorch."},
    {ScaleFloor::TwoToMinus6, "2^-6", "2^-6 (E4M3)",
     "An E4M3 scale never falls below 2^-6, its smallest normal number: torchao. Other types: smallest "
     "normal."},
    {ScaleFloor::None, "zero", "0",
     "A scale may be subnormal in its type, and 0: its group's values then become 0. ggml."}};

constexpr Choice<ZeroGroup> kZeroGroups[] = {
    {ZeroGroup::One, "one", "1", "A group of zeros has s = 1."},
    {ZeroGroup::Smallest, "smallest", "Smallest scale",
     "A group of zeros has the smallest scale there is: PyTorch 2^-23, OCP MX 2^-127."},
    {ZeroGroup::TwoToMinus3, "2^-3", "2^-3 (E4M3)",
     "A group of zeros has an E4M3 scale of 0.125: compressed-tensors. Other types: 1."},
    {ZeroGroup::Zero, "zero", "0", "A group of zeros has s = 0: ggml."}};

constexpr Choice<CodeScale> kCodeScales[] = {
    {CodeScale::Stored, "stored", "Stored scale",
     "Codes are made with the scale as it is stored, rounded to its type: they fit what decodes them."},
    {CodeScale::Unrounded, "unrounded", "Unrounded scale",
     "Codes are made with the float32 scale before it is rounded to its type: ggml."}};

constexpr Choice<ScaleArithmetic> kScaleArithmetics[] = {
    {ScaleArithmetic::Double, "double", "Double",
     "Scales are computed in double and rounded once to their type."},
    {ScaleArithmetic::Float32, "float32", "Float32",
     "Scales are computed in float32 throughout, rounding after every operation: PyTorch."}};

}  // namespace

std::span<const Choice<Scheme>> scheme_choices() { return kSchemes; }
std::span<const Choice<GranularityKind>> granularity_choices() { return kGranularities; }
std::span<const Choice<ScaleType>> scale_type_choices() { return kScaleTypes; }
std::span<const Choice<ScaleRule>> scale_rule_choices() { return kScaleRules; }
std::span<const Choice<SymmetricScale>> symmetric_scale_choices() { return kSymmetricScales; }
std::span<const Choice<CodeRange>> code_range_choices() { return kCodeRanges; }
std::span<const Choice<Divide>> divide_choices() { return kDivides; }
std::span<const Choice<CalibrationMethod>> calibration_choices() { return kCalibrations; }
std::span<const Choice<Rounding>> rounding_choices() { return kRoundings; }
std::span<const Choice<Overflow>> overflow_choices() { return kOverflows; }
std::span<const Choice<ZeroPointRule>> zero_point_rule_choices() { return kZeroPointRules; }
std::span<const Choice<UnsignedZero>> unsigned_zero_choices() { return kUnsignedZeros; }
std::span<const Choice<ScaleFloor>> scale_floor_choices() { return kScaleFloors; }
std::span<const Choice<ZeroGroup>> zero_group_choices() { return kZeroGroups; }
std::span<const Choice<CodeScale>> code_scale_choices() { return kCodeScales; }
std::span<const Choice<ScaleArithmetic>> scale_arithmetic_choices() { return kScaleArithmetics; }

}  // namespace bitloupe
