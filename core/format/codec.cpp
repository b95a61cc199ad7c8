#include "core/format/codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include "core/ordered.h"

namespace bitloupe {
namespace {

// Beyond these magnitudes every format answers the same, and within them scaling by powers of two is exact.
constexpr double kTiny = 0x1p-200, kHuge = 0x1p200;

double power_of_two(int exponent) {  // exponent in [-1022, 1023]
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

int exponent_of(double normal) {
  return static_cast<int>(std::bit_cast<std::uint64_t>(normal) >> 52 & 0x7ff) - 1023;
}

Code low_bits(int count) { return count >= 32 ? ~Code{0} : (Code{1} << count) - 1; }
Code sign_bit(const NumberFormat& format) { return Code{1} << (format.bits - 1); }

// Magnitude codes: exponent and mantissa bits of a float, or |q|. Values grow with them, so rounding chooses
// between k and k + 1, a carry into the next binade is plain addition, and the parity of a code is that of k.
using Magnitude = std::int64_t;

double magnitude_value(const NumberFormat& format, Magnitude k) {
  const int m = format.mantissa_bits;
  const int field = static_cast<int>(k >> m);
  const Magnitude mantissa = k & ((Magnitude{1} << m) - 1);
  if (field == 0 && format.subnormals)
    return static_cast<double>(mantissa) * power_of_two(1 - format.bias - m);
  if (k == 0 && format.has_zero) return 0;
  return static_cast<double>(mantissa + (Magnitude{1} << m)) * power_of_two(field - format.bias - m);
}

// The magnitude code at or below a positive real number, and how far above it the number lies: `above` of
// `gap`, both exact.
struct Bracket {
  Magnitude k = 0;
  double above = 0, gap = 1;
};

Bracket bracket_float(const NumberFormat& format, double magnitude) {
  const int m = format.mantissa_bits;
  const int lowest = (format.subnormals ? 1 : 0) - format.bias;  // exponent of the first normal binade
  if (!format.subnormals) {
    if (!format.has_zero && magnitude < power_of_two(lowest)) return {};
    if (format.has_zero) {
      const double smallest = magnitude_value(format, 1);
      if (magnitude < smallest) return {0, magnitude, smallest};
    }
  }
  const int exponent = std::max(exponent_of(magnitude), lowest);
  const double scaled = magnitude * power_of_two(m - exponent);
  const double whole = std::floor(scaled);
  const Magnitude binade = static_cast<Magnitude>(exponent - lowest) << m;
  const Magnitude implicit_one = format.subnormals ? 0 : Magnitude{1} << m;
  return {binade + static_cast<Magnitude>(whole) - implicit_one, scaled - whole, 1};
}

Bracket bracket_integer(const NumberFormat& format, double magnitude) {
  const double scaled = magnitude * power_of_two(format.fraction_bits);
  const double whole = std::floor(std::min(scaled, 0x1p40));
  return {static_cast<Magnitude>(whole), std::min(scaled, 0x1p40) - whole, 1};
}

// Nearest on a log scale: the exponent's half-way point is sqrt(2), which is no double; this is the first one
// above it. Zero counts as the exponent below the smallest.
bool nearer_exponent_above(const NumberFormat& format, const Bracket& bracket) {
  const bool from_zero = bracket.k == 0 && format.has_zero;
  const double significand = from_zero ? 2 * bracket.above / bracket.gap : 1 + bracket.above / bracket.gap;
  return significand >= 0x1.6a09e667f3bcdp0;
}

bool rounds_away(const NumberFormat& format, const Bracket& bracket, bool negative, Rounding rounding,
                 double random) {
  if (bracket.above == 0) return false;
  const double twice = 2 * bracket.above;
  switch (rounding) {
    case Rounding::NearestExponent:
      if (has_only_powers(format)) return nearer_exponent_above(format, bracket);
      [[fallthrough]];
    case Rounding::NearestEven:
      return twice == bracket.gap ? bracket.k % 2 != 0 : twice > bracket.gap;
    case Rounding::NearestAway:
      return twice >= bracket.gap;
    case Rounding::TowardZero:
      return false;
    case Rounding::Down:
      return negative;
    case Rounding::Up:
      return !negative;
    case Rounding::Stochastic:
      return random * bracket.gap < bracket.above;
  }
  return false;
}

// IEEE 754 section 7.4: a finite number never leaves the finite range in the direction it is truncated to.
bool stays_finite(bool negative, Rounding rounding) {
  return rounding == Rounding::TowardZero || (rounding == Rounding::Down && !negative) ||
         (rounding == Rounding::Up && negative);
}

Magnitude round_magnitude(const NumberFormat& format, double x, Rounding rounding, double random) {
  if (x == 0) return 0;
  const double magnitude = std::clamp(std::fabs(x), kTiny, kHuge);
  const Bracket bracket =
      is_integer_family(format) ? bracket_integer(format, magnitude) : bracket_float(format, magnitude);
  return bracket.k + (rounds_away(format, bracket, std::signbit(x), rounding, random) ? 1 : 0);
}

Code infinity_code(const NumberFormat& format) { return static_cast<Code>(largest_magnitude(format) + 1); }

std::optional<Code> special_code(const NumberFormat& format, bool negative) {
  if (!has_inf(format) || (negative && !format.is_signed)) return nan_code(format);
  return infinity_code(format) | (negative ? sign_bit(format) : 0);
}

std::optional<Code> encode_float(const NumberFormat& format, double x, Rounding rounding, Overflow overflow,
                                 double random) {
  const bool negative = std::signbit(x);
  if (std::isinf(x) && overflow == Overflow::Special) return special_code(format, negative);
  if (negative && !format.is_signed) return zero_code(format);
  const Magnitude largest = largest_magnitude(format);
  Magnitude k = round_magnitude(format, x, rounding, random);
  if (k > largest) {
    if (overflow == Overflow::Special && !stays_finite(negative, rounding))
      return special_code(format, negative);
    k = largest;
  }
  const bool no_negative_zero = nan_is_negative_zero(format) && k == 0;
  return static_cast<Code>(k) | (negative && !no_negative_zero ? sign_bit(format) : 0);
}

std::optional<Code> encode_integer(const NumberFormat& format, double x, Rounding rounding, Overflow overflow,
                                   double random) {
  const bool negative = std::signbit(x);
  const IntegerLimits limits = integer_limits(format, false);
  Magnitude q = round_magnitude(format, x, rounding, random);
  if (negative) q = -q;
  const Magnitude clamped = std::clamp<Magnitude>(q, limits.min, limits.max);
  if (overflow == Overflow::Special && (std::isinf(x) || (q != clamped && !stays_finite(negative, rounding))))
    return std::nullopt;
  if (clamped == 0 && negative && format.family == Family::SignMagnitude) return sign_bit(format);
  return integer_code(format, static_cast<std::int32_t>(clamped));
}

// Whether x, strictly between two neighbouring levels of a table, goes to the upper one.
bool goes_up(const LevelTable::Entry& low, const LevelTable::Entry& high, double x, Rounding rounding,
             double random) {
  switch (rounding) {
    case Rounding::NearestExponent:
    case Rounding::NearestEven:
    case Rounding::NearestAway: {
      // 2x against low + high, whose sum in double may be off by `rest`.
      const double sum = low.value + high.value, part = sum - low.value;
      const double rest = (low.value - (sum - part)) + (high.value - part);
      if (2 * x != sum) return 2 * x > sum;
      if (rest != 0) return rest < 0;
      if (low.value == -high.value) return true;  // zero has no sign
      if (rounding == Rounding::NearestAway) return x > 0;
      return high.code % 2 == 0 && low.code % 2 != 0;
    }
    case Rounding::TowardZero:
      if (low.value < 0 && high.value > 0)  // around a zero that the table lacks: the smaller magnitude
        return high.value == -low.value ? x >= 0 : high.value < -low.value;
      return x < 0;
    case Rounding::Down:
      return false;
    case Rounding::Up:
      return true;
    case Rounding::Stochastic: {
      const bool negative = std::signbit(x);
      const double from = negative ? high.value : low.value;
      const bool away = random * (high.value - low.value) < std::fabs(x - from);
      return away != negative;
    }
  }
  return false;
}

std::optional<Code> encode_table(const NumberFormat& format, double x, Rounding rounding, Overflow overflow,
                                 double random) {
  const std::span<const LevelTable::Entry> sorted = format.table.sorted();
  if (sorted.empty()) return std::nullopt;
  if (const std::span<const double> cuts = format.table.cuts(); !cuts.empty()) {
    const auto above = std::upper_bound(cuts.begin(), cuts.end(), x,
                                        [](double a, double b) { return ordered(a) < ordered(b); });
    return sorted[static_cast<std::size_t>(above - cuts.begin())].code;
  }
  const bool beyond = x < sorted.front().value || x > sorted.back().value;
  if (overflow == Overflow::Special && beyond && (std::isinf(x) || !stays_finite(std::signbit(x), rounding)))
    return std::nullopt;
  const auto next =
      std::upper_bound(sorted.begin(), sorted.end(), x,
                       [](double a, const LevelTable::Entry& b) { return ordered(a) < ordered(b.value); });
  if (next == sorted.begin()) return sorted.front().code;
  const LevelTable::Entry& low = next[-1];
  if (next == sorted.end() || low.value == x) return low.code;
  if (next->value == x) return next->code;  // -0 where the table has +0 alone
  return (goes_up(low, *next, x, rounding, random) ? *next : low).code;
}

double fixed_step(const NumberFormat& format) { return power_of_two(-format.fraction_bits); }

}  // namespace

double decode(const NumberFormat& format, Code code) {
  code &= low_bits(format.bits);
  if (format.family == Family::Table) {
    const std::span<const float> levels = format.table.levels();
    return code < levels.size() ? static_cast<double>(levels[code])
                                : std::numeric_limits<double>::quiet_NaN();
  }
  if (is_integer_family(format)) {
    const bool negative_zero = format.family == Family::SignMagnitude && code == sign_bit(format);
    return negative_zero ? -0.0 : code_integer(format, code) * fixed_step(format);
  }
  const bool negative = format.is_signed && (code & sign_bit(format)) != 0;
  const Magnitude k = code & low_bits(format.exponent_bits + format.mantissa_bits);
  double value = 0;
  if (nan_is_negative_zero(format) && negative && k == 0)
    value = std::numeric_limits<double>::quiet_NaN();
  else if (k <= largest_magnitude(format))
    value = magnitude_value(format, k);
  else if (has_inf(format) && static_cast<Code>(k) == infinity_code(format))
    value = std::numeric_limits<double>::infinity();
  else
    value = std::numeric_limits<double>::quiet_NaN();
  return negative ? -value : value;
}

std::optional<Code> encode(const NumberFormat& format, double x, Rounding rounding, Overflow overflow,
                           double random) {
  if (std::isnan(x)) return nan_code(format);
  if (format.family == Family::Table) return encode_table(format, x, rounding, overflow, random);
  return is_integer_family(format) ? encode_integer(format, x, rounding, overflow, random)
                                   : encode_float(format, x, rounding, overflow, random);
}

std::int32_t code_integer(const NumberFormat& format, Code code) {
  const Code bits = code & low_bits(format.bits);
  const bool negative = format.is_signed && (bits & sign_bit(format)) != 0;
  const std::int32_t q = static_cast<std::int32_t>(bits);
  if (!negative) return q;
  if (format.family == Family::SignMagnitude) return -static_cast<std::int32_t>(bits & ~sign_bit(format));
  return q - (std::int32_t{1} << format.bits);
}

Code integer_code(const NumberFormat& format, std::int32_t q) {
  if (format.family == Family::SignMagnitude && q < 0)
    return sign_bit(format) | static_cast<Code>(-static_cast<std::int64_t>(q));
  return static_cast<Code>(q) & low_bits(format.bits);
}

IntegerLimits integer_limits(const NumberFormat& format, bool narrow) {
  if (!format.is_signed) return {0, (std::int32_t{1} << format.bits) - 1};
  const std::int32_t top = (std::int32_t{1} << (format.bits - 1)) - 1;
  return {narrow || format.family == Family::SignMagnitude ? -top : -top - 1, top};
}

double max_finite(const NumberFormat& format) {
  if (format.family == Family::Table) return format.table.empty() ? 0 : format.table.sorted().back().value;
  if (is_integer_family(format)) return integer_limits(format, false).max * fixed_step(format);
  return magnitude_value(format, largest_magnitude(format));
}

double min_finite(const NumberFormat& format) {
  if (format.family == Family::Table) return format.table.empty() ? 0 : format.table.sorted().front().value;
  if (is_integer_family(format)) return integer_limits(format, false).min * fixed_step(format);
  return format.is_signed ? -max_finite(format) : magnitude_value(format, 0);
}

double min_normal(const NumberFormat& format) {
  if (format.family == Family::Table) {
    for (const LevelTable::Entry& level : format.table.sorted())
      if (level.value > 0) return level.value;
    return 0;
  }
  if (is_integer_family(format)) return fixed_step(format);
  if (format.subnormals) return power_of_two(1 - format.bias);
  return magnitude_value(format, format.has_zero ? 1 : 0);
}

double min_subnormal(const NumberFormat& format) {
  if (format.family != Family::Float || !format.subnormals || format.mantissa_bits == 0) return 0;
  return magnitude_value(format, 1);
}

bool has_inf(const NumberFormat& format) {
  return format.family == Family::Float &&
         (format.specials == Specials::Ieee || format.specials == Specials::P3109Extended);
}

bool has_only_powers(const NumberFormat& format) {
  return format.family == Family::Float && format.mantissa_bits == 0;
}

std::optional<Code> nan_code(const NumberFormat& format) {
  if (format.family != Family::Float) return std::nullopt;
  switch (format.specials) {
    case Specials::Finite:
      break;
    case Specials::Ieee:  // quiet: the first mantissa bit is set, IEEE 754-2019 section 6.2.1
      return infinity_code(format) | Code{1} << (format.mantissa_bits - 1);
    case Specials::Fn:
    case Specials::Fnuz:
    case Specials::P3109Extended:
    case Specials::P3109Finite:
    case Specials::NanTop:
      return nan_is_negative_zero(format) ? sign_bit(format)
                                          : low_bits(format.exponent_bits + format.mantissa_bits);
  }
  return std::nullopt;
}

Code zero_code(const NumberFormat& format) {
  return format.family == Family::Table
             ? encode_table(format, 0, Rounding::NearestEven, Overflow::Saturate, 0.5).value_or(0)
             : 0;
}

std::vector<Level> levels(const NumberFormat& format) {
  if (format.bits > 16) return {};
  std::vector<Level> found;
  const Code count = Code{1} << format.bits;
  found.reserve(count);
  for (Code code = 0; code < count; ++code) {
    const double value = decode(format, code);
    if (std::isfinite(value)) found.push_back({value, code});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Level& a, const Level& b) { return a.value < b.value; });
  const auto same = [](const Level& a, const Level& b) { return a.value == b.value; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

std::vector<BitField> bit_fields(const NumberFormat& format) {
  if (format.family == Family::Table)
    return std::vector(static_cast<std::size_t>(format.bits), BitField::Index);
  std::vector<BitField> fields;
  if (format.is_signed) fields.push_back(BitField::Sign);
  const bool real = format.family == Family::Float;
  const int low = real ? format.mantissa_bits : format.fraction_bits;
  fields.resize(static_cast<std::size_t>(format.bits - low), real ? BitField::Exponent : BitField::Integer);
  fields.resize(static_cast<std::size_t>(format.bits), real ? BitField::Mantissa : BitField::Fraction);
  return fields;
}

}  // namespace bitloupe
