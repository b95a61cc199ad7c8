#include "core/probe_words.h"

#include <charconv>
#include <cmath>

#include "core/text.h"

namespace bitloupe {

std::string number(double value, int digits) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits);
  return std::string(buffer, end.ptr);
}

std::string number(float value) { return number(static_cast<double>(value)); }

std::string minus(double a, double b) { return number(a) + (b < 0 ? " + " + number(-b) : " - " + number(b)); }

std::string number_to_round(double value) {
  for (int digits = 5; digits < 10; ++digits) {
    const std::string text = number(value, digits);
    const double shown = parse_number(text).value_or(value);
    const bool tie = shown - std::floor(shown) == 0.5;
    if (std::floor(shown) == std::floor(value) && std::round(shown) == std::round(value) &&
        (!tie || shown == value))
      return text;
  }
  return number(value, 10);
}

std::string_view rounding_name(Rounding rounding) {
  switch (rounding) {
    case Rounding::NearestEven:
      return "round";
    case Rounding::NearestAway:
      return "round_away";
    case Rounding::TowardZero:
      return "trunc";
    case Rounding::Down:
      return "floor";
    case Rounding::Up:
      return "ceil";
    case Rounding::Stochastic:
      return "stochastic";
    case Rounding::NearestExponent:
      return "round_exponent";
  }
  return "round";
}

bool is_nearest(Rounding rounding) {
  return rounding == Rounding::NearestEven || rounding == Rounding::NearestAway;
}

std::string_view scale_type_name(ScaleType type) {
  switch (type) {
    case ScaleType::F32:
    case ScaleType::Pow2:
    case ScaleType::E8M0:
      return "";
    case ScaleType::F16:
      return "f16";
    case ScaleType::BF16:
      return "bf16";
    case ScaleType::E4M3:
      return "e4m3";
    case ScaleType::Nested:
      return "nested";
  }
  return "";
}

}  // namespace bitloupe
