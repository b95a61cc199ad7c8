// The action table and what is made of it: menus, shortcuts, palette, sheet of keys.
#include "app/actions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>

#include "app/keymap.h"
#include "app/palette.h"
#include "tests/app/bench.h"

using namespace bitloupe;
using test::Bench;
using ui::Key;

namespace {

constexpr ui::Modifiers kCtrl{.ctrl = true}, kAlt{.alt = true};
constexpr ui::Modifiers kCtrlShift{.ctrl = true, .shift = true};

const Action& action(std::string_view key) {
  const Action* found = find_action(key);
  REQUIRE_MESSAGE(found, std::string(key));
  return *found;
}

}  // namespace

TEST_CASE("every action has a name of its own, a menu, a sentence of help, and no other's keys") {
  std::set<std::string_view> keys;
  std::set<std::string> chords;
  for (const Action& row : actions()) {
    CAPTURE(std::string(row.key));
    CHECK(keys.insert(row.key).second);
    CHECK((row.run != nullptr));
    CHECK(row.help.ends_with('.'));
    CHECK(std::any_of(menus().begin(), menus().end(),
                      [&](const Menu& menu) { return menu.key == row.menu(); }));
    for (const Chord& chord : row.chords)
      if (chord.key != Key::kCount) CHECK_MESSAGE(chords.insert(to_text(chord)).second, to_text(chord));
  }
}

TEST_CASE("chords are written and read back; texts that are none are refused") {
  for (std::size_t i = 0; i < ui::kKeyCount; ++i)
    for (int set = 0; set < 8; ++set) {
      const Chord chord{static_cast<Key>(i), {(set & 1) != 0, (set & 2) != 0, (set & 4) != 0}};
      const std::string text = to_text(chord);
      const bool modifier = chord.key >= Key::Ctrl && chord.key <= Key::Super;
      if (modifier || chord.key == Key::KeypadEnter) continue;
      CAPTURE(text);
      CHECK(parse_chord(text) == chord);
    }
  CHECK(to_text(Chord{Key::P, kCtrlShift}) == "Ctrl+Shift+P");
  CHECK(parse_chord("shift+ctrl+p") == Chord{Key::P, kCtrlShift});
  CHECK(parse_chord("Ctrl++") == Chord{Key::Plus, kCtrl});
  for (const char* bad : {"", "Ctrl+", "Ctrl", "Ctrl+Ctrl+P", "Hyper+P", "PP", "F13", " P"})
    CHECK_FALSE(parse_chord(bad).has_value());
}

TEST_CASE("a chosen shortcut is taken away from the action that had it") {
  Keymap::Choices choices;
  choose_chord(choices, action("view.fit"), {Key::O, kCtrl});
  const Keymap keymap(choices);
  CHECK(keymap.find({Key::O, kCtrl}) == &action("view.fit"));
  CHECK(keymap.text(action("file.open")).empty());
  CHECK(keymap.find({Key::F, {}}) == nullptr);
  // Chosen for another one later: the last choice wins, whatever the table's order.
  choose_chord(choices, action("file.quit"), {Key::O, kCtrl});
  const Keymap again(choices);
  CHECK(again.find({Key::O, kCtrl}) == &action("file.quit"));
  CHECK(again.chords(action("view.fit")).empty());
}

TEST_CASE("settings with unknown actions or no keys leave the defaults") {
  const Keymap keymap({{"view.nothing", "Ctrl+B"}, {"view.fit", "Hyper+7"}, {"edit.undo", ""}});
  CHECK(keymap.text(action("view.fit")) == "F");
  CHECK(keymap.text(action("edit.undo")).empty());
  CHECK(keymap.find({Key::B, kCtrl}) == nullptr);
}

TEST_CASE("the palette finds actions by letters in their order, the nearest first") {
  REQUIRE(!matching_actions("mse").empty());
  CHECK(matching_actions("mse").front()->key == "quantizer.mse");
  CHECK(matching_actions("fit").front()->key == "view.fit");
  CHECK(matching_actions("high con").front()->key == "view.high_contrast");
  CHECK(matching_actions("").size() == actions().size());
  CHECK(matching_actions("zzzz").empty());
}

TEST_CASE("Ctrl+Shift+P: letters, arrow, Enter run an action; Escape closes") {
  Bench bench;
  bench.headless.key(Key::P, kCtrlShift);
  bench.headless.step(2);
  REQUIRE(bench.headless.has("palette.text"));
  bench.headless.type("light");
  bench.headless.key(Key::Enter);
  bench.headless.step(2);
  CHECK(bench.workbench.preferences().appearance == ui::Appearance::Light);
  CHECK_FALSE(bench.headless.has("palette.text"));

  bench.headless.key(Key::P, kCtrlShift);
  bench.headless.step(2);
  bench.headless.type("bits");
  bench.headless.key(Key::Down);
  bench.headless.key(Key::Enter);
  bench.headless.step(2);
  const int bits = bench.spec().format.bits;
  CHECK(std::abs(bits - 8) == 1);

  bench.headless.key(Key::P, kCtrlShift);
  bench.headless.step(2);
  bench.headless.key(Key::Escape);
  bench.headless.step(2);
  CHECK_FALSE(bench.headless.has("palette.text"));
  CHECK(bench.spec().format.bits == bits);
}

