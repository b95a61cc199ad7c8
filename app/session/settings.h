// Settings: what the program remembers between runs, as a plain value, as JSON, and merged with what another
// window has written in the meantime. Knows nothing of files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/lessons/progress.h"
#include "app/preferences.h"
#include "app/session/recent.h"
#include "app/state.h"
#include "core/result.h"

namespace bitloupe {

inline constexpr int kSettingsVersion = 1;

// The part of a view that stays from one run to the next: how the window is shared out.
struct PanelSizes {
  float left_width = ViewState{}.left_width, right_width = ViewState{}.right_width;
  float histogram_share = ViewState{}.histogram_share, curve_share = ViewState{}.curve_share;
  bool curve_folded = false;
  float lesson_width = ViewState{}.lesson_width;
  std::optional<bool> conventions_open;
  bool block_folded = false;
  bool operator==(const PanelSizes&) const = default;
};
PanelSizes panel_sizes(const ViewState& view);
void apply(const PanelSizes& sizes, ViewState& view);

struct WindowSize {
  int width = 1600, height = 1000;  // screen coordinates
  bool operator==(const WindowSize&) const = default;
};

struct Settings {
  Preferences preferences;
  PanelSizes panels;
  WindowSize window;
  RecentFiles recent;
  LessonProgress::Entries lessons;  // how far the person is; which one is open is not kept
  bool operator==(const Settings&) const = default;
};

std::string to_json(const Settings& settings);

// Single members that cannot be read keep their default, and say so in `skipped`; only what is no JSON
// object, or says no version, is an error.
Result<Settings> parse_settings(std::string_view text, const std::string& name,
                                std::vector<std::string>& skipped);

// The text to write: what `mine` changed since `base` over what the file holds now (`theirs`, JSON text;
// empty or broken: nothing), member by member; members that this version does not know stay. U17.
std::string merged(const Settings& base, const Settings& mine, std::string_view theirs);

}  // namespace bitloupe
