#include "app/cli/outputs.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace bitloupe::cli {

Status check_outputs(const std::vector<std::string>& paths, bool force) {
  for (auto path = paths.begin(); path != paths.end(); ++path) {
    if (path->empty()) continue;
    if (std::find(paths.begin(), path, *path) != path) return bad_argument(*path + ": given for two outputs");
    std::error_code ignored;  // what cannot be looked at is reported when it is written
    if (!force && std::filesystem::exists(*path, ignored))
      return Error{ErrorCode::Io, *path + ": exists already (--force overwrites it)"};
  }
  return Ok{};
}

}  // namespace bitloupe::cli
