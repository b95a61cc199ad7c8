// One test over every table that a user chooses from: keys unique and plain, labels and help present.
#include "core/quant/choices.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "core/format/presets.h"
#include "core/quant/dialect.h"
#include "core/quant/spec_text.h"
#include "core/tensor/synthetic.h"

namespace bitloupe {
namespace {

bool is_plain(std::string_view text) {  // a key stands in files, on command lines and in shells
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzQ0123456789-_.:^";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

bool is_sentence(std::string_view help) {
  return help.size() > 10 && help.find('\n') == std::string_view::npos;
}

template <class Row>
void check_rows(std::span<const Row> rows) {
  CHECK(rows.size() >= 2);
  std::set<std::string_view> keys, labels;
  for (const Row& row : rows) {
    CAPTURE(row.key);
    CHECK(is_plain(row.key));
    CHECK(keys.insert(row.key).second);
    CHECK(!row.label.empty());
    CHECK(labels.insert(row.label).second);
    CHECK(is_sentence(row.help));
  }
}

template <class Enum>
void check_choices(std::span<const Choice<Enum>> choices) {
  check_rows(choices);
  std::set<Enum> values;
  for (const Choice<Enum>& choice : choices) {
    CHECK(values.insert(choice.value).second);
    CHECK(find_choice(choices, choice.key) == &choice);
    CHECK(&choice_of(choices, choice.value) == &choice);
  }
  CHECK(static_cast<std::size_t>(*values.rbegin()) + 1 == choices.size());  // no value without a row
  CHECK(find_choice(choices, "no such key") == nullptr);
}

}  // namespace

TEST_CASE("tables of choices are complete") {
  check_choices(scheme_choices());
  check_choices(granularity_choices());
  check_choices(scale_type_choices());
  check_choices(scale_rule_choices());
  check_choices(symmetric_scale_choices());
  check_choices(code_range_choices());
  check_choices(divide_choices());
  check_choices(calibration_choices());
  check_choices(rounding_choices());
  check_choices(overflow_choices());
  check_choices(zero_point_rule_choices());
  check_choices(unsigned_zero_choices());
  check_choices(scale_floor_choices());
  check_choices(zero_group_choices());
  check_choices(code_scale_choices());
  check_choices(scale_arithmetic_choices());
}

TEST_CASE("tables of presets, dialects and synthetic kinds are complete") {
  check_rows(format_presets());
  check_rows(dialects());
  check_rows(synthetic_kinds());
}

TEST_CASE("the keys of a spec are complete and each differs from its option by dashes only") {
  std::set<std::string_view> keys;
  for (const SpecKey& row : spec_keys()) {
    CAPTURE(row.key);
    CHECK(keys.insert(row.key).second);
    std::string option(row.option);
    std::replace(option.begin(), option.end(), '-', '_');
    CHECK(option == row.key);
    CHECK(!row.values.empty());
    CHECK(is_sentence(row.help));
  }
}

TEST_CASE("the first choice is a spec's default") {
  const QuantSpec spec;
  CHECK(scale_type_choices().front().value == spec.scale_type);
  CHECK(scale_rule_choices().front().value == spec.scale_rule);
  CHECK(symmetric_scale_choices().front().value == spec.symmetric_scale);
  CHECK(divide_choices().front().value == spec.divide);
  CHECK(calibration_choices().front().value == spec.calibration.method);
  CHECK(rounding_choices().front().value == spec.rounding);
  CHECK(overflow_choices().front().value == spec.overflow);
}

}  // namespace bitloupe
