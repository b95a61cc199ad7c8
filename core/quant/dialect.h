// Dialects: named sets of conventions where tools differ for one format name. A dialect is a row of values
// for fields of a QuantSpec and nothing else.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/quant/quant_spec.h"

namespace bitloupe {

struct Dialect {
  std::string_view key, label;
  std::string_view help;  // what it is, what it was checked against, and what was not checked
  // Empty: the tool has no convention of its own there, and the field stays as it is.
  std::optional<SymmetricScale> symmetric_scale = {};
  std::optional<CodeRange> code_range = {};
  bool code_range_of_format = false;  // the range that the format has where the spec says nothing
  std::optional<ZeroPointRule> zero_point_rule = {};
  std::optional<UnsignedZero> unsigned_zero = {};
  std::optional<Divide> divide = {};
  std::optional<CodeScale> code_scale = {};
  std::optional<Rounding> rounding = {};
  std::optional<ScaleRule> scale_rule = {};
  std::optional<ZeroGroup> zero_group = {};
  std::optional<ScaleFloor> scale_floor = {};
  std::optional<ScaleArithmetic> scale_arithmetic = {};
};

std::span<const Dialect> dialects();
const Dialect* find_dialect(std::string_view key);

// Sets what the row says, and the spec's `dialect`.
void apply(const Dialect& dialect, QuantSpec& spec);

}  // namespace bitloupe
