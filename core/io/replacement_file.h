// One file on its way to its name: written without a name in the folder of its target, so that nothing is
// left there whatever ends the process meanwhile; then linked under a random name and renamed. Where the file
// system has no files without a name, it has the random one from the start. Internal to atomic_file.
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

  // `rest` passes what comes behind `bytes` to the sink; may be null.
  Status write(const std::string& path, std::span<const std::byte> bytes,
               const std::function<Status(const ByteSink&)>& rest);
  Status take_name();  // the random one
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
  Status create();
  Status create_temporary();
  Status create_named();
  Status keep_mode();
  Status open_in_place(const std::string& problem, int error);
  Status copy_from(const std::string& path);
  Status write_all(std::span<const std::byte> bytes);
  Status sync();
  Status close();
  bool is_unnamed() const { return descriptor_ >= 0 && !in_place_ && name_.empty(); }
  Error failed(const std::string& what, int error) const;
  Error failed_to_write(int error) const;

  WriteOptions options_;
  FileCalls* calls_;
  std::string asked_, target_;
  Found found_;            // what stands at the target
  std::string name_;       // of the temporary file; empty: none to remove
  bool in_place_ = false;  // the descriptor is the target's own
  int descriptor_ = -1;
};

}  // namespace bitloupe
