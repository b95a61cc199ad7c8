#include "core/quant/spec_text.h"

#include <deque>

#include "core/quant/choices.h"
#include "core/quant/dialect.h"
#include "core/quant/recipes.h"
#include "core/quant/spec_answers.h"
#include "core/quant/spec_forms.h"
#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

// --- Keys whose values are the rows of a table of choices. A field says where the value lives.
Names choice_names(const auto& choices) {
  Names names;
  for (const auto& choice : choices) names.push_back(choice.key);
  return names;
}

template <class Field>
Status read_choice(QuantSpec& spec, std::string_view text) {
  const auto* choice = find_choice(Field::choices(), text);
  if (!choice) return unknown_value(Field::kKey, text, choice_names(Field::choices()));
  spec.*Field::kMember = choice->value;
  return Ok{};
}

template <class Field>
std::string write_choice(const QuantSpec& spec) {
  return std::string(choice_of(Field::choices(), Field::get(spec)).key);
}

template <auto kPointer>
struct Plain {
  static constexpr auto kMember = kPointer;
  static auto get(const QuantSpec& spec) { return spec.*kPointer; }
};

struct SchemeField {
  static constexpr std::string_view kKey = "scheme";
  static constexpr auto kMember = &QuantSpec::scheme;
  static auto choices() { return scheme_choices(); }
  static Scheme get(const QuantSpec& spec) { return spec.scheme.value_or(default_scheme(spec.format)); }
};
struct CodeRangeField {
  static constexpr std::string_view kKey = "code_range";
  static constexpr auto kMember = &QuantSpec::code_range;
  static auto choices() { return code_range_choices(); }
  static CodeRange get(const QuantSpec& spec) {
    return spec.code_range.value_or(*canonical(spec).code_range);
  }
};
struct ScaleRuleField : Plain<&QuantSpec::scale_rule> {
  static constexpr std::string_view kKey = "scale_rule";
  static auto choices() { return scale_rule_choices(); }
};
struct SymmetricScaleField : Plain<&QuantSpec::symmetric_scale> {
  static constexpr std::string_view kKey = "symmetric_scale";
  static auto choices() { return symmetric_scale_choices(); }
};
struct DivideField : Plain<&QuantSpec::divide> {
  static constexpr std::string_view kKey = "divide";
  static auto choices() { return divide_choices(); }
};
struct RoundingField : Plain<&QuantSpec::rounding> {
  static constexpr std::string_view kKey = "rounding";
  static auto choices() { return rounding_choices(); }
};
struct OverflowField : Plain<&QuantSpec::overflow> {
  static constexpr std::string_view kKey = "overflow";
  static auto choices() { return overflow_choices(); }
};
struct ZeroPointRuleField : Plain<&QuantSpec::zero_point_rule> {
  static constexpr std::string_view kKey = "zero_point_rule";
  static auto choices() { return zero_point_rule_choices(); }
};
struct UnsignedZeroField : Plain<&QuantSpec::unsigned_zero> {
  static constexpr std::string_view kKey = "unsigned_zero";
  static auto choices() { return unsigned_zero_choices(); }
};
struct ScaleFloorField : Plain<&QuantSpec::scale_floor> {
  static constexpr std::string_view kKey = "scale_floor";
  static auto choices() { return scale_floor_choices(); }
};
struct ZeroGroupField : Plain<&QuantSpec::zero_group> {
  static constexpr std::string_view kKey = "zero_group";
  static auto choices() { return zero_group_choices(); }
};
struct CodeScaleField : Plain<&QuantSpec::code_scale> {
  static constexpr std::string_view kKey = "code_scale";
  static auto choices() { return code_scale_choices(); }
};
struct ScaleArithmeticField : Plain<&QuantSpec::scale_arithmetic> {
  static constexpr std::string_view kKey = "scale_arithmetic";
  static auto choices() { return scale_arithmetic_choices(); }
};

// --- Keys of features that are not built yet: their default is all they take.
Status read_importance(QuantSpec&, std::string_view text) {
  if (text == "none") return Ok{};
  return not_available("importance " + in_quotes(text));
}
std::string write_none(const QuantSpec&) { return "none"; }

// The table, and the texts that its rows point to.
struct Table {
  std::deque<std::string> values;  // rows point into it: its elements never move
  std::vector<SpecKey> rows;
};

template <class Field>
void add_choice(Table& table, std::string_view option, std::string_view help) {
  table.values.push_back(joined(choice_names(Field::choices())));
  table.rows.push_back(
      {option, Field::kKey, table.values.back(), help, read_choice<Field>, write_choice<Field>});
}

