// The tables of choices a QuantSpec's fields offer: key (files, command line), label and help (window).
// Menus, options, validation, JSON and documentation all read these rows.
#pragma once

#include <span>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

template <class Enum>
struct Choice {
  Enum value;
  std::string_view key, label, help;  // help: one sentence, with the formula where there is one
};

std::span<const Choice<Scheme>> scheme_choices();
std::span<const Choice<GranularityKind>> granularity_choices();
std::span<const Choice<ScaleType>> scale_type_choices();
std::span<const Choice<ScaleRule>> scale_rule_choices();
std::span<const Choice<SymmetricScale>> symmetric_scale_choices();
std::span<const Choice<CodeRange>> code_range_choices();
std::span<const Choice<Divide>> divide_choices();
std::span<const Choice<CalibrationMethod>> calibration_choices();
std::span<const Choice<Rounding>> rounding_choices();
std::span<const Choice<Overflow>> overflow_choices();
std::span<const Choice<ZeroPointRule>> zero_point_rule_choices();
std::span<const Choice<UnsignedZero>> unsigned_zero_choices();
std::span<const Choice<ScaleFloor>> scale_floor_choices();
std::span<const Choice<ZeroGroup>> zero_group_choices();
std::span<const Choice<CodeScale>> code_scale_choices();
std::span<const Choice<ScaleArithmetic>> scale_arithmetic_choices();

// The row of a value, or of a key (null if unknown).
template <class Enum>
const Choice<Enum>& choice_of(std::span<const Choice<Enum>> choices, Enum value) {
  for (const Choice<Enum>& choice : choices)
    if (choice.value == value) return choice;
  return choices.front();
}
template <class Enum>
const Choice<Enum>* find_choice(std::span<const Choice<Enum>> choices, std::string_view key) {
  for (const Choice<Enum>& choice : choices)
    if (choice.key == key) return &choice;
  return nullptr;
}

}  // namespace bitloupe
