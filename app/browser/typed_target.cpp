#include "app/browser/typed_target.h"

#include <errno.h>
#include <sys/stat.h>

#include <algorithm>

#include "app/browser/path_text.h"

namespace bitloupe {
namespace {

bool is_there(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

std::string part_in(const std::string& folder, std::string_view typed) {
  std::string literal = join_path(folder, typed);
  if (typed.find('\\') == std::string_view::npos || is_there(literal)) return literal;
  const std::string meant = undisplayed(typed);
  if (meant == typed || meant.find('/') != std::string::npos || meant.find('\0') != std::string::npos)
    return literal;
  std::string other = join_path(folder, meant);
  return is_there(other) ? other : literal;
}

Target look(std::string path) {
  Target target;
  target.path = std::move(path);
  struct stat status {};
  if (::stat(target.path.c_str(), &status) == 0) {
    target.kind = S_ISDIR(status.st_mode) ? Target::Kind::Folder : Target::Kind::File;
    return target;
  }
  const int error = errno;
  // A link that leads nowhere is there: opening it says what is wrong.
  if (is_there(target.path)) {
    target.kind = Target::Kind::File;
    return target;
  }
  target.unclear = error != ENOENT && error != ENOTDIR;
  target.in_folder = ::stat(parent_folder(target.path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  return target;
}

}  // namespace

std::string absolute_path(const std::string& base, std::string_view typed) {
  std::string path = base;
  if (typed.starts_with('/')) path = "/";
  if (typed == "~" || typed.starts_with("~/")) {
    path = home_folder();
    typed.remove_prefix(1);
  }
  while (!typed.empty()) {
    const std::size_t end = std::min(typed.find('/'), typed.size());
    const std::string_view part = typed.substr(0, end);
    typed.remove_prefix(std::min(end + 1, typed.size()));
    if (part.empty() || part == ".") continue;
    path = part == ".." ? parent_folder(path) : part_in(path, part);
  }
  return path;
}

Target find_target(const std::string& base, std::string_view typed, bool with_tensor) {
  constexpr std::string_view kSeparator = "::";
  Target whole = look(absolute_path(base, typed));
  if (!with_tensor || whole.kind != Target::Kind::Missing) return whole;
  for (std::size_t at = typed.rfind(kSeparator); at != std::string_view::npos && at > 0;
       at = typed.rfind(kSeparator, at - 1)) {
    Target target = look(absolute_path(base, typed.substr(0, at)));
    if (target.kind != Target::Kind::File) continue;
    target.tensor = typed.substr(at + kSeparator.size());
    return target;
  }
  return whole;
}

}  // namespace bitloupe
