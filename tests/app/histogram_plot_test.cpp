// The histogram as a drawing: colours of bars, stems, tags.
#include "app/plot/histogram_plot.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace bitloupe;

namespace {

struct RecordingCanvas final : Canvas {
  struct Fill {
    Rect rect;
    Color color;
  };
  std::vector<Fill> fills;
  int circles = 0, polylines = 0;
  void line(Point, Point, Color, float) override {}
  void dashed_line(Point, Point, Color, float, float) override {}
  void polyline(std::span<const Point>, Color, float) override { ++polylines; }
  void fill(Rect rect, Color color, float) override { fills.push_back({rect, color}); }
  void stroke(Rect, Color, float, float) override {}
  void circle(Point, float, Color) override { ++circles; }
  void text(Point, std::string_view, const TextStyle&) override {}
  Point measure(std::string_view text, const TextStyle& style) const override {
    return {7 * static_cast<float>(text.size()), style.size};
  }
  void push_clip(Rect) override {}
  void pop_clip() override {}
};

Theme look() {
  Theme theme;
  theme.palette = dark_palette();
  return theme;
}

HistogramScene scene_of(const HistogramResult& counts) {
  HistogramScene scene;
  scene.plot = {0, 0, 400, 200};
  scene.axis = {-1, 1, 0, 400};
  scene.counts = &counts;
  return scene;
}

HistogramResult flat(int bins, std::uint64_t count) {
  HistogramResult result;
  result.original = make_histogram(-1, 1, bins);
  std::fill(result.original.counts.begin(), result.original.counts.end(), count);
  result.dequantized = result.original;
  return result;
}

}  // namespace

TEST_CASE("bars outside of the clip range are drawn in the clipping colour") {
  const HistogramResult counts = flat(10, 5);
  HistogramScene scene = scene_of(counts);
  scene.clip = ValueRange{-0.6, 0.5};
  scene.dequantized = false;
  RecordingCanvas canvas;
  const Theme theme = look();
  draw_histogram(canvas, scene, theme);
  const auto count = [&](Color color) {
    return std::count_if(canvas.fills.begin(), canvas.fills.end(),
                         [&](const auto& f) { return f.color == color; });
  };
  CHECK(count(theme.palette.clipping) == 4);  // two on either side; the bin that 0.5 cuts counts as inside
  CHECK(count(theme.palette.original) == 6);
}

TEST_CASE("a single value among millions still shows") {
  HistogramResult counts = flat(10, 0);
  counts.original.counts = {1, 0, 0, 0, 0, 50'000'000, 0, 0, 0, 0};
  for (const bool logarithmic : {true, false}) {
    HistogramScene scene = scene_of(counts);
    scene.log_count = logarithmic;
    scene.dequantized = false;
    RecordingCanvas canvas;
    draw_histogram(canvas, scene, look());
    REQUIRE(canvas.fills.size() == 2);
    CHECK(canvas.fills[0].rect.height >= 1);
    CHECK(canvas.fills[1].rect.height > canvas.fills[0].rect.height);
    CHECK(canvas.fills[1].rect.height <= 200 - kTagSpace + 1);
  }
}

TEST_CASE("levels are stems, a line or an outline, by the room they have") {
  std::vector<LevelCount> levels(15);
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = {static_cast<float>(i) / 7 - 1, 0, 10};
  const Axis axis{-1, 1, 0, 400};
  CHECK(level_style(levels, axis, 1) == LevelStyle::Stems);
  CHECK(level_style(levels, axis, 8) == LevelStyle::Line);
  CHECK(level_style({}, axis, 1) == LevelStyle::Outline);
  const HistogramResult counts = flat(10, 5);
  HistogramScene scene = scene_of(counts);
  scene.levels = levels;
  RecordingCanvas canvas;
  draw_histogram(canvas, scene, look());
  CHECK(canvas.circles == 15);
  CHECK(level_at(levels, axis, axis.pixel(0), 1)->value == 0);
  CHECK(level_at(levels, axis, axis.pixel(0) + 13, 1) == nullptr);
}

TEST_CASE("tags keep apart from each other and inside the plot") {
  const HistogramResult counts = flat(10, 5);
  RecordingCanvas canvas;
  for (const auto& [lo, hi] :
       {std::pair{-0.01, 0.01}, {-1.0, -0.99}, {0.99, 1.0}, {-5.0, 5.0}, {0.0, 0.0}, {3.0, 4.0}}) {
    HistogramScene scene = scene_of(counts);
    scene.clip = ValueRange{lo, hi};
    const ClipTags tags = place_tags(canvas, scene, "-0.0123", "+0.0123", look());
    CHECK(tags.lo.right() <= tags.hi.x);
    CHECK(tags.lo.x >= 0);
    CHECK(tags.hi.right() <= 400);
  }
}
