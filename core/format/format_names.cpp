// The text forms that name any format: reading them, and the shortest one of a format.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "core/format/presets.h"
#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

// Documented names of codebooks and recipes that are not built yet; one that ends in ':' or '_' stands for
// all names that begin so.
constexpr std::string_view kLaterNames[] = {
    "kmeans:",        "mxfp8_",      "mxfp6_", "mxfp4", "nvfp4",      "nvfp4_",     "nf4_double", "int4_g128",
    "int4_g128_asym", "fp8_128x128", "q4_0",   "q4_1",  "q5_0",       "q5_1",       "q8_0",       "q2_k",
    "q3_k",           "q4_k",        "q5_k",   "q6_k",  "gguf_mxfp4", "gguf_nvfp4", "bfp:"};

// `prefix` followed by a decimal number without sign.
std::optional<int> number_after(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return std::nullopt;
  const char first = text[prefix.size()];
  if (first < '0' || first > '9') return std::nullopt;
  return parse_integer<int>(text.substr(prefix.size()));
}

Result<NumberFormat> checked(const NumberFormat& format, std::string_view name) {
  if (Status status = validate(format); !status)
    return bad_argument("format " + in_quotes(name) + ": " + status.error().message);
  return format;
}

Error malformed(std::string_view name, std::string_view expected) {
  return bad_argument("format " + in_quotes(name) + ": expected " + std::string(expected));
}

Result<NumberFormat> parse_fixed(std::string_view name) {
  constexpr std::string_view kForm = "fixed:Qm.n, as in fixed:Q3.4";
  const std::vector<std::string_view> parts = split(name.substr(6), '.');
  if (parts.size() != 2) return malformed(name, kForm);
  const std::optional<int> integer = number_after(parts[0], "q"), fraction = number_after(parts[1], "");
  if (!integer || !fraction) return malformed(name, kForm);
  if (*integer > 15 || *fraction > 15 || 1 + *integer + *fraction < 2 || 1 + *integer + *fraction > 16)
    return malformed(name, "1 + m + n of Qm.n between 2 and 16 bits");
  return checked(fixed_format(*integer, *fraction), name);
}

std::optional<bool> yes_or_no(std::string_view text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return std::nullopt;
}

// One `key=value` of a float's long form. The bias is kept apart: its default depends on the specials.
Status set_float_field(NumberFormat& format, std::optional<int>& bias, std::string_view field,
                       std::string_view name) {
  const std::size_t equals = std::min(field.find('='), field.size());
  const std::string_view key = field.substr(0, equals);
  const std::string_view value = field.substr(std::min(equals + 1, field.size()));
  if (key == "bias") {
    bias = parse_integer<int>(value);
    return bias ? Status(Ok{}) : malformed(name, "a whole number after bias=");
  }
  if (key == "specials") {
    if (const std::optional<Specials> specials = find_specials(value)) {
      format.specials = *specials;
      return Ok{};
    }
    return malformed(name, "specials=" + specials_names());
  }
  bool* const flag = key == "subnormals" ? &format.subnormals
                     : key == "zero"     ? &format.has_zero
                     : key == "signed"   ? &format.is_signed
                                         : nullptr;
  if (!flag)
    return bad_argument("format " + in_quotes(name) + ": unknown field " + in_quotes(key) +
                        "; the nearest known one is " +
                        std::string(nearest_name(key, {"bias", "specials", "subnormals", "zero", "signed"})));
  const std::optional<bool> answer = yes_or_no(value);
  if (!answer) return malformed(name, "yes or no after " + std::string(key) + "=");
  *flag = *answer;
  return Ok{};
}

