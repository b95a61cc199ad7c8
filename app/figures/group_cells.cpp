#include "app/figures/group_cells.h"

#include "app/figures/grid_figure.h"

namespace bitloupe {
namespace {

// Goes on to the right of the last rectangle, below it, or begins another.
void add_cell(std::vector<CellSpan>& spans, Cell cell) {
  if (!spans.empty()) {
    CellSpan& last = spans.back();
    const std::uint64_t right = last.first.column + last.columns, below = last.first.row + last.rows;
    if (last.rows == 1 && cell.row == last.first.row && cell.column == right) {
      ++last.columns;
      return;
    }
    if (last.columns == 1 && cell.column == last.first.column && cell.row == below) {
      ++last.rows;
      return;
    }
  }
  spans.push_back({cell, 1, 1});
}

// Rows of a tile, one below the other, become one rectangle.
std::vector<CellSpan> stacked(const std::vector<CellSpan>& spans) {
  std::vector<CellSpan> joined;
  for (const CellSpan& span : spans) {
    const bool below = !joined.empty() && joined.back().first.column == span.first.column &&
                       joined.back().columns == span.columns &&
                       joined.back().first.row + joined.back().rows == span.first.row;
    if (below)
      joined.back().rows += span.rows;
    else
      joined.push_back(span);
  }
  return joined;
}

}  // namespace

std::vector<CellSpan> cells_of_group(const Snapshot& snapshot, std::uint64_t group, const SliceView& slice) {
  const GroupLayout& layout = snapshot.scales->layout;
  std::vector<CellSpan> spans;
  if (layout.count < 2 || group >= layout.count || group_size(layout, group) > kMostGroupCells) return spans;
  for_each_segment(layout, group, [&](const GroupSegment& segment) {
    for (std::uint64_t i = 0; i < segment.count; ++i)
      if (const auto cell = cell_of(segment.begin + i * segment.stride, slice, snapshot.tensor().shape))
        add_cell(spans, *cell);
  });
  return stacked(spans);
}

}  // namespace bitloupe
