#include "app/header_cache.h"

#include <algorithm>

namespace bitloupe {

std::shared_ptr<const TensorFile> HeaderCache::find(const SourceSpec& source) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const auto& entry) { return entry.first == source; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().second;
}

void HeaderCache::put(const SourceSpec& source, std::shared_ptr<const TensorFile> file) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.first == source; });
  entries_.emplace_front(source, std::move(file));
  std::size_t files = 0, tensors = 0;
  auto keep = entries_.begin();
  for (; keep != entries_.end(); ++keep) {
    ++files;
    tensors += keep->second->tensors.size();
    if (keep != entries_.begin() && (files > kMostFiles || tensors > kMostTensors)) break;
  }
  entries_.erase(keep, entries_.end());
}

void HeaderCache::drop(const std::string& path) {
  std::erase_if(entries_, [&](const auto& entry) { return entry.first.path == path; });
}

}  // namespace bitloupe
