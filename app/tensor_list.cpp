#include "app/tensor_list.h"

#include <algorithm>
#include <string>

namespace bitloupe {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace

std::vector<const TensorEntry*> listed_tensors(const TensorFile& file, std::string_view filter) {
  std::vector<const TensorEntry*> entries;
  const std::string wanted = lower(filter);
  for (const TensorEntry& entry : file.tensors)
    if (wanted.empty() || lower(entry.name).find(wanted) != std::string::npos) entries.push_back(&entry);
  return entries;
}

std::string without_shared_ends(std::string_view name, std::string_view first, std::string_view last) {
  const auto boundary = [](char c) { return c == '.' || c == '/'; };
  const std::size_t shorter = std::min(first.size(), last.size());
  std::size_t same = 0, head = 0, tail = 0;
  for (; same < shorter && first[same] == last[same]; ++same)
    if (boundary(first[same])) head = same + 1;
  for (same = 0; same < shorter && first[first.size() - 1 - same] == last[last.size() - 1 - same]; ++same)
    if (boundary(first[first.size() - 1 - same])) tail = same + 1;
  if (!name.starts_with(first.substr(0, head))) head = 0;
  if (!name.ends_with(first.substr(first.size() - tail))) tail = 0;
  if (head + tail >= name.size()) return std::string(name);
  std::string shown = head > 0 ? "…" : "";
  shown += name.substr(head, name.size() - head - tail);
  return tail > 0 ? shown + "…" : shown;
}

}  // namespace bitloupe
