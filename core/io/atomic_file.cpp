#include "core/io/atomic_file.h"

#include <filesystem>
#include <system_error>

#include "core/io/display_text.h"
#include "core/io/replacement_file.h"

namespace bitloupe {
namespace {

struct Write {
  const std::string& path;
  std::span<const std::byte> bytes;
  const std::function<Status(const ByteSink&)>& rest;
};

// Whether both lead to one name in one folder, however they are written: "f", "./f", "link to here/f".
bool same_place(const std::string& a, const std::string& b) {
  const std::filesystem::path one(a), other(b);
  if (one.filename() != other.filename()) return false;
  const auto folder = [](const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  };
  std::error_code ignored;  // the folders are there: their files were just written
  return folder(one) == folder(other) || std::filesystem::equivalent(folder(one), folder(other), ignored);
}

Status write_all_then_rename(std::span<const Write> writes, const WriteOptions& options) {
  std::vector<ReplacementFile> files;
  files.reserve(writes.size());
  for (const Write& write : writes) {
    ReplacementFile& file = files.emplace_back(options);
    if (Status status = file.write(write.path, write.bytes, write.rest); !status) return status;
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      if (!same_place(files[i].target(), file.target())) continue;
      return bad_argument(displayed_path(write.path) + ": two outputs have this path");
    }
  }
  for (ReplacementFile& file : files) {
    if (Status status = file.take_name(); !status) return status;
  }
  for (ReplacementFile& file : files) {
    if (Status status = file.rename_into_place(); !status) return status;
  }
  for (ReplacementFile& file : files) {
    if (Status status = file.sync_folder(); !status) return status;
  }
  return Ok{};
}

}  // namespace

Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes,
                             const WriteOptions& options) {
  const std::function<Status(const ByteSink&)> nothing;
  const Write write{path, bytes, nothing};
  return write_all_then_rename({&write, 1}, options);
}

Status write_file_atomically(const std::string& path, std::string_view text, const WriteOptions& options) {
  return write_file_atomically(path, std::as_bytes(std::span(text)), options);
}

Status write_files_atomically(std::span<const PendingFile> files, const WriteOptions& options) {
  std::vector<Write> writes;
  writes.reserve(files.size());
  for (const PendingFile& file : files) writes.push_back({file.path, file.bytes, file.rest});
  return write_all_then_rename(writes, options);
}

}  // namespace bitloupe
