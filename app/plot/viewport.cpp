#include "app/plot/viewport.h"

#include <algorithm>
#include <cmath>

namespace bitloupe {
namespace {

struct Extent {
  double first = 0, count = 1;
};

Extent kept_inside(Extent extent, std::uint64_t size) {
  const double most = static_cast<double>(std::max<std::uint64_t>(size, 1));
  if (!std::isfinite(extent.first) || !std::isfinite(extent.count)) return {0, most};
  extent.count = std::clamp(extent.count, 1.0, most);
  extent.first = std::clamp(extent.first, 0.0, most - extent.count);
  return extent;
}

Viewport made(Extent rows, Extent columns, SliceSize size) {
  rows = kept_inside(rows, size.rows);
  columns = kept_inside(columns, size.columns);
  const bool all =
      rows.count >= static_cast<double>(size.rows) && columns.count >= static_cast<double>(size.columns);
  return {all, rows.first, columns.first, rows.count, columns.count};
}

struct Span {
  std::uint64_t first = 0, count = 0, step = 1;
};

Span visible_span(double first, double count, std::uint64_t size, float pixels) {
  Span span;
  const double per_cell = static_cast<double>(std::max(pixels, 1.0f)) / count;
  while (per_cell * static_cast<double>(span.step) < 1) span.step *= 2;
  span.first = static_cast<std::uint64_t>(first) / span.step * span.step;
  const auto end = std::min(size, static_cast<std::uint64_t>(std::ceil(first + count)));
  span.count = end > span.first ? end - span.first : 0;
  return span;
}

}  // namespace

Viewport resolved(const Viewport& viewport, SliceSize size) {
  if (viewport.fit)
    return made({0, static_cast<double>(size.rows)}, {0, static_cast<double>(size.columns)}, size);
  return made({viewport.row, viewport.rows}, {viewport.column, viewport.columns}, size);
}

Point cell_size(const Viewport& viewport, Rect pane) {
  return {pane.width / static_cast<float>(viewport.columns), pane.height / static_cast<float>(viewport.rows)};
}

std::optional<Cell> cell_at(const Viewport& viewport, SliceSize size, Rect pane, Point point) {
  if (!pane.contains(point)) return std::nullopt;
  const double row = viewport.row + static_cast<double>((point.y - pane.y) / pane.height) * viewport.rows;
  const double column =
      viewport.column + static_cast<double>((point.x - pane.x) / pane.width) * viewport.columns;
  if (row < 0 || column < 0) return std::nullopt;
  const Cell cell{static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(column)};
  if (cell.row >= size.rows || cell.column >= size.columns) return std::nullopt;
  return cell;
}

Rect cell_rect(const Viewport& viewport, Rect pane, Cell cell) {
  const Point size = cell_size(viewport, pane);
  return {pane.x + static_cast<float>(static_cast<double>(cell.column) - viewport.column) * size.x,
          pane.y + static_cast<float>(static_cast<double>(cell.row) - viewport.row) * size.y, size.x, size.y};
}

Viewport zoomed(const Viewport& viewport, SliceSize size, Rect pane, Point at, double factor) {
  const double down = static_cast<double>((at.y - pane.y) / std::max(pane.height, 1.0f));
  const double across = static_cast<double>((at.x - pane.x) / std::max(pane.width, 1.0f));
  const auto about = [&](double first, double count, double share, std::uint64_t most) {
    const double fewer =
        std::clamp(count * factor, 1.0, static_cast<double>(std::max<std::uint64_t>(most, 1)));
    return Extent{first + share * (count - fewer), fewer};
  };
  return made(about(viewport.row, viewport.rows, down, size.rows),
              about(viewport.column, viewport.columns, across, size.columns), size);
}

Viewport panned(const Viewport& viewport, SliceSize size, Rect pane, Point pixels) {
  const Point cell = cell_size(viewport, pane);
  return made({viewport.row - static_cast<double>(pixels.y / cell.y), viewport.rows},
              {viewport.column - static_cast<double>(pixels.x / cell.x), viewport.columns}, size);
}

Viewport boxed(const Viewport& viewport, SliceSize size, Rect pane, Point from, Point to) {
  const Point cell = cell_size(viewport, pane);
  const auto left = std::clamp(std::min(from.x, to.x), pane.x, pane.right());
  const auto right = std::clamp(std::max(from.x, to.x), pane.x, pane.right());
  const auto top = std::clamp(std::min(from.y, to.y), pane.y, pane.bottom());
  const auto bottom = std::clamp(std::max(from.y, to.y), pane.y, pane.bottom());
  return made({viewport.row + static_cast<double>((top - pane.y) / cell.y),
               static_cast<double>((bottom - top) / cell.y)},
              {viewport.column + static_cast<double>((left - pane.x) / cell.x),
               static_cast<double>((right - left) / cell.x)},
              size);
}

WindowRequest window_request(const SliceView& slice, SliceSize size, const Viewport& viewport, Rect pane) {
  const Span rows = visible_span(viewport.row, viewport.rows, size.rows, pane.height);
  const Span columns = visible_span(viewport.column, viewport.columns, size.columns, pane.width);
  WindowRequest request;
  request.slice = slice;
  request.row = rows.first;
  request.rows = rows.count;
  request.row_step = rows.step;
  request.column = columns.first;
  request.columns = columns.count;
  request.column_step = columns.step;
  return request;
}

SliceView longest_axes(const Shape& shape) {
  if (shape.size() < 2) return normalized({}, shape);
  std::size_t longest = 0, second = 1;
  if (shape[second] > shape[longest]) std::swap(longest, second);
  for (std::size_t axis = 2; axis < shape.size(); ++axis) {
    if (shape[axis] > shape[longest]) {
      second = longest;
      longest = axis;
    } else if (shape[axis] > shape[second]) {
      second = axis;
    }
  }
  SliceView view;
  view.row_axis = static_cast<int>(std::min(longest, second));
  view.column_axis = static_cast<int>(std::max(longest, second));
  return normalized(view, shape);
}

}  // namespace bitloupe
