#include "app/cli/outputs.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace bitloupe::cli {

namespace {

// One path for all ways to write it; the path itself where that cannot be told.
std::filesystem::path one_way_to_write(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  const std::filesystem::path real = std::filesystem::weakly_canonical(whole, error);
  return error ? std::filesystem::path(path) : real;
}

}  // namespace

Status check_outputs(const std::vector<std::string>& paths, bool force) {
  for (auto path = paths.begin(); path != paths.end(); ++path) {
    if (path->empty()) continue;
    const auto same = [&](const std::string& other) {
      return !other.empty() && one_way_to_write(other) == one_way_to_write(*path);
    };
    if (std::any_of(paths.begin(), path, same)) return bad_argument(*path + ": given for two outputs");
    std::error_code ignored;  // what cannot be looked at is reported when it is written
    if (!force && std::filesystem::exists(*path, ignored))
      return Error{ErrorCode::Io, *path + ": exists already (--force overwrites it)"};
  }
  return Ok{};
}

}  // namespace bitloupe::cli
