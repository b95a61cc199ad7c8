// The one table of what the program can be told to do: menus, shortcuts, the palette and the sheet of keys
// are all made from it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "app/chord.h"
#include "app/frame.h"

namespace bitloupe {

struct Action {
  std::string_view key;    // "file.open": names it in settings and in the registry ("menu.file.open")
  std::string_view label;  // "Open…"
  std::string_view help;   // one sentence
  std::array<Chord, 2> chords = {};  // defaults; the second is an alternative
  void (*run)(Frame& frame) = nullptr;
  bool (*enabled)(const Frame& frame) = nullptr;  // null: always
  bool (*checked)(const Frame& frame) = nullptr;  // null: not a switch
  bool repeats = false;                           // while its key is held down
  bool opens_group = false;                       // a line above it in the menu
  // The part of the key before the dot.
  std::string_view menu() const { return key.substr(0, key.find('.')); }
  bool is_enabled(const Frame& frame) const { return !enabled || enabled(frame); }
};

struct Menu {
  std::string_view key, label;
};

std::span<const Menu> menus();  // in the order of the menu bar; every action belongs to one
std::span<const Action> actions();
const Action* find_action(std::string_view key);

}  // namespace bitloupe