Result<NumberFormat> parse_float(std::string_view name) {
  constexpr std::string_view kForm = "float:ExMy, as in float:E3M2:bias=4:specials=fn";
  const std::vector<std::string_view> parts = split(name.substr(6), ':');
  const std::size_t m = parts[0].find('m');
  if (m == std::string_view::npos) return malformed(name, kForm);
  const std::optional<int> exponent = number_after(parts[0].substr(0, m), "e");
  const std::optional<int> mantissa = number_after(parts[0].substr(m), "m");
  if (!exponent || !mantissa || *exponent > 99 || *mantissa > 99) return malformed(name, kForm);
  NumberFormat format = float_format(*exponent, *mantissa, Specials::Finite);
  std::optional<int> bias;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (Status field = set_float_field(format, bias, parts[i], name); !field) return field.error();
  format.bits = (format.is_signed ? 1 : 0) + *exponent + *mantissa;
  format.bias = bias.value_or(float_format(*exponent, *mantissa, format.specials).bias);
  return checked(format, name);
}

// p3109_k8p4se: bits, precision, signed or unsigned, extended (with infinities) or finite.
Result<NumberFormat> parse_p3109(std::string_view name) {
  constexpr std::string_view kForm =
      "p3109_kBITSpPRECISION, then s or u (signed) and e or f (extended, finite), as in p3109_k8p4se";
  const std::size_t p = name.find('p', 6);
  if (p == std::string_view::npos || name.size() < p + 4) return malformed(name, kForm);
  const std::string_view ending = name.substr(name.size() - 2);
  const std::optional<int> bits = number_after(name.substr(0, p), "p3109_k");
  const std::optional<int> precision = number_after(name.substr(p, name.size() - 2 - p), "p");
  const bool is_signed = ending[0] == 's', extended = ending[1] == 'e';
  if (!bits || !precision || (!is_signed && ending[0] != 'u') || (!extended && ending[1] != 'f'))
    return malformed(name, kForm);
  if (*bits > 32 || *precision < 1 || *precision > *bits)
    return malformed(name, "at most 32 bits, a precision of 1 to the bits");
  return checked(p3109_format(*bits, *precision, is_signed, extended), name);
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Read as float32: through a double it would be rounded twice.
Result<float> parse_level(std::string_view text, std::size_t code) {
  const auto wrong = [&](std::string_view expected) {
    const std::string found = text.empty() ? "nothing" : in_quotes(text);
    return bad_argument("code " + std::to_string(code) + ": found " + found + ", expected " +
                        std::string(expected));
  };
  const std::string_view digits = text.starts_with('+') && !text.starts_with("+-") ? text.substr(1) : text;
  float level = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
  if (error == std::errc::result_out_of_range) return wrong("a float32");
  if (error != std::errc() || end != digits.data() + digits.size()) return wrong("a number");
  if (!std::isfinite(level)) return wrong("a finite number");
  return level;
}

Result<NumberFormat> parse_table(std::string_view name) {
  Result<NumberFormat> table = parse_levels(name.substr(6));
  if (table) return table;
  return Error{table.error().code, "format " + in_quotes(name) + ": " + table.error().message};
}

bool comes_later(std::string_view name) {
  return std::any_of(std::begin(kLaterNames), std::end(kLaterNames), [&](std::string_view later) {
    const bool prefix = later.ends_with(':') || later.ends_with('_');
    return prefix ? name.starts_with(later) : name == later;
  });
}

std::optional<std::string> p3109_name(const NumberFormat& format) {
  const int precision = format.mantissa_bits + 1;
  const bool extended = format.specials == Specials::P3109Extended;
  if (format != p3109_format(format.bits, precision, format.is_signed, extended)) return std::nullopt;
  return "p3109_k" + std::to_string(format.bits) + "p" + std::to_string(precision) +
         (format.is_signed ? "s" : "u") + (extended ? "e" : "f");
}

std::string float_name(const NumberFormat& format) {
  if (const std::optional<std::string> p3109 = p3109_name(format)) return *p3109;
  if (format == pow2_format(format.bits)) return "pow2:" + std::to_string(format.bits);
  std::string name =
      "float:E" + std::to_string(format.exponent_bits) + "M" + std::to_string(format.mantissa_bits);
  const int bias = float_format(format.exponent_bits, format.mantissa_bits, format.specials).bias;
  if (format.bias != bias) name += ":bias=" + std::to_string(format.bias);
  if (format.specials != Specials::Finite) name += ":specials=" + std::string(specials_name(format.specials));
  if (!format.subnormals) name += ":subnormals=no";
  if (!format.has_zero) name += ":zero=no";
  if (!format.is_signed) name += ":signed=no";
  return name;
}

}  // namespace

