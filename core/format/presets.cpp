#include "core/format/presets.h"

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

// Documented names of formats and recipes that are not built yet; one that ends in ':' or '_' stands for all
// names that begin so.
constexpr std::string_view kLaterNames[] = {"float8_e4m3",
                                            "float8_e4m3fnuz",
                                            "float8_e5m2fnuz",
                                            "float8_e4m3b11fnuz",
                                            "float8_e3m4",
                                            "float8_e8m0fnu",
                                            "float6_e2m3fn",
                                            "float6_e3m2fn",
                                            "float4_e1m2_bias0",
                                            "float4_e1m2_bias1",
                                            "float4_e3m0_bias3",
                                            "e4m3fnuz",
                                            "e5m2fnuz",
                                            "e4m3b11fnuz",
                                            "e3m4",
                                            "e8m0",
                                            "e8m0fnu",
                                            "e2m3",
                                            "e3m2",
                                            "e1m2",
                                            "e3m0",
                                            "tf32",
                                            "ue4m3",
                                            "nf4",
                                            "bnb_nf4",
                                            "bnb_fp4",
                                            "af4",
                                            "iq4_nl",
                                            "binary",
                                            "ternary",
                                            "ternary:",
                                            "kmeans:",
                                            "pow2:",
                                            "p3109_",
                                            "mxfp8_",
                                            "mxfp6_",
                                            "mxfp4",
                                            "mxint8",
                                            "nvfp4",
                                            "nvfp4_",
                                            "nf4_double",
                                            "int4_g128",
                                            "int4_g128_asym",
                                            "fp8_128x128",
                                            "q4_0",
                                            "q4_1",
                                            "q5_0",
                                            "q5_1",
                                            "q8_0",
                                            "q2_k",
                                            "q3_k",
                                            "q4_k",
                                            "q5_k",
                                            "q6_k",
                                            "gguf_mxfp4",
                                            "gguf_nvfp4",
                                            "bfp:"};

std::vector<FormatPreset> make_presets() {
  std::vector<FormatPreset> rows = {
      {"int8",
       "INT8",
       "8-bit two's complement, codes -128 to 127: the usual integer of quantized networks.",
       {},
       integer_format(8, true)},
      {"int4",
       "INT4",
       "4-bit two's complement, codes -8 to 7: weights in groups with one scale each.",
       {},
       integer_format(4, true)},
      {"int2",
       "INT2",
       "2-bit two's complement, codes -2 to 1; the narrow range keeps -1, 0 and 1.",
       {},
       integer_format(2, true)},
      {"int3", "INT3", "3-bit two's complement, codes -4 to 3.", {}, integer_format(3, true)},
      {"int5", "INT5", "5-bit two's complement, codes -16 to 15.", {}, integer_format(5, true)},
      {"int6", "INT6", "6-bit two's complement, codes -32 to 31.", {}, integer_format(6, true)},
      {"int7", "INT7", "7-bit two's complement, codes -64 to 63.", {}, integer_format(7, true)},
      {"int16", "INT16", "16-bit two's complement, codes -32768 to 32767.", {}, integer_format(16, true)},
      {"uint8",
       "UINT8",
       "8-bit unsigned, codes 0 to 255: activations with a zero point.",
       {},
       integer_format(8, false)},
      {"uint4",
       "UINT4",
       "4-bit unsigned, codes 0 to 15: weights with a zero point.",
       {},
       integer_format(4, false)},
      {"uint1", "UINT1", "1-bit unsigned, codes 0 and 1.", {}, integer_format(1, false)},
      {"uint2", "UINT2", "2-bit unsigned, codes 0 to 3.", {}, integer_format(2, false)},
      {"uint3", "UINT3", "3-bit unsigned, codes 0 to 7.", {}, integer_format(3, false)},
      {"uint5", "UINT5", "5-bit unsigned, codes 0 to 31.", {}, integer_format(5, false)},
      {"uint6", "UINT6", "6-bit unsigned, codes 0 to 63.", {}, integer_format(6, false)},
      {"uint7", "UINT7", "7-bit unsigned, codes 0 to 127.", {}, integer_format(7, false)},
      {"uint16", "UINT16", "16-bit unsigned, codes 0 to 65535.", {}, integer_format(16, false)},
      {"sm8",
       "SM8",
       "8-bit sign-magnitude, values -127 to 127 with two codes for zero.",
       {},
       sign_magnitude_format(8)},
      {"sm4",
       "SM4",
       "4-bit sign-magnitude, values -7 to 7 with two codes for zero: the same grid as E1M2.",
       {},
       sign_magnitude_format(4)},
      {"fixed:Q7.8",
       "Q7.8",
       "16-bit fixed point, value = q * 2^-8: -128 to 127.996 in steps of 1/256.",
       {},
       fixed_format(7, 8)},
      {"fixed:Q3.4",
       "Q3.4",
       "8-bit fixed point, value = q * 2^-4: -8 to 7.9375 in steps of 1/16.",
       {},
       fixed_format(3, 4)},
      {"e4m3fn",
       "E4M3FN (FP8)",
       "8-bit float of the OCP OFP8 specification: sign, 4 exponent bits (bias 7), 3 mantissa bits, up to "
       "448; "
       "NaN at all ones, no infinity.",
       {"float8_e4m3fn"},
       float_format(4, 3, Specials::Fn)},
      {"e5m2",
       "E5M2 (FP8)",
       "8-bit float of the OCP OFP8 specification: sign, 5 exponent bits (bias 15), 2 mantissa bits, up to "
       "57344; infinities and NaN as in IEEE 754.",
       {"float8_e5m2"},
       float_format(5, 2, Specials::Ieee)},
      {"e2m1",
       "E2M1 (FP4)",
       "4-bit float of OCP MX and NVFP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6 with either sign; no infinity, no NaN.",
       {"float4_e2m1fn"},
       float_format(2, 1, Specials::Finite)},
      {"fp16",
       "FP16",
       "IEEE 754 binary16: 5 exponent bits (bias 15), 10 mantissa bits, up to 65504.",
       {"float16", "binary16"},
       float_format(5, 10, Specials::Ieee)},
      {"bf16",
       "BF16",
       "bfloat16, the upper half of FP32: 8 exponent bits (bias 127), 7 mantissa bits.",
       {"bfloat16"},
       float_format(8, 7, Specials::Ieee)},
      {"fp32",
       "FP32",
       "IEEE 754 binary32: 8 exponent bits (bias 127), 23 mantissa bits; nothing is lost.",
       {"float32", "binary32"},
       float_format(8, 23, Specials::Ieee)},
  };
  return rows;
}

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
    return malformed(name, "specials=finite, ieee, fn or fnuz");
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

