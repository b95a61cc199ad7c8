#include "core/quant/quant_spec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/block/block_type.h"
#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/group_layout.h"
#include "core/quant/recipes.h"
#include "core/text.h"

namespace bitloupe {
namespace {

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool has_zero_point(const NumberFormat& format) { return format.family == Family::Integer; }

bool has_two_ends(const NumberFormat& format) {  // two's complement: one more code below zero than above
  return format.is_signed && (format.family == Family::Integer || format.family == Family::Fixed);
}

CodeRange default_code_range(const NumberFormat& format, Scheme scheme) {
  const bool narrow = format.family == Family::Integer && format.is_signed && scheme == Scheme::Symmetric;
  return narrow ? CodeRange::Narrow : CodeRange::Full;
}

// Only the facts of the format's own family; wrong ones stay as they are, for validate() to find.
NumberFormat canonical_format(const NumberFormat& format) {
  NumberFormat clean = format;
  if (format.family != Family::Fixed) clean.fraction_bits = 0;
  if (format.family != Family::Table) {
    clean.table = {};
    clean.fit = Fit::None;
  }
  if (format.family == Family::Float) return clean;
  const NumberFormat integers;
  clean.exponent_bits = integers.exponent_bits;
  clean.mantissa_bits = integers.mantissa_bits;
  clean.bias = integers.bias;
  clean.subnormals = integers.subnormals;
  clean.has_zero = integers.has_zero;
  clean.specials = integers.specials;
  return clean;
}

Calibration canonical_calibration(const Calibration& calibration) {
  Calibration clean;
  clean.method = calibration.method;
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      clean.percentile = calibration.percentile;
      break;
    case CalibrationMethod::Ratio:
      clean.ratio = calibration.ratio;
      break;
    case CalibrationMethod::Manual:
      clean.lo = calibration.lo;
      clean.hi = calibration.hi;
      if (clean.lo > clean.hi) std::swap(clean.lo, clean.hi);
      break;
  }
  return clean;
}

bool has_axis(const Granularity& granularity) {
  return granularity.kind == GranularityKind::Channel ||
         (granularity.kind == GranularityKind::Group && !granularity.flat);
}

Granularity canonical_granularity(const Granularity& granularity) {
  Granularity clean;
  clean.kind = granularity.kind;
  const bool group = granularity.kind == GranularityKind::Group;
  clean.flat = group && granularity.flat;
  if (has_axis(clean)) clean.axis = granularity.axis;
  const bool tile = granularity.kind == GranularityKind::Tile;
  if (group || tile) clean.size = granularity.size;
  if (tile) clean.columns = granularity.columns;
  return clean;
}

// Ascending groups, lo <= hi, the last one given for a group wins.
std::vector<RangeOverride> canonical_overrides(std::vector<RangeOverride> overrides) {
  for (RangeOverride& range : overrides)
    if (range.lo > range.hi) std::swap(range.lo, range.hi);
  std::stable_sort(overrides.begin(), overrides.end(),
                   [](const RangeOverride& a, const RangeOverride& b) { return a.group < b.group; });
  std::vector<RangeOverride> clean;
  for (const RangeOverride& range : overrides) {
    if (!clean.empty() && clean.back().group == range.group) clean.pop_back();
    clean.push_back(range);
  }
  return clean;
}

// The zero point that `auto` means under the symmetric scheme, where it is not 0 by construction.
std::int32_t symmetric_zero_point(const NumberFormat& format, UnsignedZero rule) {
  const std::int32_t top = integer_limits(format, false).max;
  if (rule == UnsignedZero::Torch) return top == 255 ? 128 : top / 2;
  return std::int32_t{1} << (format.bits - 1);
}

void reset_scaling(QuantSpec& spec) {
  if (!fits_groups(spec)) {
    spec.granularity = {};
    spec.scale_type = ScaleType::F32;
    spec.tensor_scale = false;
  }
  spec.calibration = {};
  spec.divide = Divide::F32;
  spec.scale_floor = ScaleFloor::SmallestNormal;
  spec.zero_group = ZeroGroup::One;
  spec.code_scale = CodeScale::Stored;
  spec.scale_arithmetic = ScaleArithmetic::Double;
  spec.overrides.clear();
}

// A zero point that is what `auto` would give says nothing.
void clean_zero_point(QuantSpec& spec) {
  const NumberFormat& format = spec.format;
  const bool symmetric_unsigned =
      spec.scheme == Scheme::Symmetric && has_zero_point(format) && !format.is_signed;
  if (symmetric_unsigned && format.bits >= 1 && format.bits <= 16) {
    // One bit has no code above the middle one: its codes stand for {0, 1}, not {-1, 0}.
    const std::int32_t automatic = format.bits == 1 ? 0 : symmetric_zero_point(format, spec.unsigned_zero);
    spec.zero_point = spec.zero_point.value_or(automatic);
    spec.unsigned_zero = UnsignedZero::Middle;
    if (format.bits > 1 && *spec.zero_point == symmetric_zero_point(format, UnsignedZero::Middle))
      spec.zero_point.reset();
    return;
  }
  spec.unsigned_zero = UnsignedZero::Middle;
  if (spec.scheme != Scheme::Affine && spec.zero_point == 0) spec.zero_point.reset();
}

// Codes as far below zero as above: every divisor is then the same one.
bool mirrored_codes(const QuantSpec& spec) {
  if (!spec.format.is_signed || spec.format.bits < 2 || spec.format.bits > 16) return false;
  const IntegerLimits limits = integer_limits(spec.format, spec.code_range == CodeRange::Narrow);
  return limits.min == -limits.max;
}

// Conventions say nothing where every choice gives the same scales, zero points and codes (scales.cpp).
void clean_conventions(QuantSpec& spec) {
  const bool affine = spec.scheme == Scheme::Affine;
  if (!has_only_powers(spec.scale_type)) spec.scale_rule = ScaleRule::Floor;
  if (spec.scale_type != ScaleType::E8M0) spec.scale_exponent_bits = 8;
  if (spec.scale_type != ScaleType::E4M3) {
    if (spec.scale_floor == ScaleFloor::TwoToMinus6) spec.scale_floor = ScaleFloor::SmallestNormal;
    if (spec.zero_group == ZeroGroup::TwoToMinus3) spec.zero_group = ZeroGroup::One;
  }
  if (spec.scale_type == ScaleType::F32) spec.code_scale = CodeScale::Stored;  // computed in float32 as well
  // A power of two follows from exponents alone; no other scale is computed where codes are made with it.
  const bool exponents_only = has_only_powers(spec.scale_type) && spec.code_scale == CodeScale::Stored;
  const bool integer_scale = is_integer_family(spec.format) && spec.scheme == Scheme::Symmetric;
  if (!integer_scale || exponents_only || mirrored_codes(spec)) spec.symmetric_scale = SymmetricScale::QMax;
  if (exponents_only && (!affine || spec.zero_point)) spec.scale_arithmetic = ScaleArithmetic::Double;
  if (has_only_powers(spec.scale_type) && spec.scale_floor == ScaleFloor::None)
    spec.scale_floor = ScaleFloor::SmallestNormal;  // there are no smaller ones
  if (!affine || spec.zero_point) spec.zero_point_rule = ZeroPointRule::RoundDifference;
}

std::string name(const NumberFormat& format) { return format_name(format); }

Status validate_scheme(const QuantSpec& spec) {
  if (spec.scheme != Scheme::Direct && spec.format.fit != Fit::None)
    return bad_argument("scheme: the levels of " + name(spec.format) +
                        " are fitted to the values themselves and take no range; use direct");
  if (spec.scheme == Scheme::Affine && !has_zero_point(spec.format))
    return bad_argument("scheme affine: " + name(spec.format) +
                        " has no zero point (affine is for int and uint formats); use symmetric or direct");
  if (spec.overflow == Overflow::Special && !has_inf(spec.format) && !nan_code(spec.format))
    return bad_argument("overflow special: " + name(spec.format) +
                        " has no infinity and no NaN to overflow to; use saturate");
  if (fits_groups(spec) && (spec.scale_type == ScaleType::Nested || spec.tensor_scale))
    return bad_argument("scale_type " + std::string(choice_of(scale_type_choices(), spec.scale_type).key) +
                        (spec.tensor_scale ? " with tensor_scale yes" : "") + ": the magnitudes of " +
                        name(spec.format) + " are stored on one level; use f32, f16 or bf16");
  return Ok{};
}

Status validate_zero_point(const QuantSpec& spec) {
  if (!spec.zero_point) return Ok{};
  const std::string found = "zero_point " + std::to_string(*spec.zero_point);
  if (!has_zero_point(spec.format))
    return bad_argument(found + ": " + name(spec.format) + " has no zero point; use auto");
  if (spec.scheme == Scheme::Direct)
    return bad_argument(found + ": the scheme direct is a plain cast without zero point; use auto");
  if (spec.scheme == Scheme::Symmetric && spec.format.is_signed)
    return bad_argument(found +
                        ": symmetric signed codes have zero at code 0; use auto or the scheme affine");
  const IntegerLimits limits = integer_limits(spec.format, spec.code_range == CodeRange::Narrow);
  if (*spec.zero_point < limits.min || *spec.zero_point > limits.max)
    return bad_argument(found + " is outside the codes of " + name(spec.format) + " (" +
                        std::to_string(limits.min) + " to " + std::to_string(limits.max) +
                        "); use auto or a code");
  if (spec.scheme == Scheme::Symmetric && *spec.zero_point == limits.max)
    return bad_argument(found + ": leaves no code above zero, so symmetric has no scale; use a smaller one");
  return Ok{};
}

bool fits_float(double value) { return std::isfinite(static_cast<float>(value)); }

Status validate_mse(const QuantSpec& spec) {
  if (spec.calibration.method != CalibrationMethod::Mse || spec.format.bits <= 16) return Ok{};
  return bad_argument("calibration mse: " + name(spec.format) +
                      " is too fine to search for a threshold; use minmax, or a format of at most 16 bits");
}

Status validate_range(const std::string& key, double lo, double hi) {
  for (const double end : {lo, hi})
    if (!fits_float(end))  // also false for NaN
      return bad_argument(key + ": " + number_text(end) + " is not a finite float32");
  return Ok{};
}

Status validate_calibration(const Calibration& calibration) {
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      if (!(calibration.percentile > 0 && calibration.percentile <= 100))
        return bad_argument("calibration percentile " + number_text(calibration.percentile) +
                            ": expected more than 0 and at most 100");
      break;
    case CalibrationMethod::Ratio:
      if (!(calibration.ratio > 0 && std::isfinite(calibration.ratio)))
        return bad_argument("calibration ratio " + number_text(calibration.ratio) +
                            ": expected a finite number above 0");
      break;
    case CalibrationMethod::Manual:
      return validate_range("calibration manual", calibration.lo, calibration.hi);
  }
  return Ok{};
}

