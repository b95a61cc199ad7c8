// The cells of a slice that one scale group takes, as few rectangles: to outline the group under the pointer.
#pragma once

#include <cstdint>
#include <vector>

#include "app/plot/grid_plot.h"
#include "core/probe.h"

namespace bitloupe {

inline constexpr std::uint64_t kMostGroupCells = 4096;  // of a group that is outlined

// Nothing where all cells belong to the group, for groups of more values, and where none is in the slice.
std::vector<CellSpan> cells_of_group(const Snapshot& snapshot, std::uint64_t group, const SliceView& slice);

}  // namespace bitloupe
