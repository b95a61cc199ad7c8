#include "tests/core/dialect_cells.h"

#include <span>
#include <vector>

#include "core/quant/choices.h"

namespace bitloupe::test {
namespace {

struct Cell {
  std::string_view name;
  std::vector<SpecChange> others;  // every choice but the dialect's; none where it makes no choice
};

template <class Enum, class Field>
Cell cell(std::string_view name, const std::optional<Enum>& set, Field QuantSpec::*field,
          std::span<const Choice<Enum>> choices) {
  Cell found{name, {}};
  for (const Choice<Enum>& choice : choices) {
    if (!set || choice.value == *set) continue;
    const Enum other = choice.value;
    found.others.push_back([field, other](QuantSpec& spec) { spec.*field = other; });
  }
  return found;
}

std::vector<Cell> cells_of(const Dialect& d) {
  using Q = QuantSpec;
  // The ties of nearest are the convention; other modes are other quantizers.
  const Choice<Rounding> ties[] = {{Rounding::NearestEven, "", "", ""}, {Rounding::NearestAway, "", "", ""}};
  const Choice<ZeroGroup> one_or_zero[] = {{ZeroGroup::One, "", "", ""}, {ZeroGroup::Zero, "", "", ""}};
  return {cell("symmetric divisor", d.symmetric_scale, &Q::symmetric_scale, symmetric_scale_choices()),
          cell("signed code range", d.code_range, &Q::code_range, code_range_choices()),
          cell("zero-point rounding", d.zero_point_rule, &Q::zero_point_rule, zero_point_rule_choices()),
          cell("unsigned symmetric zero point", d.unsigned_zero, &Q::unsigned_zero, unsigned_zero_choices()),
          cell("division", d.divide, &Q::divide, divide_choices()),
          cell("scale of the codes", d.code_scale, &Q::code_scale, code_scale_choices()),
          cell("ties", d.rounding, &Q::rounding, std::span<const Choice<Rounding>>(ties)),
          cell("power-of-two rule", d.scale_rule, &Q::scale_rule, scale_rule_choices()),
          // Without a floor the smallest scale is 0: Smallest and Zero are one convention.
          cell("group of zeros", d.zero_group, &Q::zero_group,
               d.scale_floor == ScaleFloor::None ? std::span<const Choice<ZeroGroup>>(one_or_zero)
                                                 : zero_group_choices()),
          cell("smallest scale", d.scale_floor, &Q::scale_floor, scale_floor_choices()),
          cell("scale arithmetic", d.scale_arithmetic, &Q::scale_arithmetic, scale_arithmetic_choices())};
}

}  // namespace

std::string unchecked_cells(const Dialect& dialect, const std::function<bool(const SpecChange&)>& agrees) {
  std::string names;
  for (const Cell& cell : cells_of(dialect)) {
    bool decided = true;
    for (const SpecChange& other : cell.others) decided = decided && !agrees(other);
    if (!decided) names += (names.empty() ? "" : ", ") + std::string(cell.name);
  }
  return names;
}

std::string unchecked_sentence(const std::string& cells) {
  return cells.empty() ? "" : "Not checked: " + cells + ".";
}

}  // namespace bitloupe::test
