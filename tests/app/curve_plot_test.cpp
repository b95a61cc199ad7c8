// The error curve as a drawing: axes, lines, places of labels.
#include "app/plot/curve_plot.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "app/plot/label_places.h"
#include "tests/app/canvas.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

// Rounding grows as T^2, clipping falls as (1 - T)^2: least total at T = 0.5.
std::vector<CurvePoint> parabolas(int count = 101) {
  std::vector<CurvePoint> points;
  for (int i = 0; i < count; ++i) {
    CurvePoint point;
    point.threshold = 0.01 + 0.99 * i / (count - 1);
    point.mse_rounding = point.threshold * point.threshold;
    point.mse_clipping = (1 - point.threshold) * (1 - point.threshold);
    points.push_back(point);
  }
  return points;
}

CurveScene scene_of(std::span<const CurvePoint> points, bool logarithmic) {
  CurveScene scene;
  scene.plot = {50, 10, 600, 100};
  scene.points = points;
  const ValueRange range = fitted_thresholds(points, 0.5, {}, std::nullopt, logarithmic);
  scene.thresholds = {range.lo, range.hi, scene.plot.x, scene.plot.width, logarithmic};
  scene.errors = fitted_errors(scene, 0.5, {}, logarithmic);
  return scene;
}

void check_labels(const std::vector<Rect>& labels, std::span<const Point> dots, Rect plot, Rect taken) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].width == 0) continue;
    CHECK(inside(labels[i], plot));
    CHECK_FALSE(overlap(labels[i], taken));
    for (const Point dot : dots) CHECK_FALSE(labels[i].contains(dot));
    for (std::size_t j = 0; j < i; ++j)
      if (labels[j].width > 0) CHECK_FALSE(overlap(labels[i], labels[j]));
  }
}

}  // namespace

TEST_CASE("the threshold axis shows what matters: the minimum, the marks, the range in use") {
  const auto points = parabolas();
  const double marks[] = {0.9, 0.3};
  for (const bool logarithmic : {true, false}) {
    const ValueRange range = fitted_thresholds(points, 0.5, marks, std::nullopt, logarithmic);
    CHECK(range.lo < 0.3);
    CHECK(range.hi >= 1);
    CHECK(range.hi < 1.2);
    CHECK((range.lo > 0) == logarithmic);
    const ValueRange wider = fitted_thresholds(points, 0.5, marks, 2.0, logarithmic);
    CHECK(wider.hi >= 2);
    CHECK(fitted_thresholds(points, 0.5, marks, 1e6, logarithmic).hi < 4);  // not beyond reason
  }
  const ValueRange lower = fitted_thresholds(points, 0.5, marks, 0.001, true);
  CHECK(lower.lo <= 0.001);
  CHECK(lower.lo > 0);
}

TEST_CASE("degenerate curves still give axes") {
  std::vector<CurvePoint> points(3);  // all zero
  for (const bool logarithmic : {true, false}) {
    const ValueRange range = fitted_thresholds(points, 0, {}, std::nullopt, logarithmic);
    CHECK(range.hi > range.lo);
    CurveScene scene = scene_of(points, logarithmic);
    CHECK(scene.errors.hi > scene.errors.lo);
    RecordingCanvas canvas;
    draw_curve(canvas, scene, plain_theme());
    draw_error_ticks(canvas, scene, plain_theme());
    for (const Stroke& line : canvas.all(StrokeKind::Polyline))
      for (const Point p : line.points) CHECK(std::isfinite(p.y));
  }
  CHECK(fitted_thresholds({}, 0, {}, std::nullopt, true).hi == 1);
  points[1].threshold = points[2].threshold = 5;  // one place, exact
  points[0].threshold = 5;
  const ValueRange one = fitted_thresholds(points, 5, {}, std::nullopt, true);
  CHECK(one.lo < 5);
  CHECK(one.hi > 5);
}

