#include "app/session/recent.h"

#include <algorithm>
#include <utility>

namespace bitloupe {

SourceSpec source_of(const RecentFile& file) {
  SourceSpec source;
  source.path = file.path;
  source.lenient = file.lenient;
  return source;
}

RecentFiles ordered(RecentFiles files) {
  std::stable_sort(files.begin(), files.end(), [](const RecentFile& a, const RecentFile& b) {
    return a.pinned != b.pinned ? a.pinned : a.opened > b.opened;
  });
  RecentFiles kept;
  std::size_t pinned = 0, unpinned = 0;
  for (RecentFile& file : files) {
    const bool known = std::any_of(kept.begin(), kept.end(),
                                   [&](const RecentFile& other) { return other.path == file.path; });
    if (known || file.path.empty()) continue;
    if (file.pinned ? pinned++ < kMostPinned : unpinned++ < kMostRecent) kept.push_back(std::move(file));
  }
  return kept;
}

void note_opened(RecentFiles& files, const std::string& path, std::int64_t now, bool lenient) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const RecentFile& file) { return file.path == path; });
  RecentFile& file = found == files.end() ? files.emplace_back(RecentFile{path}) : *found;
  file.opened = now;
  file.lenient = lenient;
  files = ordered(std::move(files));
}

void set_pinned(RecentFiles& files, const std::string& path, bool pinned) {
  for (RecentFile& file : files)
    if (file.path == path) file.pinned = pinned;
  files = ordered(std::move(files));
}

void forget(RecentFiles& files, const std::string& path) {
  std::erase_if(files, [&](const RecentFile& file) { return file.path == path; });
}

}  // namespace bitloupe
