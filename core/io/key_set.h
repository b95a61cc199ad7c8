// The keys of one JSON object, of which none may come twice. Most objects have few; the header of a
// checkpoint has a million, chosen by whoever wrote the file, so no hash table's worst case will do.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bitloupe {

class KeySet {
 public:
  // False where the key is known to be there already. Beyond the first few only duplicate() finds out.
  bool insert(std::string_view key) {
    const auto end = few_.begin() + static_cast<std::ptrdiff_t>(used_);
    if (std::find(few_.begin(), end, key) != end) return false;
    if (used_ == kFew) {
      many_.push_back({std::hash<std::string_view>()(key), text_.size(), key.size()});
      text_ += key;
      return true;
    }
    if (few_.size() == used_) few_.emplace_back();
    few_[used_++] = key;
    return true;
  }

  // One of the keys that were inserted twice; empty view without data: none. O(n log n) for any keys.
  std::string_view duplicate() {
    std::sort(many_.begin(), many_.end(), [&](const Key& a, const Key& b) {
      return a.hash != b.hash ? a.hash < b.hash : view(a) < view(b);
    });
    const auto twice = std::adjacent_find(many_.begin(), many_.end(), [&](const Key& a, const Key& b) {
      return a.hash == b.hash && view(a) == view(b);
    });
    return twice == many_.end() ? std::string_view() : view(*twice);
  }

  void clear() {
    used_ = 0;
    many_.clear();
    text_.clear();
  }

 private:
  static constexpr std::size_t kFew = 8;
  struct Key {
    std::size_t hash, offset, size;  // its characters lie in text_
  };
  std::string_view view(const Key& key) const { return std::string_view(text_).substr(key.offset, key.size); }

  std::vector<std::string> few_;  // the first `used_` of them; those behind are kept for reuse
  std::size_t used_ = 0;
  std::vector<Key> many_;
  std::string text_;
};

}  // namespace bitloupe
