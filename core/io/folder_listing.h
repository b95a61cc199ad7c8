// The tensor files in a folder, by their names alone: none is opened.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace bitloupe {

struct ListedFile {
  std::string name;  // in the folder
  std::string path;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;  // since 1970
};

// Regular files, and links to them, whose name ends as a reader's files do; sorted by name, not recursive.
// Empty where there are none. Errors: FILE_MISSING, FILE_PERMISSION, FILE_OPEN.
Result<std::vector<ListedFile>> list_tensor_files(const std::string& folder);

// Whether the path leads to a folder.
bool is_folder(const std::string& path);

}  // namespace bitloupe
