// Which cells a viewport shows and how it follows the hand.
#include "app/plot/viewport.h"

#include <doctest/doctest.h>

using namespace bitloupe;

namespace {
constexpr Rect kPane{10, 20, 300, 200};
}

TEST_CASE("fit shows the whole slice and no texel is smaller than a pixel") {
  const SliceSize size{100000, 3};
  const Viewport all = resolved({}, size);
  CHECK(all.rows == 100000);
  CHECK(all.columns == 3);
  const WindowRequest request = window_request({}, size, all, kPane);
  CHECK(request.row_step == 512);  // the power of two above 100000 / 200
  CHECK(request.column_step == 1);
  CHECK(request.rows == 100000);
}

TEST_CASE("U06: what is asked for is bounded by the pane, whatever the tensor's size") {
  const SliceSize size{std::uint64_t{1} << 40, std::uint64_t{1} << 30};
  const WindowRequest request = window_request({}, size, resolved({}, size), kPane);
  CHECK(request.rows / request.row_step <= 200);
  CHECK(request.columns / request.column_step <= 300);
}

TEST_CASE("zooming keeps the cell under the pointer and never leaves the slice") {
  const SliceSize size{64, 64};
  Viewport view = resolved({}, size);
  const Point at{160, 120};
  const auto before = cell_at(view, size, kPane, at);
  for (int i = 0; i < 6; ++i) view = zoomed(view, size, kPane, at, 0.8);
  CHECK(cell_at(view, size, kPane, at) == before);
  CHECK_FALSE(view.fit);
  for (int i = 0; i < 100; ++i) view = zoomed(view, size, kPane, at, 0.5);
  CHECK(view.rows == 1);
  for (int i = 0; i < 100; ++i) view = zoomed(view, size, kPane, {300, 30}, 2);
  CHECK(view.fit);
}

TEST_CASE("panning stops at the edges") {
  const SliceSize size{64, 64};
  Viewport view = zoomed(resolved({}, size), size, kPane, {10, 20}, 0.25);
  CHECK(view.row == 0);
  view = panned(view, size, kPane, {1e6f, 1e6f});
  CHECK(view.row == 0);
  view = panned(view, size, kPane, {-1e6f, -1e6f});
  CHECK(view.row + view.rows == 64);
  CHECK(view.column + view.columns == 64);
}

TEST_CASE("a box fills the pane, in whichever direction it was drawn") {
  const SliceSize size{20, 30};
  const Viewport all = resolved({}, size);
  const Viewport box = boxed(all, size, kPane, {110, 120}, {60, 70});
  CHECK(box == boxed(all, size, kPane, {60, 70}, {110, 120}));
  CHECK(box.column == doctest::Approx(5));
  CHECK(box.columns == doctest::Approx(5));
  CHECK(box.row == doctest::Approx(5));
}

TEST_CASE("cells lie where they are found") {
  const SliceSize size{7, 9};
  const Viewport view = zoomed(resolved({}, size), size, kPane, {200, 100}, 0.6);
  const Cell cell{3, 4};
  const Rect rect = cell_rect(view, kPane, cell);
  CHECK(cell_at(view, size, kPane, {rect.x + rect.width / 2, rect.y + rect.height / 2}) == cell);
  CHECK_FALSE(cell_at(view, size, kPane, {0, 0}));
}

TEST_CASE("a slice shows the two longest axes in their order") {
  const auto axes = [](const Shape& shape) {
    const SliceView view = longest_axes(shape);
    return std::pair{view.row_axis, view.column_axis};
  };
  CHECK(axes({128, 129, 3}) == std::pair{0, 1});
  CHECK(axes({3, 224, 225}) == std::pair{1, 2});
  CHECK(axes({64, 64, 3, 3}) == std::pair{0, 1});
  CHECK(axes({5}) == std::pair{-1, 0});
}
