// Where settings and journals lie (XDG base directory specification 0.8). Knows nothing of what is in them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/result.h"

namespace bitloupe {

// Absolute paths of folders of our own; empty: there is none, and what belongs there stays in memory (F17).
struct Folders {
  std::string config;  // settings
  std::string state;   // journals
};

// $BITLOUPE_CONFIG_DIR takes both; else $XDG_CONFIG_HOME/bitloupe and $XDG_STATE_HOME/bitloupe; else
// ~/.config/bitloupe and ~/.local/state/bitloupe. Relative paths count as unset, as the specification wants.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Folders folders_from(const Environment& environment);
Folders folders_of_process();

// Makes the folder and those above it, readable by this user only. An empty path is an error too.
Status make_folder(const std::string& path);

}  // namespace bitloupe
