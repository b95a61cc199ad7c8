// One file on its way to its name: written under a random name beside its target, then renamed. Internal to
// atomic_file.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/io/atomic_file.h"
#include "core/io/file_calls.h"
#include "core/result.h"

namespace bitloupe {

class ReplacementFile {
 public:
  explicit ReplacementFile(const WriteOptions& options);
  ReplacementFile(ReplacementFile&& other) noexcept;
  ReplacementFile& operator=(ReplacementFile&&) = delete;
  ~ReplacementFile();  // removes the temporary file, unless it was renamed

  // Everything but the rename. `rest` passes what comes behind `bytes` to the sink; may be null.
  Status write(const std::string& path, std::span<const std::byte> bytes,
               const std::function<Status(const ByteSink&)>& rest);
  Status rename_into_place();
  Status sync_folder();  // makes the rename durable

  const std::string& target() const { return target_; }

 private:
  struct Found {
    bool there = false;
    mode_t mode = 0;
  };
  Result<std::string> final_target();
  Result<Found> find_target();
  Status create(const Found& found);
  Status create_temporary(const Found& found);
  Status open_in_place(const std::string& problem, int error);
  Status copy_into_target();
  Status write_all(std::span<const std::byte> bytes);
  Status finish();
  Error failed(const std::string& what, int error) const;
  Error failed_to_write(int error) const;

  WriteOptions options_;
  FileCalls* calls_;
  std::string asked_, target_;
  std::string name_;       // of the temporary file; empty: none to remove
  bool in_place_ = false;  // the descriptor is the target's own
  int descriptor_ = -1;
};

}  // namespace bitloupe
