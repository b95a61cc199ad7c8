#include "app/tensor_cache.h"

#include <algorithm>

#include "core/memory.h"

namespace bitloupe {
namespace {

// What it holds in memory; a streamed tensor little more than its block extremes.
std::uint64_t bytes_of(const Prepared& prepared) {
  const Tensor& tensor = *prepared.tensor;
  const std::uint64_t values = tensor.resident() ? tensor.count() * sizeof(float) : tensor.stream->bytes();
  return values + prepared.extremes.blocks.size() * sizeof(BlockExtremes::Extremes) +
         prepared.sample.starts.size() * sizeof(std::uint64_t);
}

}  // namespace

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
    bytes += bytes_of(*keep->second);
    if (keep != entries_.begin() && bytes > byte_limit_) break;
  }
  entries_.erase(keep, entries_.end());
}

void TensorCache::drop(std::string_view prefix) {
  std::erase_if(entries_, [&](const Entry& e) { return e.first.starts_with(prefix); });
}

std::uint64_t default_cache_bytes() { return resident_budget(); }

}  // namespace bitloupe
