// What every scale rule would make of one scale group, so that the rules can be compared on its own numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "core/experiment.h"

namespace bitloupe {

struct RuleChoice {
  ScaleRule rule = ScaleRule::Floor;
  int exponent = 0;         // k: the scale is 2^k
  float scale = 1;          // 2^k
  float largest_level = 0;  // the last dequantized value on the side of the group's largest magnitude
  float becomes = 0;        // what that magnitude becomes; stochastic rounding is shown as nearest even
  double clipped = 0;       // share of it that lies beyond the last level, 0 to 1
  bool chosen = false;      // the spec's rule
};

struct RuleChoices {
  float largest = 0;  // the group's value of largest magnitude, with its sign
  std::vector<RuleChoice> rules;
};

// One entry a rule in the order of scale_rule_choices(). Empty where scales are no powers of two, and for a
// group without a non-zero finite value. `group` < number of groups; the snapshot must have scales.
RuleChoices rule_choices(const Snapshot& snapshot, std::uint64_t group);

}  // namespace bitloupe
