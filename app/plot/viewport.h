// The geometry of a value grid: which cells a viewport shows in a rectangle of pixels, how it follows the
// hand, and which window of the tensor has to be asked for. No drawing, no values.
#pragma once

#include <cstdint>
#include <optional>

#include "app/plot/canvas.h"
#include "app/state.h"
#include "core/probe.h"

namespace bitloupe {

struct Cell {
  std::uint64_t row = 0, column = 0;
  bool operator==(const Cell&) const = default;
};

// The viewport with `fit` carried out and kept inside the slice.
Viewport resolved(const Viewport& viewport, SliceSize size);

// Width and height of one cell in pixels; `viewport` resolved.
Point cell_size(const Viewport& viewport, Rect pane);

// The cell under a point of the pane; empty outside of pane and slice.
std::optional<Cell> cell_at(const Viewport& viewport, SliceSize size, Rect pane, Point point);
Rect cell_rect(const Viewport& viewport, Rect pane, Cell cell);

// Zoomed by `factor` (< 1 magnifies) about a point of the pane; never to less than one cell.
Viewport zoomed(const Viewport& viewport, SliceSize size, Rect pane, Point at, double factor);
// Moved by pixels of the pane.
Viewport panned(const Viewport& viewport, SliceSize size, Rect pane, Point pixels);
// Filled by the box between two points of the pane.
Viewport boxed(const Viewport& viewport, SliceSize size, Rect pane, Point from, Point to);

// The visible cells, whole, in blocks of a power of two of cells so that a texel is at least one pixel.
WindowRequest window_request(const SliceView& slice, SliceSize size, const Viewport& viewport, Rect pane);

// The two longest axes in their order, first element of the others: for a convolution's [out, in, k] that is
// out x in, for a picture height x width.
SliceView longest_axes(const Shape& shape);

}  // namespace bitloupe
