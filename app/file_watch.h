// FileWatch: whether the file on screen still is the one on disk, asked once a second off the frame's thread.
// It compares for equality only: neither clock has to be right (F16).
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "app/workers.h"
#include "core/io/tensor_file.h"

namespace bitloupe {

enum class DiskChange { None, Changed, Deleted };

class FileWatch {
 public:
  explicit FileWatch(Workers& workers);
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Watches this path instead of what was watched; an empty one: nothing. `file`: what was opened there; null
  // where that failed: then what the first look finds counts as opened.
  void watch(const std::string& path, std::shared_ptr<const TensorFile> file);
  // Against when it was opened, until keep().
  DiskChange change() const;
  // Changed, and as it is now for two looks in a row: whoever writes it may be done.
  bool settled() const;
  void keep();      // what is on disk now is not told again
  void look_now();  // before the second is over: the window came back

 private:
  struct Shared;
  Workers& workers_;
  std::shared_ptr<Shared> shared_;
  std::stop_source stop_;
  std::string path_;
  std::shared_ptr<const TensorFile> file_;
};

}  // namespace bitloupe
