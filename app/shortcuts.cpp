#include "app/shortcuts.h"

#include "app/keymap.h"
#include "app/ui/compat.h"
#include "app/ui/input.h"

namespace bitloupe {
namespace {

// While the keyboard walks over the controls, these keys belong to the control it is on.
bool walks(const Chord& chord) {
  using ui::Key;
  if (!ImGui::GetIO().NavVisible || chord.modifiers != ui::Modifiers{}) return false;
  return chord.key == Key::Space || chord.key == Key::Enter ||
         (chord.key >= Key::Left && chord.key <= Key::Down);
}

}  // namespace

void read_shortcuts(Frame& frame) {
  for (const Action& action : actions()) {
    if (!action.is_enabled(frame)) continue;
    for (const Chord& chord : frame.keymap.chords(action))
      if (!walks(chord) && ui::shortcut(chord.key, chord.modifiers, action.repeats)) action.run(frame);
  }
}

}  // namespace bitloupe
