// Controls driven headless: what they change, what they refuse, where they lie.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "app/embedded.h"
#include "app/ui/compat.h"
#include "app/ui/guards.h"
#include "app/ui/text.h"
#include "app/ui/widgets.h"
#include "headless.h"

namespace bitloupe {
namespace {

using test::Headless;

// Everything in one panel of 304 logical pixels.
struct Panel {
  int option = 0, bits = 4, chip = -1, clicks = 0, changes = 0;
  double value = 0.5, lo = -0.21, hi = 0.21;
  bool check = false;
  std::string text;
  std::array<ui::Option, 3> options = {
      {{"Integer", "Whole steps."}, {"Floating point", ""}, {"Fixed point", ""}}};
  std::array<ui::Option, 2> chips = {{{"min-max", ""}, {"99.9 %", ""}}};

  void draw() {
    const ui::ScopedVar padding(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("test", nullptr, ImGuiWindowFlags_NoDecoration);
    {
      const float width = theme().px(304);
      const Rect area{0, 0, width, ImGui::GetIO().DisplaySize.y};
      const ui::ScopedChild child("panel", area, theme().palette.panel, {theme().px(16), theme().px(8)});
      ui::register_widget("panel", area, ui::WidgetKind::Region);
      contents();
    }
    ImGui::End();
  }

  void contents() {
    ui::section("Format");
    if (const auto picked = ui::combo_row("family", "Family", options, option, "What a code means."))
      option = *picked;
    changes += ui::slider_row("bits", "Bits", bits, 2, 16, "How many.");
    changes += ui::number_row("value", "Ratio", value, 0, 1, "Share.");
    changes += ui::number_pair_row("pair", "min / max", lo, hi, "");
    ui::check_row("check", "Include zero", check, "Zero is exact.");
    if (const auto clicked = ui::chip_row("chips", "Snap to", chips, 0)) chip = *clicked;
    ui::text_field("text", "Filter", text);
    clicks += ui::list_row("row", "encoder.0.weight", "[128,129,3]", true, true, "F32");
    clicks += ui::list_row("off", "names", "[3]", false, false, "not numeric");
    clicks += ui::link("link", "Open file\u2026", "Opens.");
    clicks += ui::button("button", "Close", "Closes.");
    ui::value_row("shown", "error x - x^", "-0.012600", theme().palette.rounding);
    ui::bar_row("bar", "INT4", "15.93 dB", 0.4, theme().palette.quantized, true);
    ui::paragraph("A line that is long enough to be broken at least once in this panel.",
                  theme().palette.text);
  }
};

struct Fixture {
  Panel panel;
  Headless window{[this] { panel.draw(); }, 320, 700};
};

}  // namespace

TEST_CASE("numbers as text: significant digits, units, special values") {
  CHECK(ui::number(0.24051) == "0.2405");
  CHECK(ui::number(15.926) == "15.93");
  CHECK(ui::number(9.99996) == "10.00");
  CHECK(ui::number(0.000104) == "1.04e-04");
  CHECK(ui::number(-123456.7) == "-123457");
  CHECK(ui::number(1.5e12) == "1.50e+12");
  CHECK(ui::number(0) == "0");
  CHECK(ui::number(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(ui::number(std::nan("")) == "nan");
  CHECK(ui::number(5e-324) == "4.94e-324");
  CHECK(ui::number(std::numeric_limits<double>::max()) == "1.80e+308");
  CHECK(ui::signed_number(0.1374) == "+0.1374");
  CHECK(ui::signed_number(0) == "0");
  CHECK(ui::signed_number(-2) == "-2.000");
  CHECK(ui::decibels(15.926) == "15.93 dB");
  CHECK(ui::decibels(std::nullopt) == "undefined");
  CHECK(ui::decibels(std::numeric_limits<double>::infinity()) == "exact");
  CHECK(ui::percent(0.0048) == "0.48 %");
  CHECK(ui::percent(0) == "0 %");
  CHECK(ui::percent(0.000048) == "0.0048 %");
  CHECK(ui::percent(1) == "100.00 %");
  CHECK(ui::bytes(999) == "999 B");
  CHECK(ui::bytes(24768) == "24.8 KB");
  CHECK(ui::bytes(999960) == "1.0 MB");
  CHECK(ui::bytes(std::numeric_limits<std::uint64_t>::max()) == "18.4 EB");
  CHECK(ui::count(0) == "0");
  CHECK(ui::count(999) == "999");
  CHECK(ui::count(49536) == "49,536");
  CHECK(ui::count(1000000) == "1,000,000");
  CHECK(ui::milliseconds(0.62) == "0.6 ms");
  CHECK(ui::milliseconds(0.043) == "0.04 ms");
  CHECK(ui::milliseconds(1240) == "1.24 s");
}

TEST_CASE("text contrast: 7:1 for text, 4.5:1 for dim text and accents, in every appearance") {
  for (const Palette& p : {dark_palette(), light_palette(), high_contrast_palette()}) {
    for (const Color surface : {p.window, p.panel, p.card, p.header}) {
      CHECK(contrast(p.text, surface) >= 7.0);
      CHECK(contrast(p.text_dim, surface) >= 4.5);
      CHECK(contrast(p.error_text, surface) >= 4.5);
    }
    CHECK(contrast(p.text, p.selection) >= 7.0);
    CHECK(contrast(p.accent, p.panel) >= 4.5);
    CHECK(contrast(p.accent, p.header) >= 4.5);
    CHECK(contrast(p.handle_text, p.handle) >= 7.0);
  }
}

TEST_CASE("WCAG's own examples: black on white is 21:1, grey 767676 on white 4.54:1") {
  CHECK(contrast(0xFF000000, 0xFFFFFFFF) == doctest::Approx(21));
  CHECK(contrast(0xFF767676, 0xFFFFFFFF) == doctest::Approx(4.54).epsilon(0.002));
}

TEST_CASE("colours with a meaning can be read as text in every appearance") {
  for (const ui::Appearance appearance :
       {ui::Appearance::Dark, ui::Appearance::Light, ui::Appearance::HighContrast}) {
    const Headless window([] {}, 100, 100, 1, appearance);
    const Palette& p = theme().palette;
    for (const Color meaning : {p.original, p.quantized, p.rounding, p.clipping, p.total})
      CHECK(contrast(legible(meaning), p.panel) >= (theme().dark ? 4.0 : 4.5));
  }
}

TEST_CASE("the fixed colours are Okabe and Ito's") {
  const Palette p = dark_palette();
  CHECK(p.original == 0xFFE9B456);
  CHECK(p.quantized == 0xFF009FE6);
  CHECK(p.rounding == 0xFF739E00);
  CHECK(p.clipping == 0xFF005ED5);
  CHECK(p.total == 0xFF42E4F0);
}

TEST_CASE_FIXTURE(Fixture, "no text is cut off, no control leaves its panel, at every scale") {
  for (const float scale : {0.5f, 1.0f, 1.25f, 1.5f, 2.0f, 3.0f, 4.0f}) {
    window.host().set_scale(scale);
    window.resize(static_cast<int>(320 * scale), static_cast<int>(700 * scale));
    const Rect area = window.rect("panel");
    for (const auto& entry : ui::widgets()) {
      const std::string& id = entry.first;
      const ui::Widget& widget = entry.second;
      CAPTURE(scale);
      CAPTURE(id);
      CHECK_FALSE(widget.text_clipped);
      CHECK(widget.rect.x >= area.x);
      CHECK(widget.rect.right() <= area.right());
    }
    CHECK(window.has("bar"));
  }
}

TEST_CASE_FIXTURE(Fixture, "a combo box opens, and picks what is clicked") {
  CHECK_FALSE(window.has("family/2"));
  window.choose("family", 2);
  CHECK(panel.option == 2);
  CHECK_FALSE(window.has("family/2"));
}

TEST_CASE_FIXTURE(Fixture, "a slider is dragged, typed into and clamped") {
  window.drag("bits", 300, 0);
  CHECK(panel.bits == 16);
  window.enter("bits/number", "7");
  CHECK(panel.bits == 7);
  window.enter("bits/number", "99");
  CHECK(panel.bits == 16);
  window.enter("bits/number", "5.4");
  CHECK(panel.bits == 5);
}

TEST_CASE_FIXTURE(Fixture, "U23: a number keeps its value on bad text") {
  for (const char* bad : {"", "nan", "inf", "-inf", "1e999", "0,5", "0.5x", "0x1p3", "1e400"}) {
    CAPTURE(bad);
    window.enter("value", bad);
    CHECK(panel.value == 0.5);
  }
  CHECK(panel.changes == 0);
  window.enter("value", "2.5e-1");
  CHECK(panel.value == 0.25);
  window.enter("value", " +0.75 ");
  CHECK(panel.value == 0.75);
  window.enter("value", "7");
  CHECK(panel.value == 1);
  CHECK(panel.changes == 3);
}

TEST_CASE_FIXTURE(Fixture, "U23: a range beyond float32 is refused") {
  window.enter("pair/second", "1e39");
  CHECK(panel.hi == 0.21);
  window.enter("pair/second", "3e38");
  CHECK(panel.hi == 3e38);
  window.enter("pair/first", "-3e38");
  CHECK(panel.lo == -3e38);
}

TEST_CASE_FIXTURE(Fixture, "Escape leaves a number as it was, and so does leaving it untouched") {
  panel.value = 1.0 / 3;  // shown as 0.3333
  window.click("value");
  window.type("9");
  window.key(ui::Key::Escape);
  CHECK(panel.value == 1.0 / 3);
  window.click("value");
  window.click("row");
  CHECK(panel.value == 1.0 / 3);
}

TEST_CASE_FIXTURE(Fixture, "a number is dragged; Shift makes it ten times finer") {
  window.drag("pair/second", 40, 0);
  const double coarse = panel.hi - 0.21;
  CHECK(coarse > 0.02);
  panel.hi = 0.21;
  window.hold(ui::Key::Shift, true);
  window.drag("pair/second", 40, 0);
  window.hold(ui::Key::Shift, false);
  const double fine = panel.hi - 0.21;
  CHECK(fine > 0);
  CHECK(fine == doctest::Approx(coarse / 10).epsilon(0.2));
  window.drag("value", 4000, 0);
  CHECK(panel.value == 1);
}

TEST_CASE_FIXTURE(Fixture, "a click on a number does not change it and is interaction until it is left") {
  CHECK_FALSE(ui::interacting());
  window.click("value");
  CHECK(ui::interacting());
  window.key(ui::Key::Escape);
  CHECK_FALSE(ui::interacting());
  CHECK(panel.value == 0.5);
}

TEST_CASE_FIXTURE(Fixture, "check boxes, chips, list rows, links and buttons answer a click") {
  window.click("check");
  CHECK(panel.check);
  window.click("chips/1");
  CHECK(panel.chip == 1);
  for (const char* id : {"row", "link", "button"}) window.click(id);
  CHECK(panel.clicks == 3);
  window.click("off");
  CHECK(panel.clicks == 3);
}

TEST_CASE_FIXTURE(Fixture, "a text field takes long text") {
  const std::string text(300, 'w');
  window.click("text");
  window.type(text);
  CHECK(panel.text == text);
}

TEST_CASE_FIXTURE(Fixture, "the keyboard alone reaches and uses the controls") {
  window.click("text");
  window.key(ui::Key::Escape);
  for (int i = 0; i < 30 && panel.option == 0; ++i) {
    window.key(ui::Key::Up);
    if (i < 12) continue;
    window.key(ui::Key::Space);  // opens the list on its current entry
    window.key(ui::Key::Down);
    window.key(ui::Key::Space);
  }
  CHECK(panel.option != 0);
}

TEST_CASE_FIXTURE(Fixture, "a tooltip waits for the pointer to rest, and asks for the frame that shows it") {
  window.hover("family");
  REQUIRE(window.host().next_frame_in().has_value());
  CHECK(*window.host().next_frame_in() <= 0.35);
  const int before = ImGui::GetDrawData()->CmdListsCount;
  window.step(1, 0.4);  // measured, and not yet visible
  CHECK(window.has("tooltip"));
  CHECK(window.host().next_frame_in() == 0.0);
  window.step();
  CHECK(ImGui::GetDrawData()->CmdListsCount > before);
  CHECK_FALSE(window.host().next_frame_in().has_value());
}

TEST_CASE("a press and release between two frames is still a click") {
  Fixture f;
  const Point at = f.window.center("button");
  ui::Input& input = f.window.host().input();
  input.mouse_move(at);
  input.mouse_button(0, true);
  input.mouse_button(0, false);
  f.window.step(4);
  CHECK(f.panel.clicks == 1);
}

TEST_CASE("a key that is held while the focus goes is released") {
  Fixture f;
  f.window.hold(ui::Key::Ctrl, true);
  CHECK(ui::modifiers().ctrl);
  f.window.host().input().focus(false);
  f.window.step();
  CHECK_FALSE(ui::modifiers().ctrl);
}

TEST_CASE("shortcuts need exactly their modifiers and are silent while text is typed") {
  Fixture f;
  int undone = 0;
  Headless window([&] {
    f.panel.draw();
    undone += ui::shortcut(ui::Key::Z, {.ctrl = true});
  });
  window.key(ui::Key::Z);
  window.key(ui::Key::Z, {.ctrl = true, .shift = true});
  CHECK(undone == 0);
  window.key(ui::Key::Z, {.ctrl = true});
  CHECK(undone == 1);
  window.click("text");
  window.key(ui::Key::Z, {.ctrl = true});
  CHECK(undone == 1);
}

TEST_CASE("U09: the scale is bounded, and a NaN is not a scale") {
  Fixture f;
  f.window.host().set_scale(1000);
  CHECK(f.window.host().scale() == 4);
  f.window.host().set_scale(0);
  CHECK(f.window.host().scale() == 0.5f);
  CHECK(f.window.host().set_scale(std::nanf("")));
  CHECK(f.window.host().scale() == 1);
  CHECK_FALSE(f.window.host().set_scale(1));
}

TEST_CASE("U07: a frame of no size draws nothing and does not divide by it") {
  Fixture f;
  f.window.resize(0, 0);
  f.window.resize(1, 1);
  f.window.resize(320, 700);
  CHECK(f.window.has("bar"));
}

TEST_CASE("U10: the fonts hold mathematical signs and Greek; without font files ImGui's own stands in") {
  Fixture f;
  const Fonts& fonts = theme().fonts;
  for (ImFont* font :
       {fonts.sans, fonts.sans_bold, fonts.mono, fonts.small, fonts.small_bold, fonts.mono_small}) {
    REQUIRE(font != nullptr);
    for (const unsigned sign : {0x3C3u, 0x3BCu, 0x2264u, 0x221Eu, 0x221Au, 0x230Au, 0x2309u, 0xB7u, 0xD7u,
                                0xB1u, 0x2192u, 0x2026u, 0x2211u})
      CHECK(ui::has_glyph(*font, static_cast<ImWchar>(sign)));
  }
  CHECK(embedded_file("fonts/none").empty());
}

TEST_CASE("every list of embedded files is there: shaders, colour maps, icon") {
  for (const char* name : {"shaders/grid.vert", "shaders/grid.frag", "assets/colormaps/viridis.txt",
                           "assets/colormaps/diverging_dark.txt", "assets/icon.png", "fonts/sans"})
    CHECK_MESSAGE(!embedded_file(name).empty(), name);
}

}  // namespace bitloupe
