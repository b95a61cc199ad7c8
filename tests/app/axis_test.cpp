// Ticks, zoom and pan of an axis.
#include "app/plot/axis.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>

#include "tests/app/canvas.h"

using namespace bitloupe;
using namespace bitloupe::test;

TEST_CASE("ticks are round, inside, and at most as many as asked for") {
  for (const auto& [lo, hi] :
       {std::pair{-0.42, 0.42}, {0.0, 1.0}, {-3.0, 1e6}, {1e-9, 3e-9}, {-1e30, 2e30}}) {
    const auto row = ticks(lo, hi, 8);
    CHECK(row.size() >= 2);
    CHECK(row.size() <= 8);
    std::set<std::string> labels;
    for (const Tick& tick : row) {
      CHECK(tick.value >= lo - 1e-9 * (hi - lo));
      CHECK(tick.value <= hi + 1e-9 * (hi - lo));
      labels.insert(tick.label);
    }
    CHECK(labels.size() == row.size());  // every label tells its tick apart
  }
}

TEST_CASE("tick labels have the digits of the step and no negative zero") {
  const auto row = ticks(-0.4, 0.4, 5);
  REQUIRE(row.size() == 5);
  CHECK(row[0].label == "-0.4");
  CHECK(row[2].label == "0");
  CHECK(row[4].label == "0.4");
  CHECK(ticks(1e-6, 5e-6, 5).front().label == "1e-6");
  CHECK(ticks(1000.001, 1000.004, 4).front().label == "1000.001");
}

TEST_CASE("degenerate ranges have no ticks") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(ticks(1, 1, 5).empty());
  CHECK(ticks(2, 1, 5).empty());
  CHECK(ticks(-inf, inf, 5).empty());
  CHECK(ticks(nan, 1, 5).empty());
  CHECK(ticks(1e20, 1e20 + 1e5, 5).empty());
  CHECK(ticks(0, 5e-324, 5).empty());
  CHECK(ticks(0, 1, 0).empty());
}

TEST_CASE("labels never collide and stay at the axis") {
  const TextStyle style{TextFace::Mono, 11, 0};
  for (const float width : {3.0f, 20.0f, 90.0f, 300.0f, 1500.0f})
    for (const double hi : {1e-8, 0.4, 1.0, 12345.0, 7e9}) {
      RecordingCanvas canvas;
      const Axis axis{-hi, hi, 100, width};
      draw_tick_labels(canvas, axis, 0, style);
      const std::vector<Stroke> labels = canvas.all(StrokeKind::Text);
      for (std::size_t i = 0; i < labels.size(); ++i) {
        CHECK(labels[i].rect.x >= axis.start - style.size);
        CHECK(labels[i].rect.right() <= axis.start + axis.length + style.size);
        if (i > 0) CHECK(labels[i - 1].rect.right() < labels[i].rect.x);
      }
    }
}

TEST_CASE("zooming keeps the value under the pointer, panning moves with the hand") {
  const Axis axis{-2, 6, 10, 400};
  const ValueRange near = zoomed(axis, 110, 0.5);
  CHECK(near.hi - near.lo == doctest::Approx(4));
  CHECK(Axis{near.lo, near.hi, 10, 400}.value(110) == doctest::Approx(axis.value(110)));
  const ValueRange moved = panned(axis, 50);
  CHECK(moved.lo == doctest::Approx(-3));
  CHECK(moved.hi == doctest::Approx(5));
  Axis deep = axis;
  for (int i = 0; i < 500; ++i) {
    const ValueRange range = zoomed(deep, 137, 0.5);
    deep.lo = range.lo;
    deep.hi = range.hi;
  }
  CHECK(deep.hi > deep.lo);
  CHECK_FALSE(ticks(deep.lo, deep.hi, 8).empty());
}

TEST_CASE("an upright axis runs upwards") {
  const Axis axis{0, 1, 200, -100};
  CHECK(axis.pixel(0) == 200);
  CHECK(axis.pixel(1) == 100);
  CHECK(axis.value(150) == doctest::Approx(0.5));
}

TEST_CASE("a logarithmic axis maps powers of ten evenly, both ways") {
  const Axis axis{0.01, 100, 50, 400, true};
  CHECK(axis.pixel(0.01) == doctest::Approx(50));
  CHECK(axis.pixel(1) == doctest::Approx(250));
  CHECK(axis.pixel(100) == doctest::Approx(450));
  CHECK(axis.value(350) == doctest::Approx(10));
  for (const double x : {0.02, 0.5, 7.0})
    CHECK(axis.value(axis.pixel(x)) == doctest::Approx(x).epsilon(1e-5));
  CHECK(axis.pixel(0) < 50);
  CHECK(axis.pixel(-3) < 50);
  const Axis upward{1e-6, 1, 100, -90, true};
  CHECK(upward.pixel(1e-3) == doctest::Approx(55));
}

TEST_CASE("logarithmic ticks: digits, powers, every n-th power, and plain ones in less than a decade") {
  const auto labels = [](double lo, double hi, int most) {
    std::string text;
    for (const Tick& tick : log_ticks(lo, hi, most)) text += tick.label + ' ';
    return text;
  };
  CHECK(labels(0.1, 10, 8) == "0.1 0.2 0.5 1 2 5 10 ");
  CHECK(labels(0.1, 10, 5) == "0.1 0.3 1 3 10 ");
  CHECK(labels(1e-5, 1e2, 8) == "1e-5 1e-4 0.001 0.01 0.1 1 10 100 ");
  CHECK(labels(1e-9, 1e-2, 4) == "1e-8 1e-6 1e-4 0.01 ");
  CHECK(labels(2.1, 2.6, 6) == "2.1 2.2 2.3 2.4 2.5 2.6 ");
  CHECK(labels(0, 1, 6) == "");
  CHECK(labels(3, 3, 6) == "");
  CHECK(log_ticks(1e-280, 1e280, 3).size() <= 3);
}

TEST_CASE("a logarithmic axis zooms about the pointer and moves with the hand") {
  const Axis axis{0.01, 100, 0, 400, true};
  const ValueRange near = zoomed(axis, 300, 0.5);
  const Axis after{near.lo, near.hi, 0, 400, true};
  CHECK(after.value(300) == doctest::Approx(axis.value(300)));
  CHECK(std::log10(near.hi / near.lo) == doctest::Approx(2));
  const ValueRange moved = panned(axis, 100);
  CHECK(moved.lo == doctest::Approx(0.001));
  CHECK(moved.hi == doctest::Approx(10));
  ValueRange range{0.01, 100};
  for (int i = 0; i < 5000; ++i) range = zoomed({range.lo, range.hi, 0, 400, true}, 10, i < 2500 ? 0.5 : 3.0);
  CHECK(range.lo > 0);
  CHECK(std::isfinite(range.hi));
  CHECK(range.hi > range.lo);
}
