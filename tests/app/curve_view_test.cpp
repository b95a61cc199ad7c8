// The views of curve and histogram alone: picks that are clicked, lines that are dragged, series, hints,
// empty states.
#include <doctest/doctest.h>

#include "app/clip.h"
#include "app/figures/curve_marks.h"
#include "tests/app/canvas.h"
#include "tests/app/view_bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

std::shared_ptr<const ErrorCurve> fake_curve(bool relative, bool exact = true) {
  ErrorCurve curve;
  curve.relative = relative;
  curve.exact = exact;
  curve.label = MinimumLabel::Proven;
  for (int i = 1; i <= 100; ++i) {
    const double t = i / 100.0;
    curve.points.push_back(
        {t, {static_cast<float>(-t), static_cast<float>(t)}, t * t / 100, (1 - t) * (1 - t)});
  }
  curve.best = curve.points[98];
  return std::make_shared<const ErrorCurve>(curve);
}

std::shared_ptr<const std::vector<MethodPick>> fake_picks(double minmax, double percentile, double mse) {
  std::vector<MethodPick> picks(3);
  const double places[] = {minmax, percentile, mse};
  const char* keys[] = {"minmax", "percentile", "mse"};
  for (std::size_t i = 0; i < picks.size(); ++i) {
    picks[i].key = keys[i];
    if (places[i] > 0) picks[i].threshold = places[i];
    picks[i].mse = 0.01;
    picks[i].calibration.method = i == 0   ? CalibrationMethod::MinMax
                                  : i == 1 ? CalibrationMethod::Percentile
                                           : CalibrationMethod::Ratio;
    picks[i].calibration.ratio = 0.99;
  }
  return std::make_shared<const std::vector<MethodPick>>(picks);
}

std::vector<CurveMark> marks_of(const ViewBench& bench) {
  CurveScene scene;
  scene.plot = {50, 10, 600, 100};
  scene.points = bench.snapshot->curve->points;
  scene.thresholds = {0.1, 1.1, scene.plot.x, scene.plot.width, true};
  scene.errors = fitted_errors(scene, 0, {}, true);
  return place_marks(RecordingCanvas(), *bench.snapshot, bench.experiment.quant, scene, 0, plain_theme());
}

const char* const kPicks[] = {"curve.pick.minmax", "curve.pick.percentile", "curve.pick.mse"};

}  // namespace

TEST_CASE("picks at one place have labels beside each other, and a click adopts each") {
  ViewBench bench(int4(), fake_curve(false), fake_picks(1, 1, 0.999));
  for (const char* a : kPicks) {
    for (const char* b : kPicks)
      if (a != b) CHECK_FALSE(overlap(bench.headless.rect(a), bench.headless.rect(b)));
    CHECK_FALSE(overlap(bench.headless.rect(a), bench.headless.rect("curve.threshold")));
  }
  bench.headless.click("curve.pick.percentile");
  CHECK(bench.experiment.quant.calibration == (*bench.snapshot->picks)[1].calibration);
  bench.headless.click("curve.pick.mse");
  CHECK(bench.experiment.quant.calibration == (*bench.snapshot->picks)[2].calibration);
  bench.headless.click("curve.pick.minmax");
  CHECK(bench.experiment.quant.calibration.method == CalibrationMethod::MinMax);
}

TEST_CASE("a pick without a place on the axis can be adopted too; one zoomed out of sight cannot") {
  QuantSpec spec = int4();
  spec.granularity = {GranularityKind::Channel, 0, 1};
  ViewBench bench(spec, fake_curve(true), fake_picks(1, 0, 0.99));
  bench.headless.click("curve.pick.percentile");
  CHECK(bench.experiment.quant.calibration.method == CalibrationMethod::Percentile);
  bench.view.curve_range = {false, 0.1, 0.3};
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("curve.pick.minmax"));
}

TEST_CASE("the line of a relative curve sets the ratio; a cap and group percentiles have none") {
  QuantSpec spec = int4();
  spec.granularity = {GranularityKind::Channel, 0, 1};
  ViewBench bench(spec, fake_curve(true), fake_picks(1, 0, 0.99));
  bench.headless.drag("curve.threshold", -80, 0);
  CHECK(bench.experiment.quant.calibration.method == CalibrationMethod::Ratio);
  CHECK(bench.experiment.quant.calibration.ratio < 1);
  CHECK(bench.experiment.quant.calibration.ratio > 0.5);
  bench.headless.double_click("curve.threshold");
  CHECK(bench.experiment.quant.calibration.method == CalibrationMethod::MinMax);
  set_clip(bench.experiment.quant, -0.5, 0.5);
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("curve.threshold"));
  bench.experiment.quant.calibration.method = CalibrationMethod::Percentile;
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("curve.threshold"));
}

