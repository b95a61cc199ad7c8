// Preferences: what a person sets once for every session of the program, as a plain value: appearance, size,
// shortcuts. What belongs to one picture is ViewState, what belongs to the numbers is Experiment.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

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
  std::vector<std::string> bookmarks;  // folders, for choosing files
  bool native_dialog = false;          // the desktop's own dialog for files, where there is one
  float size() const;                  // zoom and projector together
  bool operator==(const Preferences&) const = default;
};

// "dark", "light", "high-contrast": the names in settings and on the command line.
std::string_view to_text(ui::Appearance appearance);
Result<ui::Appearance> parse_appearance(std::string_view text);

}  // namespace bitloupe
