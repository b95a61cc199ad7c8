#include "app/ui/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace bitloupe::ui {
namespace {

// std::to_chars is the same in every locale. 400 characters hold the longest double in fixed notation.
std::string formatted(double value, std::chars_format format, int decimals) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, decimals);
  return std::string(buffer.data(), end.ptr);
}

std::string fixed(double value, int decimals) { return formatted(value, std::chars_format::fixed, decimals); }

// The decimal exponent after rounding to that many digits: 9.99996 to four digits is 10.00, exponent 1.
int rounded_exponent(const std::string& scientific) {
  const std::size_t e = scientific.find('e');
  const char* digits = scientific.data() + e + 1;
  int value = 0;
  std::from_chars(*digits == '+' ? digits + 1 : digits, scientific.data() + scientific.size(), value);
  return value;
}

}  // namespace

std::string number(double value, int significant) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  if (value == 0) return "0";
  const std::string rounded = formatted(value, std::chars_format::scientific, significant - 1);
  const int exponent = rounded_exponent(rounded);
  if (exponent >= -3 && exponent < 6) return fixed(value, std::max(0, significant - 1 - exponent));
  // One digit less: the exponent takes the room.
  return formatted(value, std::chars_format::scientific, std::max(0, significant - 2));
}

std::string signed_number(double value, int significant) {
  const std::string text = number(value, significant);
  return value > 0 ? "+" + text : text;
}

std::string decibels(std::optional<double> db) {
  if (!db || std::isnan(*db)) return "undefined";
  if (std::isinf(*db)) return *db > 0 ? "exact" : "-inf dB";
  return fixed(*db, 2) + " dB";
}

std::string percent(double fraction) {
  if (!std::isfinite(fraction)) return number(fraction) + " %";
  const double value = fraction * 100;
  if (value == 0) return "0 %";
  return (std::abs(value) >= 0.1 ? fixed(value, 2) : number(value, 2)) + " %";
}

std::string bytes(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"KB", "MB", "GB", "TB", "PB", "EB"}) {
    value /= 1000;
    unit = next;
    if (value < 999.95) break;  // 999.95 would be written 1000.0
  }
  return fixed(value, 1) + " " + unit;
}

std::string count(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t left = text.size(); left > 3; left -= 3) text.insert(left - 3, ",");
  return text;
}

std::string milliseconds(double ms) {
  if (!std::isfinite(ms)) return number(ms) + " ms";
  if (ms >= 999.5) return fixed(ms / 1000, 2) + " s";
  return fixed(ms, ms < 0.1 ? 2 : ms < 99.95 ? 1 : 0) + " ms";
}

}  // namespace bitloupe::ui