TEST_CASE("an affine line moves along the ray of the tensor's own range") {
  QuantSpec spec = int4();
  spec.scheme = Scheme::Affine;
  ViewBench bench(spec, fake_curve(false), nullptr);
  bench.headless.drag("curve.threshold", -120, 0);
  const Calibration& calibration = bench.experiment.quant.calibration;
  CHECK(calibration.method == CalibrationMethod::Manual);
  CHECK(calibration.hi < 0.95);
  CHECK(calibration.lo == doctest::Approx(-calibration.hi));  // the ramp's own range is [-1, 1]
  CHECK(bench.view.curve_range.fit);                          // held during the drag only
}

TEST_CASE("the line follows the pointer to the pixel on either axis, and waits beyond the end") {
  for (const bool logarithmic : {true, false}) {
    ViewBench bench(int4(), fake_curve(false), nullptr);
    bench.view.curve_log_threshold = logarithmic;
    bench.view.curve_range = {false, 0.01, 1};
    bench.headless.step(2);
    bench.headless.drag("curve.threshold", -200, 0);
    const float at = bench.headless.center("curve.threshold").x;
    bench.headless.drag("curve.threshold", -100, 0);
    CHECK(bench.headless.center("curve.threshold").x ==
          doctest::Approx(static_cast<double>(at - 100)).epsilon(0.002));
    bench.headless.drag("curve.threshold", -5000, 0);
    CHECK(bench.experiment.quant.calibration.hi > 0);
  }
}

TEST_CASE("the pointer reads the nearest point; pan, zoom and fit as in other plots") {
  ViewBench bench(int4(), fake_curve(false), nullptr);
  const Rect area = bench.headless.rect("curve");
  bench.headless.move({area.x + area.width / 2, area.bottom() - 60});
  bench.headless.step(2);
  CHECK(bench.hover.hint.find("rounding") != std::string::npos);
  CHECK(bench.hover.hint.find("~") == std::string::npos);
  bench.headless.wheel("curve", 3);
  CHECK_FALSE(bench.view.curve_range.fit);
  const AxisRange near = bench.view.curve_range;
  bench.headless.drag("curve", 60, 0);
  CHECK(bench.view.curve_range.lo < near.lo);
  bench.headless.double_click("curve");
  CHECK(bench.view.curve_range.fit);
}

TEST_CASE("a curve of a sample says so") {
  ViewBench bench(int4(), fake_curve(false, false), nullptr);
  const Rect area = bench.headless.rect("curve");
  bench.headless.move({area.x + area.width / 2, area.bottom() - 60});
  bench.headless.step(2);
  CHECK(bench.hover.hint.find("~ MSE") != std::string::npos);
}

TEST_CASE("marks of a sampled curve carry a ~") {
  ViewBench exact(int4(), fake_curve(false), fake_picks(1, 0.5, 0.99));
  for (const CurveMark& mark : marks_of(exact)) CHECK(mark.text.find("~") == std::string::npos);
  ViewBench sampled(int4(), fake_curve(false, false), fake_picks(1, 0.5, 0.99));
  for (const CurveMark& mark : marks_of(sampled)) CHECK(mark.text.starts_with("~ "));
}

TEST_CASE("picks without an error are marked on a logarithmic axis too, and said to be exact") {
  auto picks = *fake_picks(1, 0.5, 0.99);
  for (MethodPick& pick : picks) pick.mse = 0;
  ViewBench bench(int4(), fake_curve(false), std::make_shared<const std::vector<MethodPick>>(picks));
  for (const bool logarithmic : {true, false}) {
    bench.view.curve_log = logarithmic;
    bench.headless.step(2);
    for (const char* pick : kPicks) CHECK(bench.headless.has(pick));
  }
  for (const CurveMark& mark : marks_of(bench)) CHECK(mark.text.ends_with("exact"));
}

TEST_CASE("over a mark or the line the hint is theirs, not the plot's") {
  ViewBench bench(int4(), fake_curve(false), fake_picks(1, 0.5, 0.3));
  CHECK(bench.hint_at(bench.headless.center("curve.pick.percentile")) == "Click: adopt 99.9 %");
  CHECK(bench.hint_at(bench.headless.center("curve.pick.mse")).starts_with("Click: adopt"));
  const Rect tag = bench.headless.rect("curve.threshold");
  CHECK(bench.hint_at(bench.headless.center("curve.threshold")).starts_with("Drag: set the clip range"));
  CHECK(bench.hint_at({tag.x + tag.width / 2, tag.bottom() + 60}).starts_with("Drag: set the clip range"));
  CHECK(bench.hint_at({tag.x - 60, tag.bottom() + 100}).starts_with("T "));
}

TEST_CASE("where dots coincide, the one that takes the click is the one that is told of") {
  ViewBench bench(int4(), fake_curve(false), fake_picks(0.5, 0.5, 0.5));
  const std::vector<std::string> names = {"min-max", "99.9 %", "best ratio"};
  const Rect plot = bench.headless.rect("curve");
  int found = 0;
  for (float y = plot.y + 30; y < plot.bottom(); y += 4)
    for (float x = plot.x + 80; x < plot.right() - 20; x += 6) {
      const std::string hint = bench.hint_at({x, y});
      if (!hint.starts_with("Click: adopt ")) continue;
      const QuantSpec before = bench.experiment.quant;
      bench.headless.click_at({x, y});
      const CalibrationMethod method = bench.experiment.quant.calibration.method;
      const std::size_t taken = method == CalibrationMethod::MinMax       ? 0
                                : method == CalibrationMethod::Percentile ? 1
                                                                          : 2;
      CHECK(hint == "Click: adopt " + names[taken]);
      bench.experiment.quant = before;
      ++found;
    }
  CHECK(found > 20);  // three labels and the dots
}

