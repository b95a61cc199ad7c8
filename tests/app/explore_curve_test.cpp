// The error curve in the window: its line and the histogram's handles, picks, undo, splitters.
#include <doctest/doctest.h>

#include "app/clip.h"
#include "app/layout.h"
#include "tests/app/bench.h"
#include "tests/app/view_bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("in the window: adopting a pick, dragging the line, undo") {
  Bench bench("synthetic:laplace?shape=64x64&seed=2");
  bench.spec() = int4();
  bench.settle();
  REQUIRE(bench.snapshot().curve);
  REQUIRE(bench.snapshot().picks);
  const double minmax = bench.snapshot().report->mse();
  bench.headless.click("curve.pick.mse");
  CHECK(bench.snapshot().report->mse() < minmax);
  CHECK(bench.snapshot().report->mse() == doctest::Approx(bench.snapshot().curve->best.mse()).epsilon(1e-6));
  const Point line = bench.headless.center("curve.threshold");
  const double best = *clip_threshold(bench.spec(), bench.snapshot());
  CHECK(best == doctest::Approx(bench.snapshot().curve->best.threshold).epsilon(1e-5));
  bench.headless.drag("curve.threshold", -60, 0);
  CHECK(bench.headless.center("curve.threshold").x < line.x);
  CHECK(bench.spec().calibration.method == CalibrationMethod::Manual);
  CHECK(bench.spec().calibration.hi == -bench.spec().calibration.lo);
  CHECK(bench.spec().calibration.hi < best);
  CHECK(bench.snapshot().report->mse() > bench.snapshot().curve->best.mse());
  bench.headless.key(ui::Key::Z, {.ctrl = true});
  CHECK(*clip_threshold(bench.spec(), bench.snapshot()) == best);
  bench.headless.key(ui::Key::Z, {.ctrl = true});
  CHECK(bench.spec().calibration.method == CalibrationMethod::MinMax);
}

TEST_CASE("in the window: the histogram's handle and the curve's line are one range") {
  Bench bench("synthetic:laplace?shape=64x64&seed=2");
  bench.spec() = int4();
  bench.settle();
  bench.headless.drag("clip.hi", -150, 0);
  const double hi = bench.spec().calibration.hi;
  CHECK(*clip_threshold(bench.spec(), bench.snapshot()) == hi);
  const float handle = bench.headless.center("clip.hi").x, line = bench.headless.center("curve.threshold").x;
  bench.headless.drag("curve.threshold", -100, 0);
  CHECK(bench.headless.center("clip.hi").x < handle);
  CHECK(bench.headless.center("curve.threshold").x < line);
}

TEST_CASE("in the window: per channel the best ratio has a place on the curve, per-group ranges have none") {
  Bench bench("synthetic:laplace?shape=64x64&seed=2");
  bench.spec() = int4();
  bench.spec().granularity = {GranularityKind::Channel, 0, 1};
  bench.settle();
  REQUIRE(bench.snapshot().curve);
  REQUIRE(bench.snapshot().curve->relative);
  bench.headless.click("curve.pick.ratio");
  CHECK(bench.spec().calibration.method == CalibrationMethod::Ratio);
  CHECK(bench.snapshot().report->mse() == doctest::Approx(bench.snapshot().curve->best.mse()).epsilon(1e-6));
  const double best = bench.spec().calibration.ratio;
  bench.headless.drag("curve.threshold", -40, 0);
  CHECK(bench.spec().calibration.ratio < best);
  bench.headless.click("curve.pick.mse");
  CHECK(bench.spec().calibration.method == CalibrationMethod::Mse);
  bench.settle();
  CHECK_FALSE(bench.headless.has("curve.threshold"));
  bench.headless.click("curve.pick.minmax");
  CHECK(bench.headless.has("curve.threshold"));
}

