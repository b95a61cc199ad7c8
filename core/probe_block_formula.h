// The formula of a value in a block of ggml, with the block's own numbers.
#pragma once

#include <vector>

#include "core/probe.h"

namespace bitloupe {

// From the block's numbers to the dequantized value; the error's line is formula_lines' business. `snapshot`
// has blocks.
std::vector<FormulaLine> block_formula_lines(const Snapshot& snapshot, const Explanation& explanation);

}  // namespace bitloupe