std::string levels_text(const LevelTable& table, std::string_view between) {
  std::string text;
  for (const float level : table.levels()) {
    char buffer[24];
    const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof buffer, level);
    text += (text.empty() ? "" : std::string(between)) + std::string(buffer, end.ptr);
  }
  return text;
}

Result<NumberFormat> parse_levels(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ',');
  if (parts.size() > LevelTable::kMostLevels)
    return bad_argument("levels: expected 2 to " + std::to_string(LevelTable::kMostLevels) +
                        " of them (found " + std::to_string(parts.size()) + ")");
  std::vector<float> levels;
  for (const std::string_view part : parts) {
    const Result<float> level = parse_level(without_blanks(part), levels.size());
    if (!level) return level.error();
    levels.push_back(*level);
  }
  const NumberFormat table = table_format(levels);
  if (Status valid = validate(table); !valid) return valid.error();
  return table;
}

Result<NumberFormat> parse_format(std::string_view text) {
  const std::string name = lower_case(text);
  if (const FormatPreset* preset = find_preset(name)) return preset->format;
  if (const auto bits = number_after(name, "int")) return checked(integer_format(*bits, true), name);
  if (const auto bits = number_after(name, "uint")) return checked(integer_format(*bits, false), name);
  if (const auto bits = number_after(name, "sm")) return checked(sign_magnitude_format(*bits), name);
  if (name.starts_with("fixed:")) return parse_fixed(name);
  if (name.starts_with("float:")) return parse_float(name);
  if (name.starts_with("p3109_")) return parse_p3109(name);
  if (name.starts_with("table:")) return parse_table(name);
  if (name.starts_with("pow2:")) {
    const std::optional<int> bits = number_after(name, "pow2:");
    if (!bits || *bits < 2 || *bits > 8) return malformed(name, "pow2:2 to pow2:8");
    return checked(pow2_format(*bits), name);
  }
  if (comes_later(name)) return not_available("format " + in_quotes(name));
  std::vector<std::string_view> known = {"fixed:Q3.4", "float:E3M2", "pow2:4", "table:-1,0,1",
                                         "p3109_k8p4se"};
  for (const FormatPreset& preset : format_presets()) {
    known.push_back(preset.key);
    known.insert(known.end(), preset.aliases.begin(), preset.aliases.end());
  }
  std::vector<std::string_view> longer;  // what was begun with is nearer than what differs in a letter
  std::copy_if(known.begin(), known.end(), std::back_inserter(longer),
               [&](std::string_view other) { return name.size() > 1 && other.starts_with(name); });
  return bad_argument("format " + in_quotes(text) + ": unknown; the nearest known name is " +
                      std::string(nearest_name(name, longer.empty() ? known : longer)));
}

std::string format_name(const NumberFormat& format) {
  if (const FormatPreset* preset = find_preset(format)) return std::string(preset->key);
  switch (format.family) {
    case Family::Integer:
      return (format.is_signed ? "int" : "uint") + std::to_string(format.bits);
    case Family::SignMagnitude:
      return "sm" + std::to_string(format.bits);
    case Family::Fixed:
      return "fixed:Q" + std::to_string(format.bits - 1 - format.fraction_bits) + "." +
             std::to_string(format.fraction_bits);
    case Family::Table:
      return "table:" + levels_text(format.table, ",");
    case Family::Float:
      break;
  }
  return float_name(format);
}

std::string format_label(const NumberFormat& format) {
  const FormatPreset* preset = find_preset(format);
  return preset ? std::string(preset->label) : format_name(format);
}

}  // namespace bitloupe
