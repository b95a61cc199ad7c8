// Recently prepared tensors, bounded by bytes: going back to one is instant. It does not know how they are
// loaded.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/stats/prepared.h"

namespace bitloupe {

class TensorCache {
 public:
  explicit TensorCache(std::uint64_t byte_limit) : byte_limit_(byte_limit) {}

  // Null if absent; a found entry becomes the most recent one.
  std::shared_ptr<const Prepared> find(const std::string& key);
  // Drops the least recent ones until all fit; the newest always stays.
  void put(const std::string& key, std::shared_ptr<const Prepared> prepared);
  void drop(std::string_view prefix);  // all whose key begins with it

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Prepared>>;
  std::uint64_t byte_limit_;
  std::list<Entry> entries_;  // most recent first
};

// As much as one tensor's values may take.
std::uint64_t default_cache_bytes();

}  // namespace bitloupe
