// The controls that panels are made of, all in one look: a row is label, control and help mark. Every control
// registers its rectangle under its id (registry.h) and shows `help` as its tooltip. Guards pop what they
// push.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/plot/canvas.h"

namespace bitloupe::ui {

// "FORMAT": a small capital heading with a rule under it.
void section(std::string_view title);
// A heading that folds what is below it: an arrow behind the title, `note` at the right end. True when
// clicked.
bool fold_section(std::string_view id, std::string_view title, bool open, std::string_view note,
                  std::string_view help);
// A bar in the panel's padding left of the row that is drawn next: it differs from what it is measured
// against. True when clicked.
bool row_mark(std::string_view id, std::string_view help);

struct Option {
  std::string label, help;
  std::string heading = {};  // drawn above the option
};
// Returns the index chosen in this frame, if any.
std::optional<int> combo_row(std::string_view id, std::string_view label, std::span<const Option> options,
                             int current, std::string_view help);
// A slider with the number beside it; the number can be typed into (double-click or Ctrl+click). True when
// changed.
bool slider_row(std::string_view id, std::string_view label, int& value, int min, int max,
                std::string_view help);
// A number that can be typed and dragged; keeps the previous value on bad text (NaN, overflow, empty). True
// when changed.
bool number_row(std::string_view id, std::string_view label, double& value, double min, double max,
                std::string_view help);
// Two numbers in one row ("min / max").
bool number_pair_row(std::string_view id, std::string_view label, double& first, double& second,
                     std::string_view help);
bool check_row(std::string_view id, std::string_view label, bool& value, std::string_view help);
// A text field over the whole width with a hint; true when changed.
bool text_field(std::string_view id, std::string_view hint, std::string& value);
// A labelled text that is taken on Enter or when it loses the focus; true then, if it differs. `hint` stands
// in the empty field.
bool text_row(std::string_view id, std::string_view label, std::string& value, std::string_view help,
              std::string_view hint = {});
// The same for a text that can be wrong. `mistake` says what is wrong with it, nothing where it can be taken.
// What is wrong stays in the field with the mistake below (registered as "ID/mistake") until it is mended,
// left with Escape, or `value` is another one.
using Mistake = std::function<std::string(const std::string& text)>;
bool text_row(std::string_view id, std::string_view label, std::string& value, std::string_view help,
              const Mistake& mistake);
// Small rounded buttons in a row ("min-max", "99.9 %"); returns the index clicked.
std::optional<int> chip_row(std::string_view id, std::string_view label, std::span<const Option> chips,
                            int active);
bool link(std::string_view id, std::string_view text, std::string_view help);
// Primary: the one that goes on. Disabled: it says nothing now, and is never true.
enum class ButtonLook { Usual, Primary, Disabled };
// `width` in pixels; 0: as the text needs.
bool button(std::string_view id, std::string_view text, std::string_view help,
            ButtonLook look = ButtonLook::Usual, float width = 0);
float button_width(std::string_view text);
// A list row: name left, detail right in the mono face, elided in the middle when too long. True when
// clicked.
bool list_row(std::string_view id, std::string_view name, std::string_view detail, bool selected,
              bool enabled, std::string_view help);
float list_row_height();  // from one list row to the next
// Name left ("x^" is drawn as a hatted x), value right (mono, in `color`).
void value_row(std::string_view id, std::string_view name, std::string_view value, Color color);
// A horizontal bar filled up to `fraction` between a name and a value (the comparison of specs).
void bar_row(std::string_view id, std::string_view name, std::string_view value, double fraction, Color fill,
             bool bright);
// `spared`: pixels at the right that it leaves free.
void paragraph(std::string_view text, Color color, float spared = 0);
void mono_line(std::string_view text, Color color);  // wrapped
void tooltip(std::string_view text);        // for the item just drawn, after a short rest of the pointer
void entry_tooltip(std::string_view text);  // the same beside a menu, so that no other entry is covered

// Is the pointer on the item just drawn and on none before it that asked? Where items overlap, the first one
// submitted takes the click, but Dear ImGui calls the later ones hovered too. To be asked once an item.
bool hovered_first();

// What the row of a panel under the pointer says, in this frame: "name\tvalue"; empty where there is none.
const std::string& hovered_copy();

// True while any control of the window is held (dragged, typed into): edits then belong to one undo step.
bool interacting();

}  // namespace bitloupe::ui
