// HeaderCache: the headers of files that were read lately, so that going back to one does not read it again.
// Bounded by files (each holds a descriptor) and by tensors.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "core/source.h"

namespace bitloupe {

class HeaderCache {
 public:
  static constexpr std::size_t kMostFiles = 16, kMostTensors = 2'000'000;

  // Sources are the files as they are read, without a tensor's name. Null where there is none; a found entry
  // becomes the most recent one.
  std::shared_ptr<const TensorFile> find(const SourceSpec& source);
  // The newest stays however large it is.
  void put(const SourceSpec& source, std::shared_ptr<const TensorFile> file);
  void drop(const std::string& path);  // however it was read

 private:
  std::list<std::pair<SourceSpec, std::shared_ptr<const TensorFile>>> entries_;  // most recent first
};

}  // namespace bitloupe
