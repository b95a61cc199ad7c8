// The Explore workspace: panes, histogram, clip handles, signal, keys.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("three panes share one window and one viewport") {
  Bench bench;
  REQUIRE(bench.painter.panes.size() == 3);
  CHECK(bench.painter.panes[0].quantity == GridQuantity::Original);
  CHECK(bench.painter.panes[1].quantity == GridQuantity::Dequantized);
  CHECK(bench.painter.panes[2].quantity == GridQuantity::Error);
  for (const GridPane& pane : bench.painter.panes) {
    CHECK(pane.texels == bench.painter.panes[0].texels);
    CHECK(pane.high > 0);
    CHECK(pane.low == -pane.high);
  }
  bench.headless.wheel("pane.error", 3);
  CHECK(bench.painter.panes[0].viewport.rows < 32);
  CHECK(bench.painter.panes[0].viewport == bench.painter.panes[2].viewport);
  bench.headless.double_click("pane.original");
  CHECK(bench.workbench.view().viewport.fit);
  CHECK_FALSE(bench.workbench.view().selected);
}

TEST_CASE("a drag pans, a right drag zooms into the box") {
  Bench bench;
  bench.headless.wheel("pane.original", 6);
  const double before = bench.painter.panes[0].viewport.column;
  bench.headless.drag("pane.original", -40, 0);
  CHECK(bench.painter.panes[0].viewport.column > before);
  CHECK_FALSE(bench.workbench.view().selected);  // a drag pins nothing
  bench.headless.double_click("pane.original");
  const Point from = bench.headless.center("pane.original");
  bench.headless.move(from);
  bench.headless.press_button(true, 1);
  bench.headless.move({from.x + 30, from.y + 30});
  bench.headless.move({from.x + 60, from.y + 60});
  bench.headless.press_button(false, 1);
  bench.headless.step(2);
  CHECK(bench.painter.panes[0].viewport.columns < 12);
}

TEST_CASE("Space flips the first pane, Codes replaces the second") {
  Bench bench;
  bench.headless.key(ui::Key::Space);
  CHECK(bench.painter.panes[0].quantity == GridQuantity::Dequantized);
  bench.headless.key(ui::Key::Space);
  CHECK(bench.painter.panes[0].quantity == GridQuantity::Original);
  bench.headless.click("explore.mode.codes");
  CHECK(bench.painted(GridQuantity::Code));
  CHECK_FALSE(bench.painted(GridQuantity::Dequantized));
  CHECK(bench.headless.has("pane.code"));
}

TEST_CASE("index sliders and axes of a tensor with three axes") {
  Bench bench("synthetic:gaussian?shape=5x40x30");
  CHECK(bench.painter.panes[0].request.slice.row_axis == 1);
  CHECK(bench.painter.panes[0].request.slice.column_axis == 2);
  bench.headless.drag("explore.index.0", 300, 0);
  CHECK(bench.painter.panes[0].request.slice.fixed[0] == 4);
  bench.headless.choose("explore.rows", 2);  // the columns' axis: the two swap
  CHECK(bench.painter.panes[0].request.slice.row_axis == 2);
  CHECK(bench.painter.panes[0].request.slice.column_axis == 1);
  CHECK(bench.painter.panes[0].request.slice.fixed[0] == 4);
}

TEST_CASE("dragging a clip handle clips, mirrored, and undo takes the whole drag back") {
  Bench bench;
  REQUIRE(bench.snapshot().report->clipped == 0);
  const Experiment before = bench.workbench.experiment();
  bench.headless.drag("clip.hi", -200, 0, 20);
  const Calibration& calibration = bench.spec().calibration;
  CHECK(calibration.method == CalibrationMethod::Manual);
  CHECK(calibration.lo == -calibration.hi);
  CHECK(bench.snapshot().report->clipped > 0);
  bench.headless.key(ui::Key::Z, {.ctrl = true});
  CHECK(bench.workbench.experiment() == before);
  CHECK(bench.snapshot().report->clipped == 0);
  bench.headless.key(ui::Key::Y, {.ctrl = true});
  CHECK(bench.spec().calibration.method == CalibrationMethod::Manual);
}

TEST_CASE(
    "the handle follows the pointer to the pixel, Shift a tenth as far, back and forth beyond the end") {
  Bench bench;
  const float start = bench.headless.center("clip.hi").x;
  bench.headless.drag("clip.hi", -100, 0);
  CHECK(bench.headless.center("clip.hi").x ==
        doctest::Approx(static_cast<double>(start - 100)).epsilon(0.002));
  bench.headless.hold(ui::Key::Shift, true);
  bench.headless.drag("clip.hi", -100, 0);
  bench.headless.hold(ui::Key::Shift, false);
  CHECK(bench.headless.center("clip.hi").x ==
        doctest::Approx(static_cast<double>(start - 110)).epsilon(0.002));
  const Point at = bench.headless.center("clip.hi");
  bench.headless.move(at);
  bench.headless.press_button(true);
  bench.headless.move({at.x - 3000, at.y});
  CHECK(bench.spec().calibration.hi > 0);  // clamped before it crosses zero
  bench.headless.move({at.x, at.y});
  bench.headless.press_button(false);
  bench.headless.step(2);
  CHECK(bench.headless.center("clip.hi").x == doctest::Approx(static_cast<double>(at.x)).epsilon(0.002));
}

