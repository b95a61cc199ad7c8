// What a typed path means on disk. Every function here waits for the file system: workers call them.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe {

// `typed` from the absolute folder `base`: "~", ".", ".." and repeated slashes are resolved by their text
// alone, as a shell does. A part that is not there as it is typed, but is when its escapes are undone (\xff),
// means that file.
std::string absolute_path(const std::string& base, std::string_view typed);

struct Target {
  enum class Kind { Folder, File, Missing };
  Kind kind = Kind::Missing;
  std::string path;        // absolute
  std::string tensor;      // behind "::"
  bool in_folder = false;  // Missing: the folder that would hold it is there
  bool unclear = false;    // Missing: the file system did not say (no permission, say)
};

// `with_tensor`: PATH::TENSOR is cut at the last "::" behind an existing file, if the whole is no file.
Target find_target(const std::string& base, std::string_view typed, bool with_tensor);

}  // namespace bitloupe
