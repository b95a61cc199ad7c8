#include "app/view_json.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "app/layout.h"
#include "app/workbench.h"
#include "core/json.h"
#include "tests/app/bench.h"
#include "tests/core/field_count.h"

namespace bitloupe {
namespace {

ViewState random_view(std::mt19937& random) {
  const auto number = [&] { return static_cast<double>(random()) / 7 - 1e8; };
  const auto flag = [&] { return random() % 2 == 0; };
  const auto range = [&](AxisRange& axis) {
    axis = {flag(), number(), 0};
    axis.hi = axis.lo + 1 + std::abs(number());
  };
  ViewState view;
  view.grid_mode = static_cast<GridMode>(random() % 3);
  view.slice = {static_cast<int>(random() % 4) - 1, static_cast<int>(random() % 4) - 1, {random(), random()}};
  view.signal_row = random();
  view.viewport = {flag(), std::abs(number()), std::abs(number()), 1 + std::abs(number()),
                   1 + std::abs(number())};
  if (flag()) view.selected = std::uint64_t{random()} << 31;
  range(view.histogram_range);
  range(view.curve_range);
  for (bool* shown : {&view.log_count, &view.show_original, &view.show_dequantized, &view.flip,
                      &view.panels_hidden, &view.lesson_folded, &view.curve_folded, &view.curve_log, &view.curve_log_threshold,
                      &view.show_total, &view.show_rounding, &view.show_clipping, &view.show_group})
    *shown = flag();
  if (flag()) view.conventions_open = flag();
  view.tensor_filter = flag() ? "layer \xff" : "";
  view.left_width = 240 + static_cast<float>(random() % 22000) / 100;
  view.right_width = 240 + static_cast<float>(random() % 22000) / 100;
  view.lesson_width = 240 + static_cast<float>(random() % 22000) / 100;
  view.histogram_share = 0.15f + static_cast<float>(random() % 1000) / 4000;
  view.curve_share = 0.15f + static_cast<float>(random() % 1000) / 4000;
  return view;
}

std::string refusal(std::string_view text, JsonRules rules = {}) {
  const Result<ViewState> view = parse_view_json(text, "v.json", rules);
  REQUIRE_MESSAGE(!view.ok(), text);
  return view.error().message;
}

}  // namespace

TEST_CASE("a view reads back equal") {
  CHECK(parse_view_json("{}", "v.json").value() == ViewState{});
  CHECK(parse_view_json(to_json(ViewState{}), "v.json").value() == ViewState{});
  std::mt19937 random(5);
  for (int n = 0; n < 2000; ++n) {
    const ViewState view = random_view(random);
    REQUIRE(drawable(view) == view);
    const std::string text = to_json(view, n % 2 == 0 ? -1 : 1);
    CAPTURE(text);
    const Result<ViewState> again = parse_view_json(text, "v.json");
    REQUIRE_MESSAGE(again.ok(), (again ? "" : again.error().message));
    REQUIRE(*again == view);
  }
}

TEST_CASE("every member of a view is saved") {
  const Json view = Json::parse(to_json(ViewState{}));
  CHECK(view.size() == test::field_count<ViewState>());
  CHECK(view["viewport"].size() == test::field_count<Viewport>());
  CHECK(view["curve_range"].size() == test::field_count<AxisRange>());
  CHECK(view["slice"].size() == test::field_count<SliceView>());
}

TEST_CASE("absent members keep what the base says") {
  ViewState base;
  base.flip = true;
  base.grid_mode = GridMode::Codes;
  const ViewState read = parse_view_json(R"({"grid_mode":"signal"})", "v.json", {}, base).value();
  CHECK(read.flip);
  CHECK(read.grid_mode == GridMode::Signal);
}

TEST_CASE("what cannot be read names file and member") {
  CHECK(refusal(R"({"workspace":"exlore"})") ==
        "v.json: workspace: unknown key 'exlore'; the nearest known one is explore");
  CHECK(refusal(R"({"grid_mode":"voxels"})") ==
        "v.json: grid_mode: expected values, codes, signal (found \"voxels\")");
  CHECK(refusal(R"({"viewport":{"row":"high"}})") ==
        "v.json: viewport.row: expected a number (found \"high\")");
  CHECK(refusal(R"({"log_cuont":true})").find("nearest known one is log_count") != std::string::npos);
  CHECK(refusal("3") == "v.json: expected an object (found 3)");
  std::vector<std::string> skipped;
  const JsonRules newer{.skip_unknown = true, .skip_unreadable = true, .skipped = &skipped};
  const auto view = parse_view_json(R"({"workspace":"dreams","ink":3,"flip":true})", "v.json", newer);
  REQUIRE(view.ok());
  CHECK(view->workspace == "explore");
  CHECK(view->flip);
  CHECK(skipped.size() == 2);
}

TEST_CASE("a view of extreme numbers is drawn like any other") {
  const char* const kNumbers[] = {"\"nan\"", "\"inf\"", "\"-inf\"", "1e308", "-1e308", "0", "-0.0", "4e-324"};
  for (const std::string number : kNumbers) {
    const std::string range = R"({"fit":false,"lo":0,"hi":)" + number + "}";
    const std::string text =
        R"({"viewport":{"fit":false,"row":)" + number + R"(,"column":)" + number + R"(,"rows":)" + number +
        R"(,"columns":)" + number + R"(},"left_width":)" + number + R"(,"right_width":)" + number +
        R"(,"histogram_share":)" + number + R"(,"curve_share":)" + number + R"(,"histogram_range":)" + range +
        R"(,"curve_range":)" + range +
        R"(,"slice":{"row_axis":2147483647,"column_axis":-2147483648,"fixed":[18446744073709551615]}})";
    CAPTURE(text);
    const Result<ViewState> view = parse_view_json(text, "v.json");
    REQUIRE_MESSAGE(view.ok(), (view ? "" : view.error().message));
    const Layout layout = make_layout(1600, 900, 1, *view);
    CHECK(layout.center.width >= 600);
    const ExploreHeights heights = explore_heights(700, 20.0f, 1, *view);
    CHECK(heights.grids > 50);
    CHECK(heights.histogram > 50);
    test::Bench bench("synthetic:gaussian?shape=16x16");
    bench.workbench.view() = *view;
    bench.settle();
    CHECK(bench.workbench.snapshot() != nullptr);
  }
}

}  // namespace bitloupe
