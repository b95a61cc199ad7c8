// The five scale rules on one group's own numbers (reference.md section 3, worked row).
#include "core/probe_rules.h"

#include <doctest/doctest.h>

#include <map>

#include "core/quant/recipes.h"
#include "tests/core/support.h"

namespace bitloupe {
namespace {

RuleChoices rules_at(float largest, QuantSpec spec = recipe_spec("mxfp4").value()) {
  std::vector<float> values(32, 0.25f);
  values[5] = largest;
  return rule_choices(*test::run_spec(spec, test::prepared_from({1, 32}, std::move(values))), 0);
}

struct Expected {
  float scale, becomes;
};

void check(const RuleChoices& choices, const std::map<ScaleRule, Expected>& expected) {
  REQUIRE(choices.rules.size() == 5);
  for (const RuleChoice& choice : choices.rules) {
    CAPTURE(static_cast<int>(choice.rule));
    const Expected& row = expected.at(choice.rule);
    CHECK(choice.scale == row.scale);
    CHECK(choice.becomes == row.becomes);
    CHECK(choice.exponent == (row.scale == 2 ? 1 : 0));
    CHECK(choice.largest_level == 6 * row.scale);
    CHECK(choice.chosen == (choice.rule == ScaleRule::Floor));
  }
}

TEST_CASE("MXFP4, block maximum 7.0: floor and nearest clip, the others halve the resolution") {
  using enum ScaleRule;
  const RuleChoices choices = rules_at(7);
  CHECK(choices.largest == 7);
  check(choices, {{Floor, {1, 6}}, {RCeil, {2, 8}}, {Ceil, {2, 8}}, {Even, {2, 8}}, {Nearest, {1, 6}}});
  CHECK(choices.rules[0].clipped == doctest::Approx(1.0 / 7));
  CHECK(choices.rules[1].clipped == 0);
}

TEST_CASE("MXFP4, block maximum 6.5: all give 6, two of them with twice the scale") {
  using enum ScaleRule;
  check(rules_at(6.5f),
        {{Floor, {1, 6}}, {RCeil, {2, 6}}, {Ceil, {2, 6}}, {Even, {1, 6}}, {Nearest, {1, 6}}});
}

TEST_CASE("the side of the largest magnitude counts") {
  const RuleChoices choices = rules_at(-7);
  CHECK(choices.largest == -7);
  CHECK(choices.rules[0].becomes == -6);
  CHECK(choices.rules[0].largest_level == -6);
  CHECK(choices.rules[0].clipped == doctest::Approx(1.0 / 7));
}

TEST_CASE("no rules where scales are no powers of two, and none for a group of zeros") {
  QuantSpec spec = recipe_spec("mxfp4").value();
  spec.scale_type = ScaleType::F16;
  CHECK(rules_at(7, spec).rules.empty());
  spec = recipe_spec("mxfp4").value();
  CHECK(rule_choices(*test::run_spec(spec, test::prepared_from({32}, std::vector<float>(32))), 0)
            .rules.empty());
}

}  // namespace
}  // namespace bitloupe
