#include "core/quant/spec_text.h"

#include <algorithm>
#include <deque>

#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/dialect.h"
#include "core/text.h"
#include "core/text_distance.h"

namespace bitloupe {
namespace {

// Documented values that are not built yet. One that ends in ':' stands for all values that begin so.
struct LaterValue {
  std::string_view key, value;
};
constexpr LaterValue kLaterValues[] = {
    {"scale_type", "e8m0"},
    {"scale_type", "e4m3"},
    {"tensor_scale", "yes"},
    {"granularity", "tile"},
    {"granularity", "tile:"},
    {"calibration", "pnorm"},
    {"calibration", "pnorm:"},
    {"calibration", "kl"},
    {"calibration", "kl:"},
    {"calibration", "aciq"},
    {"calibration", "aciq:"},
    {"calibration", "octav"},
    {"calibration", "histogram"},
    {"calibration", "tf-enhanced"},
    {"calibration", "sigma"},
    {"calibration", "sigma:"},
    {"calibration", "ema"},
    {"calibration", "ema:"},
    {"calibration", "four-over-six"},
    {"dialect", "onnx"},
    {"dialect", "ggml"},
    {"dialect", "modelopt"},
    {"dialect", "compressed-tensors"},
    {"dialect", "torchao"},
    {"dialect", "ocp"},
};

using Names = std::vector<std::string_view>;

std::string joined(const Names& names) {
  std::string text;
  for (const std::string_view name : names) text += (text.empty() ? "" : ", ") + std::string(name);
  return text;
}

bool comes_later(std::string_view key, std::string_view text) {
  return std::any_of(std::begin(kLaterValues), std::end(kLaterValues), [&](const LaterValue& later) {
    return later.key == key &&
           (later.value.ends_with(':') ? text.starts_with(later.value) : text == later.value);
  });
}

// The answer to a value that is not one of `names`.
Error unknown_value(std::string_view key, std::string_view text, const Names& names) {
  const std::string what = std::string(key) + " " + in_quotes(text);
  if (comes_later(key, text)) return not_available(what);
  return bad_argument(what + ": expected " + joined(names) + "; the nearest is " +
                      std::string(nearest_name(text, names)));
}

Error unreadable(std::string_view key, std::string_view text, std::string_view expected) {
  return bad_argument(std::string(key) + " " + in_quotes(text) + ": expected " + std::string(expected));
}

// --- Keys whose values are the rows of a table of choices. A field says where the value lives.
template <class Field>
Names choice_names() {
  Names names;
  for (const auto& choice : Field::choices()) names.push_back(choice.key);
  return names;
}

template <class Field>
Status read_choice(QuantSpec& spec, std::string_view text) {
  const auto* choice = find_choice(Field::choices(), text);
  if (!choice) return unknown_value(Field::kKey, text, choice_names<Field>());
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
struct ScaleTypeField : Plain<&QuantSpec::scale_type> {
  static constexpr std::string_view kKey = "scale_type";
  static auto choices() { return scale_type_choices(); }
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
struct ScaleArithmeticField : Plain<&QuantSpec::scale_arithmetic> {
  static constexpr std::string_view kKey = "scale_arithmetic";
  static auto choices() { return scale_arithmetic_choices(); }
};

// --- Keys with a text form of their own.
Status read_format(QuantSpec& spec, std::string_view text) {
  Result<NumberFormat> format = parse_format(text);
  if (!format) return format.error();
  spec.format = *format;
  return Ok{};
}
std::string write_format(const QuantSpec& spec) { return format_name(spec.format); }

Status read_dialect(QuantSpec& spec, std::string_view text) {
  if (text == "none") {
    spec.dialect.clear();
    return Ok{};
  }
  if (const Dialect* dialect = find_dialect(text)) {
    dialect->apply(spec);
    return Ok{};
  }
  Names names = {"none"};
  for (const Dialect& dialect : dialects()) names.push_back(dialect.key);
  return unknown_value("dialect", text, names);
}
std::string write_dialect(const QuantSpec& spec) { return spec.dialect.empty() ? "none" : spec.dialect; }

constexpr std::string_view kGranularityForms = "tensor, channel:AXIS, group:SIZE or group:SIZE:AXIS";

Status read_granularity(QuantSpec& spec, std::string_view text) {
  const Names parts = split(text, ':');
  const auto* kind = find_choice(granularity_choices(), parts[0]);
  if (!kind) return unknown_value("granularity", text, {"tensor", "channel:AXIS", "group:SIZE[:AXIS]"});
  const bool group = kind->value == GranularityKind::Group;
  if (group && parts.size() == 3 && parts[2] == "flat")
    return not_available("granularity " + in_quotes(text));
  Granularity granularity;
  granularity.kind = kind->value;
  const std::size_t numbers = parts.size() - 1;
  const bool right_count =
      group ? numbers == 1 || numbers == 2 : numbers == (kind->value == GranularityKind::Channel ? 1 : 0);
  const auto size = group && numbers > 0 ? parse_integer<std::uint64_t>(parts[1]) : granularity.size;
  const bool has_axis = numbers == (group ? 2 : 1);
  const auto axis = has_axis ? parse_integer<std::int64_t>(parts.back()) : granularity.axis;
  if (!right_count || !size || !axis) return unreadable("granularity", text, kGranularityForms);
  granularity.size = *size;
  granularity.axis = *axis;
  spec.granularity = granularity;
  return Ok{};
}
std::string write_granularity(const QuantSpec& spec) {
  const Granularity& granularity = spec.granularity;
  std::string text(choice_of(granularity_choices(), granularity.kind).key);
  if (granularity.kind == GranularityKind::Group) text += ":" + std::to_string(granularity.size);
  const bool default_axis = granularity.kind == GranularityKind::Group && granularity.axis == -1;
  if (granularity.kind != GranularityKind::Tensor && !default_axis)
    text += ":" + std::to_string(granularity.axis);
  return text;
}

constexpr std::string_view kCalibrationForms = "minmax, percentile:P, mse, ratio:R or manual:LO:HI";

Status read_calibration(QuantSpec& spec, std::string_view text) {
  const Names parts = split(text, ':');
  const auto* method = find_choice(calibration_choices(), parts[0]);
  if (!method)
    return unknown_value("calibration", text, {"minmax", "percentile:P", "mse", "ratio:R", "manual:LO:HI"});
  std::vector<double> numbers;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::optional<double> number = parse_number(parts[i]);
    if (!number) return unreadable("calibration", text, kCalibrationForms);
    numbers.push_back(*number);
  }
  const bool manual = method->value == CalibrationMethod::Manual;
  const bool none = method->value == CalibrationMethod::MinMax || method->value == CalibrationMethod::Mse;
  if (numbers.size() != (manual ? 2u : none ? 0u : 1u))
    return unreadable("calibration", text, kCalibrationForms);
  Calibration calibration;
  calibration.method = method->value;
  if (method->value == CalibrationMethod::Percentile) calibration.percentile = numbers[0];
  if (method->value == CalibrationMethod::Ratio) calibration.ratio = numbers[0];
  if (manual) {
    calibration.lo = numbers[0];
    calibration.hi = numbers[1];
  }
  spec.calibration = calibration;
  return Ok{};
}
std::string write_calibration(const QuantSpec& spec) {
  const Calibration& calibration = spec.calibration;
  const std::string key(choice_of(calibration_choices(), calibration.method).key);
  switch (calibration.method) {
    case CalibrationMethod::MinMax:
    case CalibrationMethod::Mse:
      break;
    case CalibrationMethod::Percentile:
      return key + ":" + number_text(calibration.percentile);
    case CalibrationMethod::Ratio:
      return key + ":" + number_text(calibration.ratio);
    case CalibrationMethod::Manual: {
      const bool swapped = calibration.lo > calibration.hi;
      return key + ":" + number_text(swapped ? calibration.hi : calibration.lo) + ":" +
             number_text(swapped ? calibration.lo : calibration.hi);
    }
  }
  return key;
}

Status read_zero_point(QuantSpec& spec, std::string_view text) {
  if (text == "auto") {
    spec.zero_point.reset();
    return Ok{};
  }
  const auto number = parse_integer<std::int32_t>(text);
  if (!number) return unreadable("zero_point", text, "auto or a whole number");
  spec.zero_point = *number;
  return Ok{};
}
std::string write_zero_point(const QuantSpec& spec) {
  return spec.zero_point ? std::to_string(*spec.zero_point) : "auto";
}

Status read_include_zero(QuantSpec& spec, std::string_view text) {
  if (text != "yes" && text != "no") return unreadable("include_zero", text, "yes or no");
  spec.include_zero = text == "yes";
  return Ok{};
}
std::string write_include_zero(const QuantSpec& spec) { return spec.include_zero ? "yes" : "no"; }

Status read_seed(QuantSpec& spec, std::string_view text) {
  const auto number = parse_integer<std::uint64_t>(text);
  if (!number) return unreadable("seed", text, "a whole number from 0 to 2^64 - 1");
  spec.seed = *number;
  return Ok{};
}
std::string write_seed(const QuantSpec& spec) { return std::to_string(spec.seed); }

Status read_overrides(QuantSpec& spec, std::string_view text) {
  std::vector<RangeOverride> overrides;
  if (text != "none")
    for (const std::string_view item : split(text, ',')) {
      const Names parts = split(item, ':');
      const auto group = parse_integer<std::uint64_t>(parts[0]);
      const auto lo = parts.size() == 3 ? parse_number(parts[1]) : std::nullopt;
      const auto hi = parts.size() == 3 ? parse_number(parts[2]) : std::nullopt;
      if (!group || !lo || !hi) return unreadable("overrides", text, "none or GROUP:LO:HI[,GROUP:LO:HI...]");
      overrides.push_back({*group, *lo, *hi});
    }
  spec.overrides = std::move(overrides);
  return Ok{};
}
std::string write_overrides(const QuantSpec& spec) {
  std::string text;
  for (const RangeOverride& range : spec.overrides)
    text += (text.empty() ? "" : ",") + std::to_string(range.group) + ":" + number_text(range.lo) + ":" +
            number_text(range.hi);
  return text.empty() ? "none" : text;
}

// --- Keys of features that are not built yet: their default is all they take.
Status read_tensor_scale(QuantSpec&, std::string_view text) {
  if (text == "no") return Ok{};
  return unknown_value("tensor_scale", text, {"no"});
}
std::string write_no(const QuantSpec&) { return "no"; }

template <const std::string_view& kKey>
Status read_none(QuantSpec&, std::string_view text) {
  if (text == "none") return Ok{};
  return not_available(std::string(kKey) + " " + in_quotes(text));
}
std::string write_none(const QuantSpec&) { return "none"; }

constexpr std::string_view kImportance = "importance", kRecipe = "recipe";

// The table, and the texts that its rows point to.
struct Table {
  std::deque<std::string> values;  // rows point into it: its elements never move
  std::vector<SpecKey> rows;
};

template <class Field>
void add_choice(Table& table, std::string_view option, std::string_view help) {
  table.values.push_back(joined(choice_names<Field>()));
  table.rows.push_back(
      {option, Field::kKey, table.values.back(), help, read_choice<Field>, write_choice<Field>});
}

Table make_table() {
  Table table;
  auto add = [&](const SpecKey& row) { table.rows.push_back(row); };
  add({"format", "format", "int8, uint4, sm4, fixed:Q3.4, e4m3fn, e5m2, e2m1, fp16, bf16, float:E3M2, ...",
       "The number format of the codes: a name, or the facts of a float of your own.", read_format,
       write_format});
  table.values.push_back("none");
  for (const Dialect& dialect : dialects()) table.values.back() += ", " + std::string(dialect.key);
  add({"dialect", "dialect", table.values.back(),
       "Sets the conventions on which tools differ, all at once; later options override it.", read_dialect,
       write_dialect});
  add_choice<SchemeField>(
      table, "scheme",
      "How zero is placed; the default follows from the format (affine takes integers only).");
  add({"granularity", "granularity", kGranularityForms, "Which values share one scale.", read_granularity,
       write_granularity});
  add_choice<ScaleTypeField>(table, "scale-type", "The type that scales are stored in and rounded to.");
  add({"tensor-scale", "tensor_scale", "no", "A second scale for the whole tensor above the groups' own.",
       read_tensor_scale, write_no});
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
  add({"importance", kImportance, "none", "A second tensor that weights the errors.", read_none<kImportance>,
       write_none});
  add({"recipe", kRecipe, "none", "A named set of everything above.", read_none<kRecipe>, write_none});
  add({"overrides", "overrides", "none or GROUP:LO:HI[,GROUP:LO:HI...]",
       "Clip ranges of single scale groups, set by hand.", read_overrides, write_overrides});
  add_choice<ZeroPointRuleField>(table, "zero-point-rule",
                                 "How the zero point of an affine range is rounded.");
  add_choice<UnsignedZeroField>(table, "unsigned-zero", "Which code is zero under symmetric unsigned codes.");
  add_choice<ScaleFloorField>(table, "scale-floor", "The smallest scale, and the one of all-zero groups.");
  add_choice<ScaleArithmeticField>(table, "scale-arithmetic", "The precision in which scales are computed.");
  return table;
}

}  // namespace

std::span<const SpecKey> spec_keys() {
  static const Table table = make_table();
  return table.rows;
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
    if (Status status = row.read(reached, wanted); !status) options.resize(options.size() - 2);
  }
  return options;
}

}  // namespace bitloupe
