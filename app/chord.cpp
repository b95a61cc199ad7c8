#include "app/chord.h"

#include <array>
#include <cctype>
#include <span>

namespace bitloupe {
namespace {

using ui::Key;

struct KeyName {
  Key key;
  std::string_view name;
};

constexpr KeyName kNames[] = {
    {Key::Tab, "Tab"},           {Key::Left, "Left"},
    {Key::Right, "Right"},       {Key::Up, "Up"},
    {Key::Down, "Down"},         {Key::PageUp, "PageUp"},
    {Key::PageDown, "PageDown"}, {Key::Home, "Home"},
    {Key::End, "End"},           {Key::Insert, "Insert"},
    {Key::Delete, "Delete"},     {Key::Backspace, "Backspace"},
    {Key::Space, "Space"},       {Key::Enter, "Enter"},
    {Key::Escape, "Escape"},     {Key::Plus, "+"},
    {Key::Minus, "-"},           {Key::Comma, ","},
    {Key::Period, "."},          {Key::Slash, "/"},
    {Key::Semicolon, ";"},       {Key::Apostrophe, "'"},
    {Key::LeftBracket, "["},     {Key::RightBracket, "]"},
    {Key::Backslash, "\\"},      {Key::Grave, "`"},
};

std::string key_text(Key key) {
  for (const KeyName& row : kNames)
    if (row.key == key) return std::string(row.name);
  const int index = static_cast<int>(key);
  const auto place = [&](Key first) { return index - static_cast<int>(first); };
  if (key >= Key::A && key <= Key::Z) return std::string(1, static_cast<char>('A' + place(Key::A)));
  if (key >= Key::Digit0 && key <= Key::Digit9) return std::to_string(place(Key::Digit0));
  if (key >= Key::F1 && key <= Key::F12) return "F" + std::to_string(place(Key::F1) + 1);
  return "";
}

bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::tolower(static_cast<unsigned char>(a[i])) != std::tolower(static_cast<unsigned char>(b[i])))
      return false;
  return true;
}

bool is_modifier(Key key) { return key >= Key::Ctrl && key <= Key::Super; }

struct ModifierName {
  std::string_view name;
  bool ui::Modifiers::*member;
};
constexpr ModifierName kModifiers[] = {
    {"Ctrl", &ui::Modifiers::ctrl}, {"Shift", &ui::Modifiers::shift}, {"Alt", &ui::Modifiers::alt}};

}  // namespace

std::string to_text(const Chord& chord) {
  std::string text;
  for (const ModifierName& modifier : kModifiers)
    if (chord.modifiers.*modifier.member) text += std::string(modifier.name) + "+";
  return text + key_text(chord.key);
}

std::optional<Chord> parse_chord(std::string_view text) {
  Chord chord;
  bool found = true;
  while (found) {
    found = false;
    for (const ModifierName& modifier : kModifiers) {
      const std::size_t length = modifier.name.size();
      if (text.size() <= length || text[length] != '+' || !same_word(text.substr(0, length), modifier.name))
        continue;
      if (chord.modifiers.*modifier.member) return std::nullopt;  // twice
      chord.modifiers.*modifier.member = true;
      text.remove_prefix(length + 1);
      found = true;
    }
  }
  for (std::size_t i = 0; i < ui::kKeyCount; ++i) {
    const Key key = static_cast<Key>(i);
    const std::string name = key_text(key);
    if (name.empty() || !same_word(text, name)) continue;
    chord.key = key;
    return chord;
  }
  return std::nullopt;
}

std::optional<Chord> struck_chord() {
  for (std::size_t i = 0; i < ui::kKeyCount; ++i) {
    const Key key = static_cast<Key>(i);
    if (is_modifier(key) || key_text(key).empty()) continue;
    if (ui::key_pressed(key)) return Chord{key, ui::modifiers()};
  }
  return std::nullopt;
}

}  // namespace bitloupe
