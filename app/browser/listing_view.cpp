#include "app/browser/listing_view.h"

#include <algorithm>
#include <numeric>

namespace bitloupe {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same_letter(char a, char b) { return lower(a) == lower(b); }

bool begins_in_any_case(std::string_view text, std::string_view letters) {
  return text.size() >= letters.size() &&
         std::equal(letters.begin(), letters.end(), text.begin(), same_letter);
}

bool holds_in_any_case(std::string_view text, std::string_view letters) {
  return std::search(text.begin(), text.end(), letters.begin(), letters.end(), same_letter) != text.end();
}

bool is_folder(const FolderEntry& entry) { return entry.kind == EntryKind::Folder; }

bool passes(const FolderEntry& entry, const ListingFilter& filter) {
  if (entry.hidden() && !filter.hidden && !filter.letters.starts_with('.')) return false;
  if (!is_folder(entry) && !filter.extensions.empty() &&
      (entry.kind != EntryKind::File || !has_extension(entry.name, filter.extensions)))
    return false;
  return holds_in_any_case(entry.text(), filter.letters);
}

// What is not known comes first.
bool smaller(const FolderEntry& a, const FolderEntry& b, BrowseOrder order) {
  return order == BrowseOrder::Size ? a.bytes < b.bytes : a.modified < b.modified;
}

std::size_t common_length(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < std::min(a.size(), b.size()) && a[length] == b[length]) ++length;
  // Not inside of a character.
  while (length > 0 && length < a.size() && (static_cast<unsigned char>(a[length]) & 0xC0) == 0x80) --length;
  return length;
}

}  // namespace

std::vector<std::uint32_t> shown_entries(const FolderListing& listing, const ListingFilter& filter,
                                         BrowseOrder order, bool descending) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < listing.entries.size(); ++i)
    if (passes(listing.entries[i], filter)) rows.push_back(i);
  const auto entry = [&](std::uint32_t row) -> const FolderEntry& { return listing.entries[row]; };
  const auto files =
      std::find_if(rows.begin(), rows.end(), [&](std::uint32_t row) { return !is_folder(entry(row)); });
  const auto arrange = [&](auto first, auto last) {
    if (order != BrowseOrder::Name)
      std::stable_sort(first, last, [&](std::uint32_t a, std::uint32_t b) {
        return descending ? smaller(entry(b), entry(a), order) : smaller(entry(a), entry(b), order);
      });
    else if (descending)
      std::reverse(first, last);
    if (!filter.letters.empty())
      std::stable_partition(first, last, [&](std::uint32_t row) {
        return begins_in_any_case(entry(row).text(), filter.letters);
      });
  };
  arrange(rows.begin(), files);
  arrange(files, rows.end());
  return rows;
}

std::optional<std::string> completed_name(const FolderListing& listing,
                                          const std::vector<std::uint32_t>& rows, std::string_view letters) {
  std::vector<const FolderEntry*> exact, any_case;
  for (const std::uint32_t row : rows) {
    const FolderEntry& entry = listing.entries[row];
    if (entry.text().starts_with(letters)) exact.push_back(&entry);
    if (begins_in_any_case(entry.text(), letters)) any_case.push_back(&entry);
  }
  const std::vector<const FolderEntry*>& candidates = exact.empty() ? any_case : exact;
  if (candidates.empty()) return std::nullopt;
  std::string completed = candidates.front()->text();
  for (const FolderEntry* entry : candidates) completed.resize(common_length(completed, entry->text()));
  if (candidates.size() == 1 && is_folder(*candidates.front())) completed += '/';
  if (completed.size() < letters.size() || completed == letters) return std::nullopt;
  return completed;
}

bool has_extension(std::string_view name, const std::vector<std::string>& extensions) {
  return std::any_of(extensions.begin(), extensions.end(), [&](const std::string& extension) {
    return name.size() > extension.size() &&
           begins_in_any_case(name.substr(name.size() - extension.size()), extension);
  });
}

}  // namespace bitloupe
