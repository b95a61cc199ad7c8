#include "core/io/atomic_file.h"

#include "core/io/display_text.h"
#include "core/io/replacement_file.h"

namespace bitloupe {
namespace {

struct Write {
  const std::string& path;
  std::span<const std::byte> bytes;
  const std::function<Status(const ByteSink&)>& rest;
};

Status write_all_then_rename(std::span<const Write> writes, const WriteOptions& options) {
  std::vector<ReplacementFile> files;
  files.reserve(writes.size());
  for (const Write& write : writes) {
    ReplacementFile& file = files.emplace_back(options);
    if (Status status = file.write(write.path, write.bytes, write.rest); !status) return status;
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
      if (files[i].target() != file.target()) continue;
      return bad_argument(displayed_path(write.path) + ": two outputs have this path");
    }
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
