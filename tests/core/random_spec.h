// Random specs for round-trip tests: every field takes every kind of value.
#pragma once

#include <random>

#include "core/format/presets.h"
#include "core/quant/choices.h"
#include "core/quant/dialect.h"
#include "core/quant/recipes.h"

namespace bitloupe {

template <class Enum>
Enum random_choice(std::span<const Choice<Enum>> choices, std::mt19937& random) {
  return choices[random() % choices.size()].value;
}

inline double random_number(std::mt19937& random) {
  return (static_cast<double>(random()) - 2e9) * std::pow(10.0, static_cast<int>(random() % 30) - 20);
}

// The format and all single values are valid; their combination need not be.
inline QuantSpec random_spec(std::mt19937& random) {
  constexpr const char* kFormats[] = {"int4",
                                      "uint8",
                                      "uint1",
                                      "sm4",
                                      "fixed:Q3.4",
                                      "e4m3fn",
                                      "e2m1",
                                      "fp16",
                                      "int9",
                                      "fp32",
                                      "nf4",
                                      "iq4_nl",
                                      "pow2:4",
                                      "e8m0",
                                      "p3109_k8p4se",
                                      "ternary:twn",
                                      "table:-1,0.5,2,0",
                                      "float:E3M2:bias=4:specials=fn"};
  QuantSpec spec;
  if (random() % 4 == 0) {
    spec = recipe_spec(recipes()[random() % recipes().size()].key).value();
    if (random() % 2) return spec;
  }
  spec.format = parse_format(kFormats[random() % std::size(kFormats)]).value();
  if (random() % 2) apply(dialects()[random() % dialects().size()], spec);
  if (random() % 2) spec.scheme = random_choice(scheme_choices(), random);
  spec.granularity.kind = random_choice(granularity_choices(), random);
  spec.granularity.axis = static_cast<std::int64_t>(random() % 7) - 3;
  spec.granularity.size = 1 + random() % 200;
  spec.granularity.flat = random() % 4 == 0;
  spec.granularity.columns = 1 + random() % 200;
  spec.scale_type = random_choice(scale_type_choices(), random);
  spec.tensor_scale = random() % 4 == 0;
  if (random() % 4 == 0) spec.scale_exponent_bits = 2 + static_cast<int>(random() % 7);
  spec.scale_rule = random_choice(scale_rule_choices(), random);
  if (random() % 2) spec.symmetric_scale = random_choice(symmetric_scale_choices(), random);
  if (random() % 3 == 0) spec.zero_point = static_cast<std::int32_t>(random() % 300) - 20;
  spec.include_zero = random() % 2 == 0;
  if (random() % 2) spec.code_range = random_choice(code_range_choices(), random);
  if (random() % 2) spec.divide = random_choice(divide_choices(), random);
  spec.calibration.method = random_choice(calibration_choices(), random);
  spec.calibration.percentile = 100 - static_cast<double>(random() % 1000) / 97;
  spec.calibration.ratio = static_cast<double>(1 + random() % 1000) / 700;
  spec.calibration.lo = random_number(random);
  spec.calibration.hi = random_number(random);
  spec.rounding = random_choice(rounding_choices(), random);
  if (random() % 4 == 0) spec.overflow = Overflow::Special;
  spec.seed = random();
  if (random() % 2) spec.zero_point_rule = random_choice(zero_point_rule_choices(), random);
  if (random() % 2) spec.unsigned_zero = random_choice(unsigned_zero_choices(), random);
  if (random() % 2) spec.scale_floor = random_choice(scale_floor_choices(), random);
  if (random() % 2) spec.zero_group = random_choice(zero_group_choices(), random);
  if (random() % 2) spec.code_scale = random_choice(code_scale_choices(), random);
  if (random() % 2) spec.scale_arithmetic = random_choice(scale_arithmetic_choices(), random);
  for (auto n = random() % 3; n > 0; --n)
    spec.overrides.push_back({random() % 5, random_number(random), random_number(random)});
  return spec;
}

}  // namespace bitloupe
