// The canvas on a draw list: text sizes, elision, line breaks, hats, clipping.
#include "app/plot/imgui_canvas.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdlib>

#include "app/plot/color_map.h"
#include "app/ui/compat.h"
#include "app/ui/text.h"
#include "headless.h"

namespace bitloupe {
namespace {

// Runs `body` with a canvas inside a frame.
template <class Body>
void on_canvas(Body body) {
  bool done = false;
  test::Headless window([&] {
    if (done) return;
    done = true;
    ImGuiCanvas canvas(*ImGui::GetForegroundDrawList());
    body(canvas, *ImGui::GetForegroundDrawList());
  });
  REQUIRE(done);
}

doctest::Approx about(float value) { return doctest::Approx(static_cast<double>(value)); }

TextStyle sans() { return {TextFace::Sans, theme().px(kBodySize), 0xFFFFFFFF}; }
TextStyle mono() { return {TextFace::Mono, theme().px(kMonoSize), 0xFFFFFFFF}; }

}  // namespace

TEST_CASE("text is measured in its own face and size") {
  on_canvas([](Canvas& canvas, ImDrawList&) {
    CHECK(canvas.measure("iiii", mono()).x == about(canvas.measure("WWWW", mono()).x));
    CHECK(canvas.measure("iiii", sans()).x < canvas.measure("WWWW", sans()).x);
    TextStyle twice = sans();
    twice.size *= 2;
    CHECK(canvas.measure("Bitloupe", twice).x ==
          about(2 * canvas.measure("Bitloupe", sans()).x).epsilon(0.02));
    CHECK(canvas.measure("", sans()).x == 0);
  });
}

TEST_CASE("text that does not fit ends in an ellipsis and is never wider than its room") {
  on_canvas([](Canvas& canvas, ImDrawList&) {
    const std::string name = "model.layers.12.self_attn.q_proj.weight";
    CHECK(ui::elide_end(canvas, name, sans(), 1000) == name);
    CHECK(ui::elide_middle(canvas, name, sans(), 1000) == name);
    for (const float width : {20.0f, 60.0f, 61.5f, 120.0f, 200.0f}) {
      const std::string end = ui::elide_end(canvas, name, sans(), width);
      const std::string middle = ui::elide_middle(canvas, name, sans(), width);
      CHECK(ui::rich_width(canvas, end, sans()) <= width);
      CHECK(ui::rich_width(canvas, middle, sans()) <= width);
      CHECK(end.ends_with("\u2026"));
      CHECK(middle.find("\u2026") != std::string::npos);
    }
    CHECK(ui::elide_middle(canvas, name, sans(), 120).ends_with("eight"));
    CHECK(ui::elide_end(canvas, name, sans(), 0) == "\u2026");
    // Never in the middle of a character.
    CHECK(ui::elide_end(canvas, "\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3\u03c3", sans(), 40).size() % 2 ==
          1);
  });
}

TEST_CASE("lines break at spaces, inside a word only where they must") {
  on_canvas([](Canvas& canvas, ImDrawList&) {
    const std::string text = "q = clamp(round(x / s) + z, -7, 7)";
    const auto lines = ui::wrap(canvas, text, mono(), canvas.measure("q = clamp(round(x", mono()).x + 1);
    REQUIRE(lines.size() >= 2);
    CHECK(lines[0] == "q = clamp(round(x");
    CHECK(lines[1].starts_with("/ s)"));
    CHECK(ui::wrap(canvas, "", mono(), 100) == std::vector<std::string>{""});
    CHECK(ui::wrap(canvas, "a\nb", mono(), 100) == std::vector<std::string>{"a", "b"});
    const auto narrow = ui::wrap(canvas, "abc", mono(), 1);
    CHECK(narrow == std::vector<std::string>{"a", "b", "c"});
  });
}

TEST_CASE("a hat is drawn for x^ but not for a power") {
  on_canvas([](Canvas& canvas, ImDrawList& list) {
    const float x = canvas.measure("x", mono()).x;
    CHECK(ui::rich_width(canvas, "x^", mono()) == about(x));
    CHECK(ui::rich_width(canvas, "x^ = s", mono()) == about(x * 5));
    CHECK(ui::rich_width(canvas, "x^2", mono()) == about(x * 3));
    CHECK(ui::rich_width(canvas, "2^(E - 7)", mono()) == about(x * 9));
    CHECK(ui::rich_width(canvas, "max^", mono()) == about(x * 4));
    const int before = list.VtxBuffer.Size;
    ui::rich_text(canvas, {10, 10}, "x", mono());
    const int plain = list.VtxBuffer.Size - before;
    ui::rich_text(canvas, {10, 10}, "x^", mono());
    CHECK(list.VtxBuffer.Size - before - plain > plain);  // the letter and its roof
  });
}

TEST_CASE("strokes reach the draw list; nothing of no length does") {
  on_canvas([](Canvas& canvas, ImDrawList& list) {
    const auto grows = [&](auto draw) {
      const int before = list.VtxBuffer.Size;
      draw();
      return list.VtxBuffer.Size > before;
    };
    const std::array<Point, 3> points = {{{0, 0}, {10, 10}, {20, 0}}};
    CHECK(grows([&] { canvas.line({0, 0}, {10, 0}, 0xFFFFFFFF, 1); }));
    CHECK(grows([&] { canvas.dashed_line({0, 0}, {0, 50}, 0xFFFFFFFF, 1, 4); }));
    CHECK(grows([&] { canvas.polyline(points, 0xFFFFFFFF, 2); }));
    CHECK(grows([&] { canvas.fill({0, 0, 5, 5}, 0xFFFFFFFF); }));
    CHECK(grows([&] { canvas.stroke({0, 0, 5, 5}, 0xFFFFFFFF, 1); }));
    CHECK(grows([&] { canvas.circle({5, 5}, 3, 0xFFFFFFFF); }));
    CHECK(grows([&] { canvas.text({5, 5}, "a", sans()); }));
    CHECK_FALSE(grows([&] { canvas.dashed_line({3, 3}, {3, 3}, 0xFFFFFFFF, 1, 4); }));
    CHECK_FALSE(grows([&] { canvas.dashed_line({0, 0}, {9, 9}, 0xFFFFFFFF, 1, 0); }));
    CHECK_FALSE(grows([&] { canvas.polyline(std::span(points).first(1), 0xFFFFFFFF, 2); }));
    CHECK_FALSE(grows([&] { canvas.text({5, 5}, "", sans()); }));
    canvas.push_clip({10, 10, 20, 20});
    CHECK(list.GetClipRectMax().x == 30);
    canvas.pop_clip();
    CHECK(list.GetClipRectMax().x > 30);
  });
}

TEST_CASE("colour maps: zero is near the panel, ends are blue and red, viridis ends in yellow") {
  for (const int shift : {0, 8, 16}) {
    const int zero = static_cast<int>(0xFF2B2522u >> shift & 0xFF);
    CHECK(std::abs(static_cast<int>(color_at(ColorMap::Diverging, true, 0, -1, 1) >> shift & 0xFF) - zero) <=
          1);
  }
  CHECK(color_at(ColorMap::Diverging, true, -5, -1, 1) == 0xFFFA8958);
  CHECK(color_at(ColorMap::Diverging, true, 5, -1, 1) == 0xFF535AE1);
  CHECK(color_at(ColorMap::Diverging, false, -5, -1, 1) == 0xFFD0622F);
  CHECK(color_at(ColorMap::Sequential, true, -8, -8, 7) == 0xFF540144);
  CHECK(color_at(ColorMap::Sequential, true, 7, -8, 7) == 0xFF25E7FD);
  CHECK(color_position(ColorMap::Diverging, 0.5f, -1, 1) == 0.75f);
  CHECK(color_position(ColorMap::Diverging, -0.5f, -1, 2) == 0.25f);
  CHECK(color_position(ColorMap::Diverging, 3, 0, 0) == 0.5f);
  CHECK(color_position(ColorMap::Sequential, 3, 3, 3) == 0);
  CHECK(readable_on(0xFF25E7FD) == 0xFF000000);
  CHECK(readable_on(0xFF540144) == 0xFFFFFFFF);
}

}  // namespace bitloupe