Status validate_canonical(const QuantSpec& spec) {
  if (Status format = validate(spec.format); !format)
    return Error{format.error().code, "format: " + format.error().message};
  if (Status scheme = validate_scheme(spec); !scheme) return scheme;
  if (Status rounding = validate_rounding(spec.format, spec.rounding); !rounding) return rounding;
  if (Status zero_point = validate_zero_point(spec); !zero_point) return zero_point;
  if (spec.granularity.kind == GranularityKind::Group && spec.granularity.size == 0)
    return bad_argument("granularity group size 0: expected at least 1; try 32");
  if (spec.granularity.kind == GranularityKind::Tile &&
      (spec.granularity.size == 0 || spec.granularity.columns == 0))
    return bad_argument("granularity tile " + std::to_string(spec.granularity.size) + "x" +
                        std::to_string(spec.granularity.columns) +
                        ": expected at least 1 row and 1 column; try 128x128");
  if (spec.tensor_scale && spec.scale_type != ScaleType::E4M3)
    return bad_argument(
        "tensor_scale yes: only scales of type e4m3 have a tensor's scale above them, found " +
        std::string(choice_of(scale_type_choices(), spec.scale_type).key) +
        "; use scale_type e4m3, or tensor_scale no");
  if (spec.scale_exponent_bits < 2 || spec.scale_exponent_bits > 8)
    return bad_argument("scale_type: " + std::to_string(spec.scale_exponent_bits) +
                        " exponent bits, expected 2 to 8");
  if (Status calibration = validate_calibration(spec.calibration); !calibration) return calibration;
  if (Status mse = validate_mse(spec); !mse) return mse;
  for (const RangeOverride& range : spec.overrides) {
    const std::string key = "overrides group " + std::to_string(range.group);
    if (Status ends = validate_range(key, range.lo, range.hi); !ends) return ends;
  }
  return Ok{};
}

