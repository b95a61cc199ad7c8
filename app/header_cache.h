// HeaderCache: the headers of files that were opened lately, so that going back to one does not read it
// again. Bounded by files (each holds a descriptor) and by tensors.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "app/disk_stamp.h"
#include "core/io/tensor_file.h"

namespace bitloupe {

struct OpenHeader {
  std::shared_ptr<const TensorFile> file;
  std::optional<DiskStamp> stamp;  // of the file just before it was opened
};

class HeaderCache {
 public:
  static constexpr std::size_t kMostFiles = 16, kMostTensors = 2'000'000;

  // Null file where there is none; a found entry becomes the most recent one.
  OpenHeader find(const std::string& path);
  // The newest stays however large it is.
  void put(const std::string& path, OpenHeader header);
  void drop(const std::string& path);

 private:
  struct Entry {
    std::string path;
    OpenHeader header;
  };
  std::list<Entry> entries_;  // most recent first
};

}  // namespace bitloupe
