// CodeLadder: the codes of a quantizer in ascending order of the quotients x / s that take them. It knows
// where one code ends and the next begins before any scale does; scales only stretch it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/quant/quantizer.h"

namespace bitloupe {

struct Rung {
  double from = 0;  // the smallest quotient that takes this code, in the total order (-0 before +0)
  float level = 0;  // the code's value before scaling; not finite where the code overflows
  Code code = 0;
};

// Cuts are found from the real midpoint of two levels (directed roundings: from the level) by stepping
// towards where code_of_quotient changes. Deterministic roundings as they are; under Stochastic a rung holds
// the quotients from its level up to the next one (rounded down).
class CodeLadder {
 public:
  // Formats of at most 16 bits.
  CodeLadder(const Quantizer& quantizer, std::int32_t zero_point);

  std::span<const Rung> rungs() const { return rungs_; }  // ascending; the first begins at -inf

  // The rung of a quotient, not NaN.
  std::size_t rung_of(double y) const;

 private:
  std::vector<Rung> rungs_;
};

// The smallest float (in the total order) whose quotient by `scale` is at least `from`.
float first_value_at(double from, float scale, Divide divide);

}  // namespace bitloupe
