#include "core/probe_rules.h"

#include <algorithm>
#include <cmath>

#include "core/quant/choices.h"

namespace bitloupe {
namespace {

float largest_of(const ClipRange& range) {
  return std::fabs(range.hi) >= std::fabs(range.lo) ? range.hi : range.lo;
}

double share_beyond(double value, double level) {
  const double magnitude = std::fabs(value);
  return magnitude > std::fabs(level) ? (magnitude - std::fabs(level)) / magnitude : 0;
}

}  // namespace

RuleChoices rule_choices(const Snapshot& snapshot, std::uint64_t group) {
  RuleChoices choices;
  if (snapshot.spec.scheme == Scheme::Direct || !has_only_powers(snapshot.spec.scale_type)) return choices;
  choices.largest = largest_of(snapshot.extremes->groups[group]);
  if (choices.largest == 0 || !std::isfinite(choices.largest)) return choices;
  Quantizer quantizer = *snapshot.quantizer;
  quantizer.blocks = nullptr;  // what the rules would make, not ggml's own code
  if (quantizer.rounding == Rounding::Stochastic) quantizer.rounding = Rounding::NearestEven;
  QuantSpec spec = snapshot.spec;
  for (const Choice<ScaleRule>& rule : scale_rule_choices()) {
    spec.scale_rule = rule.value;
    std::uint64_t floored = 0, saturated = 0;
    const GroupScale scale = make_scale(spec, (*snapshot.ranges)[group], floored, saturated);
    const GridRange grid = grid_range(quantizer, scale);
    RuleChoice choice;
    choice.rule = rule.value;
    choice.scale = scale.scale;
    choice.exponent = scale.scale > 0 ? floor_log2(static_cast<double>(scale.scale)) : 0;
    choice.largest_level = choices.largest < 0 ? grid.lo : grid.hi;
    choice.becomes = quantize_value(quantizer, scale, choices.largest, 0).dequantized;
    choice.clipped =
        share_beyond(static_cast<double>(choices.largest), static_cast<double>(choice.largest_level));
    choice.chosen = rule.value == snapshot.spec.scale_rule;
    choices.rules.push_back(choice);
  }
  return choices;
}

}  // namespace bitloupe
