#include "app/browser/file_preview.h"

#include <algorithm>

#include "app/session/session_file.h"
#include "app/ui/text.h"
#include "core/io/display_text.h"
#include "core/io/tensor_file.h"

namespace bitloupe {
namespace {

// The few types that most files have; more than three say nothing at a glance.
std::string types_of(const TensorFile& file) {
  constexpr std::size_t kMostTypes = 3;
  std::vector<std::string> types;
  for (const TensorEntry& entry : file.tensors)
    if (std::find(types.begin(), types.end(), entry.dtype_name) == types.end()) {
      if (types.size() == kMostTypes) return std::to_string(kMostTypes) + "+ types";
      types.push_back(entry.dtype_name);
    }
  std::string text;
  for (const std::string& type : types) text += (text.empty() ? "" : ", ") + displayed(type);
  return text;
}

}  // namespace

FilePreview preview_file(const std::string& path, const std::stop_token& stop) {
  if (stop.stop_requested()) return {};
  if (is_session_file(path)) return {"a session of Bitloupe", true};
  const auto file = read_tensor_file(path, {.stop = stop});
  if (!file) {
    // The list says which file it is.
    std::string message = file.error().message;
    const std::string prefix = displayed_path(path) + ": ";
    if (message.starts_with(prefix)) message.erase(0, prefix.size());
    return {std::move(message), false};
  }
  std::string text = file->format;
  text += " · " + ui::count(file->tensors.size()) + (file->tensors.size() == 1 ? " tensor" : " tensors");
  if (file->tensors.size() == 1) text += " " + to_text(file->tensors.front().shape);
  if (const std::string types = types_of(*file); !types.empty()) text += " · " + types;
  return {text + " · " + ui::bytes(file->source->size()), true};
}

std::vector<std::string> tensor_extensions() {
  std::vector<std::string> extensions;
  for (const Reader& reader : readers()) extensions.emplace_back(reader.extension);
  return extensions;
}

}  // namespace bitloupe
