// The table of the last comparison of two files, over the window: worst first, sorted by a click on a
// column's head; a click on a row goes to that tensor.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "app/comparison_rows.h"
#include "app/frame.h"

namespace bitloupe {

struct ComparisonSheetState {
  ComparisonOrder order;
  // Made from these two; made again when they are others.
  std::shared_ptr<const ComparedFiles> sorted;
  ComparisonOrder sorted_by;
  std::vector<std::size_t> rows;
};

// Shows frame.comparison. False when it closes.
bool draw_comparison_sheet(ComparisonSheetState& state, Frame& frame, Rect window);

}  // namespace bitloupe
