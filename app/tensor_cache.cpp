#include "app/tensor_cache.h"

#include <unistd.h>

#include <algorithm>

namespace bitloupe {

std::shared_ptr<const Prepared> TensorCache::find(const std::string& key) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.first == key; });
  if (found == entries_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found);
  return entries_.front().second;
}

void TensorCache::put(const std::string& key, std::shared_ptr<const Prepared> prepared) {
  std::erase_if(entries_, [&](const Entry& e) { return e.first == key; });
  entries_.emplace_front(key, std::move(prepared));
  std::uint64_t bytes = 0;
  auto keep = entries_.begin();
  for (; keep != entries_.end(); ++keep) {
    bytes += keep->second->tensor->count() * sizeof(float);
    if (keep != entries_.begin() && bytes > byte_limit_) break;
  }
  entries_.erase(keep, entries_.end());
}

std::uint64_t default_cache_bytes() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) / 4 *
         static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
}

}  // namespace bitloupe