// Blocks never cross lines.
Status validate_blocks(const QuantSpec& spec, const Shape& shape) {
  const BlockType* type = block_type_of(spec);
  const std::uint64_t line = shape.empty() ? 1 : shape.back();
  if (type == nullptr || line % type->values == 0) return Ok{};
  return bad_argument("recipe " + spec.recipe + ": the last axis of " + to_text(shape) + " has " +
                      std::to_string(line) + " values, expected a multiple of " +
                      std::to_string(type->values) + ", the length of a block");
}

Status validate_axis(const Granularity& granularity, const Shape& shape) {
  if (!has_axis(granularity) || shape.empty()) return Ok{};
  const std::int64_t rank = static_cast<std::int64_t>(shape.size());
  if (granularity.axis < -rank || granularity.axis >= rank)
    return bad_argument("granularity axis " + std::to_string(granularity.axis) + ": the shape " +
                        to_text(shape) + " has axes 0 to " + std::to_string(rank - 1) + " (or -" +
                        std::to_string(rank) + " to -1)");
  return Ok{};
}

}  // namespace

bool operator==(const Calibration& a, const Calibration& b) {
  return a.method == b.method && same_bits(a.percentile, b.percentile) && same_bits(a.ratio, b.ratio) &&
         same_bits(a.lo, b.lo) && same_bits(a.hi, b.hi);
}

