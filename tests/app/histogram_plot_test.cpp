// The histogram as a drawing: colours of bars, stems, tags.
#include "app/plot/histogram_plot.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/app/canvas.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

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
  const Theme theme = plain_theme();
  draw_histogram(canvas, scene, theme);
  const auto count = [&](Color color) { return canvas.all(StrokeKind::Fill, color).size(); };
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
    draw_histogram(canvas, scene, plain_theme());
    const std::vector<Stroke> bars = canvas.all(StrokeKind::Fill);
    REQUIRE(bars.size() == 2);
    CHECK(bars[0].rect.height >= 1);
    CHECK(bars[1].rect.height > bars[0].rect.height);
    CHECK(bars[1].rect.height <= 200 - kTagSpace + 1);
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
  draw_histogram(canvas, scene, plain_theme());
  CHECK(canvas.all(StrokeKind::Circle).size() == 15);
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
    const ClipTags tags = place_tags(canvas, scene, "-0.0123", "+0.0123", plain_theme());
    CHECK(tags.lo.tag.right() <= tags.hi.tag.x);
    CHECK(tags.lo.tag.x >= 0);
    CHECK(tags.hi.tag.right() <= 400);
  }
}
