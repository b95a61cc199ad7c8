// Warnings about one file: the first of them in words, the others as a number, so that a million oddities
// cost no more than twenty.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace bitloupe {

class WarningList {
 public:
  void add(std::string warning) {
    if (listed_.size() < kMost) {
      listed_.push_back(std::move(warning));
    } else {
      ++others_;
    }
  }

  std::vector<std::string> take() {
    if (others_ > 0) listed_.push_back(std::to_string(others_) + " more warnings");
    others_ = 0;
    return std::move(listed_);
  }

 private:
  static constexpr std::size_t kMost = 20;
  std::vector<std::string> listed_;
  std::size_t others_ = 0;
};

}  // namespace bitloupe