TEST_CASE("over a clip handle of the histogram the hint is the handle's") {
  ViewBench bench(int4(), nullptr, nullptr);
  bench.snapshot = run_unsorted("synthetic:ramp?shape=1000&min=-1&max=1", int4());
  bench.histogram = true;
  bench.headless.step(2);
  const Rect tag = bench.headless.rect("clip.hi");
  CHECK(bench.hint_at(bench.headless.center("clip.hi")).starts_with("Drag: set the clip range"));
  CHECK(bench.hint_at({tag.x + tag.width / 2, tag.bottom() + 60}).starts_with("Drag: set the clip range"));
  CHECK(bench.hint_at({tag.x - 30, tag.bottom() + 20}).find("drag: pan") != std::string::npos);
  bench.view.histogram_range = {false, -2, 2};  // a double-click on a handle resets the range, not the view
  bench.headless.step(2);
  bench.headless.double_click("clip.hi");
  CHECK_FALSE(bench.view.histogram_range.fit);
  bench.headless.wheel("clip.hi", 1);  // the wheel zooms there as everywhere
  CHECK(bench.view.histogram_range.hi < 2);
}

TEST_CASE("a histogram of a sample says so until all values were counted") {
  ViewBench bench(int4(), nullptr, nullptr);
  bench.snapshot = run_unsorted("synthetic:gaussian?shape=512x1024", int4());
  bench.histogram = true;
  bench.headless.step();
  CHECK(bench.headless.has("histogram.log.sampled"));
  bench.lanes.wait_idle();
  bench.headless.step();
  CHECK(bench.headless.has("histogram.log"));
  CHECK_FALSE(bench.headless.has("histogram.log.sampled"));
}

TEST_CASE("stochastic rounding has expected errors, and says so") {
  QuantSpec spec = int4();
  ViewBench nearest(spec, fake_curve(false), nullptr);
  const Rect area = nearest.headless.rect("curve");
  const Point middle{area.x + area.width / 2, area.bottom() - 60};
  CHECK(nearest.hint_at(middle).find("expected") == std::string::npos);
  spec.rounding = Rounding::Stochastic;
  ViewBench stochastic(spec, fake_curve(false), nullptr);
  CHECK(stochastic.hint_at(middle).find("expected MSE") != std::string::npos);
  ViewBench drawn(spec, fake_curve(true), nullptr);  // per group they are measured on one draw
  CHECK(drawn.hint_at(middle).find("expected") == std::string::npos);
}

TEST_CASE("the name of the threshold axis leaves the right end to ticks") {
  for (const bool relative : {false, true}) {
    ViewBench bench(int4(), fake_curve(relative), nullptr);
    const Rect area = bench.headless.rect("curve");
    CHECK(bench.headless.rect("curve.log_threshold").right() < area.x + area.width / 3);
  }
}

TEST_CASE("series, scales and fold are controls that the view keeps") {
  ViewBench bench(int4(), fake_curve(false), fake_picks(1, 0.5, 0.99));
  bench.headless.click("curve.series.total");
  bench.headless.click("curve.series.rounding");
  bench.headless.click("curve.series.clipping");
  CHECK_FALSE(bench.view.show_total);
  CHECK_FALSE(bench.view.show_rounding);
  CHECK_FALSE(bench.view.show_clipping);
  bench.headless.click("curve.log");
  CHECK_FALSE(bench.view.curve_log);
  bench.headless.click("curve.log_threshold");
  CHECK_FALSE(bench.view.curve_log_threshold);
  CHECK(bench.headless.has("curve.pick.mse"));
  bench.headless.click("curve.fold");
  CHECK(bench.view.curve_folded);
  CHECK_FALSE(bench.headless.has("curve.pick.mse"));
  CHECK_FALSE(bench.headless.has("curve.series.total"));
  bench.headless.click("curve.fold");
  CHECK(bench.headless.has("curve.pick.mse"));
}

TEST_CASE("without a curve there is no line and no pick") {
  QuantSpec direct = int4();
  direct.scheme = Scheme::Direct;
  for (const QuantSpec& spec : {direct, int4()}) {
    ViewBench bench(spec, nullptr, nullptr);
    CHECK(bench.headless.has("curve"));
    CHECK_FALSE(bench.headless.has("curve.threshold"));
    CHECK_FALSE(bench.headless.has("curve.log_threshold"));
  }
  ViewBench zeros(int4(), std::make_shared<const ErrorCurve>(), nullptr);  // no points
  CHECK_FALSE(zeros.headless.has("curve.threshold"));
}
