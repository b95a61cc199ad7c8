#include "app/panels/format_rows.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "app/ui/widgets.h"
#include "core/format/level_tables.h"
#include "core/format/presets.h"

namespace bitloupe {
namespace {

constexpr int kMostIntegerBits = 16, kMostMantissaBits = 23;

enum class FamilyChoice { Integer, Float, Fixed, Table };

FamilyChoice family_choice(const NumberFormat& format) {
  if (format.family == Family::Float) return FamilyChoice::Float;
  if (format.family == Family::Table) return FamilyChoice::Table;
  return format.family == Family::Fixed ? FamilyChoice::Fixed : FamilyChoice::Integer;
}

bool family_row(NumberFormat& format) {
  const std::array<ui::Option, 4> options = {{
      {"Integer", "Evenly spaced codes: value = s * (q - z)."},
      {"Float", "Sign, exponent and mantissa: fine steps near zero, coarse ones far out."},
      {"Fixed point", "Integers with a fixed binary point: value = q * 2^-n."},
      {"Table", "A code is the index of a level in a table: NF4 and its kin, binary, ternary, or your own."},
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
    case FamilyChoice::Table:
      format = table_like(format);
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

struct Offered {
  ui::Option option;
  NumberFormat format;
};

// The saved formats of the same family, then the named ones.
std::vector<Offered> offered_formats(const NumberFormat& format, const SavedFormats& saved) {
  std::vector<Offered> offered;
  for (const auto& [name, form] : saved) {
    const Result<NumberFormat> own = parse_format(form);
    if (own && own->family == format.family)
      offered.push_back({{name, "A format of your own: " + form}, *own});
  }
  for (const FormatPreset& preset : format_presets())
    if (preset.format.family == format.family)
      offered.push_back({{std::string(preset.label), std::string(preset.help)}, preset.format});
  return offered;
}

// Short enough for the row: all facts stand below it.
std::string custom_label(const NumberFormat& format) {
  if (format.family == Family::Table)
    return "custom, " + std::to_string(format.table.levels().size()) + " levels";
  return "custom E" + std::to_string(format.exponent_bits) + "M" + std::to_string(format.mantissa_bits);
}

bool preset_row(NumberFormat& format, const SavedFormats& saved, std::string_view custom_help,
                std::string_view help) {
  std::vector<Offered> offered = offered_formats(format, saved);
  const auto same = std::find_if(offered.begin(), offered.end(),
                                 [&](const Offered& other) { return other.format == format; });
  const auto current = static_cast<int>(same - offered.begin());
  if (same == offered.end())
    offered.push_back(
        {{custom_label(format), std::string(custom_help) + "\n" + format_name(format)}, format});
  std::vector<ui::Option> options;
  for (const Offered& other : offered) options.push_back(other.option);
  const auto chosen = ui::combo_row("quantizer.preset", "Preset", options, current, help);
  if (!chosen || *chosen == current) return false;
  format = offered[static_cast<std::size_t>(*chosen)].format;
  return true;
}

// Only for formats that have no name yet, or one of one's own.
void name_row(const NumberFormat& format, SavedFormats& saved) {
  if (find_preset(format)) return;
  std::string name = saved_name(saved, format);
  if (ui::text_row("quantizer.format_name", "Name", name,
                   "A name that is not taken yet saves this format: the menu above lists it then. An empty "
                   "one takes it out.",
                   "name to save it"))
    save_format(saved, format, name);
}

bool accept(NumberFormat& format, const NumberFormat& trial) {
  if (trial == format || !validate(trial)) return false;
  format = trial;
  return true;
}

bool specials_row(NumberFormat& format) {
  const std::array<ui::Option, 7> options = {{
      {"none", "Every code is a number."},
      {"inf and NaN", "IEEE 754: the top exponent is infinity (mantissa 0) and NaN."},
      {"NaN only", "FN: the code of all ones is NaN, there is no infinity."},
      {"NaN at -0", "FNUZ: one NaN, at the code of negative zero; no infinity."},
      {"P3109 extended",
       "IEEE P3109: one NaN at the code of -0 (unsigned: all ones), infinities at the ends."},
      {"P3109 finite", "IEEE P3109: one NaN at the code of -0 (unsigned: all ones), no infinity."},
      {"NaN on top", "Unsigned, as E8M0: the code of all ones is NaN, there is no infinity."},
  }};
  const auto current = static_cast<int>(format.specials);
  const auto chosen = ui::combo_row("quantizer.specials", "Specials", options, current,
                                    "Which codes are spent on infinity and NaN.");
  if (!chosen || *chosen == current) return false;
  return accept(format, with_specials(format, static_cast<Specials>(*chosen)));
}

bool fact_row(NumberFormat& format, std::string_view id, std::string_view label, bool NumberFormat::*fact,
              std::string_view help) {
  NumberFormat trial = format;
  if (!ui::check_row(id, label, trial.*fact, help)) return false;
  trial.bits = trial.exponent_bits + trial.mantissa_bits + (trial.is_signed ? 1 : 0);
  return accept(format, trial);
}

bool float_rows(NumberFormat& format, SavedFormats& saved) {
  bool changed = preset_row(format, saved, "A float of your own; every row below is a fact of it.",
                            "Named floats; the rows below change any fact of them.");
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
  changed |= fact_row(format, "quantizer.subnormals", "Subnormals", &NumberFormat::subnormals,
                      "Exponent code 0 has no hidden one, so that numbers fade out evenly around zero.");
  changed |= fact_row(format, "quantizer.zero", "Zero", &NumberFormat::has_zero,
                      "Code 0 stands for 0; without it for the smallest power (only without subnormals).");
  changed |= fact_row(format, "quantizer.signed", "Signed", &NumberFormat::is_signed,
                      "A sign bit; without it one bit less and no number below zero.");
  return changed;
}

// The levels as text, in code order: "-1, 0, 0.5, 2".
bool table_rows(NumberFormat& format, const SavedFormats& saved) {
  const bool changed =
      preset_row(format, saved, "A table of your own: its levels stand below, in the order of codes.",
                 "Named tables; the levels below can be changed.");
  if (format.fit != Fit::None) return changed;
  std::string text = levels_text(format.table, ", ");
  const auto mistake = [](const std::string& typed) {
    const Result<NumberFormat> table = parse_levels(typed);
    return table ? std::string() : table.error().message;
  };
  if (!ui::text_row("quantizer.levels", "Levels", text,
                    "The levels in the order of their codes, with commas between: 2 to 256 of them.",
                    mistake))
    return changed;
  const Result<NumberFormat> table = parse_levels(text);
  if (!table || *table == format) return changed;
  format = *table;
  return true;
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

bool draw_format_rows(NumberFormat& format, SavedFormats& saved) {
  const bool family = family_row(format);
  switch (family_choice(format)) {
    case FamilyChoice::Integer:
      return integer_rows(format) || family;
    case FamilyChoice::Float: {
      const bool changed = float_rows(format, saved);
      name_row(format, saved);
      return changed || family;
    }
    case FamilyChoice::Fixed:
      return fixed_rows(format) || family;
    case FamilyChoice::Table: {
      const bool changed = table_rows(format, saved);
      name_row(format, saved);
      return changed || family;
    }
  }
  return family;
}

std::string saved_name(const SavedFormats& saved, const NumberFormat& format) {
  for (const auto& [name, form] : saved) {
    const Result<NumberFormat> own = parse_format(form);
    if (own && *own == format) return name;
  }
  return {};
}

bool save_format(SavedFormats& saved, const NumberFormat& format, std::string_view name) {
  constexpr std::size_t kLongestName = 40;
  const std::string before = saved_name(saved, format);
  if (!name.empty()) {
    if (name.size() > kLongestName || name.find_first_not_of(' ') == std::string_view::npos) return false;
    if (!saved.try_emplace(std::string(name), format_name(format)).second) return false;
  }
  saved.erase(before);
  return true;
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
    case FamilyChoice::Table:  // levels have no bits to add
      break;
  }
  return format;
}

NumberFormat table_like(const NumberFormat& format) {
  return format.bits == 1   ? parse_format("binary").value()
         : format.bits == 2 ? parse_format("ternary").value()
                            : table_format(nf4_levels());
}

NumberFormat with_specials(const NumberFormat& format, Specials specials) {
  NumberFormat trial = format;
  for (const bool is_signed : {format.is_signed, !format.is_signed})
    for (const bool has_zero : {format.has_zero, true}) {
      trial.is_signed = is_signed;
      trial.has_zero = has_zero;
      const NumberFormat sized = resized_float(trial, format.exponent_bits, format.mantissa_bits, specials);
      if (sized.specials == specials) return sized;
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
  NumberFormat plain = float_format(exponent_bits, mantissa_bits, Specials::Finite);
  if (!format.is_signed) plain = unsigned_format(plain);
  return validate(plain) ? plain : format;
}

}  // namespace bitloupe
