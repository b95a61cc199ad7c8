// Nothing overlaps, sticks out or is cut, at the sizes that the window must look right at.
#include "app/layout.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/app/bench.h"

using namespace bitloupe;
using namespace bitloupe::test;

namespace {

struct Size {
  int width, height;
  float scale;
};
constexpr Size kSizes[] = {{900, 600, 1}, {1280, 800, 1}, {1920, 1080, 1}, {3840, 2160, 2}};

bool overlap(Rect a, Rect b) {
  constexpr float kSlack = 0.01f;
  return a.x < b.right() - kSlack && b.x < a.right() - kSlack && a.y < b.bottom() - kSlack &&
         b.y < a.bottom() - kSlack;
}

void check_widgets(const Size& size) {
  const Rect window{0, 0, static_cast<float>(size.width), static_cast<float>(size.height)};
  const auto& widgets = ui::widgets();
  for (auto a = widgets.begin(); a != widgets.end(); ++a) {
    const std::string& id = a->first;  // no structured binding: Clang 14 cannot capture one in a lambda
    const ui::Widget& widget = a->second;
    CHECK_MESSAGE(widget.rect.x >= window.x, id);
    CHECK_MESSAGE(widget.rect.y >= window.y, id);
    CHECK_MESSAGE(widget.rect.right() <= window.right() + 0.5f, id);
    CHECK_MESSAGE(widget.rect.bottom() <= window.bottom() + 0.5f, id);
    CHECK_MESSAGE(!widget.text_clipped, id, " is cut at ", size.width);
    if (widget.kind != ui::WidgetKind::Region) continue;
    for (auto b = std::next(a); b != widgets.end(); ++b)
      if (b->second.kind == ui::WidgetKind::Region)
        CHECK_MESSAGE(!overlap(widget.rect, b->second.rect), id, " overlaps ", b->first, " at ", size.width);
  }
}

void check_at_all_sizes(const std::string& source, const QuantSpec& spec) {
  for (const Size& size : kSizes) {
    Bench bench(source, size.width, size.height, size.scale);
    bench.spec() = spec;
    for (const GridMode mode : {GridMode::Values, GridMode::Codes, GridMode::Signal}) {
      bench.workbench.view().grid_mode = mode;
      bench.settle();
      check_widgets(size);
    }
  }
}

}  // namespace

TEST_CASE("layout: integers per tensor") {
  QuantSpec spec;
  spec.format = integer_format(4, true);
  check_at_all_sizes("synthetic:gaussian?shape=64x48", spec);
}

TEST_CASE("layout: affine unsigned per group, extreme numbers, three axes") {
  QuantSpec spec;
  spec.format = integer_format(8, false);
  spec.granularity = {GranularityKind::Group, -1, 16};
  check_at_all_sizes("synthetic:gaussian?shape=7x64x48&mean=-1e-30&std=3.4e-31", spec);
  check_at_all_sizes("synthetic:gaussian?shape=7x64x48&std=1e30", spec);
}

TEST_CASE("layout: floats, wide and custom") {
  QuantSpec spec;
  spec.format = float_format(8, 23, Specials::Ieee);
  check_at_all_sizes("synthetic:laplace?shape=1000", spec);
  spec.format = float_format(3, 2, Specials::Fn);
  spec.format.bias = 5;
  spec.rounding = Rounding::Stochastic;
  check_at_all_sizes("synthetic:laplace?shape=1", spec);
}

TEST_CASE("the inspector folds first, then the left panels; Tab hides all") {
  Bench bench;
  CHECK(bench.headless.has("panel.inspector"));
  CHECK(bench.headless.has("panel.source"));
  bench.headless.resize(1099, 800);
  CHECK_FALSE(bench.headless.has("panel.inspector"));
  CHECK(bench.headless.has("panel.quantizer"));
  bench.headless.resize(759, 800);
  CHECK_FALSE(bench.headless.has("panel.quantizer"));
  CHECK(bench.headless.has("pane.original"));
  bench.headless.resize(1600, 1000);
  bench.headless.key(ui::Key::Tab);
  CHECK_FALSE(bench.headless.has("panel.source"));
  CHECK_FALSE(bench.headless.has("panel.inspector"));
  bench.headless.key(ui::Key::Tab);
  CHECK(bench.headless.has("panel.source"));
}

TEST_CASE("splitters move the columns and are kept in the view") {
  Bench bench;
  const float before = bench.headless.rect("panel.source").width;
  bench.headless.drag("splitter.left", 60, 0);
  CHECK(bench.headless.rect("panel.source").width == before + 60);
  CHECK(bench.workbench.view().left_width == ViewState().left_width + 60);
  bench.headless.drag("splitter.right", -5000, 0);
  CHECK(bench.workbench.view().right_width == kWidestColumn);
  const float share = bench.workbench.view().histogram_share;
  bench.headless.drag("splitter.histogram", 0, -50);
  CHECK(bench.workbench.view().histogram_share > share);
}

TEST_CASE("U07, U08: windows of no size, of one pixel and of a strange shape are survived") {
  Bench bench;
  for (const auto& [width, height] : {std::pair{0, 0}, {1, 1}, {1, 3000}, {32767, 1}, {40, 40}, {300, 200}}) {
    bench.headless.resize(width, height);
    bench.headless.step(2);
  }
  bench.headless.resize(1280, 800);
  CHECK(bench.headless.has("pane.original"));
}

TEST_CASE("U09: every content scale from a half to four") {
  for (const float scale : {0.5f, 1.25f, 1.75f, 3.0f, 4.0f}) {
    const Size size{static_cast<int>(1280 * scale), static_cast<int>(800 * scale), scale};
    Bench bench("synthetic:gaussian?shape=5x40x40", size.width, size.height, size.scale);
    check_widgets(size);
  }
}
