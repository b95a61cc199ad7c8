// FolderListing: what a folder holds, read once, off the frame's thread. It knows nothing of what is shown of
// it, or how.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace bitloupe {

enum class EntryKind { Folder, File, Other };  // Other: a device, a FIFO, a link that leads nowhere

struct FolderEntry {
  std::string name;                      // as the file system has it: any bytes but '/' and NUL
  std::string escaped;                   // empty where the name can be shown as it is
  EntryKind kind = EntryKind::Other;     // of what a link leads to
  std::optional<std::uint64_t> bytes;    // of a file that can be asked
  std::optional<std::int64_t> modified;  // seconds since 1970, by the clock of whoever wrote it

  const std::string& text() const { return escaped.empty() ? name : escaped; }
  bool hidden() const { return name.starts_with('.'); }
};

struct FolderListing {
  std::string folder;                // absolute
  std::vector<FolderEntry> entries;  // folders first, then by name as people count: "x2" before "x10"
  bool cut = false;                  // it holds more than kMostEntries
};

inline constexpr std::size_t kMostEntries = 1'000'000;

// The error is one sentence with the folder in front.
Result<FolderListing> read_folder(const std::string& folder, const std::stop_token& stop);

// -1, 0, 1: letters without case, runs of digits as numbers; equal ones by their bytes.
int compare_names(std::string_view a, std::string_view b);

}  // namespace bitloupe
