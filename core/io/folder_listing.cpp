#include "core/io/folder_listing.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/io/byte_source.h"
#include "core/io/file_error.h"
#include "core/io/tensor_file.h"

namespace bitloupe {

namespace {

namespace fs = std::filesystem;

bool is_tensor_file(const std::string& name) {
  const auto all = readers();
  return std::any_of(all.begin(), all.end(),
                     [&](const Reader& reader) { return name.ends_with(reader.extension); });
}

Error unreadable(const std::string& folder, const std::error_code& error) {
  FaultCode code = FaultCode::FileOpen;
  if (error == std::errc::no_such_file_or_directory) code = FaultCode::FileMissing;
  if (error == std::errc::permission_denied) code = FaultCode::FilePermission;
  return about_file(folder, file_error(code, "the folder cannot be listed: " + error.message()));
}

}  // namespace

Result<std::vector<ListedFile>> list_tensor_files(const std::string& folder) {
  std::vector<ListedFile> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code gone;
    if (!is_tensor_file(name) || !entry->is_regular_file(gone)) continue;
    const std::string path = entry->path().string();
    if (const auto identity = identity_at(path))
      files.push_back({name, path, identity->size, identity->modified_ns});
  }
  if (error) return unreadable(folder, error);
  std::sort(files.begin(), files.end(),
            [](const ListedFile& a, const ListedFile& b) { return a.name < b.name; });
  return files;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace bitloupe
