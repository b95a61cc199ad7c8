// What of a folder's listing is shown and in which order, and how a name that was begun goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/browser/browse_preferences.h"
#include "app/browser/folder_listing.h"

namespace bitloupe {

struct ListingFilter {
  bool hidden = false;                  // names with a dot in front too
  std::vector<std::string> extensions;  // ".npy": only such files; empty: all, and what is no file
  std::string letters;                  // in the name as it is shown, in any case
  bool operator==(const ListingFilter&) const = default;
};

// Indices of entries. Folders stay first, names that begin with the letters before those that hold them
// elsewhere; then by `order`. Letters that begin with a dot show hidden names.
std::vector<std::uint32_t> shown_entries(const FolderListing& listing, const ListingFilter& filter,
                                         BrowseOrder order, bool descending);

// How far `letters` can be completed by those of `rows` that begin with them: their longest common beginning,
// whole names of folders with a slash behind. Nothing where it would not grow. Case must fit where any name
// begins with exactly these letters.
std::optional<std::string> completed_name(const FolderListing& listing,
                                          const std::vector<std::uint32_t>& rows, std::string_view letters);

// ".npy" at the end of `name`, in any case?
bool has_extension(std::string_view name, const std::vector<std::string>& extensions);

}  // namespace bitloupe
