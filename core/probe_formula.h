// How one value was quantized, as lines of text: the formulas, and the numbers that went through them.
#pragma once

#include <vector>

#include "core/probe.h"

namespace bitloupe {

// `explanation` has all but its lines.
std::vector<FormulaLine> formula_lines(const Snapshot& snapshot, const Explanation& explanation);

}  // namespace bitloupe
