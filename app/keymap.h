// Keymap: which keys start which action: the table's defaults, changed by the person's own choices.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/actions.h"

namespace bitloupe {

class Keymap {
 public:
  // Action key to chord text, as in Preferences::shortcuts.
  using Choices = std::map<std::string, std::string>;

  // Unknown actions and texts that are no chord are left as if they were not there. A chosen chord is taken
  // away from the action that has it by default.
  explicit Keymap(const Choices& choices = {});

  std::span<const Chord> chords(const Action& action) const;
  std::string text(const Action& action) const;  // of the first chord, "" for none
  // `sentence` with the action's keys before its end: "Loads the file again (F5)."
  std::string with_keys(std::string_view sentence, std::string_view action_key) const;
  const Action* find(const Chord& chord) const;  // null: nobody has it

 private:
  struct Entry {
    const Action* action;
    std::vector<Chord> chords;
  };
  std::vector<Entry> entries_;  // in the table's order
};

// The choices with `chord` given to `action`; kCount as its key takes the shortcut away.
void choose_chord(Keymap::Choices& choices, const Action& action, const Chord& chord);

}  // namespace bitloupe
