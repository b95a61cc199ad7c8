#include "core/quant/scales.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>

#include "core/format/codec.h"
#include "core/parallel.h"
#include "core/quant/nested_scales.h"

namespace bitloupe {
namespace {

constexpr double kSmallestFloat = 0x1p-126, kLargestFloat = 0x1.fffffep127;  // normal float32 numbers
constexpr int kMinPow2 = -127, kMaxPow2 = 127;  // exponents of E8M0 (OCP MX 1.0, section 5.4.1)

bool integer_scale(const NumberFormat& format) { return is_integer_family(format); }

// Where zero lies under the symmetric scheme; canonical() has written out whatever is not the middle code.
double symmetric_zero(const QuantSpec& spec) {
  if (spec.zero_point) return *spec.zero_point;
  return spec.format.family == Family::Integer && !spec.format.is_signed
             ? std::ldexp(1.0, spec.format.bits - 1)
             : 0;
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

// 2^k of a normal double.
double power_of(int k) { return std::bit_cast<double>(static_cast<std::uint64_t>(k + 1023) << 52); }

// The nearest number of a float with so many mantissa bits, ties to even; infinity beyond the largest one.
float rounded_to(double x, int mantissa_bits, int min_exponent, double largest) {
  if (x == 0) return 0;
  const int step = std::max(floor_log2(x), min_exponent) - mantissa_bits;
  const double rounded = std::nearbyint(x * power_of(-step)) * power_of(step);
  return rounded > largest ? std::numeric_limits<float>::infinity() : static_cast<float>(rounded);
}

void nest(ScaleSet& set) {
  std::vector<float> scales;
  scales.reserve(set.groups.size());
  for (const GroupScale& group : set.groups) scales.push_back(group.scale);
  set.floored += nest_scales(scales);
  for (std::size_t g = 0; g < scales.size(); ++g) set.groups[g].scale = scales[g];
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
      return rounded_to(scale, 10, -14, 65504);
    case ScaleType::BF16:
      return rounded_to(scale, 7, -126, 0x1.fep127);
    case ScaleType::E4M3:
      return rounded_to(scale, 3, -6, 448);
  }
  return 0;
}

float tensor_scale_of(const QuantSpec& spec, double largest) {
  if (!spec.tensor_scale || spec.scheme == Scheme::Direct || largest == 0) return 1;
  constexpr double kSmallest = 0x1p-117;
  const double reach = ScaleMaker::grid_of(spec).reach() * scale_limits(spec).largest;
  return static_cast<float>(std::max(static_cast<double>(static_cast<float>(largest / reach)), kSmallest));
}

double ScaleMaker::Grid::reach() const {
  if (!integer) return std::max(max, -min);
  return max > zero ? max - zero : zero - min;
}

ScaleMaker::Grid ScaleMaker::grid_of(const QuantSpec& spec) {
  const CodeLimits limits = code_limits(spec);
  return {limits.grid_min, limits.grid_max, symmetric_zero(spec), integer_scale(spec.format)};
}

ScaleMaker::ScaleMaker(const QuantSpec& spec, float tensor_scale) : spec_(spec), tensor_scale_(tensor_scale) {
  if (spec.scheme == Scheme::Direct) return;
  grid_ = grid_of(spec);
  smallest_ = smallest_scale(spec);
  largest_ = scale_limits(spec).largest;
}

// The scale before it is rounded to its type. Float32 arithmetic is PyTorch's: every operation rounds.
double ScaleMaker::computed(double lo, double hi) const {
  const bool float32 = spec_.scale_arithmetic == ScaleArithmetic::Float32;
  auto divide = [&](double a, double b) {
    return float32 ? static_cast<double>(static_cast<float>(a) / static_cast<float>(b)) : a / b;
  };
  auto both_sides = [&](double zero) {  // the smallest scale that clips neither end
    const double above = grid_.max > zero ? divide(hi, grid_.max - zero) : 0;
    const double below = grid_.min < zero ? divide(-lo, zero - grid_.min) : 0;
    return std::max({above, below, 0.0});
  };
  if (spec_.scheme == Scheme::Affine) {
    if (spec_.zero_point) return both_sides(*spec_.zero_point);
    const double width =
        float32 ? static_cast<double>(static_cast<float>(hi) - static_cast<float>(lo)) : hi - lo;
    return divide(width, grid_.max - grid_.min);
  }
  const double amax = std::max(std::fabs(lo), std::fabs(hi));
  switch (spec_.symmetric_scale) {
    case SymmetricScale::QMax:
      return divide(amax, grid_.reach());
    case SymmetricScale::HalfRange:
      return divide(amax, (grid_.max - grid_.min) / 2);
    case SymmetricScale::MaxSide:
      return both_sides(grid_.zero);
  }
  return 0;
}

// Which magnitude must fit into which reach: what the power-of-two rules compare.
double ScaleMaker::power_of_two(double lo, double hi) const {
  const bool affine = spec_.scheme == Scheme::Affine;
  const double amax = affine ? hi - lo : std::max(std::fabs(lo), std::fabs(hi));
  const double reach = affine ? grid_.max - grid_.min : grid_.reach();
  return amax > 0 ? std::ldexp(1.0, power_exponent(spec_, amax, reach)) : 0;
}

// A group's scale as a multiple of the tensor's.
double ScaleMaker::over_tensor_scale(double computed) const {
  const auto rounded = static_cast<float>(computed);
  if (spec_.scale_arithmetic == ScaleArithmetic::Float32) return static_cast<double>(rounded / tensor_scale_);
  return static_cast<double>(rounded) / static_cast<double>(tensor_scale_);
}

std::int32_t ScaleMaker::affine_zero_point(double lo, float scale) const {
  if (spec_.zero_point) return *spec_.zero_point;
  if (scale == 0) return static_cast<std::int32_t>(grid_.min);  // every value becomes 0, whatever z
  const bool float32 = spec_.scale_arithmetic == ScaleArithmetic::Float32;
  const double steps =
      float32 ? static_cast<double>(static_cast<float>(lo) / scale) : lo / static_cast<double>(scale);
  const double z = spec_.zero_point_rule == ZeroPointRule::DifferenceOfRound
                       ? grid_.min - std::nearbyint(steps)
                       : std::nearbyint(grid_.min - steps);
  return static_cast<std::int32_t>(std::clamp(z, grid_.min, grid_.max));
}

GroupScale ScaleMaker::operator()(ClipRange range, std::uint64_t& floored, std::uint64_t& saturated) const {
  if (spec_.scheme == Scheme::Direct) return {};
  double lo = static_cast<double>(range.lo), hi = static_cast<double>(range.hi);
  if (spec_.scheme == Scheme::Affine && spec_.include_zero) {
    lo = std::min(lo, 0.0);
    hi = std::max(hi, 0.0);
  }
  GroupScale result;
  if (lo == 0 && hi == 0) {  // no non-zero finite value
    result.scale = static_cast<float>(scale_of_zeros(spec_, smallest_)) * tensor_scale_;
  } else {
    const bool powers = has_only_powers(spec_.scale_type);
    const bool codes_need_it = spec_.code_scale == CodeScale::Unrounded;
    const double exact = powers && !codes_need_it ? 0 : computed(lo, hi);
    double raw = powers ? power_of_two(lo, hi) : exact;
    if (spec_.tensor_scale) raw = over_tensor_scale(exact);
    const double rounded = static_cast<double>(round_to_scale_type(raw, spec_.scale_type));
    floored += rounded < smallest_;
    saturated += rounded > largest_;
    result.scale = static_cast<float>(std::clamp(rounded, smallest_, largest_)) * tensor_scale_;
    if (codes_need_it)
      result.unrounded = static_cast<float>(std::clamp(exact, kSmallestFloat, kLargestFloat));
  }
  result.zero_point = spec_.scheme == Scheme::Affine ? affine_zero_point(lo, result.scale)
                                                     : static_cast<std::int32_t>(grid_.zero);
  return result;
}

GroupScale make_scale(const QuantSpec& spec, ClipRange range, std::uint64_t& floored,
                      std::uint64_t& saturated, float tensor_scale) {
  return ScaleMaker(spec, tensor_scale)(range, floored, saturated);
}

ScaleSet make_scales(const QuantSpec& spec, const GroupLayout& layout, const std::vector<ClipRange>& ranges,
                     double largest) {
  constexpr std::size_t kPart = 1 << 14;
  ScaleSet set;
  set.layout = layout;
  set.tensor_scale = tensor_scale_of(spec, largest);
  set.groups.resize(ranges.size());
  const ScaleMaker make(spec, set.tensor_scale);
  std::atomic<std::uint64_t> all_floored = 0, all_saturated = 0;
  parallel_for(ranges.size(), kPart, {}, [&](std::size_t begin, std::size_t end) {
    std::uint64_t floored = 0, saturated = 0;
    for (std::size_t g = begin; g < end; ++g) set.groups[g] = make(ranges[g], floored, saturated);
    all_floored += floored;
    all_saturated += saturated;
  });
  set.floored = all_floored;
  set.saturated = all_saturated;
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