TEST_CASE("every series is a line in its colour, the total the sum of the other two") {
  const auto points = parabolas();
  for (const bool logarithmic : {true, false}) {
    CurveScene scene = scene_of(points, logarithmic);
    RecordingCanvas canvas;
    const Theme theme = plain_theme();
    draw_curve(canvas, scene, theme);
    const std::vector<Stroke> lines = canvas.all(StrokeKind::Polyline);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].color == theme.palette.rounding);
    CHECK(lines[1].color == theme.palette.clipping);
    CHECK(lines[2].color == theme.palette.total);  // on top: it nearly equals a part on either side
    const auto lowest = std::max_element(lines[2].points.begin(), lines[2].points.end(),
                                         [](Point a, Point b) { return a.y < b.y; });
    CHECK(scene.thresholds.value(lowest->x) == doctest::Approx(0.5).epsilon(0.02));
    CHECK(lowest->y < scene.plot.bottom());
    for (std::size_t i = 1; i < points.size(); ++i) CHECK(lines[2].points[i].x > lines[2].points[i - 1].x);
    scene.total = scene.clipping = false;
    RecordingCanvas one;
    draw_curve(one, scene, theme);
    REQUIRE(one.all(StrokeKind::Polyline).size() == 1);
    CHECK(one.all(StrokeKind::Polyline)[0].color == theme.palette.rounding);
  }
}

TEST_CASE("a part that falls to 0 leaves a logarithmic plot downwards") {
  auto points = parabolas();
  points.back().mse_clipping = 0;
  CurveScene scene = scene_of(points, true);
  RecordingCanvas canvas;
  draw_curve(canvas, scene, plain_theme());
  const Stroke clipping = canvas.all(StrokeKind::Polyline)[1];
  CHECK(clipping.points.back().y > scene.plot.bottom());
  CHECK(clipping.points.back().y <= scene.plot.bottom() + scene.plot.height);
}

TEST_CASE("an error of 0 is shown at the lower edge of a logarithmic plot") {
  const auto points = parabolas();
  for (const bool logarithmic : {true, false}) {
    CurveScene scene = scene_of(points, logarithmic);
    scene.threshold = 0.5;
    scene.here = 0;
    RecordingCanvas canvas;
    draw_curve(canvas, scene, plain_theme());
    REQUIRE(canvas.all(StrokeKind::Circle).size() == 2);  // the dot and its rim
    CHECK(canvas.all(StrokeKind::Circle)[0].points[0].y ==
          doctest::Approx(static_cast<double>(scene.plot.bottom())));
    CHECK(shown_error(scene.errors, 0) == (logarithmic ? scene.errors.lo : 0));
    CHECK(shown_error(scene.errors, 0.5) == 0.5);
  }
}

TEST_CASE("the active mark lies over the others, the hot one over all; those out of sight are not drawn") {
  std::vector<CurveMark> marks(4);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    marks[i].dot = {static_cast<float>(100 * (i + 1)), 50};
    marks[i].text = "mark";
  }
  marks[0].hot = true;
  marks[1].active = true;
  marks[3].text = "";
  RecordingCanvas canvas;
  draw_marks(canvas, marks, plain_theme());
  const std::vector<Stroke> circles = canvas.all(StrokeKind::Circle);
  CHECK(circles.front().points[0].x == 300);
  CHECK(circles.back().points[0].x == 100);
  const auto drawn = [&](float x) {
    return std::count_if(circles.begin(), circles.end(),
                         [&](const Stroke& circle) { return circle.points[0].x == x; });
  };
  CHECK(drawn(200) > 0);
  CHECK(drawn(400) == 0);
}

TEST_CASE("the nearest point is one in sight") {
  const auto points = parabolas();
  CurveScene scene = scene_of(points, false);
  const CurvePoint* point = nearest_point(scene, scene.thresholds.pixel(0.3));
  REQUIRE(point);
  CHECK(std::abs(point->threshold - 0.3) < 0.006);
  scene.thresholds = {0.4, 0.6, 50, 600};
  CHECK(nearest_point(scene, -1000)->threshold >= 0.4);
  scene.thresholds = {5, 6, 50, 600};
  CHECK(nearest_point(scene, 100) == nullptr);
}

