#include "app/cli/text.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/io/display_text.h"

namespace bitloupe::cli {

namespace {

std::string special_text(double value) { return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf"; }

bool same_letters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

// An out-of-range number is inf or 0: from_chars says only that it is one of them. The place of the first
// significant digit plus the exponent tells which.
double out_of_range_value(std::string_view digits, bool hexadecimal) {
  const std::size_t mark = digits.find_first_of(hexadecimal ? "pP" : "eE");
  const std::string_view mantissa = digits.substr(0, mark);
  double exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view text = digits.substr(mark + 1);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    for (const char digit : text) exponent = std::min(exponent * 10 + (digit - '0'), 1e15);
    if (negative) exponent = -exponent;
  }
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = std::min(mantissa.find_first_not_of("0."), mantissa.size());
  const double place =
      first < point ? static_cast<double>(point - first) : -static_cast<double>(first - point);
  return exponent + place * (hexadecimal ? 4 : 1) > 0 ? std::numeric_limits<double>::infinity() : 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (const std::optional<std::size_t> bad = ill_formed_utf8(text)) {
    result += text.substr(0, *bad);
    result += "\xEF\xBF\xBD";
    text.remove_prefix(*bad + 1);
  }
  return result += text;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string short_number(double value, int significant) {
  if (!std::isfinite(value)) return special_text(value);
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, significant);
  return std::string(buffer, end.ptr);
}

std::string decibels(std::optional<double> db, std::string_view unit) {
  if (!db) return "undefined";
  return std::isinf(*db) && *db > 0 ? "exact" : short_number(*db) + std::string(unit);
}

std::string hex_float(double value) {
  if (!std::isfinite(value)) return special_text(value);
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, std::abs(value), std::chars_format::hex);
  return (std::signbit(value) ? "-0x" : "0x") + std::string(buffer, end.ptr);
}

std::optional<double> parse_double(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const double sign = negative ? -1.0 : 1.0;
  if (same_letters(text, "inf") || same_letters(text, "infinity"))
    return sign * std::numeric_limits<double>::infinity();
  if (same_letters(text, "nan")) return std::copysign(std::numeric_limits<double>::quiet_NaN(), sign);
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  // from_chars takes a sign and words of its own; only digits may follow here.
  if (text.empty() || !(text[0] == '.' || std::isxdigit(static_cast<unsigned char>(text[0]))))
    return std::nullopt;
  if (!hexadecimal && text[0] > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value,
                      hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) value = out_of_range_value(text, hexadecimal);
  return sign * value;
}

}  // namespace bitloupe::cli
