#include "core/quant/scales.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "core/format/codec.h"
#include "core/quant/nested_scales.h"

namespace bitloupe {
namespace {

constexpr double kSmallestFloat = 0x1p-126, kLargestFloat = 0x1.fffffep127;  // normal float32 numbers
constexpr int kMinPow2 = -127, kMaxPow2 = 127;  // exponents of E8M0 (OCP MX 1.0, section 5.4.1)

bool integer_scale(const NumberFormat& format) { return is_integer_family(format); }

// Position of zero and the grid's ends in units of one step, before scaling.
struct Grid {
  double min = 0, max = 0;  // q_min, q_max, or -max, +max
  double zero = 0;          // q of zero under the symmetric scheme
  bool integer = true;
  // What amax must reach. Integers: the positive side, or the other one where it holds nothing; else the
  // largest magnitude of the grid.
  double reach() const {
    if (!integer) return std::max(max, -min);
    return max > zero ? max - zero : zero - min;
  }
};

// Where zero lies under the symmetric scheme; canonical() has written out whatever is not the middle code.
double symmetric_zero(const QuantSpec& spec) {
  if (spec.zero_point) return *spec.zero_point;
  return spec.format.family == Family::Integer && !spec.format.is_signed
             ? std::ldexp(1.0, spec.format.bits - 1)
             : 0;
}

Grid make_grid(const QuantSpec& spec) {
  const CodeLimits limits = code_limits(spec);
  return {limits.grid_min, limits.grid_max, symmetric_zero(spec), integer_scale(spec.format)};
}

// Bits below the leading one in the grid's top binade: mantissa bits of a float (and of a table, whose levels
// have no bits of their own: 0), floor(log2 max) of an integer grid.
int top_binade_bits(const QuantSpec& spec, double reach) {
  return integer_scale(spec.format) ? floor_log2(reach) + spec.format.fraction_bits
                                    : spec.format.mantissa_bits;
}

// Smallest k with reach * 2^k >= amax.
int smallest_exponent_that_holds(double amax, double reach) {
  int k = floor_log2(amax) - floor_log2(reach) - 1;
  while (std::ldexp(reach, k) < amax) ++k;
  return k;
}

// Exponent of a power-of-two scale for a group of magnitude amax > 0 on a grid that reaches `reach`
// (concepts.md, "Scales").
int power_exponent(const QuantSpec& spec, double amax, double reach) {
  const int emax = floor_log2(reach);
  switch (spec.scale_rule) {
    case ScaleRule::Floor:
      return floor_log2(amax) - emax;
    case ScaleRule::Ceil:
      return smallest_exponent_that_holds(amax, 1.0) - emax;
    case ScaleRule::RCeil:
      return smallest_exponent_that_holds(amax, reach);
    case ScaleRule::Even: {
      const int exponent = floor_log2(amax), bits = top_binade_bits(spec, reach);
      const double rounded = std::floor(std::ldexp(amax, bits - exponent) + 0.5);
      return floor_log2(std::ldexp(rounded, exponent - bits)) - emax;
    }
    case ScaleRule::Nearest: {
      // round(log2 r) is k where r^2 lies in [2^(2k-1), 2^(2k+1)); the squares of float32 numbers are exact
      // in double.
      const int k = smallest_exponent_that_holds(amax, reach);
      return amax * amax < std::ldexp(reach * reach, 2 * k - 1) ? k - 1 : k;
    }
  }
  return 0;
}

struct Limits {
  double smallest, largest;
};

// Smallest scale that a type is used for, smallest normal but for E4M3, and its largest finite value.
Limits scale_limits(const QuantSpec& spec) {
  switch (spec.scale_type) {
    case ScaleType::F32:
    case ScaleType::Nested:
      return {kSmallestFloat, kLargestFloat};
    case ScaleType::F16:
      return {0x1p-14, 65504};
    case ScaleType::BF16:
      return {0x1p-126, 0x1.fep127};
    case ScaleType::Pow2:
      return {std::ldexp(1.0, kMinPow2), std::ldexp(1.0, kMaxPow2)};
    case ScaleType::E8M0: {
      const int largest = (1 << (spec.scale_exponent_bits - 1)) - 1;
      return {std::ldexp(1.0, -largest), std::ldexp(1.0, largest)};
    }
    case ScaleType::E4M3:
      return {0x1p-9, 448};  // subnormals are used
  }
  return {0, 0};
}

double smallest_scale(const QuantSpec& spec) {
  const Limits limits = scale_limits(spec);
  switch (spec.scale_floor) {
    case ScaleFloor::SmallestNormal:
      return limits.smallest;
    case ScaleFloor::TwoToMinus23:
      return std::max(0x1p-23, limits.smallest);
    case ScaleFloor::TwoToMinus6:
      return spec.scale_type == ScaleType::E4M3 ? 0x1p-6 : limits.smallest;
    case ScaleFloor::None:
      return has_only_powers(spec.scale_type) ? limits.smallest : 0;
  }
  return 0;
}

double scale_of_zeros(const QuantSpec& spec, double smallest) {
  switch (spec.zero_group) {
    case ZeroGroup::One:
      return 1;
    case ZeroGroup::TwoToMinus3:
      return spec.scale_type == ScaleType::E4M3 ? 0.125 : 1;
    case ZeroGroup::Smallest:
      return smallest;
    case ZeroGroup::Zero:
      return 0;
  }
  return 1;
}

// The scale before it is rounded to its type. Float32 arithmetic is PyTorch's: every operation rounds.
double raw_scale(const QuantSpec& spec, const Grid& grid, double lo, double hi) {
  const bool float32 = spec.scale_arithmetic == ScaleArithmetic::Float32;
  auto divide = [&](double a, double b) {
    return float32 ? static_cast<double>(static_cast<float>(a) / static_cast<float>(b)) : a / b;
  };
  auto both_sides = [&](double zero) {  // the smallest scale that clips neither end
    const double above = grid.max > zero ? divide(hi, grid.max - zero) : 0;
    const double below = grid.min < zero ? divide(-lo, zero - grid.min) : 0;
    return std::max({above, below, 0.0});
  };
  if (spec.scheme == Scheme::Affine) {
    if (spec.zero_point) return both_sides(*spec.zero_point);
    const double width =
        float32 ? static_cast<double>(static_cast<float>(hi) - static_cast<float>(lo)) : hi - lo;
    return divide(width, grid.max - grid.min);
  }
  const double amax = std::max(std::fabs(lo), std::fabs(hi));
  switch (spec.symmetric_scale) {
    case SymmetricScale::QMax:
      return divide(amax, grid.reach());
    case SymmetricScale::HalfRange:
      return divide(amax, (grid.max - grid.min) / 2);
    case SymmetricScale::MaxSide:
      return both_sides(grid.zero);
  }
  return 0;
}

// Which magnitude must fit into which reach: what the power-of-two rules compare.
double power_scale(const QuantSpec& spec, const Grid& grid, double lo, double hi) {
  const bool affine = spec.scheme == Scheme::Affine;
  const double amax = affine ? hi - lo : std::max(std::fabs(lo), std::fabs(hi));
  const double reach = affine ? grid.max - grid.min : grid.reach();
  return amax > 0 ? std::ldexp(1.0, power_exponent(spec, amax, reach)) : 0;
}

// Infinity beyond the largest finite value, whether or not the format has one.
float rounded_to(const NumberFormat& format, double scale) {
  const auto code = encode(format, scale, Rounding::NearestEven, Overflow::Special);
  const double value = decode(format, code.value_or(0));
  return std::isnan(value) ? std::numeric_limits<float>::infinity() : static_cast<float>(value);
}

void nest(ScaleSet& set) {
  std::vector<float> scales;
  scales.reserve(set.groups.size());
  for (const GroupScale& group : set.groups) scales.push_back(group.scale);
  set.floored += nest_scales(scales);
  for (std::size_t g = 0; g < scales.size(); ++g) set.groups[g].scale = scales[g];
}

// A group's scale as a multiple of the tensor's.
double over_tensor_scale(const QuantSpec& spec, double computed, float tensor_scale) {
  const auto rounded = static_cast<float>(computed);
  if (spec.scale_arithmetic == ScaleArithmetic::Float32) return static_cast<double>(rounded / tensor_scale);
  return static_cast<double>(rounded) / static_cast<double>(tensor_scale);
}

std::int32_t affine_zero_point(const QuantSpec& spec, const Grid& grid, double lo, float scale) {
  if (spec.zero_point) return *spec.zero_point;
  if (scale == 0) return static_cast<std::int32_t>(grid.min);  // every value becomes 0, whatever z
  const bool float32 = spec.scale_arithmetic == ScaleArithmetic::Float32;
  const double steps =
      float32 ? static_cast<double>(static_cast<float>(lo) / scale) : lo / static_cast<double>(scale);
  const double z = spec.zero_point_rule == ZeroPointRule::DifferenceOfRound
                       ? grid.min - std::nearbyint(steps)
                       : std::nearbyint(grid.min - steps);
  return static_cast<std::int32_t>(std::clamp(z, grid.min, grid.max));
}

}  // namespace

int floor_log2(double x) {
  const int exponent = static_cast<int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7FF);
  return exponent == 0 ? std::ilogb(x) : exponent - 1023;
}

