// The files that were opened last, pinned ones first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/source.h"

namespace bitloupe {

struct RecentFile {
  std::string path;  // absolute: a tensor file or a session
  bool pinned = false;
  std::int64_t opened = 0;  // seconds since 1970
  bool lenient = false;     // by "Open anyway": it is refused otherwise
  bool operator==(const RecentFile&) const = default;
};
using RecentFiles = std::vector<RecentFile>;

// How it is opened again.
SourceSpec source_of(const RecentFile& file);

// Pinned ones first, then the newest; of the unpinned only the newest kMostRecent, no path twice.
inline constexpr std::size_t kMostRecent = 12, kMostPinned = 24;
RecentFiles ordered(RecentFiles files);

void note_opened(RecentFiles& files, const std::string& path, std::int64_t now, bool lenient = false);
void set_pinned(RecentFiles& files, const std::string& path, bool pinned);
void forget(RecentFiles& files, const std::string& path);

}  // namespace bitloupe