TEST_CASE("a handle can go beyond the data; a double-click returns it to min-max") {
  Bench bench;
  const double amax =
      bench.headless.has("clip.hi") ? static_cast<double>(bench.snapshot().ranges->front().hi) : 0;
  bench.headless.drag("clip.hi", 150, 0);
  CHECK(bench.spec().calibration.hi > amax);
  CHECK(bench.workbench.view().histogram_range.fit);  // fitted again once released
  bench.headless.double_click("clip.hi");
  CHECK(bench.spec().calibration.method == CalibrationMethod::MinMax);
}

TEST_CASE("affine ranges have two handles of their own") {
  Bench bench;
  bench.spec().scheme = Scheme::Affine;
  bench.settle();
  const ClipRange before = bench.snapshot().ranges->front();
  bench.headless.drag("clip.lo", 120, 0);
  CHECK(bench.spec().calibration.lo > static_cast<double>(before.lo));
  CHECK(bench.spec().calibration.hi == static_cast<double>(before.hi));
}

TEST_CASE("under channels the handles are a cap on every channel") {
  Bench bench;
  bench.spec().granularity = {GranularityKind::Channel, 0, 1};
  bench.settle();
  bench.headless.drag("clip.hi", -300, 0);
  const double cap = bench.spec().calibration.hi;
  for (const ClipRange& range : *bench.snapshot().ranges)
    CHECK(static_cast<double>(range.hi) <= cap * (1 + 1e-6));
}

TEST_CASE("a direct cast has no handles") {
  Bench bench;
  bench.spec().scheme = Scheme::Direct;
  bench.settle();
  CHECK_FALSE(bench.headless.has("clip.hi"));
  CHECK(bench.headless.has("histogram"));
}

TEST_CASE("the histogram zooms, pans and fits; log count and series toggle") {
  Bench bench;
  bench.headless.wheel("histogram", 3);
  const AxisRange near = bench.workbench.view().histogram_range;
  CHECK_FALSE(near.fit);
  bench.headless.drag("histogram", 50, 0);
  CHECK(bench.workbench.view().histogram_range.lo < near.lo);
  bench.headless.double_click("histogram");
  CHECK(bench.workbench.view().histogram_range.fit);
  bench.headless.click("histogram.log");
  CHECK_FALSE(bench.workbench.view().log_count);
  bench.headless.click("histogram.series.original");
  CHECK_FALSE(bench.workbench.view().show_original);
}

TEST_CASE("tensors of one axis start as a signal; rows of others can be looked at as one") {
  Bench line("synthetic:sine?shape=500");
  CHECK(line.headless.has("pane.signal"));
  line.headless.wheel("pane.signal", 3);
  CHECK(line.workbench.view().viewport.columns < 500);
  Bench matrix;
  CHECK_FALSE(matrix.headless.has("pane.signal"));
  matrix.headless.click("explore.mode.signal");
  CHECK(matrix.headless.has("pane.signal"));
  matrix.headless.drag("explore.index.0", 300, 0);
  CHECK(matrix.workbench.view().signal_row == 31);
}

TEST_CASE("odd tensors are drawn: one value, all zero, NaN and inf, none at all") {
  for (const char* source : {"synthetic:gaussian?shape=1", "synthetic:gaussian?shape=8x8&std=0",
                             "synthetic:uniform?shape=1x100000", "synthetic:gaussian?shape=100000x1",
                             "synthetic:gaussian?shape=2x2x2x2x2x2"}) {
    Bench bench(source, 1280, 800);
    for (const GridMode mode : {GridMode::Values, GridMode::Codes, GridMode::Signal}) {
      bench.workbench.view().grid_mode = mode;
      bench.settle();
      CHECK(bench.headless.has("histogram"));
    }
  }
}

TEST_CASE("zooming in to single cells and out again at every size") {
  Bench bench("synthetic:gaussian?shape=300x7");
  bench.spec().granularity = {GranularityKind::Group, -1, 3};
  bench.settle();
  for (int i = 0; i < 40; ++i) bench.headless.wheel("pane.original", 2);
  CHECK(bench.painter.panes[0].viewport.rows == 1);
  for (int i = 0; i < 60; ++i) bench.headless.wheel("pane.original", -2);
  CHECK(bench.workbench.view().viewport.fit);
}
