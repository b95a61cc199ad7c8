#include "app/header_cache.h"

#include <algorithm>

namespace bitloupe {

OpenHeader HeaderCache::find(const std::string& path) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.path == path; });
  if (found == entries_.end()) return {};
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().header;
}

void HeaderCache::put(const std::string& path, OpenHeader header) {
  drop(path);
  entries_.push_front({path, std::move(header)});
  std::size_t files = 0, tensors = 0;
  auto keep = entries_.begin();
  for (; keep != entries_.end(); ++keep) {
    ++files;
    tensors += keep->header.file->tensors.size();
    if (keep != entries_.begin() && (files > kMostFiles || tensors > kMostTensors)) break;
  }
  entries_.erase(keep, entries_.end());
}

void HeaderCache::drop(const std::string& path) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.path == path; });
}

}  // namespace bitloupe
