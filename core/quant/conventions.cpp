#include "core/quant/conventions.h"

#include <algorithm>
#include <optional>

#include "core/quant/choices.h"

namespace bitloupe {
namespace {

// Where the value lives, where a dialect says it, and its table of choices.
template <auto kPointer, auto kDialectCell, auto kChoices>
struct Field {
  static constexpr auto kMember = kPointer;
  static constexpr auto kCell = kDialectCell;
  static auto choices() { return kChoices(); }
  static auto get(const QuantSpec& spec) { return spec.*kPointer; }
  static bool set_by(const Dialect& dialect) { return (dialect.*kDialectCell).has_value(); }
};

using SymmetricScaleField =
    Field<&QuantSpec::symmetric_scale, &Dialect::symmetric_scale, symmetric_scale_choices>;
using ZeroPointRuleField =
    Field<&QuantSpec::zero_point_rule, &Dialect::zero_point_rule, zero_point_rule_choices>;
using UnsignedZeroField = Field<&QuantSpec::unsigned_zero, &Dialect::unsigned_zero, unsigned_zero_choices>;
using ScaleRuleField = Field<&QuantSpec::scale_rule, &Dialect::scale_rule, scale_rule_choices>;
using ScaleArithmeticField =
    Field<&QuantSpec::scale_arithmetic, &Dialect::scale_arithmetic, scale_arithmetic_choices>;
using ScaleFloorField = Field<&QuantSpec::scale_floor, &Dialect::scale_floor, scale_floor_choices>;
using ZeroGroupField = Field<&QuantSpec::zero_group, &Dialect::zero_group, zero_group_choices>;
using CodeScaleField = Field<&QuantSpec::code_scale, &Dialect::code_scale, code_scale_choices>;
using DivideField = Field<&QuantSpec::divide, &Dialect::divide, divide_choices>;
using RoundingField = Field<&QuantSpec::rounding, &Dialect::rounding, rounding_choices>;
struct CodeRangeField : Field<&QuantSpec::code_range, &Dialect::code_range, code_range_choices> {
  static CodeRange get(const QuantSpec& spec) {
    return spec.code_range ? *spec.code_range : *canonical(spec).code_range;
  }
  static bool set_by(const Dialect& dialect) { return dialect.code_range || dialect.code_range_of_format; }
};

template <class F>
std::size_t chosen(const QuantSpec& spec) {
  const auto rows = F::choices();
  const auto value = F::get(spec);
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const auto& choice) { return choice.value == value; });
  return row == rows.end() ? 0 : static_cast<std::size_t>(row - rows.begin());
}

template <class F>
void choose(QuantSpec& spec, std::size_t choice) {
  spec.*F::kMember = F::choices()[choice].value;
}

template <class F>
void take(QuantSpec& spec, const QuantSpec& from) {
  spec.*F::kMember = from.*F::kMember;
}

template <class F>
Convention convention(std::string_view key, std::string_view label, std::string_view help) {
  Convention row{key, label, help, {}, chosen<F>, choose<F>, take<F>, F::set_by};
  for (const auto& choice : F::choices()) row.choices.push_back({choice.key, choice.label, choice.help});
  return row;
}

