// The files that were opened last, pinned ones first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bitloupe {

struct RecentFile {
  std::string path;  // absolute: a tensor file or a session
  bool pinned = false;
  std::int64_t opened = 0;  // seconds since 1970
  bool operator==(const RecentFile&) const = default;
};
using RecentFiles = std::vector<RecentFile>;

// Pinned ones first, then the newest; of the unpinned only the newest kMostRecent, no path twice.
inline constexpr std::size_t kMostRecent = 12, kMostPinned = 24;
RecentFiles ordered(RecentFiles files);

void note_opened(RecentFiles& files, const std::string& path, std::int64_t now);
void set_pinned(RecentFiles& files, const std::string& path, bool pinned);
void forget(RecentFiles& files, const std::string& path);

}  // namespace bitloupe