TEST_CASE("in the window: splitters share the height, a fold gives it back") {
  Bench bench;
  const float histogram = bench.headless.rect("histogram").height,
              curve = bench.headless.rect("curve").height;
  const float grids = bench.headless.rect("pane.original").height;
  bench.headless.drag("splitter.curve", 0, -40);
  CHECK(bench.headless.rect("curve").height ==
        doctest::Approx(static_cast<double>(curve + 40)).epsilon(0.02));
  CHECK(bench.headless.rect("histogram").height ==
        doctest::Approx(static_cast<double>(histogram - 40)).epsilon(0.02));
  CHECK(bench.headless.rect("pane.original").height ==
        doctest::Approx(static_cast<double>(grids)).epsilon(0.02));
  bench.headless.drag("splitter.curve", 0, 5000);
  CHECK(bench.workbench.view().curve_share == kSmallestShare);
  bench.headless.double_click("splitter.curve");
  CHECK(bench.workbench.view().curve_share == ViewState().curve_share);
  bench.headless.click("curve.fold");
  CHECK(bench.headless.rect("histogram").height > histogram);
  CHECK(bench.headless.rect("pane.original").height > grids);
  CHECK_FALSE(bench.headless.has("splitter.curve"));
  const float folded = bench.headless.rect("histogram").height;
  bench.headless.drag("splitter.histogram", 0, -30);
  CHECK(bench.headless.rect("histogram").height ==
        doctest::Approx(static_cast<double>(folded + 30)).epsilon(0.02));
}

TEST_CASE("grids, histogram and curve keep heights that can be read, and fill the room") {
  for (const float room : {0.0f, 3.0f, 380.0f, 560.0f, 900.0f}) {
    for (const bool folded : {false, true}) {
      ViewState view;
      view.curve_folded = folded;
      const auto curve = folded ? std::optional(24.0f) : std::nullopt;
      const ExploreHeights heights = explore_heights(room, curve, 1, view);
      CHECK(heights.grids + heights.histogram + heights.curve == doctest::Approx(static_cast<double>(room)));
      for (const float height : {heights.grids, heights.histogram, heights.curve}) CHECK(height >= 0);
      if (room < 500) continue;
      CHECK(heights.histogram >= 130);
      CHECK(heights.grids >= 200);
      CHECK(heights.curve >= (folded ? 24 : 130));
    }
  }
}

TEST_CASE("a low window keeps plots that can be read") {
  struct Size {
    int width, height;
  };
  for (const Size& size : std::vector<Size>{{700, 480}, {900, 500}, {1280, 560}, {760, 620}}) {
    CAPTURE(size.width);
    CAPTURE(size.height);
    Bench bench("synthetic:gaussian?shape=32x48&seed=3", size.width, size.height);
    CHECK(bench.headless.rect("histogram").height >= 105);
    CHECK(bench.headless.rect("curve").height >= 105);
    CHECK(bench.headless.rect("pane.original").height >= 60);
    CHECK(bench.headless.has("curve.threshold"));
  }
  // No room for two beside each other either: the curve shows its title.
  Bench narrow("synthetic:gaussian?shape=32x48&seed=3", 420, 480);
  CHECK(narrow.headless.rect("histogram").height >= 105);
  CHECK(narrow.headless.rect("curve").height < 40);
  CHECK_FALSE(narrow.headless.has("curve.threshold"));
}

TEST_CASE("the threshold's tag leaves every dot in sight") {
  for (const int height : {480, 800, 1000}) {
    CAPTURE(height);
    // Least error to the left of the largest threshold: the line in use stands where the curve is highest.
    Bench bench("synthetic:outliers?shape=64x64&std=1&fraction=0.002&factor=12", 1280, height);
    bench.spec().format = integer_format(4, true);
    bench.settle();
    const Rect tag = bench.headless.rect("curve.threshold");
    std::size_t dots = 0;
    for (const MethodPick& pick : *bench.snapshot().picks) {
      const std::string id = "curve.dot." + pick.key;
      if (!bench.headless.has(id)) continue;
      ++dots;
      CHECK_FALSE(tag.contains(bench.headless.center(id)));
    }
    CHECK(dots > 1);
  }
}
