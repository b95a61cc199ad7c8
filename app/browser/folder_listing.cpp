#include "app/browser/folder_listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <system_error>

#include "core/io/display_text.h"

namespace bitloupe {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

Error refused(const std::string& folder, int error) {
  const auto because = [&]() -> std::string {
    switch (error) {
      case ENOENT:
        return "no such folder";
      case ENOTDIR:
        return "is not a folder";
      case EACCES:
        return "no permission to list it";
      case ELOOP:
        return "symbolic links form a loop";
      case ENAMETOOLONG:
        return "the path is too long";
      case EMFILE:
      case ENFILE:
        return "cannot be listed: too many open files";
      default:
        return "cannot be listed: " + std::generic_category().message(error);
    }
  };
  return {ErrorCode::Io, displayed_path(folder) + ": " + because()};
}

EntryKind kind_of(mode_t mode) {
  return S_ISDIR(mode) ? EntryKind::Folder : S_ISREG(mode) ? EntryKind::File : EntryKind::Other;
}

// Where the file system does not say more (no permission to search the folder), the directory's own word.
EntryKind kind_of(const dirent& entry) {
  return entry.d_type == DT_DIR   ? EntryKind::Folder
         : entry.d_type == DT_REG ? EntryKind::File
                                  : EntryKind::Other;
}

FolderEntry look_at(int folder, const dirent& found) {
  FolderEntry entry;
  entry.name = found.d_name;
  std::string shown = displayed(entry.name, std::numeric_limits<std::size_t>::max());
  if (shown != entry.name) entry.escaped = std::move(shown);
  struct stat status {};
  if (::fstatat(folder, found.d_name, &status, 0) != 0) {
    entry.kind = kind_of(found);
    return entry;
  }
  entry.kind = kind_of(status.st_mode);
  if (entry.kind == EntryKind::File) entry.bytes = static_cast<std::uint64_t>(status.st_size);
  entry.modified = status.st_mtim.tv_sec;
  return entry;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The run of digits at `at` without leading zeros; moves `at` behind it.
std::string_view number_at(std::string_view text, std::size_t& at) {
  while (at < text.size() && text[at] == '0') ++at;
  const std::size_t start = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(start, at - start);
}

int sign_of(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

}  // namespace

int compare_names(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view left = number_at(a, i), right = number_at(b, j);
      if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
      if (const int order = sign_of(left <=> right); order != 0) return order;
      continue;
    }
    const auto left = static_cast<unsigned char>(lower(a[i++]));
    const auto right = static_cast<unsigned char>(lower(b[j++]));
    if (left != right) return left < right ? -1 : 1;
  }
  if (i < a.size() || j < b.size()) return i < a.size() ? 1 : -1;
  return sign_of(a <=> b);
}

Result<FolderListing> read_folder(const std::string& folder, const std::stop_token& stop) {
  const std::unique_ptr<DIR, CloseFolder> stream(::opendir(folder.c_str()));
  if (!stream) return refused(folder, errno);
  FolderListing listing{folder, {}, false};
  for (;;) {
    if (stop.stop_requested()) return cancelled();
    errno = 0;
    const dirent* found = ::readdir(stream.get());
    if (!found && errno != 0) return refused(folder, errno);
    if (!found) break;
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    listing.cut = listing.entries.size() == kMostEntries;
    if (listing.cut) break;
    listing.entries.push_back(look_at(::dirfd(stream.get()), *found));
  }
  std::sort(listing.entries.begin(), listing.entries.end(), [](const FolderEntry& a, const FolderEntry& b) {
    const bool first = a.kind == EntryKind::Folder, second = b.kind == EntryKind::Folder;
    return first != second ? first : compare_names(a.name, b.name) < 0;
  });
  return listing;
}

}  // namespace bitloupe