bool operator==(const RangeOverride& a, const RangeOverride& b) {
  return a.group == b.group && same_bits(a.lo, b.lo) && same_bits(a.hi, b.hi);
}

Status validate_rounding(const NumberFormat& format, Rounding rounding) {
  if (rounding == Rounding::NearestExponent && !has_only_powers(format))
    return bad_argument("rounding nearest-exponent: " + name(format) +
                        " has levels between the powers of two (it is for pow2 and floats without mantissa); "
                        "use nearest-even");
  if (rounding != Rounding::NearestEven && format.fit != Fit::None)
    return bad_argument("rounding: the levels of " + name(format) +
                        " are fitted together with the cuts between them; use nearest-even");
  return Ok{};
}

Scheme default_scheme(const NumberFormat& format) {
  switch (format.family) {
    case Family::Integer:
      return format.is_signed ? Scheme::Symmetric : Scheme::Affine;
    case Family::SignMagnitude:
      return Scheme::Symmetric;
    case Family::Fixed:
      return Scheme::Direct;
    case Family::Table:
      return format.fit == Fit::None ? Scheme::Symmetric : Scheme::Direct;
    case Family::Float:
      break;
  }
  return format.bits <= 8 ? Scheme::Symmetric : Scheme::Direct;
}

bool fits_groups(const QuantSpec& spec) {
  return spec.format.fit != Fit::None && spec.scheme == Scheme::Direct &&
         spec.granularity.kind != GranularityKind::Tensor;
}

QuantSpec canonical(const QuantSpec& spec) {
  QuantSpec clean = spec;
  clean.format = canonical_format(spec.format);
  const Scheme scheme = spec.scheme.value_or(default_scheme(clean.format));
  clean.scheme = scheme;
  clean.code_range = has_two_ends(clean.format)
                         ? spec.code_range.value_or(default_code_range(clean.format, scheme))
                         : CodeRange::Full;
  clean.granularity = canonical_granularity(spec.granularity);
  clean.calibration = canonical_calibration(spec.calibration);
  clean.overrides = canonical_overrides(spec.overrides);
  if (scheme == Scheme::Direct) reset_scaling(clean);
  if (scheme != Scheme::Affine) clean.include_zero = true;
  clean_conventions(clean);
  clean_zero_point(clean);
  if (clean.rounding != Rounding::Stochastic) clean.seed = 0;
  clean.recipe.clear();
  clean.recipe = kept_recipe(spec, clean);
  return clean;
}

Status validate(const QuantSpec& spec) { return validate_canonical(canonical(spec)); }

Status validate(const QuantSpec& spec, const Shape& shape) {
  const QuantSpec clean = canonical(spec);
  if (Status alone = validate_canonical(clean); !alone) return alone;
  if (Status axis = validate_axis(clean.granularity, shape); !axis) return axis;
  if (Status blocks = validate_blocks(clean, shape); !blocks) return blocks;
  if (clean.overrides.empty()) return Ok{};
  const std::uint64_t count = make_group_layout(clean.granularity, shape).count;
  for (const RangeOverride& range : clean.overrides)
    if (range.group >= count)
      return bad_argument("overrides group " + std::to_string(range.group) + ": the tensor has " +
                          std::to_string(count) + " scale groups, numbered from 0");
  return Ok{};
}

}  // namespace bitloupe
