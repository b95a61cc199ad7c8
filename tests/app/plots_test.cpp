// The table of plots, and that each is drawn by the same strokes on the screen and into an SVG file.
#include "app/figures/plots.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/figures/curve_figure.h"
#include "app/figures/grid_figure.h"
#include "app/figures/histogram_figure.h"
#include "app/figures/signal_figure.h"
#include "app/plot/imgui_canvas.h"
#include "app/plot/svg_canvas.h"
#include "app/ui/compat.h"
#include "tests/app/canvas.h"
#include "tests/app/headless.h"
#include "tests/app/subject_bench.h"
#include "tests/app/xml.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

QuantSpec bits(int count) {
  QuantSpec spec;
  spec.format = integer_format(count, true);
  return spec;
}

// Kinds, colours and words of strokes; not their places, which follow from how wide text is.
std::string script(const RecordingCanvas& canvas) {
  std::string text;
  for (const Stroke& stroke : canvas.strokes)
    text += std::to_string(static_cast<int>(stroke.kind)) + " " + std::to_string(stroke.color) + " " +
            stroke.text + "\n";
  return text;
}

constexpr const char* kSources[] = {"synthetic:laplace?shape=24x40&seed=2", "synthetic:gaussian?shape=4x6x8",
                                    "synthetic:sine?shape=300", "synthetic:gaussian?shape=1"};

}  // namespace

TEST_CASE("every plot has a key of its own, a label, help, and all its functions") {
  std::set<std::string_view> keys;
  std::set<std::string_view> switches;
  for (const Plot& plot : plots()) {
    CAPTURE(std::string(plot.key));
    CHECK(keys.insert(plot.key).second);
    CHECK_FALSE(plot.label.empty());
    CHECK(plot.help.ends_with('.'));
    REQUIRE((plot.draw && plot.csv && plot.fit));
    CHECK(find_plot(plot.key) == &plot);
    if (!plot.toggles) continue;
    for (const PlotToggle& toggle : plot.toggles()) {
      CHECK(switches.insert(toggle.key).second);
      CHECK_FALSE(toggle.label.empty());
      CHECK(toggle.help.ends_with('.'));
      CHECK((toggle.on != nullptr));
    }
  }
  CHECK(find_plot("pie") == nullptr);
}

TEST_CASE("a plot issues the same strokes on the screen's canvas and on an SVG's") {
  const Theme theme = plain_theme();
  for (const char* source : kSources)
    for (const Plot& plot : plots()) {
      CAPTURE(source);
      CAPTURE(std::string(plot.key));
      SubjectBench bench(source, bits(4));
      if (!why_missing(plot, bench.snapshot.get()).empty()) continue;
      const PlotPage page = bench.page(plot.key, 1400, 600);
      const MeasuringCanvas svg_metrics;
      RecordingCanvas for_file(&svg_metrics);
      bench.draw_exactly(for_file, page, theme);
      bool done = false;
      Headless window([&] {
        if (std::exchange(done, true)) return;
        const ImGuiCanvas screen(*ImGui::GetForegroundDrawList());
        RecordingCanvas on_screen(&screen);
        CHECK(draw_page(on_screen, page, bench.probes, bitloupe::theme()));
        CHECK(script(on_screen) == script(for_file));
      });
      REQUIRE(done);

      RecordingPainter painter;
      const auto write = [&] { return encode_svg(*draw_svg(page, bench.probes, theme, &painter), page); };
      const Result<std::string> svg = write();
      REQUIRE(svg.ok());
      CHECK(xml_problem(*svg) == "");
      const auto strokes = [&](StrokeKind kind) { return for_file.all(kind).size(); };
      CHECK(count_elements(*svg, "text") == strokes(StrokeKind::Text));
      CHECK(count_elements(*svg, "line") == strokes(StrokeKind::Line) + strokes(StrokeKind::Dashed));
      CHECK(count_elements(*svg, "polyline") == strokes(StrokeKind::Polyline));
      CHECK(count_elements(*svg, "circle") == strokes(StrokeKind::Circle));
      CHECK(count_elements(*svg, "image") == strokes(StrokeKind::Cells));
      CHECK(count_elements(*svg, "g") == strokes(StrokeKind::PushClip));
      CHECK(strokes(StrokeKind::PushClip) == strokes(StrokeKind::PopClip));
      CHECK(*write() == *svg);  // the same bytes again
    }
}

TEST_CASE("labels of a file stay on its page, whatever its size") {
  const Theme theme = plain_theme();
  SubjectBench bench("synthetic:gaussian?shape=64x48&std=1e-20", bits(3));
  for (const Plot& plot : plots())
    for (const auto& [width, height] : {std::pair{960, 480}, {300, 180}, {40, 30}, {1, 1}}) {
      CAPTURE(std::string(plot.key));
      const PlotPage page = bench.page(plot.key, width, height);
      const MeasuringCanvas metrics;
      RecordingCanvas canvas(&metrics);
      draw_page(canvas, page, bench.probes, theme);
      if (width < 300) continue;  // drawn, but there is no room for labels
      const Rect whole{-0.5f, -0.5f, static_cast<float>(width) + 1, static_cast<float>(height) + 1};
      for (const Stroke& text : canvas.all(StrokeKind::Text))
        CHECK_MESSAGE(inside(text.rect, whole), text.text, " at ", text.rect.x, ", ", text.rect.y);
    }
}

