// QuantSpec: how to quantize, as a plain value. Every convention on which tools differ is a field here; a
// dialect is a row that sets some of them. Names and meanings are those of the command line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/format/codec.h"
#include "core/format/number_format.h"
#include "core/result.h"
#include "core/tensor/tensor.h"

namespace bitloupe {

enum class Scheme { Symmetric, Affine, Direct };
enum class GranularityKind { Tensor, Channel, Group, Tile };
// Nested: the scales of all groups are quantized again, together (nested_scales.h).
enum class ScaleType { F32, F16, BF16, Pow2, E8M0, E4M3, Nested };
enum class ScaleRule { Floor, RCeil, Ceil, Even, Nearest };
enum class SymmetricScale { QMax, HalfRange, MaxSide };
enum class CodeRange { Narrow, Full };
enum class Divide { F32, Exact, Reciprocal };
enum class CalibrationMethod { MinMax, Percentile, Mse, Ratio, Manual };

// Conventions without a name on the command line; dialects set them, JSON spells them out.
enum class ZeroPointRule { RoundDifference, DifferenceOfRound };  // round(qmin - lo/s) | qmin - round(lo/s)
enum class UnsignedZero {
  Middle,
  Torch
};  // symmetric unsigned z: 2^(b-1) | 128 for 0...255, else floor((qmin+qmax)/2)
// The smallest scale of its type. TwoToMinus6 is one of E4M3 scales; other types have their smallest normal.
enum class ScaleFloor { SmallestNormal, TwoToMinus23, TwoToMinus6, None };
// The scale of a group without a non-zero finite value. TwoToMinus3 is one of E4M3 scales; others have 1.
enum class ZeroGroup { One, Smallest, TwoToMinus3, Zero };
enum class CodeScale { Stored, Unrounded };      // what codes are made with: as it is stored | as computed
enum class ScaleArithmetic { Double, Float32 };  // double rounded once | float32 throughout

struct Granularity {
  GranularityKind kind = GranularityKind::Tensor;
  std::int64_t axis = -1;      // Channel and Group; negative counts from the end
  std::uint64_t size = 32;     // Group: values along the axis; Tile: rows, of the last axis but one
  bool flat = false;           // Group: runs of the row-major values instead, whatever the axis
  std::uint64_t columns = 32;  // Tile: along the last axis
  bool operator==(const Granularity&) const = default;
};

struct Calibration {
  CalibrationMethod method = CalibrationMethod::MinMax;
  double percentile = 99.9;  // (0, 100]
  double ratio = 1;          // (0, inf)
  double lo = -1, hi = 1;    // Manual: the clip range; lo <= hi after canonical()
  friend bool operator==(const Calibration& a, const Calibration& b);  // by bit pattern
};

// A scale group's own range, set by hand. Groups are numbered in row-major order.
struct RangeOverride {
  std::uint64_t group = 0;
  double lo = 0, hi = 0;
  friend bool operator==(const RangeOverride& a, const RangeOverride& b);  // by bit pattern
};

struct QuantSpec {
  NumberFormat format;
  std::optional<Scheme> scheme;  // empty: the format's default, see canonical()
  Granularity granularity;
  ScaleType scale_type = ScaleType::F32;
  int scale_exponent_bits = 8;  // of ScaleType::E8M0, 2 to 8: exponents up to 2^(bits - 1) - 1 either way
  bool tensor_scale = false;    // two levels: a float32 scale of the tensor above the groups' E4M3 ones
  ScaleRule scale_rule = ScaleRule::Floor;
  SymmetricScale symmetric_scale = SymmetricScale::QMax;
  std::optional<std::int32_t> zero_point;  // empty: auto
  bool include_zero = true;
  std::optional<CodeRange> code_range;  // empty: narrow for symmetric signed integers, else full
  Divide divide = Divide::F32;
  Calibration calibration;
  Rounding rounding = Rounding::NearestEven;
  Overflow overflow = Overflow::Saturate;
  std::uint64_t seed = 0;
  std::string dialect;  // key of the row last applied, empty for none
  ZeroPointRule zero_point_rule = ZeroPointRule::RoundDifference;
  UnsignedZero unsigned_zero = UnsignedZero::Middle;
  ScaleFloor scale_floor = ScaleFloor::SmallestNormal;
  ZeroGroup zero_group = ZeroGroup::One;
  CodeScale code_scale = CodeScale::Stored;
  ScaleArithmetic scale_arithmetic = ScaleArithmetic::Double;
  std::vector<RangeOverride> overrides;
  std::string recipe;  // name of the recipe last applied (recipes.h), empty for none
  bool operator==(const QuantSpec&) const = default;
};

// Whether scales of this type are powers of two, chosen by the scale rule.
constexpr bool has_only_powers(ScaleType type) { return type == ScaleType::Pow2 || type == ScaleType::E8M0; }

// What the format wants where the spec says nothing (cli.md): integers, sign-magnitude, tables and floats of
// at most 8 bits symmetric, unsigned integers affine, wider floats, fixed point and fitted levels direct.
Scheme default_scheme(const NumberFormat& format);

// Whether each scale group has fitted levels of its own (core/codebook/fit_groups.h): their magnitude is the
// group's scale, although the scheme is Direct. Else a fitted format has one codebook, of the tensor.
bool fits_groups(const QuantSpec& canonical_spec);

// The same meaning with every default filled in: scheme and code_range set, lo <= hi, and (Direct)
// granularity tensor, but for fitted formats; a recipe of which something was changed is none.
// canonical(canonical(s)) == canonical(s); two specs that mean the same give equal canonical specs, their
// recipe's name apart.
QuantSpec canonical(const QuantSpec& spec);

// Whether the format's levels can be rounded to in this mode.
Status validate_rounding(const NumberFormat& format, Rounding rounding);

// Is the spec consistent in itself, and (second form) for a tensor of this shape? The message names the key,
// what was found and the remedy.
Status validate(const QuantSpec& spec);
Status validate(const QuantSpec& spec, const Shape& shape);

}  // namespace bitloupe
