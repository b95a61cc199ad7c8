// Chord: a key with its modifiers, and its text ("Ctrl+Shift+P") for menus and settings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/ui/input.h"

namespace bitloupe {

struct Chord {
  ui::Key key = ui::Key::kCount;  // kCount: none
  ui::Modifiers modifiers;
  bool operator==(const Chord&) const = default;
};

// "Ctrl+Shift+Alt+" in this order, then the key: a letter, a digit, "F5", "Space", "PageUp", "+", ",".
std::string to_text(const Chord& chord);
// Accepts what to_text writes, in any case and order of modifiers; nothing for any other text.
std::optional<Chord> parse_chord(std::string_view text);

// The chord that is struck in this frame, if any: a key other than a modifier.
std::optional<Chord> struck_chord();

}  // namespace bitloupe