TEST_CASE("a file has no word to click, no hint and no mark of the pointer; the screen has no caption") {
  SubjectBench bench("synthetic:laplace?shape=24x40&seed=2", bits(4));
  bench.hovered.element = 5;
  bench.view.show_clipping = false;
  const MeasuringCanvas metrics;
  const Theme theme = plain_theme();
  for (const bool live : {true, false}) {
    RecordingCanvas canvas(&metrics);
    const Rect area{0, 0, 1000, 300};
    draw(canvas, make_histogram(bench.subject(live), canvas, area, theme), theme);
    draw(canvas, make_curve(bench.subject(live), canvas, area, theme), theme);
    CHECK(canvas.says("drag the handles") == live);
    CHECK(canvas.says("drag the line") == live);
    CHECK(canvas.says("laplace [24, 40] · INT4") == !live);
    for (const Stroke& text : canvas.all(StrokeKind::Text))
      if (text.text == "log count" || text.text == "log MSE" || text.text == "clip threshold, log")
        CHECK((text.color == theme.palette.accent) == live);
    const auto words = canvas.texts();
    CHECK((std::find(words.begin(), words.end(), "clipping") != words.end()) == live);  // switched off
  }
  RecordingCanvas file(&metrics);
  draw_page(file, bench.page("grid.original", 500, 400), bench.probes, theme);
  CHECK(file.all(StrokeKind::Frame).empty());  // no outline of the hovered cell
}

TEST_CASE("a narrow file names the tensor alone; a file says which group's curve it shows") {
  QuantSpec channels = bits(4);
  channels.granularity = {GranularityKind::Channel, 0, 1};
  SubjectBench bench("synthetic:laplace?shape=24x40&seed=2", channels);
  const MeasuringCanvas metrics;
  const Theme theme = plain_theme();
  RecordingCanvas wide(&metrics), narrow(&metrics);
  bench.draw_exactly(wide, bench.page("curve", 1200, 300), theme);
  CHECK(wide.says("per channel"));
  CHECK(wide.says("group 12"));  // of the element in the middle
  CHECK_FALSE(wide.says("this group"));
  bench.draw_exactly(narrow, bench.page("histogram", 440, 300), theme);
  CHECK(narrow.says(" · laplace [24, 40]"));
  CHECK_FALSE(narrow.says("per channel"));
}

TEST_CASE("a grid has a colour bar with its ends, and in a file the numbers of rows and columns") {
  SubjectBench bench("synthetic:gaussian?shape=200x300", bits(4));
  const Theme theme = plain_theme();
  const MeasuringCanvas metrics;
  RecordingCanvas canvas(&metrics);
  bench.draw_exactly(canvas, bench.page("grid.codes", 700, 400), theme);
  REQUIRE(canvas.panes.size() == 1);
  const GridPane& pane = canvas.panes[0];
  CHECK(pane.low == -8);
  CHECK(pane.high == 7);
  const auto words = canvas.texts();
  for (const char* word : {"-8", "7", "0", "150", "250"})
    CHECK_MESSAGE(std::find(words.begin(), words.end(), word) != words.end(), word);
  CHECK(canvas.all(StrokeKind::Fill).size() > 20);  // the bar
  // Row 100 lies in the middle.
  for (const Stroke& text : canvas.all(StrokeKind::Text))
    if (text.text == "100" && text.rect.x < pane.x)
      CHECK(std::abs(text.rect.y + text.rect.height / 2 - (pane.y + pane.height * 100.5f / 200)) < 1);
  // Zoomed in, only whole cells are numbered.
  bench.view.viewport = {false, 10, 20, 3, 4};
  RecordingCanvas near(&metrics);
  bench.draw_exactly(near, bench.page("grid.codes", 700, 400), theme);
  for (const char* word : {"10", "11", "12", "20", "21", "22", "23"}) CHECK_MESSAGE(near.says(word), word);
  for (const std::string& text : near.texts()) CHECK_MESSAGE(text.find(".5") == std::string::npos, text);
}

TEST_CASE("what cannot be drawn says why") {
  const Plot& curve = *find_plot("curve");
  CHECK(why_missing(curve, nullptr) != "");
  QuantSpec direct;
  direct.scheme = Scheme::Direct;
  SubjectBench cast("synthetic:gaussian?shape=8x8", direct);
  CHECK(why_missing(curve, cast.snapshot.get()).find("direct cast") != std::string::npos);
  CHECK(why_missing(*find_plot("histogram"), cast.snapshot.get()) == "");
  SubjectBench zeros("synthetic:gaussian?shape=8x8&std=0", bits(4));
  CHECK(why_missing(curve, zeros.snapshot.get()) != "");
}

TEST_CASE("a constant signal stands at its own value") {
  for (const float value : {0.0248f, -300.0f, 0.0f}) {
    WindowResult window;
    window.original.push_back({value, value});
    window.dequantized = window.original;
    SignalScene scene;
    scene.values = {0, 0, 100, 100};
    scene.window = &window;
    const Axis axis = value_axis(scene);
    CHECK(axis.pixel(static_cast<double>(value)) == doctest::Approx(50));
    // 0 is in sight, and elsewhere than another value.
    CHECK(axis.lo <= 0);
    CHECK(axis.hi >= 0);
    if (value != 0) CHECK(std::abs(axis.pixel(0) - 50) > 40);
  }
}
