// Value grids: which panes there are, the ends of their colours, where they lie.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/figures/subject.h"
#include "app/plot/grid_plot.h"

namespace bitloupe {

struct GridFigure {
  SliceView slice;
  GridScene scene;
  bool sampled() const { return !scene.window || !scene.window->exact; }
};

// The panes that the view shows, side by side.
GridFigure make_grids(const PlotSubject& subject, Rect area, const Theme& theme);
// One pane; with room for row and column numbers where the subject is not live.
GridFigure make_grid(const PlotSubject& subject, GridQuantity quantity, Rect area, const Theme& theme);

// Map and ends of the colours of the dequantized values' pane, and its title; it has no place.
GridPaneScene dequantized_colors(const Snapshot& snapshot, const Palette& palette);

void draw(Canvas& canvas, const GridFigure& figure, const Theme& theme);

// Whole cells, none reduced, that the view shows.
WindowRequest visible_cells(const Shape& shape, const ViewState& view);

// The cell of an element if the slice shows it.
std::optional<Cell> cell_of(std::uint64_t element, const SliceView& slice, const Shape& shape);

}  // namespace bitloupe
