#include "core/format/number_format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

namespace bitloupe {
namespace {

// Every value must be a float32: the largest binade is 2^127, the smallest step 2^-149.
constexpr int kLargestExponent = 127;
constexpr int kSmallestStep = -149;
constexpr int kMaxIntegerBits = 16;

template <class Enum>
struct Name {
  Enum value;
  std::string_view name;
};
constexpr Name<Family> kFamilies[] = {{Family::Integer, "integer"},
                                      {Family::SignMagnitude, "sign-magnitude"},
                                      {Family::Fixed, "fixed"},
                                      {Family::Float, "float"},
                                      {Family::Table, "table"}};
constexpr Name<Specials> kSpecials[] = {{Specials::Finite, "finite"},
                                        {Specials::Ieee, "ieee"},
                                        {Specials::Fn, "fn"},
                                        {Specials::Fnuz, "fnuz"},
                                        {Specials::P3109Extended, "p3109-extended"},
                                        {Specials::P3109Finite, "p3109-finite"},
                                        {Specials::NanTop, "nan-top"}};
constexpr Name<Fit> kFits[] = {{Fit::None, "none"},
                               {Fit::MeanMagnitude, "mean-magnitude"},
                               {Fit::LeastError, "least-error"},
                               {Fit::MeanThreshold, "mean-threshold"}};

template <class Enum>
std::string_view name_of(std::span<const Name<Enum>> rows, Enum value) {
  for (const Name<Enum>& row : rows)
    if (row.value == value) return row.name;
  return {};
}
template <class Enum>
std::optional<Enum> value_of(std::span<const Name<Enum>> rows, std::string_view name) {
  for (const Name<Enum>& row : rows)
    if (row.name == name) return row.value;
  return std::nullopt;
}

std::string text(int number) { return std::to_string(number); }

Error bits_error(const char* what, int bits, int lowest) {
  return bad_argument("bits " + text(bits) + ": " + what + " have " + text(lowest) + " to " +
                      text(kMaxIntegerBits) + " bits");
}

Status validate_bits(const char* what, int bits, int lowest) {
  if (bits < lowest || bits > kMaxIntegerBits) return bits_error(what, bits, lowest);
  return Ok{};
}

Status validate_fixed(const NumberFormat& format) {
  if (Status bits = validate_bits("fixed-point formats", format.bits, 2); !bits) return bits;
  if (!format.is_signed)
    return bad_argument("signed: fixed-point formats are two's complement, always signed");
  if (format.fraction_bits < 0 || format.fraction_bits >= format.bits)
    return bad_argument("fraction_bits " + text(format.fraction_bits) + ": expected 0 to " +
                        text(format.bits - 1) + " of " + text(format.bits) + " bits");
  return Ok{};
}

Status validate_specials(const NumberFormat& format) {
  const int e = format.exponent_bits, m = format.mantissa_bits;
  if (format.specials == Specials::Ieee && (e < 2 || m < 1))
    return bad_argument("specials ieee: needs exponent_bits >= 2 and mantissa_bits >= 1 (found E" + text(e) +
                        "M" + text(m) + "); try finite or fn");
  const std::string name(specials_name(format.specials));
  if (largest_magnitude(format) < 1)
    return bad_argument("specials " + name + ": E" + text(e) + "M" + text(m) +
                        " would have no number but zero; try finite");
  if (format.specials == Specials::Fnuz && !format.is_signed)
    return bad_argument("specials fnuz: NaN takes the code of negative zero, so the format must be signed");
  if (format.specials == Specials::NanTop && format.is_signed)
    return bad_argument(
        "specials nan-top: NaN takes the code of all ones of an unsigned format; set signed to "
        "no, or try fn");
  const bool p3109 = format.specials == Specials::P3109Extended || format.specials == Specials::P3109Finite;
  if ((p3109 || format.specials == Specials::Fnuz) && !format.has_zero)
    return bad_argument("specials " + name +
                        ": NaN takes the code of negative zero, so the format must have a zero");
  return Ok{};
}

int largest_exponent(const NumberFormat& format) {
  return static_cast<int>(largest_magnitude(format) >> format.mantissa_bits) - format.bias;
}

int smallest_step(const NumberFormat& format) {
  return (format.subnormals ? 1 : 0) - format.bias - format.mantissa_bits;
}

Status validate_bias(const NumberFormat& format) {
  const int lowest = format.bias + largest_exponent(format) - kLargestExponent;
  const int highest = format.bias + smallest_step(format) - kSmallestStep;
  if (lowest > highest)
    return bad_argument("mantissa_bits " + text(format.mantissa_bits) +
                        ": with these specials the values do not fit float32; try one bit fewer");
  if (format.bias < lowest || format.bias > highest)
    return bad_argument("bias " + text(format.bias) + ": expected " + text(lowest) + " to " + text(highest) +
                        ", so that every value is a float32");
  return Ok{};
}

int bits_for(std::size_t levels) { return std::max(static_cast<int>(std::bit_width(levels - 1)), 1); }

Status validate_table(const NumberFormat& format) {
  const std::span<const float> levels = format.table.levels();
  if (levels.size() < 2 || levels.size() > LevelTable::kMostLevels)
    return bad_argument("levels: expected 2 to " + std::to_string(LevelTable::kMostLevels) +
                        " of them (found " + std::to_string(levels.size()) + ")");
  bool negative = false;
  for (std::size_t code = 0; code < levels.size(); ++code) {
    if (!std::isfinite(levels[code]))
      return bad_argument("levels: the level of code " + std::to_string(code) + " is not a finite float32");
    negative = negative || levels[code] < 0;
  }
  if (levels.front() == 0 && std::equal(levels.begin() + 1, levels.end(), levels.begin()))
    return bad_argument("levels: one of them must differ from 0");
  if (format.bits != bits_for(levels.size()))
    return bad_argument("bits " + text(format.bits) + ": " + std::to_string(levels.size()) + " levels make " +
                        text(bits_for(levels.size())));
  if (format.is_signed != negative)
    return bad_argument(negative ? "signed: a level is below zero" : "signed: no level is below zero");
  const std::size_t fitted = format.fit == Fit::None            ? levels.size()
                             : format.fit == Fit::MeanMagnitude ? 2
                                                                : 3;
  if (levels.size() != fitted)
    return bad_argument("fit " + std::string(fit_name(format.fit)) + ": fits " + std::to_string(fitted) +
                        " levels (found " + std::to_string(levels.size()) + ")");
  if (!format.table.cuts().empty() && format.table.cuts().size() + 1 != format.table.sorted().size())
    return bad_argument("levels: there must be one cut between each two of them");
  return Ok{};
}

Status validate_float(const NumberFormat& format) {
  if (format.exponent_bits < 1 || format.exponent_bits > 8)
    return bad_argument("exponent_bits " + text(format.exponent_bits) + ": expected 1 to 8");
  if (format.mantissa_bits < 0 || format.mantissa_bits > 23)
    return bad_argument("mantissa_bits " + text(format.mantissa_bits) + ": expected 0 to 23");
  const int bits = (format.is_signed ? 1 : 0) + format.exponent_bits + format.mantissa_bits;
  if (format.bits != bits)
    return bad_argument("bits " + text(format.bits) + ": sign, exponent and mantissa make " + text(bits));
  if (!format.has_zero && format.subnormals)
    return bad_argument("zero no: the subnormals begin with zero; set subnormals to no as well");
  if (Status specials = validate_specials(format); !specials) return specials;
  // A bias far outside would overflow the arithmetic of the next check.
  if (format.bias < -1000 || format.bias > 1000)
    return bad_argument("bias " + text(format.bias) + ": far outside float32");
  return validate_bias(format);
}

}  // namespace

NumberFormat integer_format(int bits, bool is_signed) {
  NumberFormat format;
  format.family = Family::Integer;
  format.is_signed = is_signed;
  format.bits = bits;
  return format;
}

NumberFormat sign_magnitude_format(int bits) {
  NumberFormat format;
  format.family = Family::SignMagnitude;
  format.bits = bits;
  return format;
}

NumberFormat fixed_format(int integer_bits, int fraction_bits) {
  NumberFormat format;
  format.family = Family::Fixed;
  format.bits = 1 + integer_bits + fraction_bits;
  format.fraction_bits = fraction_bits;
  return format;
}

NumberFormat float_format(int exponent_bits, int mantissa_bits, Specials specials) {
  NumberFormat format;
  format.family = Family::Float;
  format.bits = 1 + exponent_bits + mantissa_bits;
  format.exponent_bits = exponent_bits;
  format.mantissa_bits = mantissa_bits;
  const bool in_range = exponent_bits >= 1 && exponent_bits <= 8;
  const int half = in_range ? 1 << (exponent_bits - 1) : 0;
  const bool by_half =
      specials == Specials::Fnuz || specials == Specials::P3109Extended || specials == Specials::P3109Finite;
  format.bias = by_half ? half : half - 1;
  format.specials = specials;
  return format;
}

NumberFormat unsigned_format(NumberFormat signed_float) {
  signed_float.is_signed = false;
  --signed_float.bits;
  return signed_float;
}

NumberFormat p3109_format(int bits, int precision, bool is_signed, bool extended) {
  const Specials specials = extended ? Specials::P3109Extended : Specials::P3109Finite;
  const NumberFormat format = float_format(bits - precision + (is_signed ? 0 : 1), precision - 1, specials);
  return is_signed ? format : unsigned_format(format);
}

NumberFormat pow2_format(int bits) {
  NumberFormat format = float_format(bits - 1, 0, Specials::Finite);
  format.bias = format.exponent_bits >= 1 && format.exponent_bits <= 8 ? (1 << format.exponent_bits) - 1 : 0;
  return format;
}

NumberFormat table_format(std::span<const float> levels, Fit fit) {
  NumberFormat format;
  format.family = Family::Table;
  format.is_signed = std::any_of(levels.begin(), levels.end(), [](float level) { return level < 0; });
  format.bits = bits_for(std::max<std::size_t>(levels.size(), 1));
  format.table = LevelTable(levels);
  format.fit = fit;
  return format;
}

Status validate(const NumberFormat& format) {
  switch (format.family) {
    case Family::Integer:
      return format.is_signed ? validate_bits("signed integers", format.bits, 2)
                              : validate_bits("unsigned integers", format.bits, 1);
    case Family::SignMagnitude:
      if (!format.is_signed) return bad_argument("signed: sign-magnitude formats are always signed");
      return validate_bits("sign-magnitude integers", format.bits, 2);
    case Family::Fixed:
      return validate_fixed(format);
    case Family::Float:
      return validate_float(format);
    case Family::Table:
      return validate_table(format);
  }
  return bad_argument("family: unknown");
}

std::string_view family_name(Family family) { return name_of<Family>(kFamilies, family); }
std::string_view specials_name(Specials specials) { return name_of<Specials>(kSpecials, specials); }
std::optional<Family> find_family(std::string_view name) { return value_of<Family>(kFamilies, name); }
std::optional<Specials> find_specials(std::string_view name) { return value_of<Specials>(kSpecials, name); }

std::string_view fit_name(Fit fit) { return name_of<Fit>(kFits, fit); }
std::optional<Fit> find_fit(std::string_view name) { return value_of<Fit>(kFits, name); }

std::string specials_names() {
  std::string names;
  for (const Name<Specials>& row : kSpecials) {
    const bool last = &row == std::end(kSpecials) - 1;
    names += (names.empty() ? "" : last ? " or " : ", ") + std::string(row.name);
  }
  return names;
}

bool is_integer_family(const NumberFormat& format) {
  return format.family != Family::Float && format.family != Family::Table;
}

bool nan_is_negative_zero(const NumberFormat& format) {
  switch (format.specials) {
    case Specials::Fnuz:
    case Specials::P3109Extended:
    case Specials::P3109Finite:
      return format.is_signed;
    case Specials::Finite:
    case Specials::Ieee:
    case Specials::Fn:
    case Specials::NanTop:
      break;
  }
  return false;
}

std::int64_t largest_magnitude(const NumberFormat& format) {
  const std::int64_t all_ones = (std::int64_t{1} << (format.exponent_bits + format.mantissa_bits)) - 1;
  const std::int64_t nan = nan_is_negative_zero(format) ? 0 : 1;  // codes that NaN takes at the top
  switch (format.specials) {
    case Specials::Finite:
      break;
    case Specials::Ieee:
      return all_ones - (std::int64_t{1} << format.mantissa_bits);
    case Specials::Fn:
    case Specials::Fnuz:
    case Specials::P3109Finite:
    case Specials::NanTop:
      return all_ones - nan;
    case Specials::P3109Extended:
      return all_ones - nan - 1;
  }
  return all_ones;
}

}  // namespace bitloupe
