#include "app/keymap.h"

#include <algorithm>

namespace bitloupe {

Keymap::Keymap(const Choices& choices) {
  std::vector<Chord> taken;  // by a person's choice
  for (const Action& action : actions()) {
    Entry entry{&action, {}};
    const auto choice = choices.find(std::string(action.key));
    const auto chosen = choice == choices.end() ? std::nullopt : parse_chord(choice->second);
    if (chosen) {
      if (std::find(taken.begin(), taken.end(), *chosen) == taken.end()) entry.chords.push_back(*chosen);
      taken.push_back(*chosen);
    }
    entries_.push_back(std::move(entry));
  }
  for (Entry& entry : entries_) {
    const auto choice = choices.find(std::string(entry.action->key));
    if (choice != choices.end() && (choice->second.empty() || parse_chord(choice->second))) continue;
    for (const Chord& chord : entry.action->chords)
      if (chord.key != ui::Key::kCount && std::find(taken.begin(), taken.end(), chord) == taken.end())
        entry.chords.push_back(chord);
  }
}

std::span<const Chord> Keymap::chords(const Action& action) const {
  for (const Entry& entry : entries_)
    if (entry.action == &action) return entry.chords;
  return {};
}

std::string Keymap::text(const Action& action) const {
  const std::span<const Chord> own = chords(action);
  return own.empty() ? "" : to_text(own.front());
}

std::string Keymap::with_keys(std::string_view sentence, std::string_view action_key) const {
  const Action* action = find_action(action_key);
  const std::string keys = action ? text(*action) : "";
  if (keys.empty()) return std::string(sentence);
  if (sentence.ends_with('.')) sentence.remove_suffix(1);
  return std::string(sentence) + " (" + keys + ").";
}

const Action* Keymap::find(const Chord& chord) const {
  for (const Entry& entry : entries_)
    if (std::find(entry.chords.begin(), entry.chords.end(), chord) != entry.chords.end()) return entry.action;
  return nullptr;
}

void choose_chord(Keymap::Choices& choices, const Action& action, const Chord& chord) {
  // Whoever chose it before gives it up; a default elsewhere gives way by itself.
  if (chord.key != ui::Key::kCount) {
    const std::string text = to_text(chord);
    for (auto& [key, chosen] : choices)
      if (chosen == text) chosen.clear();
  }
  choices[std::string(action.key)] = chord.key == ui::Key::kCount ? "" : to_text(chord);
}

}  // namespace bitloupe
