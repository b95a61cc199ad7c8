#include "app/tensor_list.h"

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

}  // namespace bitloupe
