// Preferences: what a person sets once for every session of the program, as a plain value: appearance, size,
// shortcuts. What belongs to one picture is ViewState, what belongs to the numbers is Experiment.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/browser/browse_preferences.h"
#include "app/ui/host.h"
#include "core/result.h"

namespace bitloupe {

inline constexpr float kLeastZoom = 0.75f, kMostZoom = 4;
inline constexpr float kProjectorZoom = 1.6f;  // of the projector mode, on top of the zoom

struct Preferences {
  ui::Appearance appearance = ui::Appearance::Dark;
  float zoom = 1;          // of text and controls, [kLeastZoom, kMostZoom], times the monitor's scale
  bool projector = false;  // larger still, panels hidden: to be read from the last row
  // Action key to its shortcut's text; "" takes the shortcut away. Others keep their defaults.
  std::map<std::string, std::string> shortcuts;
  // Number formats of one's own: the name they were saved under to their text form ("float:E3M2:bias=4").
  std::map<std::string, std::string> formats;
  BrowsePreferences browse;
  bool reload_changed = false;  // files that changed on disk are read again without asking
  float size() const;           // zoom and projector together
  bool operator==(const Preferences&) const = default;
};

// "dark", "light", "high-contrast": the names in settings and on the command line.
std::string_view to_text(ui::Appearance appearance);
Result<ui::Appearance> parse_appearance(std::string_view text);

}  // namespace bitloupe
