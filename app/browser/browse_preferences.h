// How the file browser shows folders and which it offers: part of the preferences.
#pragma once

#include <string>
#include <vector>

namespace bitloupe {

enum class BrowseOrder { Name, Size, Modified };

struct BrowsePreferences {
  bool hidden = false;     // names with a dot in front too
  bool all_files = false;  // not only those that fit the request
  BrowseOrder order = BrowseOrder::Name;
  bool descending = false;
  std::vector<std::string> bookmarks;  // folders, absolute; any bytes but NUL
  std::vector<std::string> recent;     // folders something was opened from or saved in, the newest first
  bool native_dialog = false;          // the desktop's own file dialog instead
  bool operator==(const BrowsePreferences&) const = default;
};

// Puts `folder` first among the recent ones, of which at most eight stay.
void remember_folder(BrowsePreferences& preferences, const std::string& folder);

}  // namespace bitloupe