TEST_CASE("labels never overlap, wherever the dots are") {
  const Rect plot{50, 10, 600, 100}, taken{50, 10, 600, 20};
  const std::vector<Point> sizes = {{130, 15}, {80, 15}, {90, 15}};
  std::vector<Point> line;
  for (float x = 50; x < 650; x += 5) line.push_back({x, 60});
  for (const float x : {50.0f, 53.0f, 300.0f, 560.0f, 645.0f, 650.0f})
    for (const float y : {12.0f, 40.0f, 60.0f, 109.0f})
      for (const float apart : {0.0f, 2.0f, 15.0f, 70.0f}) {
        const std::vector<Point> dots = {{x, y}, {std::min(x + apart, 650.0f), y}, {x, y}};
        const auto labels = place_labels(dots, sizes, plot, std::span(&taken, 1), line, 7);
        check_labels(labels, dots, plot, taken);
        for (const Rect& label : labels) CHECK(label.width > 0);  // there is room for three
      }
}

TEST_CASE("a label stands nearest to its own dot and is joined to it across nothing") {
  // Three dots on a rising line under a row of tags, as on Gaussian values at 1280 and at 900 pixels.
  struct Case {
    Rect plot;
    std::vector<Point> dots;
  };
  const Case cases[] = {{{374, 630, 598, 107}, {{773, 691}, {871, 684}, {950, 676}}},
                        {{374, 468, 502, 68}, {{700, 507}, {778, 503}, {857, 497}}}};
  const std::vector<Point> sizes = {{105, 17}, {74, 17}, {80, 17}};
  for (const Case& c : cases) {
    const Rect tags{c.plot.x, c.plot.y, c.plot.width, 20};
    std::vector<Point> line;
    for (float x = c.plot.x; x < c.plot.right(); x += 4)
      line.push_back({x, c.dots[0].y - std::max(c.dots[0].x - x, (x - c.dots[0].x) / 3) * 0.1f});
    const auto labels = place_labels(c.dots, sizes, c.plot, std::span(&tags, 1), line, 7);
    check_labels(labels, c.dots, c.plot, tags);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      REQUIRE(labels[i].width > 0);
      const Point from = leader_start(labels[i], c.dots[i]);
      for (std::size_t j = 0; j < labels.size(); ++j) {
        if (j == i) continue;
        CHECK(distance(leader_start(labels[i], c.dots[j]), c.dots[j]) > distance(from, c.dots[i]));
        for (int step = 0; step <= 50; ++step) {
          const float part = static_cast<float>(step) / 50;
          const Point on{from.x + part * (c.dots[i].x - from.x), from.y + part * (c.dots[i].y - from.y)};
          CHECK_FALSE(labels[j].contains(on));
          CHECK(distance(on, c.dots[j]) > 4);
        }
      }
    }
  }
}

TEST_CASE("labels of a plot without room are left out rather than laid over each other") {
  const std::vector<Point> dots = {{60, 20}, {62, 20}, {64, 20}}, sizes = {{130, 15}, {130, 15}, {130, 15}};
  const Rect narrow{50, 10, 140, 40}, none{0, 0, 0, 0};
  const auto labels = place_labels(dots, sizes, narrow, {}, {}, 7);
  check_labels(labels, dots, narrow, none);
  CHECK(labels[0].width > 0);
  CHECK(labels[2].width == 0);
  for (const Rect& label : place_labels(dots, sizes, {50, 10, 1, 1}, {}, {}, 7)) CHECK(label.width == 0);
}

TEST_CASE("a label stands close to its dot and off the line where it can") {
  const Rect plot{50, 10, 600, 100};
  std::vector<Point> line;
  for (float x = 50; x < 650; x += 3) line.push_back({x, 60});
  const Point dot{300, 60}, size{100, 15};
  const Rect label = place_labels(std::span(&dot, 1), std::span(&size, 1), plot, {}, line, 7)[0];
  CHECK(std::none_of(line.begin(), line.end(), [&](Point p) { return label.contains(p); }));
  CHECK(std::abs(label.y + label.height / 2 - dot.y) < 30);
  CHECK(label.x < dot.x + 30);
  CHECK(label.right() > dot.x - 30);
}