double magnitude(const ClipRange& range) {
  return std::max(std::fabs(static_cast<double>(range.lo)), std::fabs(static_cast<double>(range.hi)));
}

ClipRange scaled(const ClipRange& range, double t) {
  constexpr double kMax = 0x1.fffffep127;
  const auto end = [&](float x) {
    return static_cast<float>(std::clamp(t * static_cast<double>(x), -kMax, kMax));
  };
  return {end(range.lo), end(range.hi)};
}

CodeLimits code_limits(const QuantSpec& spec) {
  if (!integer_scale(spec.format)) return {min_finite(spec.format), max_finite(spec.format)};
  const IntegerLimits limits = integer_limits(spec.format, spec.code_range == CodeRange::Narrow);
  const double step = std::ldexp(1.0, -spec.format.fraction_bits);
  return {limits.min * step, limits.max * step};
}

float round_to_scale_type(double scale, ScaleType type) {
  switch (type) {
    case ScaleType::F32:
    case ScaleType::Nested:
    case ScaleType::Pow2:
    case ScaleType::E8M0:
      return static_cast<float>(scale);
    case ScaleType::F16:
      return rounded_to(float_format(5, 10, Specials::Ieee), scale);
    case ScaleType::BF16:
      return rounded_to(float_format(8, 7, Specials::Ieee), scale);
    case ScaleType::E4M3:
      return rounded_to(float_format(4, 3, Specials::Fn), scale);
  }
  return 0;
}

