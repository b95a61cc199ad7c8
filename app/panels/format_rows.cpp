#include "app/panels/format_rows.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "core/format/presets.h"

namespace bitloupe {
namespace {

constexpr int kMostIntegerBits = 16, kMostMantissaBits = 23;

enum class FamilyChoice { Integer, Float, Fixed };

FamilyChoice family_choice(const NumberFormat& format) {
  if (format.family == Family::Float) return FamilyChoice::Float;
  return format.family == Family::Fixed ? FamilyChoice::Fixed : FamilyChoice::Integer;
}

bool family_row(NumberFormat& format) {
  const std::array<ui::Option, 3> options = {{
      {"Integer", "Evenly spaced codes: value = s * (q - z)."},
      {"Float", "Sign, exponent and mantissa: fine steps near zero, coarse ones far out."},
      {"Fixed point", "Integers with a fixed binary point: value = q * 2^-n."},
  }};
  const auto current = static_cast<int>(family_choice(format));
  const auto chosen = ui::combo_row("quantizer.family", "Family", options, current,
                                    "The kind of numbers that codes stand for.");
  if (!chosen || *chosen == current) return false;
  switch (static_cast<FamilyChoice>(*chosen)) {
    case FamilyChoice::Integer:
      format = integer_like(format);
      break;
    case FamilyChoice::Float:
      format = float_like(format);
      break;
    case FamilyChoice::Fixed:
      format = fixed_like(format);
      break;
  }
  return true;
}

int encoding_of(const NumberFormat& format) {
  if (format.family == Family::SignMagnitude) return 2;
  return format.is_signed ? 0 : 1;
}

// Two's complement, unsigned, sign-magnitude: which bit patterns the integers have.
NumberFormat encoded(int encoding, int bits) {
  if (encoding == 1) return integer_format(bits, false);
  return encoding == 0 ? integer_format(std::max(bits, 2), true) : sign_magnitude_format(std::max(bits, 2));
}

bool integer_rows(NumberFormat& format) {
  const int encoding = encoding_of(format);
  int bits = format.bits;
  bool changed = ui::slider_row("quantizer.bits", "Bits", bits, encoding == 1 ? 1 : 2, kMostIntegerBits,
                                "Bits of one code: 2^bits codes. One more bit halves the step, 6.02 dB.");
  if (changed) format = encoded(encoding, bits);
  const std::array<ui::Option, 3> options = {{
      {"two's complement", "Codes -2^(b-1) to 2^(b-1) - 1: one more below zero than above."},
      {"unsigned", "Codes 0 to 2^b - 1; the affine scheme puts zero anywhere."},
      {"sign-magnitude", "A sign bit and b-1 bits of magnitude: symmetric, with two codes for zero."},
  }};
  const auto chosen =
      ui::combo_row("quantizer.encoding", "Encoding", options, encoding, "How bits stand for an integer.");
  if (chosen && *chosen != encoding) {
    format = encoded(*chosen, bits);
    changed = true;
  }
  return changed;
}

bool preset_row(NumberFormat& format) {
  std::vector<ui::Option> options;
  std::vector<NumberFormat> formats;
  int current = -1;
  for (const FormatPreset& preset : format_presets()) {
    if (preset.format.family != Family::Float) continue;
    if (preset.format == format) current = static_cast<int>(options.size());
    options.push_back({std::string(preset.label), std::string(preset.help)});
    formats.push_back(preset.format);
  }
  if (current < 0) {
    current = static_cast<int>(options.size());
    options.push_back(
        {"custom: " + format_name(format), "A float of your own; every row below is a fact of it."});
    formats.push_back(format);
  }
  const auto chosen = ui::combo_row("quantizer.preset", "Preset", options, current,
                                    "Named floats; the rows below change any fact of them.");
  if (!chosen || *chosen == current) return false;
  format = formats[static_cast<std::size_t>(*chosen)];
  return true;
}

bool accept(NumberFormat& format, const NumberFormat& trial) {
  if (trial == format || !validate(trial)) return false;
  format = trial;
  return true;
}

bool specials_row(NumberFormat& format) {
  const std::array<ui::Option, 4> options = {{
      {"none", "Every code is a number."},
      {"inf and NaN", "IEEE 754: the top exponent is infinity (mantissa 0) and NaN."},
      {"NaN only", "FN: the code of all ones is NaN, there is no infinity."},
      {"NaN at -0", "FNUZ: one NaN, at the code of negative zero; no infinity."},
  }};
  const auto current = static_cast<int>(format.specials);
  const auto chosen = ui::combo_row("quantizer.specials", "Specials", options, current,
                                    "Which codes are spent on infinity and NaN.");
  if (!chosen || *chosen == current) return false;
  return accept(format, resized_float(format, format.exponent_bits, format.mantissa_bits,
                                      static_cast<Specials>(*chosen)));
}

bool float_rows(NumberFormat& format) {
  bool changed = preset_row(format);
  int exponent = format.exponent_bits, mantissa = format.mantissa_bits;
  bool sized = ui::slider_row("quantizer.exponent", "Exponent", exponent, 1, 8,
                              "Exponent bits: the range, about 2^(2^E) from smallest to largest.");
  sized |= ui::slider_row("quantizer.mantissa", "Mantissa", mantissa, 0, kMostMantissaBits,
                          "Mantissa bits: the precision, a relative step of 2^-M.");
  if (sized) changed |= accept(format, resized_float(format, exponent, mantissa, format.specials));
  changed |= specials_row(format);
  int bias = format.bias;
  const int usual = float_format(format.exponent_bits, format.mantissa_bits, format.specials).bias;
  if (ui::slider_row("quantizer.bias", "Bias", bias, std::min(usual - 16, bias), std::max(usual + 16, bias),
                     "What is subtracted from the exponent's code: value = 1.M * 2^(E - bias).")) {
    NumberFormat trial = format;
    trial.bias = bias;
    changed |= accept(format, trial);
  }
  bool subnormals = format.subnormals;
  if (ui::check_row("quantizer.subnormals", "Subnormals", subnormals,
                    "Exponent code 0 has no hidden one, so that numbers fade out evenly around zero.")) {
    NumberFormat trial = format;
    trial.subnormals = subnormals;
    changed |= accept(format, trial);
  }
  return changed;
}

bool fixed_rows(NumberFormat& format) {
  int fraction = format.fraction_bits, integer = format.bits - 1 - fraction;
  if (ui::slider_row("quantizer.integer_bits", "Integer bits", integer, 0, kMostIntegerBits - 1,
                     "m of Qm.n: bits before the binary point, without the sign.")) {
    integer = std::max(integer, fraction == 0 ? 1 : 0);
    format = fixed_format(integer, std::min(fraction, kMostIntegerBits - 1 - integer));
    return true;
  }
  if (ui::slider_row("quantizer.fraction_bits", "Fraction bits", fraction, 0, kMostIntegerBits - 1,
                     "n of Qm.n: bits after the binary point; the step is 2^-n.")) {
    fraction = std::max(fraction, integer == 0 ? 1 : 0);
    format = fixed_format(std::min(integer, kMostIntegerBits - 1 - fraction), fraction);
    return true;
  }
  return false;
}

}  // namespace

bool draw_format_rows(NumberFormat& format) {
  const bool family = family_row(format);
  switch (family_choice(format)) {
    case FamilyChoice::Integer:
      return integer_rows(format) || family;
    case FamilyChoice::Float:
      return float_rows(format) || family;
    case FamilyChoice::Fixed:
      return fixed_rows(format) || family;
  }
  return family;
}

NumberFormat integer_like(const NumberFormat& format) {
  return integer_format(std::clamp(format.bits, 2, kMostIntegerBits), true);
}

NumberFormat float_like(const NumberFormat& format) {
  if (format.bits <= 4) return float_format(2, 1, Specials::Finite);
  return format.bits <= 8 ? float_format(4, 3, Specials::Fn) : float_format(5, 10, Specials::Ieee);
}

NumberFormat with_more_bits(const NumberFormat& format, int bits) {
  switch (family_choice(format)) {
    case FamilyChoice::Integer: {
      const int least = encoding_of(format) == 1 ? 1 : 2;
      return encoded(encoding_of(format), std::clamp(format.bits + bits, least, kMostIntegerBits));
    }
    case FamilyChoice::Float: {
      const int mantissa = std::clamp(format.mantissa_bits + bits, 0, kMostMantissaBits);
      return resized_float(format, format.exponent_bits, mantissa, format.specials);
    }
    case FamilyChoice::Fixed: {
      const int integer = format.bits - 1 - format.fraction_bits;
      const int fraction = std::clamp(format.fraction_bits + bits, integer == 0 ? 1 : 0,
                                      std::max(kMostIntegerBits - 1 - integer, 0));
      return fixed_format(integer, fraction);
    }
  }
  return format;
}

NumberFormat fixed_like(const NumberFormat& format) {
  const int bits = std::clamp(format.bits, 2, kMostIntegerBits), integer = (bits - 1) / 2;
  return fixed_format(integer, bits - 1 - integer);
}

NumberFormat resized_float(const NumberFormat& format, int exponent_bits, int mantissa_bits,
                           Specials specials) {
  const bool usual =
      format.bias == float_format(format.exponent_bits, format.mantissa_bits, format.specials).bias;
  NumberFormat sized = float_format(exponent_bits, mantissa_bits, specials);
  sized.is_signed = format.is_signed;
  sized.bits = exponent_bits + mantissa_bits + (format.is_signed ? 1 : 0);
  sized.subnormals = format.subnormals;
  sized.has_zero = format.has_zero;
  if (!usual) sized.bias = format.bias;
  if (validate(sized)) return sized;
  const NumberFormat plain = float_format(exponent_bits, mantissa_bits, Specials::Finite);
  return validate(plain) ? plain : format;
}

}  // namespace bitloupe