bool comes_later(std::string_view name) {
  return std::any_of(std::begin(kLaterNames), std::end(kLaterNames), [&](std::string_view later) {
    const bool prefix = later.ends_with(':') || later.ends_with('_');
    return prefix ? name.starts_with(later) : name == later;
  });
}

const FormatPreset* find_preset(std::string_view lower) {
  for (const FormatPreset& preset : format_presets()) {
    if (lower_case(preset.key) == lower) return &preset;
    if (std::find(preset.aliases.begin(), preset.aliases.end(), lower) != preset.aliases.end())
      return &preset;
  }
  return nullptr;
}

const FormatPreset* find_preset(const NumberFormat& format) {
  for (const FormatPreset& preset : format_presets())
    if (preset.format == format) return &preset;
  return nullptr;
}

std::string float_name(const NumberFormat& format) {
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

std::span<const FormatPreset> format_presets() {
  static const std::vector<FormatPreset> presets = make_presets();
  return presets;
}

Result<NumberFormat> parse_format(std::string_view text) {
  const std::string name = lower_case(text);
  if (const FormatPreset* preset = find_preset(name)) return preset->format;
  if (const auto bits = number_after(name, "int")) return checked(integer_format(*bits, true), name);
  if (const auto bits = number_after(name, "uint")) return checked(integer_format(*bits, false), name);
  if (const auto bits = number_after(name, "sm")) return checked(sign_magnitude_format(*bits), name);
  if (name.starts_with("fixed:")) return parse_fixed(name);
  if (name.starts_with("float:")) return parse_float(name);
  if (comes_later(name)) return not_available("format " + in_quotes(name));
  std::vector<std::string_view> known = {"fixed:Q3.4", "float:E3M2"};
  for (const FormatPreset& preset : format_presets()) {
    known.push_back(preset.key);
    known.insert(known.end(), preset.aliases.begin(), preset.aliases.end());
  }
  return bad_argument("format " + in_quotes(text) + ": unknown; the nearest known name is " +
                      std::string(nearest_name(name, known)));
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