TEST_CASE("the sheet of keys gives an action other keys") {
  Bench bench;
  bench.headless.key(Key::F1);
  bench.headless.step(2);
  bench.headless.click("keys.view.flip");
  bench.headless.key(Key::B, kAlt);
  bench.headless.step(2);
  CHECK(bench.workbench.preferences().shortcuts.at("view.flip") == "Alt+B");
  bench.headless.click("keys.view.fit");
  bench.headless.key(Key::Escape);  // keeps them, and does not close the sheet
  bench.headless.step(2);
  CHECK(bench.headless.has("keys.view.fit"));
  bench.headless.key(Key::Escape);
  bench.headless.step(2);
  REQUIRE_FALSE(bench.headless.has("keys.view.fit"));
  CHECK_FALSE(bench.workbench.view().flip);
  bench.headless.key(Key::Space);
  CHECK_FALSE(bench.workbench.view().flip);
  bench.headless.key(Key::B, kAlt);
  CHECK(bench.workbench.view().flip);
}

TEST_CASE("bits, clip range and pinned element move by keys") {
  Bench bench;
  bench.headless.key(Key::Comma);
  CHECK(bench.spec().format == integer_format(7, true));
  bench.headless.key(Key::Period);
  bench.headless.key(Key::Period);
  CHECK(bench.spec().format == integer_format(9, true));

  const ClipRange range = bench.snapshot().ranges->front();
  const auto before = static_cast<double>(std::max(-range.lo, range.hi));  // symmetric
  bench.headless.key(Key::LeftBracket);
  CHECK(bench.spec().calibration.method == CalibrationMethod::Manual);
  CHECK(bench.spec().calibration.hi == doctest::Approx(before / 1.03));
  bench.headless.key(Key::RightBracket);
  CHECK(bench.spec().calibration.hi == doctest::Approx(before));

  bench.workbench.view().selected = 48 + 5;  // row 1, column 5 of [32, 48]
  bench.headless.step();
  bench.headless.key(Key::Right, kAlt);
  CHECK(bench.workbench.view().selected == 48 + 6);
  bench.headless.key(Key::Up, kAlt);
  bench.headless.key(Key::Up, kAlt);
  CHECK(bench.workbench.view().selected == 6);
}

TEST_CASE("Ctrl+PageDown goes through the tensors that the filter leaves") {
  const test::TensorFileOnDisk file;
  Bench bench(file.path + "::first");
  bench.headless.key(Key::PageDown, kCtrl);
  bench.settle();
  CHECK(bench.workbench.experiment().source.tensor == "second");
  bench.headless.key(Key::PageDown, kCtrl);  // there is no further one
  CHECK(bench.workbench.experiment().source.tensor == "second");
  bench.headless.key(Key::PageUp, kCtrl);
  bench.settle();
  CHECK(bench.workbench.experiment().source.tensor == "first");
}

TEST_CASE("the projector mode is larger and hides the panels") {
  Bench bench;
  REQUIRE(bench.headless.has("panel.quantizer"));
  bench.headless.key(Key::F10);
  bench.headless.step(2);
  CHECK(bench.workbench.preferences().size() == kProjectorZoom);
  CHECK_FALSE(bench.headless.has("panel.quantizer"));
  bench.headless.key(Key::F10);
  bench.headless.step(2);
  CHECK(bench.workbench.preferences().size() == 1);
  CHECK(bench.headless.has("panel.quantizer"));
}

TEST_CASE("U23: a zoom from nowhere is brought back into its limits") {
  Preferences preferences;
  preferences.zoom = std::numeric_limits<float>::quiet_NaN();
  CHECK(preferences.size() == 1);
  preferences.zoom = 1e30f;
  CHECK(preferences.size() == kMostZoom);
  preferences.zoom = -3;
  CHECK(preferences.size() == kLeastZoom);
}

TEST_CASE("the entries of a menu say what they do") {
  Bench bench;
  for (const Menu& menu : menus()) {
    bench.headless.click("menu." + std::string(menu.key));
    for (const Action& row : actions()) {
      if (row.menu() != menu.key) continue;
      CAPTURE(std::string(row.key));
      bench.headless.hover("menu." + std::string(row.key), 0.5);
      REQUIRE(bench.headless.has("tooltip"));
      const Rect entry = bench.headless.rect("menu." + std::string(row.key));
      CHECK(bench.headless.rect("tooltip").x >= entry.right());
    }
    bench.headless.key(Key::Escape);
    bench.headless.step(2);
  }
}

TEST_CASE("the sheet of keys shows every label whole") {
  for (const int width : {1280, 1920, 700}) {
    CAPTURE(width);
    Bench bench("synthetic:gaussian?shape=8x8", width, 800);
    bench.headless.key(Key::F1);
    bench.headless.step(3);
    REQUIRE(bench.headless.has("keys.file.open"));
    for (const auto& widget : ui::widgets())
      if (widget.first.starts_with("keys.")) CHECK_MESSAGE(!widget.second.text_clipped, widget.first);
  }
}

TEST_CASE("a key on its way over the controls brings up no tooltip before it rests") {
  Bench bench;
  bench.headless.step(5, 0.2);
  for (int i = 0; i < 8; ++i) {
    bench.headless.key(Key::Down);
    CHECK_FALSE(bench.headless.has("tooltip"));
  }
}