std::vector<Convention> make_conventions() {
  return {
      convention<ScaleRuleField>("scale_rule", "Scale rule",
                                 "Which power of two the scale is, up to 9 dB apart for one format: floor "
                                 "(OCP MX 1.0, section 6.3), round up (ModelOpt, cuBLAS), even "
                                 "(compressed-tensors)."),
      convention<CodeRangeField>(
          "code_range", "Code range",
          "Whether the most negative code is used: full from -2^(b-1) (ONNX, PyTorch), narrow from "
          "-(2^(b-1) - 1) (TensorFlow Lite's weights)."),
      convention<SymmetricScaleField>(
          "symmetric_scale", "Divisor",
          "What the largest magnitude is divided by to give a symmetric scale: s = amax / (q_max - z) "
          "(ggml's Q8_0, TensorRT), amax / ((q_max - q_min) / 2) (PyTorch, compressed-tensors), each end by "
          "its own side (AIMET)."),
      convention<ZeroPointRuleField>("zero_point_rule", "Zero point rule",
                                     "How the zero point of an affine range is rounded: z = round(q_min - lo "
                                     "/ s) (compressed-tensors) or z = q_min - round(lo / s) (PyTorch). They "
                                     "differ at ties only."),
      convention<UnsignedZeroField>("unsigned_zero", "Unsigned zero",
                                    "The code of zero under symmetric unsigned codes: z = 2^(b-1), or as "
                                    "PyTorch has it 128 for codes 0 to 255, else floor((q_min + q_max) / "
                                    "2)."),
      convention<ScaleArithmeticField>(
          "scale_arithmetic", "Arithmetic",
          "The precision in which scale and zero point are computed: in double, rounded once to the scale's "
          "type, or in float32, rounded after every operation (PyTorch, ggml)."),
      convention<ScaleFloorField>(
          "scale_floor", "Scale floor",
          "What a scale never falls below, s = max(s, floor): the smallest normal number of its type (OCP MX "
          "2^-127), 2^-23 (PyTorch), or nothing (ggml)."),
      convention<ZeroGroupField>(
          "zero_group", "Zero group",
          "The scale of a group without a value other than 0, where amax / D would be 0: 1, the smallest "
          "scale (PyTorch 2^-23, OCP MX 2^-127), or 0 (ggml)."),
      convention<CodeScaleField>(
          "code_scale", "Code scale",
          "The scale that codes are made with: as it is stored, rounded to its type, or as it was before "
          "(ggml's Q8_0). Values are read with the stored one: x^ = s * (q - z)."),
      convention<DivideField>(
          "divide", "Division",
          "How x / s is computed before it is rounded: fl32(x / s) (numpy, ONNX), fl32(x * fl32(1 / s)) "
          "(PyTorch, ggml), or the real quotient. They differ near ties."),
      convention<RoundingField>(
          "rounding", "Rounding",
          "Which of the two neighbouring levels a value goes to; at a tie to the even code (ONNX, PyTorch, "
          "OCP MX) or away from zero (ggml's Q8_0)."),
  };
}

// As `spec`, but cheap to make canonical however many groups have ranges of their own: no convention looks at
// them.
QuantSpec without_overrides(const QuantSpec& spec) {
  QuantSpec bare = spec;
  bare.overrides = {};
  return bare;
}

// Fitted levels take one rounding only, whatever a dialect says.
bool is_possible(const QuantSpec& spec) { return validate_rounding(spec.format, spec.rounding).ok(); }

}  // namespace

std::span<const Convention> conventions() {
  static const std::vector<Convention> rows = make_conventions();
  return rows;
}

const Convention* find_convention(std::string_view key) {
  for (const Convention& row : conventions())
    if (row.key == key) return &row;
  return nullptr;
}

bool matters(const Convention& convention, const QuantSpec& spec) {
  QuantSpec trial = without_overrides(spec);
  std::optional<QuantSpec> first;
  for (std::size_t i = 0; i < convention.choices.size(); ++i) {
    convention.choose(trial, i);
    if (!is_possible(trial)) continue;
    const QuantSpec meant = canonical(trial);
    if (first && meant != *first) return true;
    first = meant;
  }
  return false;
}

bool differs(const Convention& convention, const QuantSpec& spec, const Dialect& dialect) {
  if (!convention.set_by(dialect)) return false;
  const QuantSpec bare = without_overrides(spec);
  QuantSpec followed = bare;
  follow(convention, followed, dialect);
  return is_possible(followed) && canonical(followed) != canonical(bare);
}

void follow(const Convention& convention, QuantSpec& spec, const Dialect& dialect) {
  if (!convention.set_by(dialect)) return;
  QuantSpec pure = spec;
  apply(dialect, pure);
  convention.take(spec, pure);
}

const Dialect& dialect_of(const QuantSpec& spec) {
  const Dialect* named = find_dialect(spec.dialect);
  return named ? *named : *find_dialect("default");
}

}  // namespace bitloupe
