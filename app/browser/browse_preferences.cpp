#include "app/browser/browse_preferences.h"

namespace bitloupe {

void remember_folder(BrowsePreferences& preferences, const std::string& folder) {
  constexpr std::size_t kMostRecent = 8;
  std::erase(preferences.recent, folder);
  preferences.recent.insert(preferences.recent.begin(), folder);
  if (preferences.recent.size() > kMostRecent) preferences.recent.resize(kMostRecent);
}

}  // namespace bitloupe