float tensor_scale_of(const QuantSpec& spec, double largest) {
  if (!spec.tensor_scale || spec.scheme == Scheme::Direct || largest == 0) return 1;
  constexpr double kSmallest = 0x1p-117;
  const double reach = make_grid(spec).reach() * scale_limits(spec).largest;
  return static_cast<float>(std::max(static_cast<double>(static_cast<float>(largest / reach)), kSmallest));
}

GroupScale make_scale(const QuantSpec& spec, ClipRange range, std::uint64_t& floored,
                      std::uint64_t& saturated, float tensor_scale) {
  if (spec.scheme == Scheme::Direct) return {};
  const Grid grid = make_grid(spec);
  double lo = static_cast<double>(range.lo), hi = static_cast<double>(range.hi);
  if (spec.scheme == Scheme::Affine && spec.include_zero) {
    lo = std::min(lo, 0.0);
    hi = std::max(hi, 0.0);
  }
  const Limits limits = scale_limits(spec);
  const double smallest = smallest_scale(spec);

  GroupScale result;
  if (lo == 0 && hi == 0) {  // no non-zero finite value
    result.scale = static_cast<float>(scale_of_zeros(spec, smallest)) * tensor_scale;
  } else {
    const double computed = raw_scale(spec, grid, lo, hi);
    double raw = has_only_powers(spec.scale_type) ? power_scale(spec, grid, lo, hi) : computed;
    if (spec.tensor_scale) raw = over_tensor_scale(spec, computed, tensor_scale);
    const double rounded = static_cast<double>(round_to_scale_type(raw, spec.scale_type));
    floored += rounded < smallest;
    saturated += rounded > limits.largest;
    result.scale = static_cast<float>(std::clamp(rounded, smallest, limits.largest)) * tensor_scale;
    if (spec.code_scale == CodeScale::Unrounded)
      result.unrounded = static_cast<float>(std::clamp(computed, kSmallestFloat, kLargestFloat));
  }
  result.zero_point = spec.scheme == Scheme::Affine ? affine_zero_point(spec, grid, lo, result.scale)
                                                    : static_cast<std::int32_t>(grid.zero);
  return result;
}

ScaleSet make_scales(const QuantSpec& spec, const GroupLayout& layout, const std::vector<ClipRange>& ranges,
                     double largest) {
  ScaleSet set;
  set.layout = layout;
  set.tensor_scale = tensor_scale_of(spec, largest);
  set.groups.reserve(ranges.size());
  for (const ClipRange& range : ranges)
    set.groups.push_back(make_scale(spec, range, set.floored, set.saturated, set.tensor_scale));
  if (spec.scale_type == ScaleType::Nested) nest(set);
  return set;
}

// The product was rounded to float32: by far less than half a step of the type.
float stored_scale(const ScaleSet& scales, std::uint64_t group) {
  const float scale = scales.groups[group].scale;
  if (scales.tensor_scale == 1) return scale;
  return round_to_scale_type(static_cast<double>(scale) / static_cast<double>(scales.tensor_scale),
                             ScaleType::E4M3);
}

}  // namespace bitloupe