Table make_table() {
  Table table;
  auto add = [&](const SpecKey& row) { table.rows.push_back(row); };
  table.values.push_back("none, " + joined(recipe_names()) + ", bfp:eKmM:gG");
  add({"recipe", "recipe", table.values.back(),
       "A named block format: sets everything below; later options override it.", read_recipe, write_recipe});
  add({"format", "format",
       "int8, uint4, sm4, fixed:Q3.4, e4m3fn, e2m1, bf16, nf4, ternary, float:E3M2, p3109_k8p4se, pow2:4, "
       "table:-1,0,1, ...",
       "The number format of the codes: a name, the facts of a float of your own, or a table.", read_format,
       write_format});
  table.values.push_back("none");
  for (const Dialect& dialect : dialects()) table.values.back() += ", " + std::string(dialect.key);
  add({"dialect", "dialect", table.values.back(),
       "Sets the conventions on which tools differ, all at once; later options override it.", read_dialect,
       write_dialect});
  add_choice<SchemeField>(
      table, "scheme",
      "How zero is placed; the default follows from the format (affine takes integers only).");
  add({"granularity", "granularity", kGranularityForms,
       "Which values share one scale, or the fitted levels of binary and ternary.", read_granularity,
       write_granularity});
  table.values.push_back(joined(choice_names(scale_type_choices())) + ", eKm0 (K exponent bits, 2 to 8)");
  add({"scale-type", "scale_type", table.values.back(), "The type that scales are stored in and rounded to.",
       read_scale_type, write_scale_type});
  add({"tensor-scale", "tensor_scale", "no, yes",
       "Two levels: a float32 scale of the whole tensor above the groups' own, of type e4m3 (NVFP4).",
       read_tensor_scale, write_tensor_scale});
  add_choice<ScaleRuleField>(table, "scale-rule", "Which power of two a pow2 scale takes.");
  add_choice<SymmetricScaleField>(table, "symmetric-scale",
                                  "What the largest magnitude is divided by to give a symmetric scale.");
  add({"zero-point", "zero_point", "auto or a number",
       "The code that stands for 0, z in value = s * (q - z).", read_zero_point, write_zero_point});
  add({"include-zero", "include_zero", "yes, no",
       "Widen an affine range until it contains 0, so that 0 has a code of its own.", read_include_zero,
       write_include_zero});
  add_choice<CodeRangeField>(
      table, "code-range",
      "Whether the most negative code is used; narrow for symmetric signed integers, else full.");
  add_choice<DivideField>(table, "divide", "How x / s is computed before it is rounded.");
  add({"calibration", "calibration", kCalibrationForms, "How the clip range is chosen.", read_calibration,
       write_calibration});
  add_choice<RoundingField>(table, "rounding", "Which of the two neighbouring levels a value takes.");
  add_choice<OverflowField>(table, "overflow", "What becomes of values beyond the largest finite one.");
  add({"seed", "seed", "a whole number", "The seed of stochastic rounding.", read_seed, write_seed});
  add({"importance", "importance", "none", "A second tensor that weights the errors.", read_importance,
       write_none});
  add({"overrides", "overrides", "none or GROUP:LO:HI[,GROUP:LO:HI...]",
       "Clip ranges of single scale groups, set by hand.", read_overrides, write_overrides});
  add_choice<ZeroPointRuleField>(table, "zero-point-rule",
                                 "How the zero point of an affine range is rounded.");
  add_choice<UnsignedZeroField>(table, "unsigned-zero", "Which code is zero under symmetric unsigned codes.");
  add_choice<ScaleFloorField>(table, "scale-floor", "The smallest scale.");
  add_choice<ZeroGroupField>(table, "zero-group", "The scale of a group without a non-zero value.");
  add_choice<CodeScaleField>(
      table, "code-scale", "The scale that codes are made with; values are always read with the stored one.");
  add_choice<ScaleArithmeticField>(table, "scale-arithmetic", "The precision in which scales are computed.");
  return table;
}

}  // namespace

std::span<const SpecKey> spec_keys() {
  static const Table table = make_table();
  return table.rows;
}

const SpecKey* find_key(std::string_view key) {
  for (const SpecKey& row : spec_keys())
    if (row.key == key) return &row;
  return nullptr;
}

Status set_key(QuantSpec& spec, std::string_view key, std::string_view text) {
  Names names;
  for (const SpecKey& row : spec_keys()) {
    if (row.key == key || row.option == key) return row.read(spec, text);
    names.push_back(row.key);
  }
  return bad_argument("unknown key " + in_quotes(key) + "; the nearest known one is " +
                      std::string(nearest_name(key, names)));
}

std::vector<std::string> to_options(const QuantSpec& spec) {
  std::vector<std::string> options;
  QuantSpec reached;  // what the options so far give
  for (const SpecKey& row : spec_keys()) {
    const std::string wanted = row.write(spec);
    if (wanted == row.write(reached)) continue;
    options.push_back("--" + std::string(row.option));
    options.push_back(wanted);
    // What cannot be read is an option all the same: the command is refused then, as the spec itself is.
    static_cast<void>(row.read(reached, wanted));
  }
  return options;
}

}  // namespace bitloupe
