// Extremes of runs of values, with vectors.
#pragma once

#include <cstddef>
#include <span>

#include "core/quant/scales.h"

namespace bitloupe {

// Smallest and largest finite value of whole groups of `size` values, values.size() = size * ranges.size();
// +0 for zeros; inf, -inf where none is finite.
void find_group_ranges(std::span<const float> values, std::size_t size, std::span<ClipRange> ranges);

}  // namespace bitloupe
