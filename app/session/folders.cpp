#include "app/session/folders.h"

#include <errno.h>
#include <sys/stat.h>

#include <cstdlib>
#include <system_error>

#include "core/io/display_text.h"

namespace bitloupe {
namespace {

constexpr const char* kName = "/bitloupe";

std::optional<std::string> absolute(const Environment& environment, const char* name) {
  std::optional<std::string> path = environment(name);
  return path && path->starts_with('/') ? path : std::nullopt;
}

std::string folder(const Environment& environment, const char* variable, const char* below_home) {
  if (const auto base = absolute(environment, variable)) return *base + kName;
  if (const auto home = absolute(environment, "HOME")) return *home + below_home + kName;
  return {};
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Folders folders_from(const Environment& environment) {
  if (const auto both = environment("BITLOUPE_CONFIG_DIR"); both && !both->empty()) return {*both, *both};
  return {folder(environment, "XDG_CONFIG_HOME", "/.config"),
          folder(environment, "XDG_STATE_HOME", "/.local/state")};
}

Folders folders_of_process() {
  return folders_from([](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
  });
}

Status make_folder(const std::string& path) {
  if (path.empty())
    return Error{ErrorCode::Io, "there is no folder for settings (neither HOME nor XDG_CONFIG_HOME is set)"};
  if (is_folder(path)) return Ok{};
  const std::size_t slash = path.find_last_of('/');
  if (slash != std::string::npos && slash > 0)
    if (Status above = make_folder(path.substr(0, slash)); !above) return above;
  if (::mkdir(path.c_str(), 0700) == 0 || (errno == EEXIST && is_folder(path))) return Ok{};
  return Error{ErrorCode::Io,
               displayed_path(path) + ": cannot be made: " + std::generic_category().message(errno)};
}

}  // namespace bitloupe
